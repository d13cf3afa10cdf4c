"""One question asked of many changed copies of a photo: how high does the model score this class now?"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from saliency.classifier import OutputKind, Outputs, Score
from saliency.heat.heatmap import received_image
from saliency.methods.batching import at_once
from saliency.prepared_photo import PreparedPhoto, target_and_rival
from saliency.progress import Progress


@dataclass(frozen=True)
class Answer:
    """What the model says to one picture.

    Attributes:
        score: The score of the class asked for, as :class:`saliency.Score` has it; in a comparison with
            another class, its share of the two.
        log_odds: ``log(score / (1 − score))``, which still moves where the score is next to 0 or 1; of a
            number on a scale, the number.
        top: Index of the top guess.
        ahead: Whether the class asked for is the top guess, or ahead of the one it is compared with; of a
            label beside others, whether it is given; always true of a number on a scale.
    """

    score: float
    log_odds: float
    top: int
    ahead: bool


@dataclass(frozen=True, eq=False)
class ScoreQuestion:
    """How high does the model score a class on changed copies of a photo?

    Attributes:
        prepared: The photo as prepared for the model.
        target: The class asked for.
        rather_than: The class it is compared with, if with one.
    """

    prepared: PreparedPhoto
    target: Score
    rather_than: Score | None = None

    @classmethod
    def of(
        cls, prepared: PreparedPhoto, target: str | int | None = None, rather_than: str | int | None = None
    ) -> ScoreQuestion:
        """Ask for a class by label or index; for the top guess if ``None``.

        Raises:
            SaliencyError: The model does not know the class, or it is compared with itself.
        """
        return cls(prepared, *target_and_rival(prepared, target, rather_than))

    @property
    def outputs(self) -> Outputs:
        """What the model's numbers are."""
        return self.prepared.classifier.outputs

    @property
    def before(self) -> Answer:
        """What the model says to the photo as it is."""
        return self.answers(self.prepared.graph.logits(self.prepared.x))[0]

    def answers(self, logits: Tensor) -> list[Answer]:
        """What logits ``(n, K)`` of n pictures say."""
        rows = logits.detach().cpu().double()
        temperature = self.prepared.classifier.temperature_of(self.prepared.framing)
        scaled, top = rows / temperature, rows.argmax(1)
        target = scaled[:, self.target.index]
        outputs = self.outputs
        if not outputs.exclusive:
            values = outputs.values(target)
            given = torch.tensor([outputs.given(value) for value in values.tolist()])
            columns = (values.tolist(), target.tolist(), top.tolist(), given.tolist())
            return [Answer(*row) for row in zip(*columns, strict=True)]
        if self.rather_than is None:
            others = scaled.index_fill(1, torch.tensor([self.target.index]), -math.inf)
            log_odds = target - others.logsumexp(1)
            ahead = top == self.target.index
        else:
            log_odds = target - scaled[:, self.rather_than.index]
            ahead = log_odds > 0
        columns = (log_odds.sigmoid().tolist(), log_odds.tolist(), top.tolist(), ahead.tolist())
        return [Answer(*row) for row in zip(*columns, strict=True)]

    def ask(
        self, pictures: Iterable[Tensor], total: int, on_progress: Progress | None = None
    ) -> list[Answer]:
        """Answers to the question for pictures, a few at a time.

        Args:
            pictures: Chunks ``(n, 3, h, w)`` of the model's input, made when they are needed.
            total: How many there are in all.
            on_progress: Told how many are done; what it raises stops the work.
        """
        answers: list[Answer] = []
        for chunk in pictures:
            for part in chunk.split(at_once(self.prepared.graph, chunk)):
                answers += self.answers(self.prepared.graph.logits(part))
                if on_progress is not None:
                    on_progress(len(answers), total)
        return answers

    def chunks(self, masks: Tensor) -> list[Tensor]:
        """Masks ``(n, h, w)`` in parts of at most as many as are asked of at once."""
        return list(masks.split(at_once(self.prepared.graph, masks))) if len(masks) else []

    def in_photo(self, pixels: NDArray[np.uint8], size: tuple[int, int] | None = None) -> Image.Image:
        """A changed copy ``(h, w, 3)`` uint8 in the photo's frame, RGB; edges that were cut off are faded.

        Args:
            pixels: As :attr:`saliency.checks.cover.FillOutcome.picture` and the like give it.
            size: Width and height of the result; the photo's own size if ``None``.
        """
        return received_image(self.prepared.photo, self.prepared.placement, pixels, size)

    def label(self, answer: Answer) -> str:
        """The top guess in words."""
        return self.prepared.classifier.labels[answer.top]

    def record(self, answer: Answer) -> dict[str, Any]:
        """An answer as JSON types."""
        given = {"given": answer.ahead} if self.outputs.kind is OutputKind.LABELS else {}
        return {
            "score": round(answer.score, 6),
            "log_odds": round(answer.log_odds, 4) if math.isfinite(answer.log_odds) else None,
            "top_guess": self.label(answer),
            **given,
        }
