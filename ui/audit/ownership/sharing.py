"""With whom an audit is shared, and the box in which whoever made it says that."""

from __future__ import annotations

import streamlit as st

from ui import faults
from ui.audit.ownership import access, words
from ui.audit.ownership.access import Entry
from ui.people.person import Person

NOBODY, NAMED, EVERYONE = words.KINDS


def box(entry: Entry, visitor: Person, address: str) -> None:
    """A button with a box in which a person shares an audit, or takes that back, if they may.

    Args:
        entry: The audit.
        visitor: Who looks at it.
        address: Of the audit.
    """
    before = entry.access
    if not (visitor.signed_in and before.may_change(visitor)):
        return
    with st.popover(words.SHARE, icon=":material/group:"):
        st.markdown(f"**{words.SHARING}**")
        kind, text = _choice(entry, visitor)
        if kind != NOBODY:
            st.caption(words.WHAT)
        with st.container(horizontal=True):
            share = kind != NOBODY and st.button(words.SAVE, type="primary", key="audit-share")
            take_back = before.shared and st.button(
                words.TAKE_BACK, icon=":material/undo:", key="audit-take-back"
            )
        if before.shared:
            st.caption(words.LINK)
            st.code(address, language=None, wrap_lines=True)
        if share or take_back:
            with faults.shown():
                _save(entry, NOBODY if take_back else kind, text, visitor)
                st.toast(words.TAKEN_BACK if take_back else words.SAVED, icon=":material/group:")
                st.rerun()


def _choice(entry: Entry, visitor: Person) -> tuple[str, str]:
    """Who is to see it, and the text with their addresses; as it is now, until a person chooses."""
    before = entry.access
    kinds = words.KINDS if before.belongs_to(visitor) else words.KINDS_OF_OTHERS
    now = EVERYONE if before.everyone else NAMED if before.named else NOBODY
    key = f"{entry.folder.name}-{now}-{before.named}"  # begins anew where something was changed
    kind: str = st.segmented_control(
        words.SHARING,
        list(kinds),
        default=now,
        format_func=kinds.__getitem__,
        required=True,
        key=f"audit-sharing-{key}",
        label_visibility="collapsed",
    )
    if kind != NAMED:
        return kind, ""
    return kind, st.text_area(
        words.NAMED, ", ".join(before.named), help=words.NAMED_HELP, key=f"audit-named-{key}"
    )


def _save(entry: Entry, kind: str, text: str, visitor: Person) -> None:
    """Shares it so from now on.

    Raises:
        SaliencyError: An address is none, nobody is named, or it cannot be written.
    """
    named = access.addresses(text, visitor) if kind == NAMED else ()
    access.share(entry.folder, named, everyone=kind == EVERYONE)
