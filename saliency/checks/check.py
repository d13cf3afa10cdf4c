"""Check it: from a suggestive picture to a tested answer.

A heat map is a question. Here a person marks an area and asks the model again with it covered, kept alone,
or pasted elsewhere. :func:`check` does all of that. The page asks for its parts one by one: :func:`area_test`
first, ``hide`` and ``paste`` when somebody wants them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from saliency.checks.controls import COUNT
from saliency.checks.cover import Cover, Finding, Keep, cover, keep, keep_passes
from saliency.checks.fills import Fill
from saliency.checks.hiding import HideCurve, hide, hide_passes
from saliency.checks.influence import Influence, influence
from saliency.checks.paste import PASSES, Paste, paste
from saliency.checks.probe import AreaProbe
from saliency.checks.question import ScoreQuestion
from saliency.classifier import Classifier
from saliency.errors import SaliencyError
from saliency.explanation import Explanation, explain
from saliency.photo.area import Area
from saliency.photo.framing import Framing
from saliency.photo.reading import Photo
from saliency.prepared_photo import PreparedPhoto, prepared_for
from saliency.progress import Progress, part_of


@dataclass(frozen=True, eq=False)
class AreaTest:
    """What testing an area shows, whatever the map it was marked on.

    Attributes:
        probe: The area, and what was asked.
        cover: What covering it does, and the finding.
        keep: What the model says to it alone.
    """

    probe: AreaProbe
    cover: Cover
    keep: Keep


@dataclass(frozen=True, eq=False)
class Check:
    """What testing one area of one photo shows.

    Attributes:
        test: What covering the area does, and what the model says to it alone.
        explanation: The map it was marked on.
        influence: How much of the map's influence is there; ``None`` if the map has nothing to show.
        hide: The score as the strongest places are hidden; ``None`` if the map has nothing to show, or if
            that was not asked.
        paste: What pasting it into other photos does; ``None`` without other photos.
    """

    test: AreaTest
    explanation: Explanation
    influence: Influence | None
    hide: HideCurve | None = None
    paste: Paste | None = None

    @property
    def finding(self) -> Finding:
        """Whether the score depends on the area."""
        return self.test.cover.finding

    def record(self) -> dict[str, Any]:
        """All that is needed to repeat and to judge this check, as JSON types."""
        probe, cover, keep = self.test.probe, self.test.cover, self.test.keep
        question = probe.question
        return {
            "target": question.target.label,
            "rather_than": question.rather_than.label if question.rather_than else None,
            "finding": str(cover.finding),
            "reason": str(cover.reason),
            "area": probe.area.record(),
            "influence": self.influence.record() if self.influence else None,
            "cover": cover.record(question),
            "keep": keep.record(question),
            "hide": self.hide.record() if self.hide else None,
            "paste": self.paste.record(question) if self.paste else None,
            "check_seed": probe.seed,
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
    prepared = prepared_for(classifier, photo, framing, prepared)
    if explanation is None:
        question = ScoreQuestion.of(prepared, target, rather_than)
    else:
        question = _question_of(explanation, prepared)
    probe = AreaProbe.of(question, area, count=count, seed=seed)
    if explanation is None:
        explanation = explain(
            classifier,
            photo,
            method=method,
            target=target,
            rather_than=rather_than,
            seed=seed,
            prepared=prepared,
            on_progress=on_progress,
        )
    before_hiding = area_test_passes(probe)
    before_pasting = before_hiding + (0 if explanation.empty else hide_passes())
    total = before_pasting + PASSES * len(others)
    return Check(
        test=area_test(probe, part_of(on_progress, 0, total)),
        explanation=explanation,
        influence=influence(explanation, probe.mask),
        hide=hide(question, explanation, part_of(on_progress, before_hiding, total), seed=seed),
        paste=paste(probe, others, part_of(on_progress, before_pasting, total)) if others else None,
    )


def area_test(probe: AreaProbe, on_progress: Progress | None = None) -> AreaTest:
    """Cover an area, and keep only it."""
    total = area_test_passes(probe)
    covered = cover(probe, part_of(on_progress, 0, total))
    return AreaTest(probe, covered, keep(probe, part_of(on_progress, total - keep_passes(), total)))


def most_area_test_passes() -> int:
    """How many pictures :func:`area_test` asks of at most."""
    return len(Fill) * (1 + COUNT) + keep_passes()


def area_test_passes(probe: AreaProbe) -> int:
    """How many pictures :func:`area_test` asks of."""
    return len(Fill) * (1 + len(probe.controls.masks)) + keep_passes()


def _question_of(explanation: Explanation, prepared: PreparedPhoto) -> ScoreQuestion:
    """The question that a map answers.

    Raises:
        SaliencyError: It is of another photo, model or framing.
    """
    classifier = prepared.classifier
    asked = (explanation.model, explanation.weights, explanation.photo.digest, explanation.framing)
    if asked != (classifier.name, classifier.digest, prepared.photo.digest, prepared.framing):
        raise SaliencyError("This result is of another photo or model. Ask about that one, or start anew.")
    return ScoreQuestion(prepared, explanation.target, explanation.rather_than)
