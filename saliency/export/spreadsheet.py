"""Values in tables that people open in a spreadsheet program."""

from __future__ import annotations

import re
from typing import Any

from saliency.export.web import visible

_FORMULA = re.compile(r"""((?:^|[;\t|\r\n])[\s"'\ufeff\u200b]*)([=+\-@＝＋－＠])""")  # where a cell may begin


def cell(value: Any) -> Any:
    """A value as spreadsheets take it: no text is run as a formula, nor a part of one.

    Where the decimal sign is a comma, Excel splits lines at semicolons, whatever is in quotation marks.
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _FORMULA.sub(r"\1'\2", visible(value)) if isinstance(value, str) else value
