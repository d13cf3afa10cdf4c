"""What answers may depend on: candidates of every kind, and how each is tried on one photo.

A candidate is discovered on one half of the photos and tried on the other. Whatever it is (a place, a
property of the whole picture), what it did to a photo is an outcome under the candidate's key, and all
candidates of all kinds are adjusted together (:mod:`saliency.audit.evidence.findings`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from saliency.audit.evidence.rows import CoverOutcome
from saliency.photo.area import Area, Box

if TYPE_CHECKING:
    from saliency.audit.evidence.hot_spots import Discovery
    from saliency.audit.evidence.probe import PhotoProbe
    from saliency.audit.evidence.verdicts import CoverSummary

CandidateKind = Literal["place", "property", "thing", "surroundings"]
"""A place in the frame or an area; a property of the whole picture; a thing, wherever it is; what a marked
product stands in."""


class Trial(Protocol):
    """What is done to one photo to try a candidate. It can be pickled, and is small."""

    def outcome(self, probe: PhotoProbe) -> CoverOutcome:
        """What it did to a photo.

        Raises:
            SaliencyError: It cannot be done to this photo.
        """


@dataclass(frozen=True, slots=True)
class PlaceTrial:
    """A place that is covered: its box, in shares of the photo."""

    box: Box

    def outcome(self, probe: PhotoProbe) -> CoverOutcome:
        """What covering it did."""
        return probe.cover(Area((self.box,)))


class Candidate(Protocol):
    """Something on which the answers of a group of photos may depend, and where to try it."""

    @property
    def key(self) -> str:
        """What its outcomes are kept under; with a photo's number, it says which trial it was."""

    @property
    def kind(self) -> CandidateKind:
        """What it is."""

    @property
    def guess(self) -> str:
        """The guess of the photos that it is about."""

    @property
    def name(self) -> str:
        """What or where it is, in words, as they stand behind “the”."""

    @property
    def box(self) -> Box | None:
        """Where it is in every photo, in shares of it; ``None`` of what has no such place."""

    @property
    def numbers(self) -> tuple[int, ...]:
        """Photos with this guess, of the testing half, from which it is taken."""

    @property
    def others(self) -> tuple[int, ...]:
        """Photos with other guesses, of the testing half, to which it is given."""

    @property
    def pictures(self) -> int:
        """How many photos with this guess the testing half has."""

    @property
    def gathered(self) -> int:
        """How many of them have it."""

    @property
    def discovery(self) -> Discovery:
        """How it was found."""

    def trial(self, number: int) -> Trial:
        """How it is tried on a photo, one of ``numbers`` or ``others``."""

    def expected(self, summary: CoverSummary) -> bool:
        """Whether, by what the trials showed, it probably is the thing itself."""
