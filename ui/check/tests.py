"""The checks that the page offers: what each computes, what it depends on and what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from saliency.agreement import RandomisationTest, randomisation_test
from saliency.checks.controls import COUNT, Controls, controls
from saliency.checks.cover import Cover, Keep, cover, covering, keep
from saliency.checks.fills import Fill, edge_of
from saliency.checks.hiding import HideCurve, hidden_passes, hide
from saliency.checks.influence import Influence, influence
from saliency.checks.paste import PASSES, Paste, paste
from saliency.checks.question import ScoreQuestion
from saliency.explanation import Explanation
from saliency.methods.registry import Method
from saliency.photo.area import Area
from saliency.photo.reading import Photo
from saliency.progress import Progress, part_of
from ui import words as wording
from ui.check import words as wording_check
from ui.check.more import words as wording_more
from ui.session import Session
from ui.widgets.pictures import png, small_size
from ui.work import explanations
from ui.work.slow_work import Task
from ui.work.words import CHECK

STEP = 5  # percent
LEVELS = tuple(percent / 100 for percent in range(0, 101, STEP))
"""How much is hidden; every step is measured."""


@dataclass(frozen=True, eq=False)
class Subject:
    """What is checked.

    Attributes:
        asked: The question that the map answers.
        result: The map.
    """

    asked: explanations.ExplainRequest
    result: Explanation

    @property
    def question(self) -> ScoreQuestion:
        """The question, to be asked of changed copies of the photo."""
        return ScoreQuestion(self.asked.prepared, self.result.target, self.result.rather_than)

    @property
    def key(self) -> tuple[object, ...]:
        """Everything an answer depends on, whatever the view."""
        weights, photo, framing, _, target, rival = self.asked.key
        return weights, photo, framing, target, rival

    def small(self, pixels: NDArray[np.uint8]) -> bytes:
        """A changed copy ``(h, w, 3)`` of what the model received, small and in the photo's frame, as PNG."""
        return png(self.question.in_photo(pixels, small_size(self.result.photo)))

    @property
    def label(self) -> str:
        """The class asked about, to stand between single quotation marks."""
        return wording.target_name(self.result.target, self.result.rather_than)


@dataclass(frozen=True, eq=False)
class AreaTest:
    """An area, tested.

    Attributes:
        area: The area.
        mask: The same on what the model received.
        elsewhere: The equal areas it is compared with.
        cover: What covering it does.
        kept: What the model says to it alone.
    """

    area: Area
    mask: torch.Tensor
    elsewhere: Controls
    cover: Cover
    kept: Keep


def testing(subject: Subject, area: Area, mask: torch.Tensor, mark: object) -> Task[AreaTest]:
    """Cover an area and ask again; keep only it and ask again.

    Args:
        subject: What is checked.
        area: The area.
        mask: The same on what the model received.
        mark: What tells this area from others.
    """
    edge = edge_of(subject.asked.prepared.x, outline=area.mask is not None)
    elsewhere = controls(mask, edge, count=COUNT)
    total = covering(elsewhere) + len(Fill)

    def work(on_progress: Progress) -> AreaTest:
        covered = cover(
            subject.question,
            mask,
            edge=edge,
            elsewhere=elsewhere,
            on_progress=part_of(on_progress, 0, total),
        )
        kept = keep(
            subject.question, mask, edge=edge, on_progress=part_of(on_progress, total - len(Fill), total)
        )
        return AreaTest(area, mask, elsewhere, covered, kept)

    return Task("cover", (*subject.key, mark), subject.asked.model, total, wording_check.COVER_INTRO, work)


def shared(state: Session, subject: Subject, mask: torch.Tensor, mark: object) -> Influence | None:
    """How much of the influence is inside an area, remembered; None if the map has nothing to show."""
    key = ("share", *subject.asked.key, mark)
    if key not in state.checks:
        state.checks[key] = influence(subject.result, mask)
    inside: Influence | None = state.checks[key]
    return inside


def hiding(subject: Subject) -> Task[HideCurve | None]:
    """Hide the strongest places, step by step."""

    def work(on_progress: Progress) -> HideCurve | None:
        return hide(subject.question, subject.result, levels=LEVELS, on_progress=on_progress)

    return Task(
        "hide", subject.asked.key, subject.asked.model, hidden_passes(LEVELS), wording_more.HIDE_INTRO, work
    )


def pasting(subject: Subject, tested: AreaTest, mark: object, photos: Sequence[Photo]) -> Task[Paste]:
    """Paste an area into other photos."""
    edge = edge_of(subject.asked.prepared.x, outline=tested.area.mask is not None)

    def work(on_progress: Progress) -> Paste:
        return paste(
            subject.question, tested.mask, photos, tested.elsewhere, edge=edge, on_progress=on_progress
        )

    digests = tuple(photo.digest for photo in photos)
    passes = PASSES * len(photos)
    return Task(f"paste-{passes}", (*subject.key, mark, digests), subject.asked.model, passes, "", work)


def second_view(subject: Subject, method: Method) -> Task[Explanation]:
    """Ask the same question with another view; the page then remembers that view's answer, too."""
    task = replace(subject.asked, method=method, view="").task()
    return replace(task, sentence=wording_more.other_view(method.name), words=CHECK)


def learning(subject: Subject) -> Task[RandomisationTest]:
    """Draw the view for copies of the model that have forgotten what they learned."""
    asked = subject.asked

    def work(on_progress: Progress) -> RandomisationTest:
        return randomisation_test(asked.prepared, subject.result, on_progress=on_progress)

    return Task(
        f"learned-{asked.method.key}",
        asked.key,
        asked.model,
        3 * asked.method.passes,
        wording_more.LEARNED_HELP,
        work,
    )
