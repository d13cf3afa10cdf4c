"""A small matrix of counts whose cells can be pressed; Streamlit's own table is a picture without buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

_HTML = '<div class="wide"></div>'

_CSS = """
.wide { overflow-x: auto; padding: 3px; }
table { border-collapse: collapse; font-size: 0.875rem; }
caption { text-align: left; padding-bottom: 6px; color: var(--st-text-color); opacity: 0.75; }
th { font-weight: 400; color: var(--st-text-color); padding: 2px 8px; }
thead th {
  vertical-align: bottom; min-width: 3.5rem; max-width: 7rem; overflow-wrap: anywhere; text-align: center;
}
tbody th {
  text-align: right; min-width: 5rem; max-width: 11rem; overflow-wrap: anywhere;
  position: sticky; left: 0; background: var(--st-background-color);
}
td { padding: 1px; }
button {
  width: 100%; min-width: 3rem; height: 2.25rem; border-radius: var(--st-base-radius); cursor: pointer;
  border: 1px solid transparent; color: var(--st-text-color); font: inherit;
  background: color-mix(in srgb, var(--st-primary-color) var(--share), var(--st-secondary-background-color));
}
button.same { --share: 0%; font-weight: 600; }
button:hover { border-color: var(--st-text-color); }
button[aria-pressed="true"] { border-color: transparent; box-shadow: 0 0 0 3px var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-text-color); outline-offset: 2px; }
.none { text-align: center; opacity: 0.4; }
"""

_JS = """
export default function ({ data, parentElement, setTriggerValue }) {
  const wide = parentElement.querySelector(".wide")
  const made = (tag, text, inside) => {
    const element = document.createElement(tag)
    element.textContent = text
    inside.append(element)
    return element
  }
  const wanted = JSON.stringify([data.rows, data.columns, data.cells])
  if (wide.dataset.shown !== wanted) {
    const table = document.createElement("table")
    made("caption", data.title, table)
    const head = made("tr", "", made("thead", "", table))
    made("th", data.corner, head).scope = "col"
    for (const name of data.columns) made("th", name, head).scope = "col"
    const body = made("tbody", "", table)
    data.rows.forEach((name, row) => {
      if (!data.cells[row].some((cell) => cell.count)) return
      const line = made("tr", "", body)
      made("th", name, line).scope = "row"
      data.cells[row].forEach((cell, column) => {
        const place = made("td", "", line)
        if (!cell.count) {
          place.className = "none"
          place.textContent = "·"
          return
        }
        const button = made("button", cell.count.toLocaleString("en"), place)
        button.type = "button"
        button.title = cell.title
        button.setAttribute("aria-label", cell.title)
        button.dataset.key = `${row},${column}`
        button.className = cell.same ? "same" : ""
        if (!cell.same) button.style.setProperty("--share", `${Math.round(8 + 62 * cell.share)}%`)
      })
    })
    wide.replaceChildren(table)
    wide.dataset.shown = wanted
  }
  for (const button of wide.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.dataset.key === data.chosen))
    button.onclick = () => setTriggerValue("pressed", button.dataset.key)
  }
}
"""

_MATRIX = st.components.v2.component("spotlight_matrix", html=_HTML, css=_CSS, js=_JS)


def matrix(
    title: str,
    corner: str,
    names: Sequence[str],
    counts: Sequence[Sequence[int]],
    says: Callable[[int, int], str],
    chosen: tuple[int, int] | None,
    *,
    key: str,
    on_press: Callable[[int, int], object],
) -> None:
    """Draws it.

    Args:
        title: What is counted.
        corner: What rows and columns are.
        names: Of the rows, and of the columns.
        counts: A row each; cells with 0 cannot be pressed, and a row of nothing else is not drawn.
        says: What a cell is, by its row and column, for screen readers and the pointer.
        chosen: Row and column of the cell that is marked; ``None`` for none.
        key: Of the widget.
        on_press: Told row and column before the page is drawn again.
    """
    largest = max((max(row, default=0) for row in _off_diagonal(counts)), default=0)
    cells = [
        [
            {"count": count, "title": says(i, j), "same": i == j, "share": count / max(1, largest, count)}
            for j, count in enumerate(row)
        ]
        for i, row in enumerate(counts)
    ]
    place = "" if chosen is None else f"{chosen[0]},{chosen[1]}"
    data = {
        "title": title,
        "corner": corner,
        "rows": list(names),
        "columns": list(names),
        "cells": cells,
        "chosen": place,
    }

    def pressed() -> None:
        state = st.session_state.get(key)
        row, _, column = (state.get("pressed") or "" if state else "").partition(",")
        if row.isdecimal() and column.isdecimal() and int(row) < len(names) and int(column) < len(names):
            on_press(int(row), int(column))

    _MATRIX(key=key, data=data, on_pressed_change=pressed)


def _off_diagonal(counts: Sequence[Sequence[int]]) -> list[list[int]]:
    return [[count for j, count in enumerate(row) if i != j] for i, row in enumerate(counts)]
