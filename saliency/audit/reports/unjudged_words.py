"""Which answers could not be judged, for which labels, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from saliency.audit.reports.sentences import counted
from saliency.audit.reports.unjudged_labels import UnjudgedLabel
from saliency.classifier import OutputKind, YesNoQuestion

_LABELS = 6  # labels named
_HOW_TO_LABEL = {
    OutputKind.LABELS: "Write each photo's tags as the model has them, “;” between several, “none” for none",
    OutputKind.SCORE: "Write the number that is true of each photo",
}


def unjudged(
    labels: Sequence[UnjudgedLabel],
    known: Sequence[str],
    rest: str = ", all in findings.json",
    question: YesNoQuestion | None = None,
) -> str:
    """The guesses for how many photos cannot be judged, for which labels, and what to do; empty if none.

    Args:
        labels: The labels.
        known: Some of the model's classes.
        rest: Where those are that are not named here.
        question: What a model of tags or of a number is asked.
    """
    if not labels:
        return ""
    named = [_unjudged_label(label) for label in labels[:_LABELS]]
    if others := len(labels) - len(named):
        named.append(f"{counted(others, 'more label')}{rest}")
    photos = sum(label.photos for label in labels)
    guesses = f"answer{'' if photos == 1 else 's'} for {counted(photos, 'photo')}"
    examples = ", ".join(f"“{name}”" for name in known)
    again = ", and audit again" if rest else ""  # before the start, nothing was audited yet
    if question is not None:
        yes, no = question.answers
        return (
            f"The {guesses} cannot be judged, as these labels do not answer the question: "
            f"{'; '.join(named)}. "
            f"{_HOW_TO_LABEL[question.kind]}, or one of the answers, “{yes}” or “{no}”{again}."
        )
    return (
        f"The {guesses} cannot be judged, as these labels are not the name of exactly one class of the "
        f"model: {'; '.join(named)}. "
        f"{f'Its classes are, for example, {examples}. ' if examples else ''}"
        "Write the labels, in the table or as names of folders, as the model's classes are written, "
        f"or choose a model that knows them{again}."
    )


def _unjudged_label(label: UnjudgedLabel) -> str:
    names = " and ".join(f"“{name}”" for name in dict.fromkeys(label.classes))
    what = f"perhaps {names}" if names else ""
    if label.ambiguous:
        same = len(set(label.classes)) == 1
        what = f"the name of {len(label.classes)} classes" if same else f"can mean {names}"
    answered = f"{label.answered} answered “{label.answer}”" if label.answer else ""
    if what and label.classes == (label.answer,):
        what = "perhaps the same"
    return f"“{label.label}” ({', '.join(filter(None, (counted(label.photos, 'photo'), answered, what)))})"
