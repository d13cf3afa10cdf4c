"""What is computed of one photo: guesses, map, what its areas show, what stands out.

A row depends on the photo, its label, its areas and the job's settings, on nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from saliency.agreement import agreement
from saliency.audit.evidence.sufficiency import Alone, alone
from saliency.audit.inputs.source import Item
from saliency.audit.inputs.tables import NamedArea
from saliency.audit.job import Cells, Settings
from saliency.checks.controls import controls
from saliency.checks.cover import Cover, cover
from saliency.checks.fills import edge_of
from saliency.checks.influence import influence
from saliency.checks.question import ScoreQuestion
from saliency.classifier import Classifier
from saliency.errors import SaliencyError
from saliency.explanation import Explanation, explain
from saliency.heat.scale import MapKind
from saliency.methods.sampling import CELLS
from saliency.photo.reading import Photo
from saliency.prepared_photo import PreparedPhoto
from saliency.progress import Progress

_TOP = 5  # guesses kept


@dataclass(frozen=True, eq=False)
class PhotoProbe:
    """One photo under one model, ready to be asked."""

    classifier: Classifier
    photo: Photo
    prepared: PreparedPhoto
    seed: int

    @classmethod
    def of(cls, classifier: Classifier, photo: Photo, settings: Settings) -> PhotoProbe:
        """Prepare a photo; its random numbers start at what its bytes and the job's seed say."""
        seed = (int(photo.digest[:8], 16) + settings.seed) % 2**31
        return cls(classifier, photo, PreparedPhoto(classifier, photo, settings.framing), seed)

    def view(self, method: str, on_progress: Progress | None = None) -> Explanation:
        """The map of its top guess."""
        return explain(
            self.classifier,
            self.photo,
            method=method,
            seed=self.seed,
            prepared=self.prepared,
            on_progress=on_progress,
        )

    def covered(
        self, area: NamedArea, settings: Settings, on_progress: Progress | None = None
    ) -> dict[str, Any]:
        """What covering an area does, and what the model says to it alone, as JSON types.

        Raises:
            SaliencyError: The model did not receive the area.
        """
        x = self.prepared.x
        mask = area.area.on_input(self.prepared.placement).to(x.device)
        question, edge = ScoreQuestion.of(self.prepared), edge_of(x, outline=area.mask is not None)
        elsewhere = controls(mask, edge, count=settings.controls, seed=self.seed)
        found = cover(question, mask, edge=edge, elsewhere=elsewhere, on_progress=on_progress)
        by_itself = alone(question, mask, edge, elsewhere) if len(elsewhere.masks) else None
        return outcome(found, by_itself)


def photo_row(
    classifier: Classifier,
    photo: Photo,
    item: Item,
    settings: Settings,
    *,
    on_progress: Progress | None = None,
) -> tuple[dict[str, Any], Cells | None]:
    """The row of a photo as JSON types, and its map in the photo's frame; no map if nothing stands out."""
    asked = PhotoProbe.of(classifier, photo, settings)
    view = asked.view(settings.method, on_progress)
    kind = view.kind
    scores = asked.prepared.scores
    row: dict[str, Any] = {
        "file": item.file,
        "state": "done",
        "photo_sha256": photo.digest,
        "photo_size": [photo.width, photo.height],
        "label": item.label,
        "guess": scores[0].label,
        "right": right(classifier, item.label, scores[0].label),
        "unknown": classifier.may_know_nothing(scores),
        "scores": [{"label": s.label, "score": round(s.score, 6)} for s in scores[:_TOP]],
        "cut_share": round(asked.prepared.placement.cut_share, 4),
        "map": str(kind),
        "areas": [_area_row(asked, view, area, settings, on_progress) for area in item.areas],
        "second_view": None,
        "notes": list(photo.notes),
        "seed": asked.seed,
    }
    if settings.second:
        row["second_view"] = agreement(view, asked.view(settings.second, on_progress)).record()
    return row, cells(view) if kind is MapKind.SPOTS else None


def cells(view: Explanation) -> Cells:
    """What speaks for the class in a map, in the photo's frame, on 16 × 16 cells, float32."""
    fine = view.placement.to_photo(np.maximum(view.attribution, 0), (4 * CELLS, 4 * CELLS))
    return np.asarray(fine.reshape(CELLS, 4, CELLS, 4).mean((1, 3)), np.float32)


def right(classifier: Classifier, label: str | None, guess: str) -> bool | None:
    """Whether a guess is the label; ``None`` without one, or with one that the model does not have."""
    if label is None:
        return None
    wanted = _plain(label)
    return wanted == _plain(guess) if wanted in {_plain(prepared) for prepared in classifier.labels} else None


def outcome(found: Cover, by_itself: Alone | None) -> dict[str, Any]:
    """What covering an area did and what it does alone, as the statistics over the set need it."""
    fills = list(found.fills.values())
    pairs = list(zip(*(one.controls for one in fills), strict=True))
    changed = [all(not answer.ahead for answer in answers) for answers in pairs]
    return {
        "finding": str(found.finding),
        "reason": str(found.reason),
        "changed": found.before.ahead and all(not one.after.ahead for one in fills),
        "changed_elsewhere": round(float(np.mean(changed)), 6) if changed else None,
        "controls": len(changed),
        "before": round(found.before.score, 6),
        "after": round(found.after, 6),
        "elsewhere": None if found.elsewhere is None else round(found.elsewhere, 6),
        "p_value": round(found.p_value, 4),
        "enough_alone": by_itself is not None and by_itself.enough,
        "stays_alone": by_itself is not None and by_itself.stays,
        "stays_alone_elsewhere": None if by_itself is None else round(by_itself.elsewhere, 6),
    }


def _area_row(
    asked: PhotoProbe, view: Explanation, area: NamedArea, settings: Settings, on_progress: Progress | None
) -> dict[str, Any]:
    row: dict[str, Any] = {"name": area.name, "box": None}
    if area.mask is not None:
        row["mask"] = area.mask.file
    try:
        area = area.on(asked.photo)
        row["box"] = [round(v, 4) for v in area.area.bounds]
        found = asked.covered(area, settings, on_progress)
        inside = influence(view, area.area.on_input(asked.prepared.placement))
    except SaliencyError as error:
        return {**row, "problem": error.message}
    return {**row, "influence": inside.record() if inside else None, "cover": found}


def _plain(label: str) -> str:
    return label.strip().replace("_", " ").casefold()
