"""Two audits beside each other: which model is better, where it is worse, and the photos that show it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from saliency import files
from saliency.audit.comparison.comparison import AuditComparison
from saliency.audit.comparison.finding_changes import FindingChange
from saliency.audit.comparison.photos import Change, ChangedPhoto
from saliency.audit.job import PHOTOS
from saliency.audit.reports.brief_names import named
from saliency.audit.reports.comparison import words as report_words
from saliency.audit.reports.comparison.files import ComparedAudits
from saliency.audit.reports.comparison.pictures import boxes_of, pair_picture
from saliency.audit.reports.comparison.report import about, figures, left_out
from saliency.audit.reports.comparison.verdict import comparison_verdict
from saliency.audit.reports.sentences import counted
from saliency.errors import SaliencyError
from saliency.photo.area import Box
from ui import faults
from ui import words as wording
from ui.audit.comparison import repeat, words
from ui.audit.comparison.both import EntryPair, compared, content, entry_pair
from ui.audit.results.gallery import cards
from ui.audit.store import AGAINST, OPEN
from ui.check.words import COLOURS, MERIT_ICONS
from ui.people.person import Person, person
from ui.widgets.announcement import announced
from ui.widgets.controls import choose_in_list, download_button
from ui.widgets.pictures import png

_PAGE, _COLUMNS = 6, 2
_ROWS = 12
_TILE = 166  # points: two beside each other on a phone
_OF_FINDING = 2


def show(old: str, new: str) -> None:
    """Draws the comparison of two audits by the names of their folders."""
    visitor = person()
    st.set_page_config(page_title=wording.page_title(words.TITLE))
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title(words.TITLE, anchor=False, width="stretch")
        st.button(words.SWAP, icon=":material/swap_horiz:", key="compare-swap", on_click=_go, args=(old, new))
        st.button(words.BACK, icon=":material/arrow_back:", key="compare-back", on_click=_go, args=(new, ""))
    try:
        pair = entry_pair(old, new, visitor)
        both = compared(pair)
    except SaliencyError as error:
        st.warning(faults.sentence(error), icon=":material/link_off:")
        return
    with faults.shown():
        _show(pair, both, visitor)


def _go(name: str, against: str) -> None:
    """Opens an audit, or its comparison with an older one."""
    st.query_params.from_dict({OPEN: name, **({AGAINST: against} if against else {})})


def _show(pair: EntryPair, both: ComparedAudits, visitor: Person) -> None:
    comparison = both.comparison
    _headline(comparison, pair)
    _figures(comparison)
    _untested(comparison, pair, visitor)
    _findings(both, pair)
    _classes(comparison)
    _changed(both, pair)
    with st.expander(words.LEFT_OUT):
        for sentence in left_out(comparison):
            st.markdown(f"- {wording.plain(sentence)}")
    with st.expander(words.HOW):
        for title, text in report_words.METHOD:
            st.markdown(f"**{title}.** {wording.plain(text)}")
    st.markdown(report_words.LIMITS)
    _take(pair)


def _headline(comparison: AuditComparison, pair: EntryPair) -> None:
    """Whether the new one is better, where it is worse, and what to look at first."""
    for warning in report_words.warnings(comparison):
        st.error(wording.plain(warning), icon=":material/warning:")
    verdict = comparison_verdict(comparison)
    title, colour = wording.plain(named(verdict.sentence)), COLOURS.get(verdict.merit)
    icon = f"{MERIT_ICONS[verdict.merit]} " if colour else ""
    st.markdown(f"## :{colour}[{icon}{title}]" if colour else f"## {title}", anchors=False)
    announced(verdict.sentence, key="old-and-new")
    st.caption(
        " · ".join(
            (
                words.OLD.format(name=wording.plain(pair.old.request.name)),
                words.NEW.format(name=wording.plain(pair.new.request.name)),
                wording.plain(about(comparison)),
            )
        )
    )
    for column, (question, answer) in zip(st.columns(3, gap="medium"), verdict.answers, strict=True):
        with column, st.container(border=True, height="stretch"):
            st.markdown(f"## {question}", anchors=False)
            st.markdown(wording.plain(named(answer)))


def _figures(comparison: AuditComparison) -> None:
    with st.container(horizontal=True, gap="small"):
        for value, what in figures(comparison):
            with st.container(border=True, width=_TILE, height="stretch", gap="xxsmall"):
                st.markdown(f"### {value}", anchors=False)
                st.caption(wording.plain(what))


def _untested(comparison: AuditComparison, pair: EntryPair, visitor: Person) -> None:
    """What was not tested with the other model, and a button to have that done."""
    if not comparison.untested:
        return
    count = counted(comparison.untested, "finding was", "findings were")
    st.warning(words.NOT_TESTED.format(count=count), icon=":material/rule:")
    model_here = pair.new.request.model in repeat.here()
    if pair.new.access.may_change(visitor) and model_here and not comparison.same_model:
        st.button(words.TEST, key="compare-test", icon=":material/play_arrow:", on_click=_test, args=(pair,))


def _test(pair: EntryPair) -> None:
    with faults.shown():
        repeat.test_again(pair.old, pair.new)
        _go(pair.new.folder.name, "")


def _findings(both: ComparedAudits, pair: EntryPair) -> None:
    comparison = both.comparison
    st.markdown(f"## {words.FINDINGS}", anchors=False)
    if not comparison.findings:
        st.markdown(words.NO_FINDING)
        return
    st.table(words.findings_table(comparison), border="horizontal", hide_index=True, alt=words.FINDINGS)
    for number, finding in enumerate(comparison.findings):
        files_of = sorted({*finding.old_files} ^ {*finding.new_files}) or list(finding.new_files)
        if not files_of:
            continue
        with st.expander(words.finding_title(finding), expanded=number == 0):
            st.markdown(wording.plain(report_words.finding_sentence(finding)))
            st.caption(words.SIDE_BY_SIDE)
            for column, file in zip(st.columns(_OF_FINDING, gap="small"), files_of, strict=False):
                with column:
                    _finding_picture(both, pair, finding, file)


def _finding_picture(both: ComparedAudits, pair: EntryPair, finding: FindingChange, file: str) -> None:
    """A photo in which a finding counts, under both heat maps, its place outlined."""
    digest = next(digest for digest, photo in both.new.photos.items() if photo.row.file == file)
    side = both.new if finding.found_in == "new" else both.old
    _picture(both, pair, digest, tuple(boxes_of(finding, side, digest)), f"{file}, with both heat maps")
    old, new = file in finding.old_files, file in finding.new_files
    st.caption(f"{wording.plain(file)}: {report_words.depends_with(old=old, new=new)}")


def _picture(both: ComparedAudits, pair: EntryPair, digest: str, boxes: tuple[Box, ...], alt: str) -> None:
    picture = _pair(both, pair.old.folder, pair.new.folder, digest, boxes)
    if picture is None:
        st.caption(words.NO_PICTURE)
    else:
        st.image(picture, width="stretch", output_format="PNG", alt=alt)


@st.cache_data(show_spinner=False, max_entries=60, max_size=48 * 2**20, scope="session")
def _pair(_both: ComparedAudits, old: Path, new: Path, digest: str, boxes: tuple[Box, ...]) -> bytes | None:
    """A photo under both heat maps, as a PNG file; None where it cannot be read any more."""
    sheet = pair_picture(new / PHOTOS, digest, _both.old, _both.new, boxes, between=None)
    return None if sheet is None else png(sheet)


def _classes(comparison: AuditComparison) -> None:
    if len(comparison.classes) < 2:
        return
    st.markdown(f"## {words.CLASSES}", anchors=False)
    table = words.classes_table(comparison, _ROWS)
    st.table(table, border="horizontal", hide_index=True, alt=words.CLASSES)


def _changed(both: ComparedAudits, pair: EntryPair) -> None:
    """The photos with another answer, what a person should look at first, page by page."""
    comparison = both.comparison
    st.markdown(f"## {words.CHANGED}", anchors=False)
    if not comparison.changed:
        st.markdown(words.NO_CHANGE)
        return
    key = f"{pair.old.folder.name}-{pair.new.folder.name}"
    kind = choose_in_list(words.WHICH, words.kinds(comparison), key=f"compare-kind-{key}")
    photos = [photo for photo in comparison.changed if not kind or photo.change is Change(kind)]
    pages = -(-len(photos) // _PAGE)
    st.caption(words.SIDE_BY_SIDE)
    space = st.empty()
    page = 1
    if pages > 1:
        page = st.pagination(pages, width="stretch", key=f"compare-page-{key}-{kind}")
    part = photos[(page - 1) * _PAGE : page * _PAGE]
    first = (page - 1) * _PAGE + 1
    space.caption(words.SHOWN.format(first=first, last=first + len(part) - 1, all=len(photos)))
    for card, photo in cards(part, _COLUMNS):
        with card:
            _card(both, pair, photo)


def _card(both: ComparedAudits, pair: EntryPair, photo: ChangedPhoto) -> None:
    _picture(both, pair, photo.photo_sha256, (), words.alt(photo))
    st.markdown(words.changed_photo(photo))
    st.caption(wording.plain(photo.file))


def _take(pair: EntryPair) -> None:
    """Buttons for the files, each made when it is asked for."""
    st.markdown(f"### {words.TAKE}", anchors=False)
    with st.container(horizontal=True):
        for name, (label, purpose) in words.FILES.items():
            file = f"spotlight-{files.stem(pair.new.request.name)}-{name}"
            make = partial(content, pair, name, person())
            icon = ":material/download:"
            download_button(label, make, file, key=f"compare-take-{name}", purpose=purpose, icon=icon)
