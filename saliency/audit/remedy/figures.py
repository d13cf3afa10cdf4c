"""How a last step does on the photos of the judging half, and on their twins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

from saliency.audit.remedy.kept_features import PhotoFeatures
from saliency.audit.remedy.material import Material
from saliency.audit.remedy.record import ClassChange, DependenceFigures, Share


@dataclass(frozen=True, eq=False)
class Judge:
    """The judging half, ready to be asked with any last step.

    Attributes:
        material: What is to be mended.
        features: By a photo's number.
        old: Weights ``(K, D)`` and biases ``(K,)`` of the model as it is.
    """

    material: Material
    features: Mapping[int, PhotoFeatures]
    old: tuple[Tensor, Tensor]

    @property
    def numbers(self) -> list[int]:
        """The photos of the half that could be read."""
        return [number for number in self.material.judging if number in self.features]

    def right(self, weight: Tensor, bias: Tensor) -> Share:
        """Right answers to ordinary photos."""
        return Share(sum(self._right_by_class(weight, bias).values()), len(self.numbers))

    def changes(self, labels: tuple[str, ...], new: tuple[Tensor, Tensor]) -> tuple[ClassChange, ...]:
        """Classes with more or fewer right answers than before, those that lost most first."""
        photos = Counter(self.material.labels[number] for number in self.numbers)
        before, after = self._right_by_class(*self.old), self._right_by_class(*new)
        changes = [
            ClassChange(labels[label], count, before[label], after[label])
            for label, count in photos.items()
            if before[label] != after[label]
        ]
        return tuple(sorted(changes, key=lambda change: (change.after - change.before, change.label)))

    def figures(self, place: int, weight: Tensor, bias: Tensor) -> DependenceFigures:
        """How far answers depend on one cause."""
        cause = self.material.causes[place]
        depends = right_with = right_without = having = carried = others = 0
        for number in self.numbers:
            features, label = self.features[number], self.material.labels[number]
            own = _answers(features.own[None], weight, bias)[0]
            without = _answers(features.chosen(place, "blur", "grown", "changed"), weight, bias)
            if without:
                having += 1
                depends += all(answer != own for answer in without)
                right_with += own == label
                right_without += all(answer == label for answer in without)
            given = _answers(features.chosen(place, "given"), weight, bias)
            if given and _answers(features.own[None], *self.old)[0] != cause.target:
                others += 1
                carried += given[0] == cause.target
        return DependenceFigures(
            Share(depends, having),
            Share(right_with, having),
            Share(right_without, having),
            Share(carried, others),
        )

    def _right_by_class(self, weight: Tensor, bias: Tensor) -> Counter[int]:
        counts: Counter[int] = Counter()
        for number in self.numbers:
            label = self.material.labels[number]
            counts[label] += _answers(self.features[number].own[None], weight, bias)[0] == label
        return counts


def _answers(features: Tensor, weight: Tensor, bias: Tensor) -> list[int]:
    """Positions of the answers to what goes into a last step, ``(n, D)``."""
    answers: list[int] = (features @ weight.T + bias).argmax(1).tolist()
    return answers
