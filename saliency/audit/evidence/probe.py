"""One photo under one model: its guesses and its map, what its areas show, what covering an area does.

A row depends on the photo, its label, its areas and the job's settings, on nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from saliency.agreement import agreement
from saliency.audit.evidence import rows
from saliency.audit.evidence.look import photo_look
from saliency.audit.evidence.near_copies import fingerprint
from saliency.audit.evidence.rows import AreaRow, CoarseMap, CoverOutcome, LeftOutArea, PhotoRow
from saliency.audit.evidence.screened_cover import screened_cover
from saliency.audit.inputs.areas import NamedArea, NamedMask
from saliency.audit.inputs.settings import Settings
from saliency.audit.inputs.source import Item
from saliency.audit.json_types import from_json
from saliency.checks.influence import influence
from saliency.checks.probe import AreaProbe
from saliency.checks.question import ScoreQuestion
from saliency.classifier import Classifier
from saliency.errors import Cancelled, SaliencyError, UnansweredError
from saliency.explanation import Explanation, explain
from saliency.familiarity import Footing, strange
from saliency.grids.likeness import CELLS
from saliency.heat.scale import MapKind
from saliency.names import positions
from saliency.photo.area import Area
from saliency.photo.reading import Photo
from saliency.prepared_photo import PreparedPhoto
from saliency.progress import Progress

_TOP = 5  # guesses kept

Reading = Callable[[], AbstractContextManager[object]]
"""Makes what decoding runs inside: where a server shares one place for heavy work, decoding gives it free."""


@dataclass(frozen=True, eq=False)
class PhotoProbe:
    """One photo under one model, ready to be asked.

    Attributes:
        prepared: The photo as the model received it.
        seed: Where its random numbers start: at what its bytes and the job's seed say.
        on_progress: Called now and then; what it raises stops the work.
        reading: Made anew around the decoding of a mask.
        jpeg_quality: Quality that the photo's file was saved with, if it is a JPEG.
    """

    classifier: Classifier
    photo: Photo
    prepared: PreparedPhoto
    settings: Settings
    seed: int
    on_progress: Progress | None
    reading: Reading = nullcontext
    jpeg_quality: int | None = None

    @classmethod
    def of(
        cls,
        classifier: Classifier,
        photo: Photo,
        settings: Settings,
        on_progress: Progress | None = None,
        reading: Reading = nullcontext,
        jpeg_quality: int | None = None,
    ) -> PhotoProbe:
        """Prepare a photo."""
        seed = (int(photo.digest[:8], 16) + settings.seed) % 2**31
        prepared = PreparedPhoto(classifier, photo, settings.framing)
        return cls(classifier, photo, prepared, settings, seed, on_progress, reading, jpeg_quality)

    def row(self, item: Item, masks: Path | None) -> tuple[PhotoRow, CoarseMap | None]:
        """The photo's row with the areas of its item, and its map; no map if nothing stands out."""
        view, scores = self._view(self.settings.method), self.prepared.scores
        question = self.classifier.question
        is_right = right(self.classifier, item.label, scores[0].label)
        row = PhotoRow(
            file=item.file,
            photo_sha256=self.photo.digest,
            photo_size=(self.photo.width, self.photo.height),
            label=item.label,
            guess=scores[0].label,
            right=is_right,
            unknown=self.classifier.may_know_nothing(scores),
            scores=tuple(rows.LabelScore(score.label, round(score.score, 6)) for score in scores[:_TOP]),
            cut_share=round(self.prepared.placement.cut_share, 4),
            map=view.kind,
            areas=tuple(self._area_row(view, area, masks) for area in item.areas),
            second_view=self._second_view(view),
            notes=tuple(self.photo.notes),
            seed=self.seed,
            look=photo_look(self.photo.image, self.prepared.received, self.jpeg_quality),
            footing=self._footing() if is_right is None else None,
            fingerprint=fingerprint(self.photo.image),
            value=None if question is None else float(f"{question.value(scores):.6g}"),
        )
        return row, coarse_map(view) if view.kind is MapKind.SPOTS else None

    def cover(self, area: Area) -> CoverOutcome:
        """What covering an area does, and what the model says to it alone, beside equal areas elsewhere.

        Raises:
            SaliencyError: The model did not receive the area.
        """
        question = ScoreQuestion.of(self.prepared)
        probe = AreaProbe.of(question, area, count=self.settings.controls, seed=self.seed)
        return screened_cover(probe, self.on_progress)

    def _view(self, method: str) -> Explanation:
        """The map of the top guess.

        Raises:
            UnansweredError: The model answered no more before it was finished.
        """
        view = explain(
            self.classifier,
            self.photo,
            method=method,
            seed=self.seed,
            prepared=self.prepared,
            on_progress=self.on_progress,
        )
        if view.stopped:
            raise UnansweredError(view.stopped)
        return view

    def _footing(self) -> Footing | None:
        """Unknown, or ``None``: how sure a model is of what it knows would cost two more passes a photo."""
        prepared = self.prepared
        unknown = strange(self.classifier, prepared.x, prepared.scores, prepared.framing)
        return Footing.UNKNOWN if unknown else None

    def _area_row(self, view: Explanation, area: NamedArea, masks: Path | None) -> AreaRow | LeftOutArea:
        mask = area.mask if isinstance(area, NamedMask) else None
        box = None
        try:
            with self.reading() if mask else nullcontext():
                part = area.area(self.photo, masks)
            left, top, width, height = part.bounds
            box = (round(left, 4), round(top, 4), round(width, 4), round(height, 4))
            outcome = self.cover(part)
            inside = influence(view, part.on_input(self.prepared.placement))
        except (Cancelled, UnansweredError):
            raise
        except SaliencyError as error:
            return LeftOutArea(name=area.name, box=box, mask=mask, problem=error.message)
        figures = None if inside is None else from_json(rows.AreaInfluence, inside.record())
        return AreaRow(name=area.name, box=box, mask=mask, influence=figures, cover=outcome)

    def _second_view(self, view: Explanation) -> rows.SecondView | None:
        if not self.settings.second:
            return None
        likeness = agreement(view, self._view(self.settings.second))
        second_view: rows.SecondView = from_json(rows.SecondView, likeness.record())
        return second_view


def coarse_map(view: Explanation) -> CoarseMap:
    """What speaks for the class in a map, in the photo's frame, on 16 × 16 cells, float32."""
    fine = view.placement.to_photo(np.maximum(view.attribution, 0), (4 * CELLS, 4 * CELLS), view.cells)
    return np.asarray(fine.reshape(CELLS, 4, CELLS, 4).mean((1, 3)), np.float32)


def right(classifier: Classifier, label: str | None, guess: str) -> bool | None:
    """Whether a guess is the label; ``None`` without one, or with one that is not the name of one class."""
    position = class_of(classifier, label)
    return None if position is None else classifier.labels[position] == guess


def class_of(classifier: Classifier, label: str | None) -> int | None:
    """Position of the one class that a label names; ``None`` where it names none or several."""
    found = () if label is None else positions(label, classifier.labels)
    return found[0] if len(found) == 1 else None
