"""Share links of the Compare page: sample, what differs, both sides and what they share."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import streamlit as st

from models import Choice
from ui.compare import words as wording_compare
from ui.compare.state import Comparing
from ui.compare.words import DIFFERS, MODELS, VIEWS
from ui.explain import link as share
from ui.explain.defaults import fitting
from ui.session import OWN, QUICK, Session


def read(
    state: Session,
    chosen: Comparing,
    *,
    samples: Collection[str],
    models: Mapping[str, Choice],
    views: Collection[str],
) -> None:
    """Takes from the address what is new in it; what is not available is named in a notice and ignored."""
    params = st.query_params.to_dict()
    new = {part: value for part, value in params.items() if chosen.link.get(part) != value}
    chosen.link |= new
    differ = new.get("differ", chosen.differ)
    side = {MODELS: models, VIEWS: views}.get(differ)
    allowed = {
        "differ": DIFFERS,
        "sample": samples,
        "model": models,
        "view": views,
        "left": side,
        "right": side,
    }
    for part in ("sample", "differ", "model", "view", "left", "right"):
        if part not in new:
            continue
        if allowed[part] is None:
            chosen.wanted[part] = new[part]
        elif new[part] not in allowed[part]:
            state.notices.append(wording_compare.bad_link(part, new[part]))
        else:
            _take(state, chosen, part, new[part], models)
    if new.get("class"):
        chosen.wanted["class"] = new["class"]


def take_guesses(state: Session, chosen: Comparing, labels: Sequence[str]) -> None:
    """Resolves the guesses a link asked for, now that the left model is known."""
    wanted, chosen.wanted = chosen.wanted, {}
    for part, value in wanted.items():
        found = share.class_of(value, labels)
        if found is None:
            state.notices.append(wording_compare.bad_link(part, value))
        elif part == "right":
            chosen.target = found
        elif chosen.differ == MODELS:
            chosen.label = labels[found]
        else:
            state.target = found


def write(state: Session, chosen: Comparing, link: Mapping[str, str], sample: str) -> None:
    """Puts what is shown into the address, once it is not what the page opens with.

    Args:
        state: The tab.
        chosen: What is compared.
        link: What is shown, by its parts, without the sample.
        sample: The sample the page opens with.
    """
    shown = dict(link) | ({} if state.photo == OWN else {"sample": state.photo})
    untouched = not (state.model_chosen or chosen.model or chosen.label)
    if untouched and chosen.differ == MODELS and (state.photo, state.view) == (sample, QUICK):
        shown = {}
    if shown != st.query_params.to_dict():
        st.query_params.from_dict(shown)
    chosen.link = shown


def _take(state: Session, chosen: Comparing, part: str, value: str, models: Mapping[str, Choice]) -> None:
    differ = chosen.differ
    if part == "sample":
        state.choose_photo(value)
    elif part == "differ":
        chosen.differ = value
    elif part == "right":
        setattr(chosen, "model" if differ == MODELS else "view", value)
    elif part == "view" or (part == "left" and differ == VIEWS):
        state.view = value
    elif state.model_chosen or value != fitting(state.photo, models):
        state.choose_model(value)
