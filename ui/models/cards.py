"""The models on this computer, a card for each: what it knows, where it comes from, what it offers."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

import streamlit as st

from models import Choice
from models.inventory import facts
from models.sources import keeping
from saliency.errors import SaliencyError
from saliency.methods.registry import METHODS, compatible
from saliency.names import readable
from ui import faults
from ui.models import words
from ui.people.person import may_add_models
from ui.session import Session
from ui.words import NOT_IN_ORDER, model_name, plain
from ui.work import loading

_NARROWEST = 380  # pixels of a card
_LIST = (
    '<dl style="display:grid;grid-template-columns:5.4rem minmax(0,1fr);gap:.3rem .8rem;margin:0;padding:0;'
    'line-height:1.4;font-size:.95rem">{lines}</dl>'
)
_LINE = (
    '<dt style="font-weight:600;margin:0;padding:0">{name}</dt>'
    '<dd style="margin:0;padding:0;overflow-wrap:anywhere">{value}</dd>'
)
_TOLD = "models-told"  # what went wrong with a card, by its key


def cards(state: Session, choices: Sequence[Choice]) -> None:
    """Draws them."""
    with st.grid(2, min_column_width=_NARROWEST, gap="medium") as grid:
        for choice in choices:
            with grid.cell(), st.container(border=True, height="stretch", key=f"card-{choice.key}"):
                _card(state, choice)


def _card(state: Session, choice: Choice) -> None:
    st.markdown(f"### {model_name(choice)}", anchors=False)
    if choice.problem:
        st.error(f"{NOT_IN_ORDER.capitalize()}: {plain(choice.problem)}", icon=":material/error:")
    else:
        if choice.sentence:
            st.markdown(plain(choice.sentence))
        known = facts(choice)
        rows = words.card(choice, known).items()
        lines = (_LINE.format(name=name, value=html.escape(readable(value))) for name, value in rows if value)
        st.html(_LIST.format(lines="".join(lines)))
        _views(choice)
        if known.card:
            with st.expander(words.CARD, icon=":material/article:"):
                st.markdown(words.model_card(known.card))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if not choice.problem:
            st.page_link(
                "pages/explain.py",
                label=words.EXPLAIN,
                icon=":material/image_search:",
                query_params={"model": choice.key},
            )
        if choice.kind == "own" and may_add_models():
            _rename(choice)
            _remove(state, choice)
    told = st.session_state.get(_TOLD)
    if told and told[0] == choice.key:
        st.error(told[1], icon=":material/error:")
        del st.session_state[_TOLD]


def _views(choice: Choice) -> None:
    """What the model offers, looked up once somebody asks."""
    box = st.expander(words.VIEWS, icon=":material/visibility:", on_change="rerun", key=f"views-{choice.key}")
    if not box.open:
        return
    with box, faults.shown():
        methods = [method.key for method in compatible(loading.classifier(choice.key).graph)]
        st.markdown(words.VIEWS_ALL.format(count=len(methods), all=len(METHODS)))
        st.markdown("\n".join(f"- {line}" for line in words.views(methods)))


def _rename(choice: Choice) -> None:
    key = f"name-{choice.key}"

    def take() -> None:
        name = st.session_state[key]
        if _done(choice, lambda: keeping.rename(choice.key, name)):
            st.toast(words.RENAMED.format(name=plain(name)), icon=":material/edit:")

    with st.popover(words.RENAME, icon=":material/edit:", type="tertiary"):
        st.text_input(words.NAME, choice.name, max_chars=80, key=key)
        st.button(words.RENAME_YES, type="primary", key=f"rename-{choice.key}", on_click=take)


def _remove(state: Session, choice: Choice) -> None:
    def take() -> None:
        if _done(choice, lambda: keeping.remove(choice.key)):
            if state.model == choice.key:
                state.model_chosen = False
            st.toast(words.REMOVED.format(name=plain(choice.name)), icon=":material/delete:")

    with st.popover(words.REMOVE, icon=":material/delete:", type="tertiary"):
        st.markdown(words.REMOVE_ASK.format(name=plain(choice.name)))
        st.button(words.REMOVE_YES, type="primary", key=f"remove-{choice.key}", on_click=take)


def _done(choice: Choice, change: Callable[[], object]) -> bool:
    """Whether a change to a model was made; what went wrong is said on its card."""
    if not may_add_models():
        return False
    try:
        change()
    except SaliencyError as error:
        st.session_state[_TOLD] = (choice.key, faults.sentence(error))
        return False
    loading.drop(choice.key)
    return True
