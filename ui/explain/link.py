"""Share links: sample, model, view, guess and framing in the address of the page, never an uploaded photo."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import streamlit as st

from models import Choice
from ui import words as wording
from ui.explain.defaults import fitting
from ui.session import OWN, QUICK, Session


def read(
    state: Session, *, samples: Collection[str], models: Mapping[str, Choice], views: Collection[str]
) -> None:
    """Takes from the address what is new in it; what is not available is named in a notice and ignored."""
    params = st.query_params.to_dict()
    allowed = {"sample": samples, "model": models, "view": views, "framing": tuple(wording.FRAMINGS)}
    new = {part: value for part, value in params.items() if state.link.get(part) != value}
    state.link |= new
    for part in ("sample", "model", "view", "framing"):
        if part not in new:
            continue
        if new[part] not in allowed[part]:
            state.notices.append(wording.bad_link(part, new[part]))
        elif part == "sample":
            state.choose_photo(new[part])
        elif part == "model":
            if state.model_chosen or new[part] != fitting(state.photo, models):
                state.choose_model(new[part])
        else:
            setattr(state, part, new[part])
    state.wanted |= {part: new[part] for part in ("class", "rather") if new.get(part)}


def take_classes(state: Session, labels: Sequence[str]) -> None:
    """Resolves the classes a link asked for, by name or number, now that the model is known."""
    wanted, state.wanted = state.wanted, {}
    for part, value in wanted.items():
        found = class_of(value, labels)
        if found is None:
            state.notices.append(wording.bad_link(part, value))
        elif part == "class":
            state.target = found
        else:
            state.rival = found


def write(state: Session, *, sample: str, model: str, labels: Sequence[str]) -> None:
    """Puts what is shown into the address, once it is not what the page opens with.

    Args:
        state: What is shown.
        sample: The sample the page opens with.
        model: The model the page opens with.
        labels: The model's classes.
    """
    link = {"view": state.view}
    if state.photo != OWN or state.model_chosen:
        link["model"] = state.model
    if state.photo != OWN:
        link["sample"] = state.photo
    if state.framing != "whole":
        link["framing"] = state.framing
    if state.target is not None:
        link["class"] = class_name(state.target, labels)
    if state.rival is not None:
        link["rather"] = class_name(state.rival, labels)
    if link == {"model": model, "view": QUICK, "sample": sample}:
        link = {}
    if link != st.query_params.to_dict():
        st.query_params.from_dict(link)
    state.link = link


def class_name(index: int, labels: Sequence[str]) -> str:
    """A class in a link: its label, or its number where another class has the same label."""
    label = labels[index]
    return label if labels.count(label) == 1 else str(index)


def class_of(value: str, labels: Sequence[str]) -> int | None:
    """The class a link means by a label or a number, if there is one."""
    found = [index for index, label in enumerate(labels) if label.casefold() == value.casefold()]
    if found:
        return found[0]
    return int(value) if value.isascii() and value.isdigit() and int(value) < len(labels) else None
