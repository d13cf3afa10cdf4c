"""Counterfactual twins: the same photo with the thing taken away, or put in; its label stays.

As in SPIRE (Plumb 2022, "Finding and Fixing Spurious Patterns with Explanations"): photos that have it get a
twin without it, photos of other things one with it. What is covered is filled in both ways of the checks; a
property is changed to what is usual in other photos, or in those that have it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

import torch
from torch import Tensor

from saliency.audit.evidence.probe import PhotoProbe
from saliency.audit.evidence.properties.trial import PropertyTrial
from saliency.audit.inputs.same_photo import same_photo
from saliency.audit.inputs.settings import Settings
from saliency.audit.remedy.material import Cause, Material
from saliency.checks.fills import Fill, Filling, edge_of, soft_masks
from saliency.checks.paste import composite
from saliency.classifier import Classifier
from saliency.errors import SaliencyError
from saliency.photo.area import Area, Box
from saliency.photo.reading import Photo

TwinKind = Literal["blur", "grown", "changed", "given"]
"""Covered by a blur, or by its surroundings grown inwards; a property taken away; anything put in."""


class Twin(NamedTuple):
    """A twin of a photo.

    Attributes:
        cause: Which of the material's causes it is about, counted from 0.
        kind: How it was made.
        x: The picture as the model receives it, ``(1, 3, h, w)``.
    """

    cause: int
    kind: TwinKind
    x: Tensor


FILLS: Mapping[TwinKind, Fill] = {"blur": Fill.BLUR, "grown": Fill.GROWN}
"""What stands in for what is covered."""


class TwinPlan(NamedTuple):
    """How a twin of a photo is to be made.

    Attributes:
        cause: Which of the material's causes it is about.
        kind: How.
        donor: The photo from which a thing is put into it; ``None`` where nothing is.
    """

    cause: int
    kind: TwinKind
    donor: int | None = None


@dataclass(eq=False)
class TwinMaker:
    """Makes twins; photos from which things are taken are kept, as each is put into many others.

    Attributes:
        photos: Where the photos are.
    """

    classifier: Classifier
    photos: Path
    settings: Settings
    material: Material

    def __post_init__(self) -> None:
        """Nothing is read yet."""
        self._patches: dict[tuple[int, int], tuple[Tensor, Tensor] | None] = {}

    def photo(self, number: int) -> Photo:
        """A photo of the audit.

        Raises:
            ChangedPhotoError: It has changed.
            SaliencyError: It cannot be read any more.
        """
        row = self.material.rows[number]
        return same_photo(self.photos, row.file, row.photo_sha256)

    def probe(self, number: int) -> PhotoProbe:
        """A photo, prepared."""
        return PhotoProbe.of(self.classifier, self.photo(number), self.settings)

    def twins(self, number: int, probe: PhotoProbe) -> Iterator[Twin]:
        """All twins of a photo; those that cannot be made are passed over."""
        for plan in self.plans(number, probe.seed):
            try:
                yield Twin(plan.cause, plan.kind, self._picture(plan, number, probe))
            except SaliencyError:  # this photo cannot be changed so
                continue

    def plans(self, number: int, seed: int) -> Iterator[TwinPlan]:
        """Which twins a photo is to have.

        Args:
            number: The photo.
            seed: Where its random numbers start.
        """
        half = 0 if number in self.material.learning else 1
        for place, cause in enumerate(self.material.causes):
            if number in cause.having:
                kinds: tuple[TwinKind, ...] = ("blur", "grown") if cause.plan is None else ("changed",)
                yield from (TwinPlan(place, kind) for kind in kinds)
            elif cause.target is not None and self.material.labels[number] != cause.target:
                donors = cause.donors[half]
                if cause.plan is not None:
                    yield TwinPlan(place, "given")
                elif donors:
                    yield TwinPlan(place, "given", donors[(seed + number) % len(donors)])

    def trial(self, plan: TwinPlan) -> PropertyTrial | None:
        """How the property is changed; ``None`` of what is in a place."""
        how = self.material.causes[plan.cause].plan
        if how is None:
            return None
        return PropertyTrial(how.prop.change, how.usual if plan.kind == "changed" else how.typical)

    def _picture(self, plan: TwinPlan, number: int, probe: PhotoProbe) -> Tensor:
        """A twin as the model receives it, ``(1, 3, h, w)``.

        Raises:
            SaliencyError: This photo cannot be changed so.
        """
        cause, trial = self.material.causes[plan.cause], self.trial(plan)
        if trial is not None:
            return self.classifier.normalised(trial.picture(probe))
        if plan.donor is None:
            x, soft = _covered(probe, cause.having[number])
            return Filling(x).pictures(soft[None], FILLS[plan.kind])
        patch = self._patch(plan.cause, cause, plan.donor)
        if patch is None:
            raise SaliencyError("There is nothing to be put into this photo.")
        return composite(probe.prepared.x, *patch)

    def _patch(self, place: int, cause: Cause, donor: int) -> tuple[Tensor, Tensor] | None:
        """A photo's picture and how much of each point is taken from it."""
        if (place, donor) not in self._patches:
            try:
                self._patches[place, donor] = _covered(self.probe(donor), cause.having[donor][:1])
            except SaliencyError:
                self._patches[place, donor] = None
        return self._patches[place, donor]


def _covered(probe: PhotoProbe, boxes: tuple[Box, ...]) -> tuple[Tensor, Tensor]:
    """A photo as the model receives it, and how far each point of it lies in some boxes, ``(h, w)``."""
    x = probe.prepared.x
    mask = Area(boxes).on_input(probe.prepared.placement).to(x.device)
    return x, soft_masks(mask[None], edge_of(x))[0]


def batch(twins: list[Twin]) -> Tensor:
    """The pictures of twins of one photo, ``(n, 3, h, w)``."""
    return torch.cat([twin.x for twin in twins])
