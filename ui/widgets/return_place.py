"""Brings back to where one was: a part of a long page that somebody returns to is scrolled into view."""

from __future__ import annotations

import streamlit as st

_JS = """
const OFTEN = [0, 200, 600, 1200, 2000]  // milliseconds: what stands above is still being drawn
const OWN = ["wheel", "pointerdown", "keydown", "touchstart"]  // whoever moves by themselves is left alone

export default function ({ data, parentElement }) {
  const here = parentElement.getRootNode().host ?? parentElement
  if (here.cameBack === data.place) return
  here.cameBack = data.place
  let own = false
  const leave = () => { own = true }
  for (const kind of OWN) addEventListener(kind, leave, { once: true, capture: true })
  for (const wait of OFTEN) {
    setTimeout(() => {
      const place = document.querySelector(`.st-key-${data.place}`)
      if (own || !place) return
      const card = place.closest("[data-testid=stVerticalBlock]") ?? place
      card.scrollIntoView({ block: "center" })
      const button = place.querySelector("button")
      const active = document.activeElement  // a heading only took a place that was lost
      const free = [null, document.body].includes(active) || active.matches("h1, h2, h3")
      if (button && free) button.focus({ preventScroll: true })
    }, wait)
  }
}
"""

_RETURN = st.components.v2.component("spotlight_return", html="<span></span>", js=_JS)


def came_back(place: str) -> None:
    """Scrolls a container into view, once, and gives its first button the keyboard's place.

    Args:
        place: The container's key.
    """
    _RETURN(key=f"came-back-{place}", data={"place": place})
