"""What is kept of a photo: one row, with what the model says to it and to each of its areas.

The fields' names are the keys of the job's database and of ``results.json``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from saliency.agreement import AgreementLevel
from saliency.audit.evidence.contrast import ContrastOutcome
from saliency.audit.evidence.look import PhotoLook
from saliency.audit.evidence.pasted import PastedThing
from saliency.audit.evidence.surround import SURROUNDINGS, SurroundingsAnswers
from saliency.audit.evidence.traces import PhotoTrace
from saliency.audit.json_types import OPTIONAL, optional
from saliency.checks.cover import Finding, Reason
from saliency.checks.influence import ChanceFigure
from saliency.familiarity import Footing
from saliency.heat.scale import MapKind
from saliency.photo.area import Box

CoarseMap = NDArray[np.float32]
"""What speaks for the guess in a map, in the photo's frame: ``(r, c)`` of at most 16 × 16 cells."""


@dataclass(frozen=True, slots=True)
class LabelScore:
    """A class and its score, in [0, 1]."""

    label: str
    score: float


@dataclass(frozen=True, slots=True)
class AreaInfluence:
    """How much of a map's influence lies inside an area; see :class:`saliency.checks.influence.Influence`."""

    share_of_area: float
    share_of_influence: ChanceFigure
    lift: float
    rank_auc: ChanceFigure
    only_influence_for_the_class: bool


@dataclass(frozen=True, slots=True)
class ValueCourse:
    """What a tag's share, or a number, is in one photo, or in several on average.

    Attributes:
        before: Of the photo as it is.
        after: With a place covered, the mean over the fills.
        elsewhere: With equal areas elsewhere covered; ``None`` without any.
    """

    before: float
    after: float
    elsewhere: float | None


@dataclass(frozen=True, slots=True)
class CoverOutcome:
    """What covering an area of one photo does, and what the model says to it alone.

    Attributes:
        changed: Whether covering it changes the guess, with every fill.
        changed_elsewhere: The share of the controls that do; ``None`` without controls.
        controls: How many equal areas elsewhere it was compared with.
        before: The score of the photo as it is.
        after: The score with the area covered, the mean over the fills.
        elsewhere: The same with the controls covered; ``None`` without controls.
        enough_alone: Whether the area alone is enough for the guess, more so than every control.
        stays_alone: Whether the guess stays with nothing but the area.
        stays_alone_elsewhere: The share of the controls with which it does; ``None`` without controls.
        values: What the model itself gives, where it is asked about a tag or a number.
        screened: ``True`` where too little came of it to count, so that only a few controls were asked.
    """

    finding: Finding
    reason: Reason
    changed: bool
    changed_elsewhere: float | None
    controls: int
    before: float
    after: float
    elsewhere: float | None
    p_value: float
    enough_alone: bool
    stays_alone: bool
    stays_alone_elsewhere: float | None
    values: ValueCourse | None = field(default=None, metadata=OPTIONAL)
    screened: bool | None = optional()


@dataclass(frozen=True, slots=True)
class LeftOutTest:
    """Why a candidate could not be tried on a photo, in a sentence.

    Attributes:
        photo_unreadable: Whether that is because the photo could be read before, and cannot any more.
    """

    problem: str
    photo_unreadable: bool | None = optional()


TrialOutcome = CoverOutcome | LeftOutTest


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaRow:
    """A named area: the smallest box around it, its mask's file if it is one, and what was learned of it.

    There is no influence in a map that shows nothing.
    """

    name: str
    box: Box
    mask: str | None = optional()
    influence: AreaInfluence | None
    cover: CoverOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOutArea:
    """A named area that could not be used, and why, in a sentence."""

    name: str
    box: Box | None
    mask: str | None = optional()
    problem: str


@dataclass(frozen=True, slots=True)
class SecondView:
    """How alike the map is to that of a second view; see :class:`saliency.agreement.Agreement`."""

    verdict: AgreementLevel
    overlap_of_strongest_fifth: float
    overlap_by_chance: float
    rank_correlation: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoRow:
    """A photo that was audited.

    Attributes:
        file: Its path inside the set, with forward slashes.
        photo_size: Width and height.
        label: What it shows, if that is known.
        guess: The model's top guess.
        right: Whether that is the label; ``None`` without one, or with one that the model does not have.
        unknown: Whether the photo may show nothing that the model knows.
        scores: The best guesses, the top one first.
        cut_share: The share of the photo that the model did not receive.
        notes: What reading the photo changed.
        seed: Where its random numbers start.
        look: How bright, contrasty and sharp it is; ``None`` in jobs of earlier programs.
        value: What the model itself gives, where it is asked about a tag or a number: the tag's share, or
            the number.
        footing: ``UNKNOWN`` where no label says what it shows and the model does not know it; else ``None``.
        fingerprint: What tells whether another photo is nearly the same; ``None`` in earlier jobs.
    """

    file: str
    state: Literal["done"] = "done"
    photo_sha256: str
    photo_size: tuple[int, int]
    label: str | None
    guess: str
    right: bool | None
    unknown: bool
    scores: tuple[LabelScore, ...]
    cut_share: float
    map: MapKind
    areas: tuple[AreaRow | LeftOutArea, ...]
    second_view: SecondView | None
    notes: tuple[str, ...]
    seed: int
    look: PhotoLook | None = field(default=None, metadata=OPTIONAL)
    footing: Footing | None = field(default=None, metadata=OPTIONAL)
    fingerprint: str | None = field(default=None, metadata=OPTIONAL)
    value: float | None = optional()

    @property
    def strange(self) -> bool:
        """Whether it may show something that the model does not know, and nobody says that it does."""
        doubted = self.unknown if self.footing is None else self.footing is Footing.UNKNOWN
        return doubted and self.right is None

    @property
    def score(self) -> float:
        """The top guess's score."""
        return self.scores[0].score


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOutRow:
    """A photo that was not audited, and why, in a word and in a sentence; of a twin, the earlier photo."""

    file: str
    label: str | None
    state: Literal["unreadable", "twin"]
    problem: str
    twin: str | None = optional()


Row = PhotoRow | LeftOutRow


@dataclass(frozen=True, slots=True, order=True)
class LeftOut:
    """A photo or a mask that the audit leaves out, and why, in a sentence."""

    file: str
    problem: str


class FinishedPhoto(NamedTuple):
    """A photo as a job keeps it, by its number in the set.

    Attributes:
        digest: SHA-256 of its bytes; ``None`` if they could not be read.
        coarse_map: Its map, if something stands out in it.
    """

    number: int
    digest: str | None
    row: Row
    coarse_map: CoarseMap | None


class SpotsResult(NamedTuple):
    """What the strongest spots of a photo's map look like to the model; comes before its row.

    Attributes:
        spots: As :class:`~saliency.audit.evidence.things.spots.PhotoSpots` gives them as bytes.
    """

    number: int
    spots: bytes


class TrialResult(NamedTuple):
    """What trying a candidate, known by its key, did to a photo, known by its number."""

    number: int
    key: str
    outcome: TrialOutcome | ContrastOutcome | PastedThing


class SurroundingsResult(NamedTuple):
    """What the model says to a photo's product with other surroundings, or why that was not asked."""

    number: int
    outcome: SurroundingsAnswers | LeftOutTest
    key: str = SURROUNDINGS


Result = FinishedPhoto | TrialResult | SurroundingsResult | PhotoTrace | SpotsResult
MapReader = Callable[[int], CoarseMap]
"""Gives the coarse map of a photo that has one, by its number."""
