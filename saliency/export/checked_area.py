"""An area that was tested, for files that show it."""

from __future__ import annotations

from dataclasses import dataclass

from saliency.checks.check import AreaTest
from saliency.verdict.conclusion import Conclusion


@dataclass(frozen=True, eq=False)
class CheckedArea:
    """An area that was tested, and what that came to.

    Attributes:
        test: What covering it does.
        conclusion: The verdict of all that was tried.
    """

    test: AreaTest
    conclusion: Conclusion
