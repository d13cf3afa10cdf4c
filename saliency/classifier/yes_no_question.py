"""One question with the answers yes and no, put to a model that gives tags, or a number on a scale."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from saliency.classifier.outputs import OutputKind, Outputs, Score

STEPS = 10
"""Parts of a usual range: a number that is one of them above a limit says yes with odds of e to 1."""


@dataclass(frozen=True, slots=True)
class YesNoQuestion:
    """Is this tag given? Is this number so high?

    Attributes:
        kind: ``LABELS`` or ``SCORE``.
        label: The tag, or what the number says.
        limit: Share in (0, 1) from which the tag is given; number from which the answer is yes.
        usual_range: Lowest and highest value that the number usually has; of shares, 0 and 1.
    """

    kind: OutputKind
    label: str
    limit: float
    usual_range: tuple[float, float] = (0.0, 1.0)

    def __str__(self) -> str:
        """The question, as it stands behind a colon."""
        if self.kind is OutputKind.LABELS:
            return f"is the tag “{self.label}” given (from {self._limit})?"
        return f"is the {self.label} {self._limit} or more?"

    @property
    def sentence(self) -> str:
        """The question as people read it."""
        return f"Asked of each photo: {self}"

    @property
    def of_middle(self) -> str:
        """Where its limit comes from, if nobody said one: the middle of the usual range."""
        low, high = (np.format_float_positional(end, trim="-") for end in self.usual_range)
        return f"No number was said, so {self._limit} is taken, the middle of the usual {low} to {high}."

    @property
    def answers(self) -> tuple[str, str]:
        """Yes and no, each as a class is named."""
        if self.kind is OutputKind.LABELS:
            return self.label, f"not {self.label}"
        return f"{self.label} {self._limit} or more", f"{self.label} below {self._limit}"

    @property
    def outputs(self) -> Outputs:
        """What the model's own numbers are."""
        if self.kind is OutputKind.LABELS:
            return Outputs(self.kind, self.limit)
        return Outputs(self.kind, usual_range=self.usual_range)

    @property
    def scale(self) -> float:
        """What the model's number is multiplied by to be the log-odds of yes, but for an amount added."""
        low, high = self.usual_range
        return 1.0 if self.kind is OutputKind.LABELS else STEPS / (high - low)

    @property
    def less(self) -> float:
        """What is then taken away."""
        if self.kind is OutputKind.LABELS:
            return math.log(self.limit / (1 - self.limit))
        return self.scale * self.limit

    def value(self, scores: Iterable[Score]) -> float:
        """The tag's share, or the number, of which a model that was asked this gave these scores."""
        return self.number(2 * next(score.logit for score in scores if score.index == 0))  # yes has half

    def number(self, log_odds: float) -> float:
        """The tag's share, or the number, of which these are the log-odds of yes."""
        number = (log_odds + self.less) / self.scale
        if self.kind is not OutputKind.LABELS:
            return number
        return 1 / (1 + math.exp(-number)) if number > 0 else math.exp(number) / (1 + math.exp(number))

    @property
    def _limit(self) -> str:
        least = 2 if self.kind is OutputKind.LABELS else 0
        return np.format_float_positional(self.limit, trim="k" if least else "-", min_digits=least)
