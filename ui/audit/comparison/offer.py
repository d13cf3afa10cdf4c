"""Below the results of an audit: another model can be asked the same, or another audit be compared."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import streamlit as st

from saliency.audit import Job
from saliency.errors import SaliencyError
from ui import faults
from ui import words as wording
from ui.audit.comparison import repeat, words
from ui.audit.ownership import access
from ui.audit.ownership.access import Entry
from ui.audit.store import AGAINST, DONE, OPEN
from ui.people.person import Person
from ui.widgets.controls import choose_in_list


def show(entry: Entry, visitor: Person, labels: Collection[str] = ()) -> None:
    """Draws both; what a person may not do is not offered.

    Args:
        entry: The audit.
        visitor: Who looks at it.
        labels: What its photos show, as far as that is known.
    """
    st.markdown(f"## {words.TITLE}", anchors=False)
    st.markdown(words.INTRO)
    left, right = st.columns(2, gap="medium")
    with left:
        _ask(entry, visitor, labels)
    with right:
        _compare(entry, visitor)


def older_button(entry: Entry, visitor: Person) -> None:
    """Leads to the comparison for which an audit was made, if the older one is still open to them."""
    older = access.entry(entry.request.against, visitor) if entry.request.against else None
    if older is not None and older.request.state == DONE:
        label = words.COMPARE_WITH.format(name=wording.plain(older.request.name))
        st.button(
            label,
            key="compare-older",
            type="primary",
            icon=":material/compare:",
            on_click=_go,
            args=(older.folder.name, entry.folder.name),
        )


def _go(old: str, new: str) -> None:
    st.query_params.from_dict({OPEN: new, AGAINST: old})


def _ask(entry: Entry, visitor: Person, labels: Collection[str]) -> None:
    """A list of models, what the chosen one knows, and a button that begins an audit of the same photos."""
    if not entry.access.may_change(visitor):
        return
    others = repeat.others(entry.request)
    if not others:
        st.caption(words.NO_MODEL)
        return
    names = {key: wording.model_in_list(choice) for key, choice in others.items()}
    known = {} if entry.request.question is not None else repeat.known_labels(others, labels)
    first = next((place for place, key in enumerate(names) if known.get(key)), 0)
    model = choose_in_list(words.MODEL, names, index=first, key="compare-model", help=words.MODEL_HELP)
    if model in known:
        sentence = words.knows(known[model], len(labels))
        if 2 * known[model] < len(labels):
            st.warning(sentence, icon=":material/label_off:")
        else:
            st.caption(sentence)
    if st.button(words.ASK, key="compare-ask", icon=":material/replay:"):
        with faults.shown():
            with st.spinner(words.COPYING):
                name = repeat.begin(entry, others[model], visitor)
            st.query_params.from_dict({OPEN: name})
            st.rerun()


def _compare(entry: Entry, visitor: Person) -> None:
    """A list of the finished audits with photos of this one, and a button that compares."""
    fitting = _fitting(entry, visitor)
    if not fitting:
        return
    names = {other.folder.name: wording.plain(other.request.name) for other in fitting}
    chosen = choose_in_list(words.OTHER, names, key="compare-other")
    pair = sorted(
        (entry, next(other for other in fitting if other.folder.name == chosen)),
        key=lambda one: datetime.fromisoformat(one.request.begun).replace(tzinfo=None),
    )
    args = tuple(one.folder.name for one in pair)
    st.button(words.COMPARE, key="compare-go", icon=":material/compare:", on_click=_go, args=args)


def _fitting(entry: Entry, visitor: Person) -> list[Entry]:
    """The finished audits that are open to a person and have a photo of this one."""
    own = _digests(entry)
    entries = (one for one in access.entries(visitor) if one.folder != entry.folder)
    return [one for one in entries if one.request.state == DONE and not own.isdisjoint(_digests(one))]


def _digests(entry: Entry) -> frozenset[str]:
    """The photos of an audit by their bytes; none where it cannot be read."""
    try:
        with Job(entry.folder, alone=False) as job:
            return job.digests()
    except SaliencyError:
        return frozenset()
