"""How counts and shares are written in the reports of an audit."""

from __future__ import annotations

from saliency.audit.evidence.statistics import Interval
from saliency.audit.reports.sentences import NBSP, ends
from saliency.verdict.words import percent


def of(count: int, total: int) -> str:
    """So many of so many."""
    return f"{count} of {total}"


def interval(figure: Interval) -> str:
    """A share, and where it lies in 95 of 100 sets drawn anew; the brackets stay on one line."""
    return f"{share(figure.mean)} ({ends(figure).replace(' ', NBSP)})"


def share(value: float) -> str:
    """A share in per cent, on one line."""
    return f"{'−' if value < 0 else ''}{percent(abs(value))}\u00a0%"


def share_of(count: int, total: int) -> str:
    """So many of so many, and in per cent."""
    return f"{count} of {total} ({share(count / total)})"
