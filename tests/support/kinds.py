"""Models of tags and of a number, so simple that what an audit of them must find can be said beforehand."""

from __future__ import annotations

from corner import RECIPE, Corner
from torch import Tensor, nn

from saliency.classifier import Classifier, OutputKind, Outputs

TAGS = ("bright", "dark", "none of both")


class Scale(nn.Module):
    """A number from some 3, in the dark, to 10: how bright the upper left quarter of each side is."""

    def forward(self, x: Tensor) -> Tensor:
        return 2 + 8 * x[:, :, :8, :8].mean((1, 2, 3))


class YesNo(nn.Module):
    """One logit: whether it is bright there."""

    def forward(self, x: Tensor) -> Tensor:
        return 20 * x[:, :, :8, :8].mean((1, 2, 3)) - 15


def tags(threshold: float = 0.5) -> Classifier:
    """``Corner``, whose three outputs are tags."""
    outputs = Outputs(OutputKind.LABELS, threshold=threshold)
    return Classifier.build(Corner(), RECIPE, TAGS, "Tags", "tests", outputs=outputs, digest="ab" * 32)


def score() -> Classifier:
    """``Scale``, usually from 0 to 10."""
    outputs = Outputs(OutputKind.SCORE, usual_range=(0, 10))
    return Classifier.build(Scale(), RECIPE, ("ad score",), "Judge", "tests", outputs=outputs)


def yes_no() -> Classifier:
    """``YesNo``, whose answers are “bright” and “not bright”."""
    return Classifier.build(YesNo(), RECIPE, ("bright",), "Bright", "tests")
