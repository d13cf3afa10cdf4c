"""What the Compare page compares: which of model, view and guess differs, and what each side is.

The left side is what the Explain page shows (`Session`), so that going from one page to the other goes on
with the same question. What this page adds, it keeps here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st

import models
from models import Choice
from saliency.methods.registry import Method
from ui.compare.words import MODELS
from ui.session import CAREFUL, QUICK, Session
from ui.views import quick_and_careful

_KEY = "spotlight-compare"


@dataclass(eq=False)
class Comparing:
    """What is compared in one tab.

    Attributes:
        differ: `MODELS`, `VIEWS` or `GUESSES`.
        model: Key of the right model; empty for the usual choice.
        view: The right view; empty for the usual choice.
        target: Index of the right guess; None for the usual choice.
        label: The guess both models are asked about; empty for each one's own top guess.
        wanted: Guesses a link asked for, by its parts, until the model's classes are known.
        link: The part of the address this page wrote last.
    """

    differ: str = MODELS
    model: str = ""
    view: str = ""
    target: int | None = None
    label: str = ""
    wanted: dict[str, str] = field(default_factory=dict)
    link: dict[str, str] = field(default_factory=dict)


def comparing() -> Comparing:
    """What is compared in this tab."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = Comparing()
    found: Comparing = st.session_state[_KEY]
    return found


def left_model(state: Session, here: Mapping[str, Choice]) -> str:
    """The model of the Explain page, if it is on this computer."""
    return state.model if state.model in here else next(iter(here))


def right_model(chosen: Comparing, left: str, here: Mapping[str, Choice]) -> str:
    """The model chosen, if it is another than the left; Showroom and its twin go together."""
    twins = {models.SHOWROOM: models.SHORTCUT, models.SHORTCUT: models.SHOWROOM}
    wanted = [chosen.model, twins.get(left, ""), *here]
    return next((key for key in wanted if key in here and key != left), left)


def right_view(chosen: Comparing, left: str, methods: Sequence[Method]) -> str:
    """The view chosen, if it is another than the left."""
    wanted = (chosen.view, CAREFUL, QUICK)
    return next((v for v in wanted if v and v != left and quick_and_careful.chosen(v, methods)), left)


def right_target(chosen: Comparing, left: int, order: Sequence[int]) -> int:
    """The guess chosen, if it is another than the left, or the best one beside that.

    Args:
        chosen: What is compared.
        left: Index of the left guess.
        order: Indices of all guesses, best first.
    """
    wanted = [*([chosen.target] if chosen.target in order else []), *order]
    return next((index for index in wanted if index != left), left)
