"""One result as a page of its own, for the commands that make one: ``--page FILE.html``."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from commands import photos
from saliency.errors import SaliencyError
from saliency.explanation import Explanation
from saliency.export.checked_area import CheckedArea
from saliency.files import write


def only_one(options: argparse.Namespace) -> None:
    """Refuses a page of several photos, before any is looked at.

    Raises:
        SaliencyError: There is more than one.
    """
    count = len(list(photos.files(options.photos)))
    if options.page is not None and count > 1:
        raise SaliencyError(f"--page shows one photo, and {count} were named. Name one, or leave --page out.")


def page(options: argparse.Namespace, e: Explanation, checked: CheckedArea | None = None) -> dict[str, str]:
    """Writes the page, where one is asked for; what the record says of it.

    Raises:
        SaliencyError: It cannot be written.
    """
    if options.page is None:
        return {}
    from saliency.export.result_page import result_page  # with libraries that nothing else here needs
    from saliency.export.slide_words import slide_words

    path: Path = options.page
    content = result_page(e, slide_words(e, date.today()), checked=checked)
    return {"page": str(*write({path.name: content}, path.parent))}
