"""The sheet of an audit's photos: filtered, sorted, a page at a time; a photo opens in Explain.

It is drawn by itself when something on it is chosen, so that the rest of a long page is not.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Mapping, Sequence
from functools import partial
from typing import cast

import streamlit as st

from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.sheet.selection import Doubt, Order, SheetQuery, page_of, selected
from saliency.audit.sheet.thumbnails import make_all
from ui import faults
from ui import words as wording
from ui.audit.ownership import access
from ui.audit.results import confusion_panel, gallery, sheet_words, words
from ui.audit.results import sheet_query as query
from ui.audit.results.results import AuditedPhoto, Results
from ui.audit.results.sheet_query import SheetAddress
from ui.people.person import person
from ui.session import Session
from ui.widgets.controls import bound, note_press
from ui.widgets.return_place import came_back

PAGE = 24
"""Photos on a page."""

_ALL, _WORTH, _WRONG = "all", "worth", "wrong"

_NAMES = {_WRONG: words.ALL_WRONG, _WORTH: words.WORTH, _ALL: words.ALL}

Names = Mapping[str, str]
Kinds = Mapping[str, frozenset[str] | None]


@st.fragment
def show(results: Results, state: Session) -> None:
    """What is taken for what; filters, and a page of the photos that fit."""
    with faults.shown():
        access.check_open(results.folder, person())
        address = query.asked(results.folder.name, state)
        confusion_panel.show(results, address, state)
        with st.container(gap="xxsmall"):
            st.markdown(f"## {words.PICTURES}", anchors=False)
            st.caption(words.LEGEND)
        draw(results, address, state)


def draw(results: Results, address: SheetAddress, state: Session) -> None:
    """Draws what an address asks for; what there is not is not asked for."""
    kinds = _kinds(results)
    shown, files, finding = _shown(results, kinds, address)
    chosen = _filters(results, kinds, address, shown)
    photos = selected(
        results.photos,
        SheetQuery(
            guess=chosen.get(query.ANSWER, ""),
            label=chosen.get(query.LABEL, ""),
            files=files,
            property=chosen.get(query.PROPERTY, ""),
            doubt=cast(Doubt, chosen.get(query.DOUBT, "")),
            order=cast(Order, chosen[query.ORDER]),
        ),
        properties=results.properties,
        doubtful=results.doubtful,
    )
    if not photos:
        _nothing(address)
        return
    page = page_of(photos, address.number(query.PAGE) or 1, PAGE)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(sheet_words.shown(page.first, page.last, page.total), width="content")
        if page.pages > 1:
            _turner(page.number, page.pages, address)
    make_all(results.folder, _pictures(page.photos))
    for card, photo in gallery.cards(page.photos):
        with card:
            _card(results, photo, photo.place(finding), address, state)
    if page.number < page.pages:
        _make_ahead(results, page_of(photos, page.number + 1, PAGE).photos)


def _turner(number: int, pages: int, address: SheetAddress) -> None:
    """The pages, as a widget of its own for each set of filters: it is set only where Back was pressed."""
    filters = sorted((name, value) for name, value in address.with_parts().parts.items() if value)
    key = f"audit-page-{zlib.crc32(repr(filters).encode())}-{pages}"
    if st.session_state.get(key, number) != number:
        st.session_state[key] = number

    def turn() -> None:
        note_press()
        query.want(address.on_page(st.session_state[key]))

    st.pagination(pages, default=number, width="content", key=key, on_change=turn)


def _shown(
    results: Results, kinds: Kinds, address: SheetAddress
) -> tuple[str, frozenset[str] | None, AuditFinding | None]:
    """The kind of photos that is chosen, their files, and the finding that they rest on, if it is one."""
    findings = _findings(results)
    first = next(iter(kinds))
    shown = address.parts.get(query.SHOWN, first)
    if shown in findings:
        return shown, frozenset(findings[shown].files), findings[shown]
    shown = shown if shown in kinds else first
    return shown, kinds[shown], None


def _findings(results: Results) -> dict[str, AuditFinding]:
    return {f"finding-{number}": finding for number, finding in enumerate(results.telling) if finding.files}


def _kinds(results: Results) -> Kinds:
    """The kinds of photos that there are, the one to begin with first, with their files; None for all."""
    worth = frozenset(photo.row.file for photo in results.photos if photo.reasons)
    wrong = frozenset(photo.row.file for photo in results.photos if photo.row.right is False)
    kinds: dict[str, frozenset[str] | None] = {_WORTH: worth, _ALL: None} if worth else {_ALL: None}
    kinds |= {} if worth else {_WORTH: worth}
    return {_WRONG: wrong, **kinds} if wrong else kinds


def _filters(results: Results, kinds: Kinds, address: SheetAddress, shown: str) -> dict[str, str]:
    """What is chosen in each list that has a choice, by the part of the address that says it."""
    names = {
        kind: f"{_NAMES[kind]} ({len(results.photos) if files is None else len(files):,})"
        for kind, files in kinds.items()
    } | {key: words.choice(finding) for key, finding in _findings(results).items()}
    guesses = {group.guess: wording.plain(group.guess) for group in results.record.classes_by_size}
    doubts = {doubt: name for doubt, name in sheet_words.DOUBTS.items() if doubt in results.doubts}
    properties = {name: wording.plain(sheet_words.property_name(name)) for name in results.properties}
    rows: tuple[tuple[tuple[str, str, str, Names], ...], ...] = (
        (
            (query.SHOWN, "audit-what", sheet_words.SHOWN, names),
            (query.ANSWER, "audit-guess", sheet_words.ANSWER, _with_any(guesses)),
            (query.LABEL, "audit-label", sheet_words.LABEL, _with_any(results.shown_names)),
        ),
        (
            (query.DOUBT, "audit-right", sheet_words.DOUBT, _with_any(doubts)),
            (query.PROPERTY, "audit-looks", sheet_words.PROPERTY, _with_any(properties)),
            (query.ORDER, "audit-sort", sheet_words.ORDER, sheet_words.ORDERS),
        ),
    )
    chosen: dict[str, str] = {}
    for row in rows:
        offered = [entry for entry in row if len(entry[3]) > 1]
        for column, (part, key, label, options) in zip(
            st.columns(len(row), gap="medium"), offered, strict=False
        ):
            value = shown if part == query.SHOWN else address.parts.get(part, "")
            value = value if value in options else next(iter(options))
            with column:
                _choice(part, key, label, options, value, address)
            chosen[part] = value
    return chosen


def _with_any(options: Names) -> Names:
    return {"": sheet_words.ANY, **options}


def _choice(part: str, key: str, label: str, options: Names, value: str, address: SheetAddress) -> None:
    first = next(iter(options))

    def take(chosen: str) -> None:
        query.want(address.with_parts(**{part: "" if chosen == first else chosen}))

    st.selectbox(
        label,
        list(options),
        format_func=lambda option: wording.listed(options[option]),
        **bound(key, value, take),
    )


def _nothing(address: SheetAddress) -> None:
    """What is said where no photo fits, with a way out."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.info(sheet_words.NOTHING, icon=":material/filter_alt_off:")
        st.button(
            sheet_words.ALL_AWAY,
            key="audit-no-filters",
            on_click=query.want,
            args=(SheetAddress(address.audit, {query.SHOWN: _ALL}),),
        )


def _card(
    results: Results,
    photo: AuditedPhoto,
    box: tuple[float, float, float, float] | None,
    address: SheetAddress,
    state: Session,
) -> None:
    gallery.example(results, photo, box)
    st.markdown(words.picture(photo, results.record.settings.question))
    if photo.reasons:
        st.caption(" ".join(map(wording.plain, photo.reasons)))
    st.caption(wording.plain(photo.row.file))
    here = address.at_photo(photo.number)
    key = f"audit-open-{photo.number}"
    if st.button(
        words.OPEN_PICTURE,
        key=key,
        icon=":material/image_search:",
        on_click=partial(query.want, here),
    ):
        gallery.open_in_explain(results, photo, box, state, here.whole)
    if address.number(query.PHOTO) == photo.number:
        came_back(key)


def _pictures(photos: Sequence[AuditedPhoto]) -> list[tuple[str, int | None]]:
    """What a page's small pictures are of."""
    return [(photo.row.file, photo.number if photo.has_map else None) for photo in photos]


def _make_ahead(results: Results, photos: Sequence[AuditedPhoto]) -> None:
    """Makes the next page's pictures while this one is looked at."""
    wanted = results.folder, _pictures(photos)
    threading.Thread(target=make_all, args=wanted, name="thumbnails", daemon=True).start()
