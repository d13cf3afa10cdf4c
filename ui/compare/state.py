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
from ui.session import Session
from ui.views.quick_and_careful import QUICK
from ui.widgets.samples import Sample

T = TypeVar("T")
_KEY = "spotlight-compare"
_FIRST = "teapot-with-badge"
"""The sample on which the page opens: there the answers of the built-in models differ, and their maps, too.

Of all samples and pairs the clearest: see ``docs/comparisons.md``.
"""


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
        begun: Whether the page was shown in this tab.
    """

    differ: str = MODELS
    model: str = ""
    view: str = ""
    target: int | None = None
    label: str = ""
    linked_guesses: dict[str, str] = field(default_factory=dict)
    begun: bool = False

    def reset(self) -> None:
        """Chooses what is chosen at first."""
        vars(self).update(vars(Selection()))


def compare_selection() -> Selection:
    """What is compared in this tab."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = Selection()
    state: Selection = st.session_state[_KEY]
    return state


def first_sample(samples: Mapping[str, Sample]) -> str:
    """The key of the sample on which the page opens."""
    return _FIRST if _FIRST in samples else next(iter(samples))


def untouched(state: Session, samples: Mapping[str, Sample]) -> bool:
    """Whether nothing was chosen yet, so that the page may begin where it likes."""
    chosen = state.model_chosen or state.own is not None or state.target is not None
    return not chosen and (state.photo, state.view) == (next(iter(samples)), QUICK)


def present(models: Mapping[str, Choice]) -> dict[str, Choice]:
    """The models that can be compared: those on this computer."""
    return {key: choice for key, choice in models.items() if choice.present}


def right_side(preferred: Iterable[T], left: T, offered: Container[T]) -> T:
    """The first that is offered and is another than the left; the left if there is no other."""
    return next((key for key in preferred if key in offered and key != left), left)
