"""More checks: keep only the area, paste it elsewhere, hide the strongest places, ask a second view."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

import streamlit as st
from PIL import Image

from saliency.checks.hiding import HideCurve
from saliency.checks.paste import Paste
from saliency.errors import SaliencyError
from saliency.photo.reading import MAX_BYTES, Photo, read_photo
from ui import faults
from ui import words as wording
from ui.check import charts
from ui.check import tests as checking
from ui.check import words as wording_check
from ui.check.more import words as wording_more
from ui.check.more.second_view import agreeing
from ui.check.tests import LEVELS, STEP, AreaTest, Subject
from ui.session import Session
from ui.widgets.marks import Mark
from ui.widgets.pictures import png
from ui.widgets.places import Place
from ui.widgets.samples import Sample
from ui.work.slow_work import answer

_MOST = 8  # photos of one's own
_START = 20  # percent hidden to begin with
_UPLOAD = "paste-upload"


def choose(
    state: Session, subject: Subject, tested: AreaTest | None, mark: Mark | None, shelf: Mapping[str, Sample]
) -> None:
    """Buttons for the checks; the chosen one is drawn below, and only that one is computed."""
    names = {
        "keep": wording_more.KEEP,
        "paste": wording_more.PASTE,
        "hide": wording_more.HIDE,
        "agree": wording_more.AGREE,
    }
    chosen = st.pills(
        wording_more.MORE, list(names), format_func=names.__getitem__, key="more-check", wrap=True
    )
    place = Place(st.container())
    if chosen is None:
        return
    with faults.shown(place):
        if chosen == "hide":
            _hide(state, subject, place)
        elif chosen == "agree":
            agreeing(state, subject, place)
        elif tested is None or mark is None:
            place.info(wording_more.MARK_FIRST, icon=":material/select:")
        elif chosen == "keep":
            with place.container():
                _keep(subject, tested)
        else:
            _paste(state, subject, tested, mark, shelf, place)


def _keep(subject: Subject, tested: AreaTest) -> None:
    kept = tested.kept
    ahead = [answer.ahead for answer in kept.after.values()]
    said = wording_more.kept(kept.score, subject.label, all(ahead), any(ahead) and not all(ahead))
    words, *pictures = st.columns(3, gap="medium")
    with words:
        st.markdown(f"#### {said[0]}", anchors=False)
        st.markdown(said[1])
        st.caption(wording.LIMITS)
    for column, (fill, pixels) in zip(pictures, kept.pictures.items(), strict=True):
        name = wording_check.FILLS[fill]
        with column, st.container(gap="xxsmall"):
            picture = subject.small(pixels)
            alt = wording_more.KEPT_ALT.format(fill=name.lower())
            st.image(picture, width="stretch", output_format="PNG", alt=alt)
            st.caption(wording_check.filled(name, wording.score(kept.after[fill].score)))


def _paste(
    state: Session,
    subject: Subject,
    tested: AreaTest,
    mark: Mark,
    shelf: Mapping[str, Sample],
    place: Place,
) -> None:
    with place.container():
        st.markdown(wording_more.PASTE_INTRO)
        photos = _others(state, subject.result.photo, shelf)
        space = Place(st.container())
    if not photos:
        space.info(wording_more.PASTE_NONE, icon=":material/add_photo_alternate:")
        return
    found = answer(state, state.checks, checking.pasting(subject, tested, mark, photos), space, wait=True)
    if found is not None:
        with space.container():
            _pasted(subject, found, {sample.photo.name: sample.title for sample in shelf.values()})


def _others(state: Session, photo: Photo, shelf: Mapping[str, Sample]) -> list[Photo]:
    """The photos chosen to be pasted into: samples, and some of one's own."""
    offered = {key: sample for key, sample in shelf.items() if sample.photo.digest != photo.digest}
    samples, own = st.columns([5, 3], gap="medium")
    with samples:
        chosen = st.pills(
            wording_more.PASTE_SAMPLES,
            list(offered),
            selection_mode="multi",
            default=list(offered),
            wrap=True,
            format_func=lambda key: offered[key].title,
            key=f"paste-samples-{photo.digest[:8]}",  # other samples are offered for another photo
        )
    with own:
        st.file_uploader(
            wording_more.PASTE_UPLOAD.format(most=_MOST),
            accept_multiple_files=True,
            key=_UPLOAD,
            help=wording.UPLOAD_HELP,
            on_change=_take,
            args=(state,),
            max_upload_size=MAX_BYTES // 2**20,
        )
        if state.others_error:
            st.error(state.others_error, icon=":material/error:")
    found = {p.digest: p for p in (*state.others, *(offered[key].photo for key in chosen))}
    return [other for digest, other in found.items() if digest != photo.digest]


def _take(state: Session) -> None:
    """Reads what was uploaded; files that are no good are named, the others are used."""
    files = st.session_state[_UPLOAD] or []
    photos, errors = [], []
    for file in islice(files, _MOST):
        try:
            photos.append(read_photo(file.getvalue(), name=file.name))
        except SaliencyError as error:
            errors.append(f"{wording.plain(file.name)}: {faults.sentence(error)}")
        except Exception as error:  # a photo must never end the page
            errors.append(faults.unexpected(error))
    if len(files) > _MOST:
        errors.append(wording_more.PASTE_TOO_MANY.format(most=_MOST))
    state.others, state.others_error = tuple(photos), "  \n".join(errors)


def _pasted(subject: Subject, found: Paste, titles: Mapping[str, str]) -> None:
    said, counts = wording_more.pasted(found, subject.label)
    st.markdown(f"#### {said}", anchors=False)
    if counts:
        st.markdown(counts)
    with st.grid(6, min_column_width=130, gap="small") as grid:
        for one in found.photos:
            with grid.cell(), st.container(gap="xxsmall"):
                name = titles.get(one.name, one.name)
                before, after = (wording.plain(subject.question.label(a)) for a in (one.before, one.after))
                alt = wording_more.PASTED_ALT.format(photo=name)
                picture = png(Image.fromarray(one.picture))
                st.image(picture, width="stretch", output_format="PNG", alt=alt)
                st.caption(wording_more.pasted_photo(wording.plain(name), before, after))


def _hide(state: Session, subject: Subject, place: Place) -> None:
    if subject.result.empty:
        place.info(wording_more.HIDE_EMPTY)
        return
    found = answer(state, state.checks, checking.hiding(subject), place)
    if found is not None:
        with place.container():
            hidden(found, subject)


@st.fragment
def hidden(found: HideCurve, subject: Subject) -> None:
    """The picture and the score at a level; moving the slider computes nothing of the model's."""
    with faults.shown():
        at = st.session_state.setdefault("hide-level", _START) // STEP
        level = LEVELS[at]
        picture, chart = st.columns([2, 3], gap="medium")
        with picture:
            alt = wording_more.HIDDEN_ALT.format(level=f"{100 * level:.0f}")
            st.image(subject.small(found.picture(level)), width="stretch", output_format="PNG", alt=alt)
        with chart:
            st.slider(wording_more.HIDE_LEVEL, 0, 100, step=STEP, format="%d %%", key="hide-level")
            st.markdown(wording_more.hidden(level, found.scores[at], found.scores_elsewhere[at]))
            alt = wording_more.HIDE_CHART_ALT
            st.altair_chart(charts.curve(found, level), width="stretch", key="curve", alt=alt)
            st.caption(f"{wording_more.HIDE_INTRO} {wording.LIMITS}")
