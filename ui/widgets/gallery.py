"""A row of thumbnails to choose a photo from; Streamlit has no widget that is a picture one can press."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import streamlit as st

_HTML = '<div class="row" role="group"></div>'

_CSS = """
.row { display: flex; gap: 6px; overflow-x: auto; padding: 4px; scrollbar-width: thin; }
button {
  flex: 1 0 60px; max-width: 84px; aspect-ratio: 1; padding: 0; overflow: hidden; cursor: pointer;
  border: 1px solid var(--st-border-color); border-radius: var(--st-base-radius);
  background: var(--st-secondary-background-color); transition: box-shadow 120ms;
}
button img { width: 100%; height: 100%; object-fit: cover; display: block; }
button:hover { box-shadow: 0 0 0 2px var(--st-border-color); }
button[aria-pressed="true"] { border-color: transparent; box-shadow: 0 0 0 3px var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-text-color); outline-offset: 3px; }
"""

_JS = """
export default function ({ data, parentElement, setTriggerValue }) {
  const row = parentElement.querySelector(".row")
  row.setAttribute("aria-label", data.label)
  const wanted = data.pictures.map((picture) => picture.key).join("\\n")
  if (row.dataset.shown !== wanted) {
    row.replaceChildren(...data.pictures.map((picture) => {
      const button = document.createElement("button")
      const image = document.createElement("img")
      image.src = picture.source
      image.alt = picture.title
      button.type = "button"
      button.title = picture.title
      button.dataset.key = picture.key
      button.append(image)
      return button
    }))
    row.dataset.shown = wanted
  }
  for (const button of row.children) {
    const chosen = button.dataset.key === data.chosen
    button.setAttribute("aria-pressed", String(chosen))
    button.onclick = () => setTriggerValue("pressed", button.dataset.key)
    if (chosen && row.dataset.chosen !== data.chosen) {
      const end = button.offsetLeft - row.offsetLeft + 2 * button.clientWidth
      row.scrollLeft = Math.max(0, end - row.clientWidth)
    }
  }
  row.dataset.chosen = data.chosen
}
"""

_GALLERY = st.components.v2.component("spotlight_gallery", html=_HTML, css=_CSS, js=_JS)


class Thumbnail(NamedTuple):
    """A picture to choose.

    Attributes:
        key: What is reported when it is pressed. A new picture needs a new key.
        title: What it shows, for the pointer and for screen readers.
        source: Its address, or the picture itself as a data address.
    """

    key: str
    title: str
    source: str


def gallery(
    label: str, pictures: Sequence[Thumbnail], chosen: str, *, key: str, on_press: Callable[[], None]
) -> None:
    """Draws the row, with the chosen picture marked; the label is for screen readers.

    Pressing a picture calls `on_press` before the page is drawn again; that asks `pressed` for its key.
    """
    data = {"label": label, "chosen": chosen, "pictures": [picture._asdict() for picture in pictures]}
    _GALLERY(key=key, data=data, on_pressed_change=on_press)


def pressed(key: str) -> str | None:
    """The key of the picture that was pressed, inside `on_press`."""
    state = st.session_state.get(key)
    return state.get("pressed") if state else None
