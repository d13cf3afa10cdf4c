"""What the Compare page compares: which of model, view and guess differs, and what each side is.

The left side is what the Explain page shows (`Session`), so that going from one page to the other goes on
with the same question. What this page adds, it keeps here.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import streamlit as st

from models import Choice
from ui.compare.words import MODELS

T = TypeVar("T")
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


def compare_selection() -> Selection:
    """What is compared in this tab."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = Selection()
    state: Selection = st.session_state[_KEY]
    return state


def present(models: Mapping[str, Choice]) -> dict[str, Choice]:
    """The models that can be compared: those on this computer."""
    return {key: choice for key, choice in models.items() if choice.present}


def right_side(preferred: Iterable[T], left: T, offered: Container[T]) -> T:
    """The first that is offered and is another than the left; the left if there is no other."""
    return next((key for key in preferred if key in offered and key != left), left)
