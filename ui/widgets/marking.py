"""A photo on which a box can be drawn with mouse, pen or finger; Streamlit has no such widget."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from ui.widgets import words
from ui.widgets.pictures import data_address

_TALLEST = 520  # pixels at which a picture is shown

_HTML = """
<div class="frame" role="img">
  <img alt="" draggable="false">
  <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
    <path class="shade" fill-rule="evenodd"/><path class="halo"/><path class="line"/>
  </svg>
</div>
<button type="button" class="finger" aria-pressed="false"></button>
"""

_CSS = """
.frame {
  position: relative; margin: 0 auto; overflow: hidden; cursor: crosshair;
  user-select: none; -webkit-user-select: none; -webkit-touch-callout: none;
  border: 1px solid var(--st-border-color); border-radius: var(--st-base-radius);
}
img { display: block; width: 100%; height: 100%; pointer-events: none; }
svg { position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none; }
path { vector-effect: non-scaling-stroke; fill: none; stroke-linejoin: round; }
.shade { fill: rgba(0, 0, 0, 0.4); }
.frame.drawing { touch-action: none; }
.finger { display: none; margin: 0.5rem auto 0; padding: 0.4rem 0.9rem; font: inherit; cursor: pointer;
  color: var(--st-text-color); background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius); }
.finger[aria-pressed="true"] { color: var(--st-background-color); background: var(--st-primary-color); }
@media (any-pointer: coarse) { .finger { display: block; } }
.halo { stroke: #fff; stroke-width: 6px; }
.line { stroke: #1f5fa8; stroke-width: 3px; }
"""

_JS = """
const LEAST = 0.015  // of the picture's width and height: anything smaller is a tap and no box

export default function ({ data, parentElement, setTriggerValue }) {
  const frame = parentElement.querySelector(".frame")
  const image = frame.querySelector("img")
  const [shade, halo, line] = frame.querySelectorAll("path")
  const finger = parentElement.querySelector(".finger")
  finger.textContent = data.finger
  finger.onclick = () => {
    const drawing = frame.classList.toggle("drawing")
    finger.setAttribute("aria-pressed", String(drawing))
  }
  frame.setAttribute("aria-label", data.label)
  frame.style.aspectRatio = `${data.width} / ${data.height}`
  frame.style.maxWidth = `${Math.round(data.tallest * data.width / data.height)}px`
  if (image.getAttribute("src") !== data.picture) image.src = data.picture

  const draw = (path) => {
    shade.setAttribute("d", path ? "M0 0H1V1H0Z" + path : "")
    halo.setAttribute("d", path)
    line.setAttribute("d", path)
  }
  const at = (event) => {
    const box = frame.getBoundingClientRect()
    const share = (value) => Math.min(1, Math.max(0, value))
    return [share((event.clientX - box.left) / box.width), share((event.clientY - box.top) / box.height)]
  }
  const between = ([x, y], [u, v]) => (
    { x: Math.min(x, u), y: Math.min(y, v), width: Math.abs(u - x), height: Math.abs(v - y) }
  )
  const path = (b) => `M${b.x} ${b.y}h${b.width}v${b.height}h${-b.width}z`

  // Where a box was begun is kept with the picture: the page may be drawn anew in the middle of it.
  const stop = () => { frame.start = null; draw(data.path) }
  if (!frame.start) draw(data.path)
  frame.onpointerdown = (event) => {
    if (!event.isPrimary || event.button !== 0) return
    if (event.pointerType === "touch" && !frame.classList.contains("drawing")) return
    event.preventDefault()
    frame.setPointerCapture(event.pointerId)
    frame.start = at(event)
  }
  frame.onpointermove = (event) => {
    if (frame.start && event.isPrimary) draw(path(between(frame.start, at(event))))
  }
  frame.onpointerup = (event) => {
    if (!frame.start || !event.isPrimary) return
    const box = between(frame.start, at(event))
    if (box.width < LEAST || box.height < LEAST) return stop()
    frame.start = null
    document.activeElement?.blur()  // the result takes the keyboard's place (ui/widgets/announcement.py)
    setTriggerValue("marked", box)
  }
  frame.onpointercancel = stop
}
"""

_MARKING = st.components.v2.component("spotlight_marking", html=_HTML, css=_CSS, js=_JS)


def marking(
    picture: bytes,
    size: tuple[int, int],
    path: str,
    label: str,
    *,
    key: str,
    on_mark: Callable[[], None],
) -> None:
    """Draws the JPEG of a photo, so wide and high, and what is marked: a path of SVG in shares of both.

    A finger scrolls the page over it until the switch below, which only touch screens show, lets it draw.
    Drawing a box calls `on_mark` before the page is drawn again; that asks `marked` for it. The label is for
    screen readers.
    """
    data = {
        "picture": data_address(picture),
        "width": size[0],
        "height": size[1],
        "tallest": _TALLEST,
        "path": path,
        "label": label,
        "finger": words.FINGER,
    }
    _MARKING(key=key, data=data, on_marked_change=on_mark)


def marked(key: str) -> object:
    """The box that was drawn as the browser reports it, inside `on_mark`."""
    state = st.session_state.get(key)
    return state.get("marked") if state else None
