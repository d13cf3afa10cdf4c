"""The words of an answer by its kind: a class, yes or no, tags of which several may be given, a number."""

from __future__ import annotations

from collections.abc import Sequence

from saliency.classifier import OutputKind, Outputs, Score
from saliency.export.words import ends as ends
from saliency.export.words import standing as standing
from saliency.export.words import topic as topic
from saliency.familiarity import Familiarity, Footing
from saliency.verdict.words import SHARES, score
from ui.words import finding, plain

TAGS = 3  # that are named, where several are given

NO_TAG = "No tag is given; nearest is {label} ({score}, given from {threshold})."
BELOW = "just below {threshold}"
NUMBER = "The model gives {value} for {label} ({usual})."
USUALLY = "usually {low} to {high}"


def answer(
    scores: Sequence[Score],
    outputs: Outputs,
    known: Familiarity | None = None,
    *,
    markup: bool = True,
) -> str:
    """What a model answers, in a sentence.

    Args:
        scores: All classes, best first.
        outputs: What the scores are.
        known: Whether the model knows what the photo shows, where that was asked; tags and numbers are what
            they are, and how steady they are is said beside them.
        markup: Whether the sentence is for the page (labels escaped, the first one bold) or for a picture.
    """
    if outputs.exclusive:
        return finding(scores, known, markup=markup, yes_no=outputs.kind is OutputKind.YES_NO)
    says = _number if outputs.is_score else _tags
    return says(scores, outputs, markup=markup)


def unsteady(known: Familiarity) -> str:
    """What has to be said beside tags or a number: that they change with little, or lie where none should.

    Of classes, the answer itself says it.
    """
    said = known.outputs.exclusive or known.footing is Footing.SURE
    return "" if said else known.sentence


def _tags(scores: Sequence[Score], outputs: Outputs, *, markup: bool) -> str:
    """Which tags are given, the first few by name; where none is, the nearest."""
    given = [entry for entry in scores if outputs.given(entry.score)]
    names = [f"**{plain(entry.label)}**" if markup else f"“{entry.label}”" for entry in scores[:TAGS]]
    values = [score(entry.score) for entry in scores[:TAGS]]
    threshold = score(outputs.threshold)
    if not given:
        value = BELOW.format(threshold=threshold) if values[0] == threshold else values[0]
        return NO_TAG.format(label=names[0], score=value, threshold=threshold)
    said = [f"{name} ({value})" for name, value in zip(names, values, strict=True)][: len(given)]
    if len(given) > len(said):
        said.append(f"{len(given) - len(said)} more")
    return f"Tag{'s' if len(given) > 1 else ''} given: {enumerated(said)}."


def _number(scores: Sequence[Score], outputs: Outputs, *, markup: bool) -> str:
    """The number on a scale, and where it usually lies."""
    shown = score(scores[0].score, outputs)
    label = f"“{plain(scores[0].label) if markup else scores[0].label}”"
    value = f"**{shown}**" if markup else shown
    return NUMBER.format(value=value, label=label, usual=usual_range(outputs))


def usual_range(outputs: Outputs) -> str:
    """Where the number on a scale usually lies."""
    low, high = (mark(value, outputs) for value in outputs.usual_range)
    return USUALLY.format(low=low, high=high)


def mark(value: float, outputs: Outputs) -> str:
    """A mark on a scale: a score without decimals that say nothing."""
    shown = score(value, outputs)
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def enumerated(names: Sequence[str]) -> str:
    """Names one after the other: "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def guess(entry: Score, outputs: Outputs = SHARES) -> str:
    """A top guess on its pill; a tag that is given has a tick."""
    tick = ":material/check: " if outputs.kind is OutputKind.LABELS and outputs.given(entry.score) else ""
    return f"{tick}{plain(entry.label)} · {score(entry.score, outputs)}"


def comparable(outputs: Outputs) -> bool:
    """Whether one answer can be asked for rather than another."""
    return outputs.exclusive and outputs.kind is not OutputKind.YES_NO
