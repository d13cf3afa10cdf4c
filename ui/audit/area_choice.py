"""An area that people wonder about, for all photos of an audit: one box, a table of boxes, or masks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from saliency.audit.inputs.masks import PRODUCT
from saliency.names import readable
from saliency.photo.area import Box
from saliency.photo.reading import Photo
from ui.audit import words
from ui.audit.uploads import TABLES
from ui.check import words as wording_check
from ui.check.fields import sliders
from ui.session import session
from ui.widgets import uploader
from ui.widgets.controls import choose_in_list
from ui.widgets.marking import marked, marking
from ui.widgets.marks import line_around, reported_mark
from ui.widgets.pictures import display_size, jpeg
from ui.widgets.uploader import Upload

_MARK = "audit"  # under which the tab keeps what is marked
_WIDGET = "audit-marking"


@dataclass(frozen=True, eq=False)
class AreaChoice:
    """An area by its name: one box in all photos, a table with boxes, or a ZIP with masks.

    Attributes:
        missing: What has to be handed over yet, as a sentence; empty if nothing.
    """

    name: str = ""
    box: Box | None = None
    table: Upload | None = None
    masks: Upload | None = None
    missing: str = ""


def choose(first: Callable[[], Photo | None], number: int) -> AreaChoice:
    """Draws the widgets.

    Args:
        first: Gives a photo of the set to draw on, if there is one.
        number: How many sets were handed over; each leaves the uploaders empty for the next.
    """
    kind = choose_in_list(words.AREAS, words.AREA_KINDS, key="audit-areas", help=words.AREAS_HELP)
    if kind == "boxes":
        key, most = f"audit-boxes-{number}", uploader.TABLE_MEGABYTES
        table = next(iter(uploader.upload(words.BOXES_CSV, type=TABLES, key=key, most=most)), None)
        missing = "" if table else words.TABLE_MISSING.format(none=words.AREA_KINDS[""])
        return AreaChoice(table=table, missing=missing)
    if kind == "masks":
        key, most = f"audit-masks-{number}", uploader.megabytes()
        masks = next(iter(uploader.upload(words.MASKS_ZIP, type="zip", key=key, most=most)), None)
        return AreaChoice(name=_name(PRODUCT), masks=masks, missing="" if masks else words.MASKS_MISSING)
    if kind == "one":
        name, box = _name(""), _drawn(first())
        return AreaChoice(name=name, box=box, missing="" if box else words.DRAW_MISSING)
    return AreaChoice()


def _name(usual: str) -> str:
    name = st.text_input(
        words.AREA_NAME, usual, max_chars=40, key=f"audit-area-name-{usual}", help=words.AREA_NAME_HELP
    )
    return readable(name) or words.AREA_DEFAULT


def _drawn(photo: Photo | None) -> Box | None:
    """A box drawn on a photo, or set with two sliders."""
    if photo is None:
        st.caption(words.DRAW_FIRST)
        return None
    state = session()
    mark = state.marks.get(_MARK)

    def take() -> None:
        mark = reported_mark(marked(_WIDGET))
        if mark is not None:
            state.mark(_MARK, mark)

    st.caption(words.DRAW)
    label = wording_check.mark_label(photo.name, marked=mark is not None)
    path = "" if mark is None else line_around(mark, None)
    size = display_size(photo)
    marking(jpeg(photo.image.resize(size)), size, path, label, key=_WIDGET, on_mark=take)
    sliders(state, _MARK, mark)
    return mark.bounds if mark else None
