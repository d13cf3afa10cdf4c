"""What the Compare page compares: which of model, view and guess differs, and what each side is.

The left side is what the Explain page shows (`Session`), so that going from one page to the other goes on
with the same question. What this page adds, it keeps here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st

from models import SHORTCUT, SHOWROOM, Choice
from saliency.methods.registry import Method
from ui.compare.words import MODELS
from ui.views.quick_and_careful import CAREFUL, QUICK, method_of

_KEY = "spotlight-compare"


@dataclass(eq=False)
class Selection:
    """What is compared in one tab.

    Attributes:
        differ: `MODELS`, `VIEWS` or `GUESSES`.
        model: Key of the right model; empty for the usual choice.
        view: The right view; empty for the usual choice.
        target: Index of the right guess; None for the usual choice.
        label: The guess both models are asked about; empty for each one's own top guess.
        linked_guesses: Guesses a link asked for, by its parts, until the model's classes are known.
        link: The part of the address this page wrote last.
    """

    differ: str = MODELS
    model: str = ""
    view: str = ""
    target: int | None = None
    label: str = ""
    linked_guesses: dict[str, str] = field(default_factory=dict)
    link: dict[str, str] = field(default_factory=dict)


def selection() -> Selection:
    """What is compared in this tab."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = Selection()
    state: Selection = st.session_state[_KEY]
    return state


def present(models: Mapping[str, Choice]) -> dict[str, Choice]:
    """The models that can be compared: those on this computer."""
    return {key: choice for key, choice in models.items() if choice.present}


def right_model(compared: Selection, left: str, models: Mapping[str, Choice]) -> str:
    """The model chosen, if it is another than the left; Showroom and its twin go together."""
    twin = {SHOWROOM: SHORTCUT, SHORTCUT: SHOWROOM}.get(left, "")
    return next((key for key in (compared.model, twin, *models) if key in models and key != left), left)


def right_view(compared: Selection, left: str, methods: Sequence[Method]) -> str:
    """The view chosen, if it is another than the left."""
    order = [view for view in (compared.view, CAREFUL, QUICK) if method_of(view, methods)]
    return next((view for view in order if view != left), left)


def right_target(compared: Selection, left: int, order: Sequence[int]) -> int:
    """The guess chosen, if it is another than the left, or the best one beside that.

    Args:
        compared: What is compared.
        left: Index of the left guess.
        order: Indices of all guesses, best first.
    """
    if compared.target in order and compared.target not in (None, left):
        return compared.target
    return next((index for index in order if index != left), left)
