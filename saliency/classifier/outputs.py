"""The kinds of numbers that models give, and what an answer is in each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from torch import Tensor

from saliency.errors import SaliencyError


class OutputKind(StrEnum):
    """What a model's numbers are.

    ``SOFTMAX`` are logits of classes that exclude each other, and ``PROBABILITIES`` their shares. Of
    ``LABELS`` several may be true at once. ``YES_NO`` is one number that says whether one thing is so, shown
    as two classes that exclude each other. ``SCORE`` is one number on a scale.
    """

    SOFTMAX = "softmax"
    PROBABILITIES = "probabilities"
    LABELS = "labels"
    YES_NO = "yes-no"
    SCORE = "score"


@dataclass(frozen=True)
class Score:
    """What the model gives one class, label or scale.

    Attributes:
        label: Its name.
        score: Of classes that exclude each other, the softmax of the logits at the classifier's temperature,
            in [0, 1]; of a label beside which others may be true, the sigmoid; of a scale, the number itself.
        index: Its position in the model's output.
        logit: The raw output that methods explain.
    """

    label: str
    score: float
    index: int
    logit: float = field(default=0.0, compare=False)


@dataclass(frozen=True)
class Outputs:
    """What a model's numbers are, and when they are an answer.

    Attributes:
        kind: What they are.
        threshold: Share in (0, 1) from which a label is given; for ``LABELS``.
        usual_range: Lowest and highest value that the number usually has; for ``SCORE``.
    """

    kind: OutputKind = OutputKind.SOFTMAX
    threshold: float = 0.5
    usual_range: tuple[float, float] = (0.0, 1.0)

    def __post_init__(self) -> None:
        """Refuse limits that mean nothing."""
        low, high = self.usual_range
        if not (0 < self.threshold < 1 and -float("inf") < low < high < float("inf")):
            raise SaliencyError(
                "A threshold lies between 0 and 1, and a usual range goes from a lower to a higher number."
            )

    @classmethod
    def of(cls, outputs: Outputs | OutputKind | str) -> Outputs:
        """The outputs meant by their kind or its name.

        Raises:
            SaliencyError: There is no such kind.
        """
        if isinstance(outputs, Outputs):
            return outputs
        try:
            return cls(OutputKind(outputs))
        except ValueError:
            raise SaliencyError(
                f"A model's outputs can be {', '.join(OutputKind)}; they were “{outputs}”."
            ) from None

    @property
    def exclusive(self) -> bool:
        """Whether one class is the answer, so that a class can be compared with another."""
        return self.kind not in (OutputKind.LABELS, OutputKind.SCORE)

    @property
    def width(self) -> float:
        """How far apart the ends of the scale are on which scores are compared: 1 for shares."""
        low, high = self.usual_range if self.kind is OutputKind.SCORE else (0.0, 1.0)
        return high - low

    @property
    def is_score(self) -> bool:
        """Whether they are one number on a scale, of which no share can be taken."""
        return self.kind is OutputKind.SCORE

    @property
    def usual(self) -> str:
        """The usual range of a score in words: 0 to 10."""
        low, high = self.usual_range
        return f"{low:,.6g} to {high:,.6g}"

    def shown(self, value: float) -> str:
        """A score in two decimals, never quite 0 or 1; the number on a scale as fine as a hundredth of it."""
        if self.is_score:
            decimals = max(0, 2 - math.floor(math.log10(self.width)))
            text = f"{value:,.{decimals}f}"
            return text.removeprefix("-") if float(text.replace(",", "")) == 0 else text
        if value >= 0.995:
            return "above 0.99"
        return f"{value:.2f}" if value >= 0.005 else "below 0.01"

    def fall(self, before: float, after: float) -> float:
        """How far a score fell, below 0 if it rose: as a share of itself, or of a scale's usual range."""
        if self.is_score:
            return (before - after) / self.width
        return 1 - after / before if before else 0.0

    def record(self) -> dict[str, Any]:
        """As JSON types: the kind, and the threshold of labels or the usual range of a score."""
        limits: dict[OutputKind, dict[str, Any]] = {
            OutputKind.LABELS: {"threshold": self.threshold},
            OutputKind.SCORE: {"usual_range": list(self.usual_range)},
        }
        return {"kind": str(self.kind), **limits.get(self.kind, {})}

    def given(self, score: float) -> bool:
        """Whether a label with this score is given; always true of the number on a scale."""
        return self.kind is not OutputKind.LABELS or score >= self.threshold

    def values(self, logits: Tensor) -> Tensor:
        """What is shown of logits ``(…, K)`` that were divided by the temperature: shares, or the numbers."""
        match self.kind:
            case OutputKind.SCORE:
                return logits
            case OutputKind.LABELS:
                return logits.sigmoid()
            case _:
                return logits.softmax(-1)


def answers_of(labels: Sequence[str], kind: OutputKind) -> tuple[str, ...]:
    """What a model may answer: its labels; of one number that says yes or no, no too."""
    if kind is OutputKind.YES_NO and len(labels) == 1:
        return (labels[0], f"not {labels[0]}")
    return tuple(labels)
