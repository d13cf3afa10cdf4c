"""Check it: from a suggestive picture to a tested answer.

A heat map is a question. Here a person marks an area and asks the model again with it covered, kept alone, or
pasted elsewhere. :func:`check` does all of that; each part can be had on its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from saliency.checks.controls import COUNT, controls
from saliency.checks.cover import Cover, Finding, Keep, cover, covering, keep
from saliency.checks.fills import Fill, edge_of
from saliency.checks.hiding import HideCurve, hidden_passes, hide
from saliency.checks.influence import Influence, influence
from saliency.checks.paste import PASSES, Paste, paste
from saliency.checks.question import ScoreQuestion
from saliency.classifier import Classifier
from saliency.errors import SaliencyError
from saliency.explanation import Explanation, explain
from saliency.photo.area import Area
from saliency.photo.framing import Framing
from saliency.photo.reading import Photo
from saliency.prepared_photo import PreparedPhoto
from saliency.progress import Progress, part_of


@dataclass(frozen=True, eq=False)
class Check:
    """What testing one area of one photo shows.

    Attributes:
        area: The area.
        mask: The area on what the model received, ``(h, w)`` bool.
        explanation: The map it was marked on.
        question: What was asked.
        influence: How much of the map's influence is there; ``None`` if the map has nothing to show.
        cover: What covering it does, and the finding.
        kept: What the model says to it alone.
        hidden: The score as the strongest places are hidden; ``None`` if the map has nothing to show.
        pasted: What pasting it into other photos does; ``None`` without other photos.
        seed: Where random numbers started.
    """

    area: Area
    mask: Tensor
    explanation: Explanation
    question: ScoreQuestion
    influence: Influence | None
    cover: Cover
    kept: Keep
    hidden: HideCurve | None
    pasted: Paste | None
    seed: int

    @property
    def finding(self) -> Finding:
        """Whether the score depends on the area."""
        return self.cover.finding

    def record(self) -> dict[str, Any]:
        """All that is needed to repeat and to judge this check, as JSON types."""
        return {
            "target": self.question.target.label,
            "rather_than": self.question.rather_than.label if self.question.rather_than else None,
            "finding": str(self.finding),
            "reason": str(self.cover.reason),
            "area": self.area.record(),
            "influence": self.influence.record() if self.influence else None,
            "cover": self.cover.record(self.question),
            "keep": self.kept.record(self.question),
            "hide": self.hidden.record() if self.hidden else None,
            "paste": self.pasted.record(self.question) if self.pasted else None,
            "check_seed": self.seed,
            "explanation": self.explanation.record(),
        }


def check(
    classifier: Classifier,
    photo: Photo,
    area: Area,
    *,
    explanation: Explanation | None = None,
    method: str = "grad-cam",
    target: str | int | None = None,
    rather_than: str | int | None = None,
    framing: Framing | str = Framing.WHOLE,
    others: Sequence[Photo] = (),
    count: int = COUNT,
    seed: int = 0,
    prepared: PreparedPhoto | None = None,
    on_progress: Progress | None = None,
) -> Check:
    """Test an area of a photo: cover it, keep only it, hide the strongest places, paste it into other photos.

    Takes at most 60 passes without other photos, and 3 more for each of those; and what the map takes, where
    it is made here. Its progress is reported as that of a part of its own, before the rest.

    Args:
        classifier: The model, as ``models.load`` gives it.
        photo: As :func:`saliency.read_photo` gives it.
        area: As :class:`saliency.Area` or :func:`suggestions` makes it.
        explanation: The map it was marked on; its class, what that is compared with and its framing are kept.
            ``None``: one is made with ``method``, ``target``, ``rather_than`` and ``framing``.
        method: Key of a method in the registry.
        target: The class asked for, by label or index; the top guess if ``None``.
        rather_than: Ask for the lead over this class instead.
        framing: Hand over the whole photo, or the model's published centre crop.
        others: Photos that the area is pasted into.
        count: How many equal areas elsewhere it is compared with.
        seed: Where random numbers start; the same seed gives the same result.
        prepared: What earlier questions about the same photo found out.
        on_progress: Called as ``(done, total)`` pictures; what it raises stops the work.

    Raises:
        SaliencyError: The model did not receive the area, or as :func:`saliency.explain`.
    """
    if explanation is not None:
        framing = explanation.framing
    if prepared is None:
        prepared = PreparedPhoto(classifier, photo, framing)
    mask = area.on_input(prepared.placement).to(prepared.x.device)
    if explanation is None:
        explanation = explain(
            classifier,
            photo,
            method=method,
            target=target,
            rather_than=rather_than,
            framing=framing,
            seed=seed,
            prepared=prepared,
            on_progress=on_progress,
        )
    _same(explanation, classifier, photo, prepared)
    question = ScoreQuestion(prepared, explanation.target, explanation.rather_than)
    edge = edge_of(prepared.x, outline=area.mask is not None)
    elsewhere = controls(mask, edge, count=count, seed=seed)
    start = covering(elsewhere) + len(Fill)
    hiding = 0 if explanation.empty else hidden_passes()
    total = start + hiding + PASSES * len(others)
    covered = cover(
        question, mask, edge=edge, elsewhere=elsewhere, on_progress=part_of(on_progress, 0, total)
    )
    kept = keep(question, mask, edge=edge, on_progress=part_of(on_progress, start - len(Fill), total))
    curve = hide(question, explanation, seed=seed, on_progress=part_of(on_progress, start, total))
    pasted = None
    if others:
        progress = part_of(on_progress, start + hiding, total)
        pasted = paste(question, mask, others, elsewhere, edge=edge, on_progress=progress)
    return Check(
        area,
        mask,
        explanation,
        question,
        influence(explanation, mask),
        covered,
        kept,
        curve,
        pasted,
        seed,
    )


def _same(explanation: Explanation, classifier: Classifier, photo: Photo, prepared: PreparedPhoto) -> None:
    """What is put together here has to be of one photo, one model and one framing.

    Raises:
        SaliencyError: It is not.
    """
    asked = (classifier.name, classifier.digest, photo.digest, prepared.framing)
    if (explanation.model, explanation.weights, explanation.photo.digest, explanation.framing) != asked or (
        prepared.classifier is not classifier or prepared.photo.digest != photo.digest
    ):
        raise SaliencyError("This result is of another photo or model. Ask about that one, or start anew.")
