"""Names in sentences, made brief where a report has little room."""

from __future__ import annotations

import re

from saliency.audit.reports.sentences import brief

NAME = 80
"""Characters of a name in a sentence of a report."""

SHORTER = 34
"""The same in its summary, and on the page."""


def named(sentence: str, most: int = SHORTER) -> str:
    """A sentence in which the names in quotation marks are made brief."""
    return re.sub("“([^“”]*)”", lambda name: f"“{brief(name[1], most)}”", sentence)
