"""The kinds of numbers that models give, and what an answer is in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

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
