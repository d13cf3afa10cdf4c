"""What the links of Explain and Compare have in common; none of them leads to an uploaded photo."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import streamlit as st

from models import EVERYDAY, Choice
from saliency.errors import SaliencyError
from saliency.names import position, readable
from ui.photo.words import bad_link
from ui.session import OWN, Session
from ui.widgets.controls import press_noted
from ui.widgets.samples import Sample
from ui.words import plain


def current(state: Session) -> dict[str, str]:
    """The parts of the address, once a run; what the page wrote last where the browser has not caught up.

    Whoever presses twice at once sends the second press from the address before the first: that is not Back.
    """
    address = st.query_params.to_dict()
    if press_noted() and address in state.links_under_way:
        return dict(state.link)
    if address == state.link:
        state.links_under_way.clear()
    return address


def new_parts(link: dict[str, str], address: Mapping[str, str]) -> dict[str, str]:
    """The parts of the address that are new since the page wrote its link, which then holds them, too."""
    new = {part: value for part, value in address.items() if link.get(part) != value}
    link |= new
    return new


def gone_back(link: Mapping[str, str], address: Mapping[str, str]) -> bool:
    """Whether the address lacks a part that the page wrote last: Back or Forward was pressed."""
    return not link.keys() <= address.keys()


def take_own_photo(state: Session, new: Mapping[str, str]) -> None:
    """Shows one's own photo where the address tells of one; where the tab has none, the page says so."""
    if new.get("photo") == OWN and state.own is not None:
        state.choose_photo(OWN)
    elif new.get("photo") == OWN:
        state.own_gone = True


def photo_part(state: Session) -> dict[str, str]:
    """The part of a link that tells the photo: a sample by its key, of one's own only that it was one."""
    return {"photo": OWN} if state.photo == OWN or state.own_gone else {"sample": state.photo}


def put(state: Session, link: dict[str, str]) -> None:
    """Puts a link into the address."""
    address = st.query_params.to_dict()
    if link != address:
        st.query_params.from_dict(link)
        state.links_under_way.append(address)
    state.link = link


def take_model(state: Session, key: str, models: Mapping[str, Choice], samples: Mapping[str, Sample]) -> None:
    """Chooses the model of a link; the one that fits the photo anyway does not count as chosen."""
    if state.model_chosen or key != fitting_model(state.photo, models, samples):
        state.choose_model(key)


def fitting_model(photo: str, models: Mapping[str, Choice], samples: Mapping[str, Sample]) -> str:
    """The key of the model for a photo: the one a sample is made for, that for everyday photos for one's own.

    For one's own, a catalogue's model that is on this computer already goes first.
    """
    here = [key for key, choice in models.items() if choice.kind == "catalogue" and choice.present]
    fitting = [*here, EVERYDAY] if photo == OWN else [samples[photo].model]
    return next(key for key in (*fitting, *models) if key in models)


def linked_key(value: str, keys: Collection[str]) -> str | None:
    """The key that a part of a link means, compared in NFC; None where there is none."""
    return value if value in keys else next((key for key in keys if readable(key) == readable(value)), None)


def linked_class(state: Session, part: str, value: str, labels: Sequence[str]) -> int | None:
    """The class a part of a link means by a label or a number; None, with a notice, where there is none.

    A name that can mean more than one class is said to, and means none.
    """
    try:
        index = position(value, labels)
    except SaliencyError as error:
        state.notices.append(plain(error.message))
        return None
    if index is None:
        state.notices.append(bad_link(part, value))
    return index
