"""More checks: keep only the area, paste it elsewhere, hide the strongest places, ask a second view."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

import streamlit as st
from PIL import Image

from saliency.checks.check import AreaTest
from saliency.checks.hiding import HideCurve
from saliency.checks.paste import Paste
from saliency.checks.paste import Sample as PasteSample
from saliency.errors import SaliencyError
from saliency.photo.reading import Photo, read_photo
from saliency.verdict.sentences import average
from saliency.verdict.words import percent, score
from ui import faults
from ui.check.evidence import Subject
from ui.check.more import words
from ui.check.more.curve import curve_spec
from ui.check.more.evidence import LEVELS, STEP, hide_task, paste_task
from ui.check.more.second_view import compare_views
from ui.check.panels import captioned
from ui.check.words import FILLS, fill_caption
from ui.session import Session
from ui.widgets import uploader
from ui.widgets.announcement import announced
from ui.widgets.marks import Mark
from ui.widgets.pictures import kept_jpeg, show_picture
from ui.widgets.places import Place
from ui.widgets.samples import Sample
from ui.words import UPLOAD_HELP, plain
from ui.work.slow_work import answer

_MOST, _MOST_PIXELS = 8, 100_000_000  # photos of one's own, and pixels of all of them
_START = 20  # percent hidden to begin with
_UPLOAD = "paste-upload"


def more_checks(
    state: Session,
    subject: Subject,
    test: AreaTest | None,
    mark: Mark | None,
    samples: Mapping[str, Sample],
) -> None:
    """Buttons for the checks; the chosen one is drawn below, and only that one is computed."""
    chosen = st.pills(
        words.MORE, list(words.NAMES), format_func=words.NAMES.__getitem__, key="more-check", wrap=True
    )
    place = Place(st.container())
    if chosen is None:
        return
    with faults.shown(place):
        if chosen == "hide":
            _hide(state, subject, place)
        elif chosen == "agree":
            compare_views(state, subject, place)
        elif test is None or mark is None:
            place.info(words.MARK_FIRST if mark is None else words.TEST_FIRST, icon=":material/select:")
        elif chosen == "keep":
            with place.container():
                _keep(subject, test)
        else:
            _paste(state, subject, test, mark, samples, place)


def _keep(subject: Subject, test: AreaTest) -> None:
    left, *columns = st.columns(3, gap="medium")
    with left:
        found = words.keep_finding(test.keep, subject.label, subject.outputs)
        st.markdown(f"### {found}", anchors=False)
        announced(found, key="kept")
        st.markdown(
            words.KEPT.format(
                score=score(test.keep.score, subject.outputs),
                average=average(test.keep.fills, subject.outputs),
            )
        )
    for column, (fill, outcome) in zip(columns, test.keep.fills.items(), strict=True):
        with column:
            captioned(
                subject.picture(outcome.picture),
                fill_caption(FILLS[fill], score(outcome.after.score, subject.outputs)),
                words.KEPT_ALT.format(fill=FILLS[fill].lower()),
            )


def _paste(
    state: Session,
    subject: Subject,
    test: AreaTest,
    mark: Mark,
    samples: Mapping[str, Sample],
    place: Place,
) -> None:
    with place.container():
        st.markdown(words.paste_intro(subject.outputs))
        photos, chosen = _other_photos(state, subject.result.photo, samples)
        space = Place(st.container())
    if not photos and not chosen:
        space.info(words.PASTE_NONE, icon=":material/add_photo_alternate:")
        return
    paste = answer(state, state.checks, paste_task(subject, test, mark, photos, chosen), space, wait=True)
    if paste is not None:
        with space.container():
            _paste_panel(subject, paste, {sample.photo.name: sample.title for sample in samples.values()})


def _other_photos(
    state: Session, photo: Photo, samples: Mapping[str, Sample]
) -> tuple[list[Photo], list[PasteSample]]:
    """The photos chosen to be pasted into: some of one's own, and samples."""
    offered = {key: sample for key, sample in samples.items() if sample.photo.digest != photo.digest}
    left, right = st.columns([5, 3], gap="medium")
    with left:
        chosen = st.pills(
            words.PASTE_SAMPLES,
            list(offered),
            selection_mode="multi",
            default=list(offered),
            wrap=True,
            format_func=lambda key: plain(offered[key].title),
            key=f"paste-samples-{photo.digest[:8]}",  # other samples are offered for another photo
        )
    with right:
        uploader.upload(
            words.PASTE_UPLOAD.format(most=_MOST),
            accept_multiple_files=True,
            key=_UPLOAD,
            help=UPLOAD_HELP,
            on_change=_take,
            args=(state,),
            most=uploader.PHOTO_MEGABYTES,
        )
        if state.others_error:
            st.error(state.others_error, icon=":material/error:")
    own = {each.digest: each for each in state.others if each.digest != photo.digest}
    others = (offered[key] for key in chosen if offered[key].photo.digest not in own)
    return list(own.values()), [PasteSample(each.photo, each.label) for each in others]


def _take(state: Session) -> None:
    """Reads what was uploaded; files that are no good are named, the others are used."""
    files = uploader.handed_over(_UPLOAD)
    photos, errors = [], []
    for file in islice(files, _MOST):
        try:
            photos.append(read_photo(file.getvalue(), name=file.name))
        except SaliencyError as error:
            errors.append(f"{plain(file.name)}: {faults.sentence(error)}")
        except Exception as error:  # a photo must never end the page
            errors.append(faults.unexpected(error))
    large = sum(photo.width * photo.height for photo in photos) > _MOST_PIXELS
    if large:
        photos, errors = [], [*errors, words.PASTE_TOO_LARGE.format(most=_MOST_PIXELS // 10**6)]
    if len(files) > _MOST:
        errors.append(words.PASTE_TOO_MANY.format(most=_MOST))
    state.others, state.others_error = tuple(photos), "  \n".join(errors)


def _paste_panel(subject: Subject, paste: Paste, titles: Mapping[str, str]) -> None:
    finding, counts = words.paste_finding(paste, subject.label)
    st.markdown(f"### {finding}", anchors=False)
    announced(finding, key="pasted")
    if counts:
        st.markdown(counts)
    if paste.left_out:
        st.caption(words.paste_left_out(len(paste.left_out)))
    with st.grid(6, min_column_width=130, gap="small") as grid:
        for photo in paste.photos:
            name = titles.get(photo.name, photo.name)
            question = subject.question
            before, after = (words.paste_answer(question, each) for each in (photo.before, photo.after))
            with grid.cell():
                captioned(
                    Image.fromarray(photo.picture),
                    words.paste_caption(plain(name), before, after),
                    words.PASTED_ALT.format(photo=name),
                )


def _hide(state: Session, subject: Subject, place: Place) -> None:
    if subject.result.empty:
        place.info(words.HIDE_EMPTY)
        return
    curve = answer(state, state.checks, hide_task(subject), place)
    if curve is not None:
        with place.container():
            hide_panel(curve, subject)


@st.fragment
def hide_panel(curve: HideCurve, subject: Subject) -> None:
    """The picture and the score at a level; moving the slider computes nothing of the model's."""
    with faults.shown():
        index = st.session_state.setdefault("hide-level", _START) // STEP
        level = LEVELS[index]
        left, right = st.columns([2, 3], gap="medium")
        with left:
            alt = words.HIDDEN_ALT.format(level=percent(level))
            drawing = kept_jpeg(curve, (index,), lambda: subject.picture(curve.picture(level)))
            show_picture(drawing, alt)
        with right:
            st.slider(words.HIDE_LEVEL, 0, 100, step=STEP, format="%d %%", key="hide-level")
            scores = curve.scores[index], curve.scores_elsewhere[index]
            sentence = words.hide_sentence(level, *scores, subject.outputs)
            st.markdown(sentence)
            announced(sentence, key="hidden")
            spec = curve_spec(curve, level)
            st.vega_lite_chart(spec=spec, width="stretch", key="curve", alt=words.HIDE_CHART_ALT)
            st.caption(words.hide_intro(subject.outputs))
