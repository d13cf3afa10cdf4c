"""Share links of the Explain page: sample, model, view, guess, framing, marked area and what that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models import Choice
from saliency.classifier import Outputs
from saliency.names import reference
from saliency.verdict.advice import AreaRole
from ui.answers.words import comparable
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
from ui.session import OWN, Session
from ui.views.quick_and_careful import QUICK, views
from ui.widgets.marks import read_mark, written
from ui.widgets.samples import Sample
from ui.words import FRAMINGS


def read(state: Session, samples: Mapping[str, Sample], models: Mapping[str, Choice]) -> None:
    """Takes from the address what is new in it; what is not available is named in a notice and ignored."""
    address = current(state)
    if gone_back(state.link, address):
        _forget(state, samples)
    new = new_parts(state.link, address)
    take_own_photo(state, new)
    allowed = {"sample": samples, "model": models, "view": views(), "framing": FRAMINGS}
    for part, values in allowed.items():
        if part not in new:
            continue
        value = linked_key(new[part], values)
        if value is None:
            state.notices.append(bad_link(part, new[part]))
        elif part == "sample":
            state.choose_photo(value)
        elif part == "model":
            take_model(state, value, models, samples)
        else:
            setattr(state, part, value)
    if "area" in new and state.photo != OWN:
        try:
            state.mark(samples[state.photo].photo.digest, read_mark(new["area"]))
        except ValueError:
            state.notices.append(bad_link("area", new["area"]))
    if "area-is" in new and state.photo != OWN:
        _take_role(state, samples[state.photo].photo.digest, new["area-is"])
    state.linked_classes |= {part: new[part] for part in ("class", "rather") if new.get(part)}


def _take_role(state: Session, digest: str, value: str) -> None:
    """Takes what the marked area is said to be."""
    mark = state.marks.get(digest)
    if mark is None or value not in [*AreaRole]:
        state.notices.append(bad_link("area-is", value))
    else:
        state.say(digest, mark, AreaRole(value))


def _forget(state: Session, samples: Mapping[str, Sample]) -> None:
    """Goes back to what the page shows at first."""
    if state.photo != OWN:
        state.unmark(samples[state.photo].photo.digest)
    state.choose_photo(next(iter(samples)))
    state.view, state.framing, state.model_chosen, state.link = QUICK, "whole", False, {}


def take_classes(state: Session, labels: Sequence[str], outputs: Outputs) -> None:
    """Resolves the classes a link asked for, by name or number, now that the model is known."""
    for part, value in state.linked_classes.items():
        if part == "rather" and not comparable(outputs):
            state.notices.append(bad_link(part, value))
            continue
        index = linked_class(state, part, value, labels)
        if index is not None:
            setattr(state, "target" if part == "class" else "rival", index)
    state.linked_classes = {}


def write(page: PhotoPage, labels: Sequence[str]) -> None:
    """Puts what is chosen into the address, once the page shows another than at first."""
    state = page.state
    link = {"view": state.view} | photo_part(state)
    if "sample" in link or state.model_chosen:
        link["model"] = state.model
    if state.framing != "whole":
        link["framing"] = state.framing
    for part, index in (("class", state.target), ("rather", state.rival)):
        if index is not None:
            link[part] = reference(index, labels)
    if "sample" in link and page.photo.digest in state.marks:
        link["area"] = written(state.marks[page.photo.digest])
        mark = state.marks[page.photo.digest]
        if mark is not None and (role := state.roles.get(page.photo.digest, {}).get(mark)):
            link["area-is"] = role
    first = next(iter(page.samples.values()))
    if link == {"view": QUICK, "model": first.model, "sample": first.key}:
        link = {}
    put(state, link)
