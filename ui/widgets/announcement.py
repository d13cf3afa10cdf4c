"""Tells a new result to people who cannot see it: Streamlit draws it without a word to screen readers."""

from __future__ import annotations

import streamlit as st

from ui.words import listed

_HTML = '<div role="status" class="said"></div>'

_CSS = """
.said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
"""

_JS = """
const LATER = 200  // milliseconds: what is in a live region when it appears is read by few screen readers

if (!("spotlightUsed" in window)) {
  window.spotlightUsed = ""  // what the page was used with last
  for (const kind of ["pointerdown", "keydown"]) {
    addEventListener(kind, () => { window.spotlightUsed = kind }, { capture: true })
  }
}

export default function ({ data, parentElement }) {
  const region = parentElement.querySelector(".said")
  if (region.said === data.sentence) return
  region.said = data.sentence
  setTimeout(() => { region.textContent = data.sentence }, LATER)

  // The keyboard's place goes with a button that was pressed for the result, and with a box that was drawn.
  if (!window.spotlightUsed || ![null, document.body].includes(document.activeElement)) return
  const here = parentElement.getRootNode().host ?? parentElement
  const above = [...document.querySelectorAll("[data-testid=stMain] :is(h1, h2, h3)")].filter(
    (heading) => heading.compareDocumentPosition(here) & Node.DOCUMENT_POSITION_FOLLOWING
  )
  const heading = above.at(-1)
  if (!heading) return
  heading.tabIndex = -1
  heading.focus({ preventScroll: true })
  const byKeyboard = window.spotlightUsed === "keydown"
  heading.style.textDecoration = byKeyboard ? "" : "none"  // a browser may underline it for a pointer, too
  if (byKeyboard) heading.scrollIntoView({ block: "nearest" })
}
"""

_ANNOUNCEMENT = st.components.v2.component("spotlight_announcement", html=_HTML, css=_CSS, js=_JS)


def announced(sentence: str, *, key: str) -> None:
    """Has screen readers say a sentence when it is new, as `listed` shows it; nothing of it is seen.

    It stands below the heading of its result, which takes the keyboard's place where a person had one and it
    was lost: never before anybody has touched the page, and never from a control that is still there.
    """
    _ANNOUNCEMENT(key=f"announced-{key}", data={"sentence": listed(sentence)})
