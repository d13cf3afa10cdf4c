"""Does a model know what a photo shows, or does it name something because it has to name something?

A classifier gives scores that add up to 1 to whatever it is shown. Three things together tell more than the
score:

* the answer has to stay, and stay as sure, in slightly changed copies of the photo: mirrored, and its middle
  enlarged. The mean of its scores over photo and copies is the measure (as in Bahat 2020, Classification
  Confidence Estimation with Test-Time Data-Augmentation);
* the answer is not the class that means "none of these";
* the model's own limits, where it states some: of the score, and of the evidence as a whole.

From which mean a model is sure differs from model to model, so each states it (``sure_from`` of
``saliency.Classifier``); those of the built-in ones were chosen on one half of the pictures, and confirmed on
the other (``docs/checks.md``).

Labels of which several may be true, and a number on a scale, do not have to name anything. There the answer
is steady where the same labels are given in the changed copies, or where the number stays within a tenth of
its usual range, and lies in it; the model is never said not to know the photo.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from saliency.classifier import Classifier, OutputKind, Outputs, Score
from saliency.methods.batching import at_once
from saliency.near_names import shared_kind
from saliency.photo.framing import Framing

LEANS = 0.5
"""Share of the mean from which a model is sure: from here on it leans towards the answer."""

STEADY = 0.1
"""Share of a scale's usual range within which its number stays about the same, or may lie outside it."""

_NAMED = 3  # labels in a sentence
_MOST = 0.5  # of the score: what the best answers have in common is said from here on
_MIDDLE = 0.7  # of each side


class Footing(StrEnum):
    """How well a model knows what a photo shows."""

    SURE = "sure"
    LEANS = "leans"
    UNKNOWN = "does not know this"


_SHARES = Outputs()


@dataclass(frozen=True)
class Familiarity:
    """Whether a model knows what a photo shows.

    Attributes:
        footing: How well.
        label: Its answer; the strongest label, or the name of the scale.
        score: The score of that, in [0, 1], or the number.
        steady: Its mean score over the photo and its changed copies, in [0, 1], or the mean number.
        same: In how many of the changed copies it is the answer; the same labels are given; or the number is
            about the same.
        changes: How many changed copies there are.
        doubtful: Whether the photo as it is says so already: the answer is "none of these", or below the
            model's own limits.
        outputs: What the scores are.
        wavering: Labels that are given in the photo and not in each copy, or in a copy alone.
        furthest: The number of the copy in which it is furthest from that of the photo.
        kind: What kind of thing the three best answers all are by their names, where these have at least half
            of the score together; else empty.
        together: The score of these three together, in [0, 1].
    """

    footing: Footing
    label: str
    score: float
    steady: float
    same: int
    changes: int
    doubtful: bool = False
    outputs: Outputs = _SHARES
    wavering: tuple[str, ...] = ()
    furthest: float = 0.0
    kind: str = ""
    together: float = 0.0

    @property
    def strange(self) -> bool:
        """Whether the model does not know what the photo shows."""
        return self.footing is Footing.UNKNOWN

    @property
    def sentence(self) -> str:
        """For people: how far to rely on the answer."""
        if self.outputs.is_score:
            return self._of_number
        if self.outputs.kind is OutputKind.LABELS and not self.doubtful:
            return self._of_labels
        match self.footing:
            case Footing.SURE:
                return f"The model is sure of “{self.label}”, also when the photo is changed a little."
            case Footing.LEANS:
                return f"Read it with care: the model is not sure of “{self.label}”."
            case _ if self.doubtful and self.kind:
                return (
                    f"The model is not sure what this photo shows. Its three best answers are all kinds of "
                    f"“{self.kind}” ({self.outputs.shown(self.together)} of 1 together); the best is "
                    f"“{self.label}”."
                )
            case _ if self.doubtful:
                return f"The model does not seem to know what this photo shows. It answers “{self.label}”."
            case _:
                return (
                    f"The model is not sure of “{self.label}” when the photo is mirrored or cut closer. "
                    "Do not rely on it."
                )

    @property
    def _of_number(self) -> str:
        shown = self.outputs.shown
        if outside_range(self.outputs, self.score):
            usual = self.outputs.usual
            return f"The {self.label} of {shown(self.score)} lies outside its usual range, {usual}."
        if self.footing is Footing.SURE:
            return f"The {self.label} stays about the same when the photo is changed a little."
        return (
            f"The {self.label} goes from {shown(self.score)} to {shown(self.furthest)} when the photo is "
            "mirrored or cut closer."
        )

    @property
    def _of_labels(self) -> str:
        if self.footing is Footing.SURE:
            return "The same tags are given when the photo is changed a little."
        tags = [f"“{label}”" for label in self.wavering[:_NAMED]]
        if more := len(self.wavering) - len(tags):
            tags.append(f"{more} more")
        names = " and ".join(filter(None, (", ".join(tags[:-1]), tags[-1])))
        noun, verb = ("tag", "is") if len(self.wavering) == 1 else ("tags", "are")
        return f"Whether the {noun} {names} {verb} given changes when the photo is mirrored or cut closer."

    def record(self) -> dict[str, Any]:
        """As JSON types."""
        return {
            "footing": str(self.footing),
            "sentence": self.sentence,
            "score": round(self.score, 6),
            "mean_score_of_changed_copies": round(self.steady, 6),
            "same_answer": self.same,
            "changed_copies": self.changes,
        } | ({"kind_of_best_answers": self.kind} if self.kind else {})


def familiarity(
    classifier: Classifier, x: Tensor, scores: Sequence[Score], framing: Framing | str = Framing.WHOLE
) -> Familiarity:
    """Whether a model knows what a photo shows; takes two passes.

    Args:
        classifier: The model.
        x: The photo as the model receives it, ``(1, 3, h, w)``.
        scores: What it says to it, best first.
        framing: How it was handed over.
    """
    copies, top, graph = changed_copies(x), scores[0], classifier.graph
    logits = torch.cat([graph.logits(part) for part in copies.split(at_once(graph, copies))])
    answers = [classifier.scores(row[None], framing) for row in logits]
    again = [next(score.score for score in answer if score.index == top.index) for answer in answers]
    if not classifier.outputs.exclusive:
        return _steadiness(classifier, scores, answers, again)
    steady = (top.score + sum(again)) / (1 + len(again))
    footing = Footing.SURE if steady >= classifier.sure_from else Footing.LEANS
    doubtful = classifier.may_know_nothing(scores)
    if doubtful or steady < LEANS * classifier.sure_from:
        footing = Footing.UNKNOWN
    same, best = sum(answer[0].index == top.index for answer in answers), scores[:_NAMED]
    together = sum(one.score for one in best)
    known_kind = together >= _MOST and len(best) == _NAMED
    return Familiarity(
        footing,
        top.label,
        top.score,
        steady,
        same,
        len(answers),
        doubtful,
        kind=shared_kind([one.label for one in best]) if known_kind else "",
        together=together,
    )


def outside_range(outputs: Outputs, number: float) -> bool:
    """Whether a number on a scale lies further outside its usual range than a tenth of it."""
    low, high = outputs.usual_range
    room = STEADY * outputs.width
    return outputs.is_score and not low - room <= number <= high + room


def _steadiness(
    classifier: Classifier, scores: Sequence[Score], answers: Sequence[Sequence[Score]], again: list[float]
) -> Familiarity:
    """Whether labels, or a number on a scale, stay as they are in changed copies.

    Args:
        classifier: The model.
        scores: What it says to the photo, best first.
        answers: What it says to the copies, each best first.
        again: The score that each copy has where the photo has its best one.
    """
    outputs, top = classifier.outputs, scores[0]
    wavering: tuple[str, ...] = ()
    if outputs.is_score:
        same = sum(abs(outputs.fall(top.score, number)) < STEADY for number in again)
    else:
        given, *others = ({s.label for s in each if outputs.given(s.score)} for each in (scores, *answers))
        same = sum(labels == given for labels in others)
        wavering = tuple(s.label for s in scores if any((s.label in given) != (s.label in o) for o in others))
    doubtful = classifier.may_know_nothing(scores)
    steady = same == len(again) and not outside_range(outputs, top.score)
    return Familiarity(
        footing=Footing.UNKNOWN if doubtful else Footing.SURE if steady else Footing.LEANS,
        label=top.label,
        score=top.score,
        steady=(top.score + sum(again)) / (1 + len(again)),
        same=same,
        changes=len(again),
        doubtful=doubtful,
        outputs=outputs,
        wavering=wavering,
        furthest=max(again, key=lambda number: abs(number - top.score)),
    )


def strange(
    classifier: Classifier, x: Tensor, scores: Sequence[Score], framing: Framing | str = Framing.WHOLE
) -> bool:
    """What ``familiarity(…).strange`` is, with a pass a changed copy only as long as the answer is open.

    The scores of copies that were not asked lie in [0, 1], so that the mean is often bounded without them.

    Args:
        classifier: The model.
        x: The photo as the model receives it, ``(1, 3, h, w)``.
        scores: What it says to it, best first.
        framing: How it was handed over.
    """
    if not classifier.outputs.exclusive or classifier.may_know_nothing(scores):
        return classifier.may_know_nothing(scores)
    total, enough = scores[0].score, (1 + len(_CHANGES)) * LEANS * classifier.sure_from
    for number, change in enumerate(_CHANGES):
        if not total < enough <= total + len(_CHANGES) - number:
            break
        again = classifier.scores(classifier.graph.logits(change(x)), framing)
        total += next(score.score for score in again if score.index == scores[0].index)
    return total < enough


def changed_copies(x: Tensor) -> Tensor:
    """A picture ``(1, 3, h, w)`` mirrored, and its middle enlarged to the same size, ``(2, 3, h, w)``."""
    return torch.cat([change(x) for change in _CHANGES])


def _mirrored(x: Tensor) -> Tensor:
    return x.flip(3)


def _enlarged(x: Tensor) -> Tensor:
    height, width = x.shape[2:]
    down, across = (round((1 - _MIDDLE) / 2 * side) for side in (height, width))
    middle = x[:, :, down : height - down, across : width - across]
    return interpolate(middle, size=(height, width), mode="bilinear")


_CHANGES = (_mirrored, _enlarged)
