"""What a thing pasted into photos with other answers does: of one photo as a job keeps it, and of a set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from saliency.audit.evidence.statistics import Interval, bootstrap

PASTED = "paste "
"""What the keys begin with under which a job keeps these; the key of the thing follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastedThing:
    """What pasting a thing into one photo with another answer did.

    Attributes:
        pasted_from: The photo that it was taken from.
        made: Whether it made the answer of the photos that it was found in.
        made_elsewhere: The share of equal pieces of the same photo, pasted at the same place, that did;
            ``None`` where there was no room for such pieces.
        pieces: How many such pieces were pasted.
        before: The score of that answer before.
        after: The score with the thing in it.
        elsewhere: The mean score with one of the pieces; ``None`` without any.
    """

    pasted_from: str
    made: bool
    made_elsewhere: float | None
    pieces: int
    before: float
    after: float
    elsewhere: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PasteSummary:
    """What pasting a thing into photos with other answers did; the fields are keys of ``findings.json``.

    Evidence beside the verdict, which rests on covering alone.

    Attributes:
        photos: Into how many it was pasted.
        made: Of how many it made the answer.
        made_elsewhere: Of how many equal pieces of the same photos did, on average over the pieces.
        share_made: Share of photos of which it makes the answer.
        files: Those of which it did.
    """

    photos: int
    made: int
    made_elsewhere: float
    share_made: Interval
    files: tuple[str, ...]


def paste_summary(outcomes: Mapping[str, PastedThing], *, seed: int = 0) -> PasteSummary | None:
    """What pasting did; ``None`` where it was pasted beside equal pieces nowhere.

    Args:
        outcomes: By the photo that it was pasted into.
        seed: Where the random numbers of the interval start.
    """
    usable = {file: outcome for file, outcome in outcomes.items() if outcome.made_elsewhere is not None}
    if not usable:
        return None
    made = [outcome.made for outcome in usable.values()]
    return PasteSummary(
        photos=len(usable),
        made=sum(made),
        made_elsewhere=round(sum(outcome.made_elsewhere or 0.0 for outcome in usable.values()), 6),
        share_made=bootstrap(made, seed=seed),
        files=tuple(file for file, outcome in usable.items() if outcome.made),
    )
