"""An area alone, everything else filled in, beside equal areas alone.

Covering shows nothing where the guess rests on two things at once: with a badge covered, the mug beside it is
still a mug. Whether the badge by itself is enough for the guess is another question, and asked here. The area
is *enough* when the guess stays with every fill, and its log-odds are above those of all controls.
"""

from __future__ import annotations

from dataclasses import dataclass

from saliency.checks.cover import fill_outcomes
from saliency.checks.probe import AreaProbe


@dataclass(frozen=True)
class Sufficiency:
    """What the model says to an area alone.

    Attributes:
        enough: Whether it is enough for the guess, and more so than each equal area elsewhere.
        stays: Whether the guess stays with every fill.
        stays_elsewhere: The share of equal areas elsewhere with which it does.
    """

    enough: bool
    stays: bool
    stays_elsewhere: float


def sufficiency(probe: AreaProbe) -> Sufficiency:
    """Fill in all but an area that has controls, and all but each of these, and ask."""
    outcomes = fill_outcomes(probe, probe.controls.masks, alone=True).values()
    stays = all(outcome.after.ahead for outcome in outcomes)
    highest = all(
        control.log_odds < outcome.after.log_odds for outcome in outcomes for control in outcome.controls
    )
    answers_by_control = zip(*(outcome.controls for outcome in outcomes), strict=True)
    elsewhere = [all(answer.ahead for answer in answers) for answers in answers_by_control]
    return Sufficiency(stays and highest, stays, sum(elsewhere) / len(elsewhere))
