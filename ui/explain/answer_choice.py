"""The answer that is explained: the top ones to choose from, one that a person types, one to compare with."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from saliency.classifier import OutputKind, Outputs, Score
from saliency.near_names import LONGEST, meant, near
from saliency.verdict.words import score
from ui.answers.gauge import gauge
from ui.answers.words import comparable, guess
from ui.explain import words
from ui.session import Session
from ui.widgets.controls import bound
from ui.words import plain

_GUESSES = (3, 5)  # pills at least and at most
_TAGS = (5, 9)  # the same of tags, where those that are given go first
_WORTH_SHOWING = 0.005  # score below which a guess gets no pill, once there are enough


def choose_guess(state: Session, scores: Sequence[Score], outputs: Outputs) -> Score:
    """The top guesses as pills, or tags with those that are given first, and the one a link asked for.

    Beside them a person types what the photo shows, if it is something else. Where a model gives one number,
    there is nothing to choose: it is shown on its scale.

    Returns:
        The class that is explained.
    """
    if state.typed and state.target is None:
        _choose_typed(state, scores)
    target = next((entry for entry in scores if entry.index == state.target), scores[0])
    if outputs.is_score:
        gauge(target, outputs)
        return target
    tags = outputs.kind is OutputKind.LABELS
    fewest, most = _TAGS if tags else _GUESSES
    by_index = {entry.index: entry for entry in scores}
    worth = sum(entry.score >= (outputs.threshold if tags else _WORTH_SHOWING) for entry in scores[:most])
    pills = [entry.index for entry in scores[: max(fewest, worth)]]
    rest = [entry.index for entry in scores if entry.index not in pills]
    unknown = _near(state.typed, scores)
    for index in (target.index, *(unknown or ())):
        if index not in pills:
            pills.append(index)
    with st.container(horizontal=True, vertical_alignment="top", gap="medium"):
        with st.container(width="content"):
            st.pills(
                words.guesses(outputs),
                pills,
                format_func=lambda index: guess(by_index[index], outputs),
                required=True,
                wrap=True,
                **bound("guess", target.index, partial(_choose, state)),
            )
        if rest:
            _something_else(state, scores)
    if tags:
        st.caption(words.TICK.format(threshold=score(outputs.threshold)))
    if unknown is not None:
        names = [plain(by_index[index].label) for index in unknown]
        st.markdown(words.no_such_answer(plain(state.typed), names, len(scores)))
    elif target is not scores[0] and outputs.exclusive:
        place = next(number for number, entry in enumerate(scores, 1) if entry is target)
        st.markdown(words.not_the_top(plain(target.label), place, len(scores), score(target.score)))
    return target


def _choose(state: Session, index: int) -> None:
    if state.typed:  # a name that is near to what was typed may mean the same, or not
        state.shown = ""
    state.target, state.typed = index, ""


def _choose_typed(state: Session, scores: Sequence[Score]) -> None:
    """Chooses the answer that a person means with what they typed, where it is one; else keeps the text.

    What the photo shows is then known, but for a name that several answers have in common.
    """
    found = meant(state.typed, [entry.label for entry in scores]) if state.typed else ()
    if len(found) == 1:
        _choose(state, scores[found[0]].index)
        state.shown = scores[found[0]].label
    else:
        state.shown = "" if found else state.typed


def _something_else(state: Session, scores: Sequence[Score]) -> None:
    """A field to type what the photo shows: does the model know what a person has in mind?"""

    def take(text: str) -> None:
        state.typed = text.strip()[:LONGEST]
        _choose_typed(state, scores)

    st.text_input(
        words.ELSE,
        placeholder=words.ELSE_EXAMPLE,
        help=words.ELSE_HELP.format(count=len(scores)),
        width=320,
        **bound("something-else", state.typed, take),
    )


def _near(typed: str, scores: Sequence[Score]) -> list[int] | None:
    """Classes whose names are near to what was typed, where that means none of them; None where it does."""
    if not typed:
        return None
    names = [entry.label for entry in scores]
    found = meant(typed, names)
    if len(found) == 1:
        return None
    return [scores[position].index for position in found[:5] or near(typed, names)]


def choose_rival(state: Session, scores: Sequence[Score], target: Score, outputs: Outputs) -> int | None:
    """The class that the guess is compared with, behind a button; none to begin with.

    Tags and numbers stand each for itself, and between yes and no there is nothing else to compare.

    Returns:
        Its index; None for the score alone.
    """
    by_index = {entry.index: entry for entry in scores}
    if state.rival == target.index or not comparable(outputs):
        state.rival = None
    if not comparable(outputs):
        return None
    offered = [entry.index for entry in scores[: _GUESSES[1] + 1] if entry.index != target.index]
    if state.rival is not None and state.rival not in offered:
        offered.append(state.rival)
    label = (
        words.RIVAL
        if state.rival is None
        else words.CHOSEN_RIVAL.format(label=plain(by_index[state.rival].label))
    )
    with st.popover(label, type="tertiary" if state.rival is None else "secondary"):
        st.radio(
            words.RIVAL_LABEL,
            [None, *offered],
            format_func=lambda index: words.NO_RIVAL if index is None else guess(by_index[index]),
            **bound("rival", state.rival, partial(setattr, state, "rival")),
        )
    return state.rival
