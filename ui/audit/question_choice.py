"""What a model of tags, or of a number, is asked about each photo: which tag, or from which number."""

from __future__ import annotations

import math
from collections.abc import Mapping

import streamlit as st

from saliency.audit.inputs.true_answers import tag_counts
from saliency.classifier import Classifier, OutputKind, YesNoQuestion, yes_no_question
from ui import words as wording
from ui.audit import words
from ui.widgets.controls import choose_in_list

_CLICKS = 20  # from one end of the usual range to the other


def choose(model: Classifier, key: str, labels: Mapping[str, int]) -> YesNoQuestion | None:
    """Draws the field, and says what is asked; nothing for a model whose classes exclude each other.

    Args:
        model: The model.
        key: Its key.
        labels: How many photos have each label, as far as that is known.

    Raises:
        SaliencyError: The model has two tags of that name.
    """
    if model.outputs.exclusive:
        return None
    if model.outputs.kind is OutputKind.SCORE:
        question = yes_no_question(model, at_least=_limit(model, key))
    else:
        question = yes_no_question(model, _tag(model, key, labels))
    st.caption(wording.plain(question.sentence if question else ""))
    return question


def _tag(model: Classifier, key: str, labels: Mapping[str, int]) -> int:
    """The position of the tag that is chosen, to begin with the one that most photos have."""
    counts = tag_counts(labels, model.labels)
    usual = max(range(len(model.labels)), key=lambda index: (counts[index], -index))
    names = {str(index): wording.plain(label) for index, label in enumerate(model.labels)}
    kept = f"audit-tag-{key}-{usual}"
    return int(choose_in_list(words.TAG, names, index=usual, key=kept, help=words.TAG_HELP, width=400))


def _limit(model: Classifier, key: str) -> float:
    """The number that is chosen, to begin with the middle of the usual range."""
    (low, high), name = model.outputs.usual_range, wording.plain(model.labels[0])
    usual = yes_no_question(model)
    decimals = max(0, 2 - math.floor(math.log10(high - low)))
    return float(
        st.number_input(
            words.LIMIT.format(name=name),
            min_value=float(low),
            max_value=float(high),
            value=usual.limit if usual else low,
            step=round((high - low) / _CLICKS, decimals + 1),
            format=f"%.{decimals}f",
            key=f"audit-limit-{key}",
            help=words.LIMIT_HELP.format(low=f"{low:g}", high=f"{high:g}"),
            width=280,
        )
    )
