"""A rehearsal made up for tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from saliency.audit.remedy.record import ClassChange, DependenceFigures, FindingRehearsal, Rehearsal, Share


def figures(depends: int, without: int, carried: int, of: int = 62) -> DependenceFigures:
    """Of so many photos: whose answer depends, right without it; and of 40 others, those it carries over."""
    return DependenceFigures(Share(depends, of), Share(of, of), Share(without, of), Share(carried, 40))


def finding_rehearsal(key: str = "f1", **more: Any) -> FindingRehearsal:
    """A finding that the rehearsal mends."""
    usual = FindingRehearsal(
        finding=key,
        guess="mug",
        where="the lower right corner",
        kind="place",
        twins=120,
        before=figures(58, 25, 33),
        control=figures(57, 26, 32),
        after=figures(4, 55, 2),
    )
    return replace(usual, **more)


def rehearsal(key: str = "f1", **more: Any) -> Rehearsal:
    """A rehearsal that helps."""
    usual = Rehearsal(
        outcome="helps",
        model="A model",
        digest="0" * 64,
        seed=0,
        learning=60,
        judging=75,
        strength=0.1,
        before=Share(73, 75),
        control=Share(73, 75),
        after=Share(72, 75),
        findings=(finding_rehearsal(key),),
        classes=(ClassChange("lamp", 10, 10, 9),),
    )
    return replace(usual, **more)
