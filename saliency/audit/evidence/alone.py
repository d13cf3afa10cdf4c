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
class Alone:
    """What the model says to an area alone.

    Attributes:
        enough: Whether it is enough for the guess, and more so than each equal area elsewhere.
        stays: Whether the guess stays with every fill.
        elsewhere: The share of equal areas elsewhere with which it does.
    """

    enough: bool
    stays: bool
    elsewhere: float


def alone(probe: AreaProbe) -> Alone:
    """Fill in all but an area, and all but each of the controls, and ask.

    Args:
        probe: The area, which has at least one control.
    """
    outcomes = fill_outcomes(probe, probe.controls.masks, alone=True).values()
    stays = all(outcome.after.ahead for outcome in outcomes)
    most = all(
        control.log_odds < outcome.after.log_odds for outcome in outcomes for control in outcome.controls
    )
    controls = zip(*(outcome.controls for outcome in outcomes), strict=True)
    stays_elsewhere = [all(answer.ahead for answer in answers) for answers in controls]
    return Alone(stays and most, stays, sum(stays_elsewhere) / len(stays_elsewhere))
