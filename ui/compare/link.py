"""Share links of the Compare page: sample, what differs, both sides and what they share."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from models import Choice
from ui.compare.state import Selection, compare_selection, first_sample, present, untouched
from ui.compare.words import DIFFERS, MODELS, VIEWS
from ui.photo.link import (
    current,
    gone_back,
    linked_class,
    linked_key,
    new_parts,
    photo_part,
    put,
    take_model,
    take_own_photo,
)
from ui.photo.page import PhotoPage
from ui.photo.words import bad_link
from ui.session import Session
from ui.views.quick_and_careful import QUICK, views
from ui.widgets.samples import Sample


def read(state: Session, samples: Mapping[str, Sample], models: Mapping[str, Choice]) -> None:
    """Takes from the address what is new in it; what is not available is named in a notice and ignored."""
    selection, models = compare_selection(), present(models)
    address = current(state)
    if gone_back(state.link, address):
        _begin(state, selection, samples)
    elif not selection.begun and untouched(state, samples):
        state.photo = first_sample(samples)
    selection.begun = True
    new = new_parts(state.link, address)
    take_own_photo(state, new)
    sides: dict[str, Collection[str]] = {MODELS: models, VIEWS: views()}
    side = sides.get(new.get("differ", selection.differ))  # a guess can be told once its model is known
    allowed: dict[str, Collection[str] | None] = {
        "sample": samples,
        "differ": DIFFERS,
        "model": models,
        "view": views(),
        "left": side,
        "right": side,
    }
    for part, values in allowed.items():
        if part not in new:
            continue
        if values is None:
            selection.linked_guesses[part] = new[part]
        elif (value := linked_key(new[part], values)) is None:
            state.notices.append(bad_link(part, new[part]))
        else:
            _take(state, selection, part, value, models, samples)
    if new.get("class"):
        selection.linked_guesses["class"] = new["class"]


def take_guesses(state: Session, selection: Selection, labels: Sequence[str]) -> None:
    """Resolves the guesses a link asked for, now that the left model is known."""
    for part, value in selection.linked_guesses.items():
        index = linked_class(state, part, value, labels)
        if index is None:
            continue
        if part == "right":
            selection.target = index
        elif selection.differ == MODELS:
            selection.label = labels[index]
        else:
            state.target = index
    selection.linked_guesses = {}


def write(page: PhotoPage, selection: Selection, sides: Mapping[str, str]) -> None:
    """Puts the sample and the parts of both sides into the address, once they are not the first ones."""
    state = page.state
    link = dict(sides) | photo_part(state)
    chosen = state.model_chosen or selection.model or selection.label or selection.differ != MODELS
    if not chosen and link["view"] == QUICK and link.get("sample") == first_sample(page.samples):
        link = {}
    put(state, link)


def _begin(state: Session, selection: Selection, samples: Mapping[str, Sample]) -> None:
    """Goes back to what the page shows at first."""
    selection.reset()
    state.choose_photo(first_sample(samples))
    state.view, state.model_chosen, state.link = QUICK, False, {}


def _take(
    state: Session,
    selection: Selection,
    part: str,
    value: str,
    models: Mapping[str, Choice],
    samples: Mapping[str, Sample],
) -> None:
    if part == "sample":
        state.choose_photo(value)
    elif part == "differ":
        selection.differ = value
    elif part == "right":
        setattr(selection, "model" if selection.differ == MODELS else "view", value)
    elif part == "view" or (part == "left" and selection.differ == VIEWS):
        state.view = value
    else:
        take_model(state, value, models, samples)
