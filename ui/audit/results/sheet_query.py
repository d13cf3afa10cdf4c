"""What is asked of the sheet of photos, as the page's address has it: Back, Forward and links lead there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from ui.audit.store import OPEN
from ui.photo.link import current, put
from ui.session import Session

SHOWN, ANSWER, LABEL, PROPERTY = "show", "answer", "label", "looks"
DOUBT, ORDER, PAGE, PHOTO = "doubt", "sort", "page", "photo"
_PARTS = (SHOWN, ANSWER, LABEL, PROPERTY, DOUBT, ORDER, PAGE, PHOTO)
_WANTED = "audit-sheet-wanted"  # what was pressed for, until the page is drawn


@dataclass(frozen=True)
class SheetAddress:
    """The sheet's part of an address.

    Attributes:
        audit: The audit's name in it.
        parts: The sheet's parts, by name; what is not there is not asked for.
    """

    audit: str
    parts: Mapping[str, str] = field(default_factory=dict)

    @property
    def whole(self) -> dict[str, str]:
        """All parts of the page's address."""
        return {OPEN: self.audit, **{name: value for name, value in self.parts.items() if value}}

    def with_parts(self, **parts: str) -> SheetAddress:
        """With other filters, from the first page on; an empty one is taken away."""
        kept = {name: value for name, value in self.parts.items() if name not in (PAGE, PHOTO)}
        return SheetAddress(self.audit, kept | parts)

    def on_page(self, number: int) -> SheetAddress:
        """Another page of the same."""
        return self.with_parts(**({PAGE: str(number)} if number > 1 else {}))

    def at_photo(self, number: int) -> SheetAddress:
        """The same page, at one of its photos."""
        return SheetAddress(self.audit, {**self.parts, PHOTO: str(number)})

    def number(self, name: str) -> int | None:
        """A part that is a number; ``None`` where it is none."""
        value = self.parts.get(name, "")
        return int(value) if value.isascii() and value.isdecimal() and len(value) < 9 else None


def want(address: SheetAddress) -> None:
    """Notes that this is asked for; the page is drawn so next, whatever the browser's address still says."""
    st.session_state[_WANTED] = address


def asked(audit: str, state: Session) -> SheetAddress:
    """What is asked for now, which the page's address then says."""
    wanted: Any = st.session_state.pop(_WANTED, None)
    address = current(state)
    if wanted is None or wanted.audit != audit:
        return SheetAddress(audit, {name: address[name] for name in _PARTS if address.get(name)})
    put(state, wanted.whole)
    return SheetAddress(audit, wanted.parts)
