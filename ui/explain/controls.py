"""The widgets, made from the samples, the list of models and the registry of methods.

What is chosen lives in `Session`; every widget is set from it before it is drawn, and writes to it when it is
used. So links, defaults and clicks all end in one place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from models import Choice
from saliency.checks.sanity import learned
from saliency.classifier import Score
from saliency.errors import SaliencyError
from saliency.methods.registry import Method
from saliency.photo.reading import MAX_BYTES, read_photo
from ui import faults
from ui import words as wording
from ui.session import CAREFUL, OWN, QUICK, Session
from ui.views import quick_and_careful
from ui.widgets.gallery import Thumbnail, gallery, pressed
from ui.widgets.samples import Sample, thumbnail

_GUESSES = (3, 5)  # pills at least and at most
_WORTH_SHOWING = 0.005  # score below which a guess gets no pill, once there are enough


def choose_photo(state: Session, samples: Mapping[str, Sample]) -> None:
    """Thumbnails of the samples and of the own photo, beside the uploader and the camera."""
    left, right = st.columns([2, 1], gap="medium")
    with left:
        st.markdown(_caption(state, samples))
        _thumbnails(state, samples)
    with right, st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        key = f"upload-{state.uploads}"
        st.file_uploader(
            wording.UPLOAD,
            key=key,
            help=wording.UPLOAD_HELP,
            on_change=_take,
            args=(state, key),
            max_upload_size=MAX_BYTES // 2**20,
        )
        _camera(state)
    if state.upload_error:
        st.error(state.upload_error, icon=":material/error:")


def choose_model(state: Session, choices: Mapping[str, Choice]) -> None:
    """The models up front in a list, all others behind a button."""
    chosen = choices[state.model]
    front = [key for key, choice in choices.items() if choice.front or key == state.model]
    rest = [key for key in choices if key not in front]
    st.session_state["model"] = state.model
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(
            wording.MODEL,
            front,
            format_func=lambda key: wording.model_in_front(choices[key]),
            key="model",
            help=wording.model_help(chosen),
            on_change=lambda: state.choose_model(st.session_state["model"]),
        )
        if rest:
            _more_models(state, choices, rest)
    st.caption(wording.model_sentence(chosen))
    if state.photo == OWN and not state.model_chosen:
        st.caption(wording.chosen_for_own_photo(chosen))


def choose_view(state: Session, methods: Sequence[Method], seconds: Mapping[str, float]) -> None:
    """The two views up front with their times, all others behind a button with a sentence each.

    Args:
        state: The tab.
        methods: Those the model offers.
        seconds: How long each takes, by key; 0 where it is not known yet.
    """
    front = [view for view in (QUICK, CAREFUL) if quick_and_careful.chosen(view, methods)]
    names = {view: wording.view_name(view, seconds[_key(view, methods)]) for view in front}
    st.session_state["view"] = state.view if state.view in front else None
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.segmented_control(
            wording.VIEW,
            front,
            format_func=names.__getitem__,
            key="view",
            help=wording.VIEW_HELP,
            on_change=_take_view,
            args=(state,),
        )
        _more_views(state, methods, seconds)
    method = quick_and_careful.chosen(state.view, methods)
    if method is not None:
        st.caption(wording.view_sentence(method.sentence, learned(method.key)))


def choose_framing(state: Session) -> None:
    """Whole photo or centre crop."""
    st.session_state["framing"] = state.framing
    st.segmented_control(
        wording.FRAMING,
        list(wording.FRAMINGS),
        format_func=wording.FRAMINGS.__getitem__,
        key="framing",
        help=wording.FRAMING_HELP,
        required=True,
        on_change=lambda: setattr(state, "framing", st.session_state["framing"]),
    )


def choose_guess(state: Session, scores: Sequence[Score]) -> Score:
    """The top guesses as pills, and the one a link asked for.

    Returns:
        The class that is explained.
    """
    by_index = {entry.index: entry for entry in scores}
    target = by_index.get(scores[0].index if state.target is None else state.target, scores[0])
    fewest, most = _GUESSES
    worth = sum(entry.score >= _WORTH_SHOWING for entry in scores[:most])
    shown = [entry.index for entry in scores[: max(fewest, worth)]]
    if target.index not in shown:
        shown.append(target.index)
    st.session_state["guess"] = target.index
    st.pills(
        wording.GUESSES,
        shown,
        format_func=lambda index: wording.guess(by_index[index]),
        key="guess",
        required=True,
        wrap=True,
        on_change=lambda: setattr(state, "target", st.session_state["guess"]),
    )
    return target


def choose_rival(state: Session, scores: Sequence[Score], target: Score) -> int | None:
    """The class that the guess is compared with, behind a button; none to begin with.

    Returns:
        Its index; None for the score alone.
    """
    by_index = {entry.index: entry for entry in scores}
    if state.rival == target.index:
        state.rival = None
    offered = [entry.index for entry in scores[: _GUESSES[1] + 1] if entry.index != target.index]
    if state.rival is not None and state.rival not in offered:
        offered.append(state.rival)
    names = {index: wording.guess(by_index[index]) for index in offered}
    st.session_state["rival"] = state.rival
    chosen = wording.rather_than(by_index[state.rival]) if state.rival is not None else wording.RIVAL
    with st.popover(chosen, type="tertiary" if state.rival is None else "secondary"):
        st.radio(
            wording.RIVAL_LABEL,
            [None, *offered],
            format_func=lambda index: wording.NO_RIVAL if index is None else names[index],
            key="rival",
            on_change=lambda: setattr(state, "rival", st.session_state["rival"]),
        )
    return state.rival


def _thumbnails(state: Session, samples: Mapping[str, Sample]) -> None:
    pictures = [Thumbnail(sample.key, sample.title, sample.thumbnail) for sample in samples.values()]
    if state.own is not None:
        # A key of its own for every upload, so that the picture is drawn anew.
        pictures.insert(0, Thumbnail(f"{OWN}-{state.uploads}", wording.OWN_PHOTO, state.own_thumbnail))
    chosen = f"{OWN}-{state.uploads}" if state.photo == OWN else state.photo
    gallery(wording.SAMPLES, pictures, chosen, key="gallery", on_press=lambda: _press(state, samples))


def _camera(state: Session) -> None:
    """A camera that is only asked for once its box is opened."""
    box = st.popover(
        wording.CAMERA, type="tertiary", icon=":material/photo_camera:", on_change="rerun", key="camera-open"
    )
    if box.open:
        key = f"camera-{state.uploads}"
        box.camera_input(wording.CAMERA_LABEL, key=key, on_change=_take, args=(state, key))


def _press(state: Session, samples: Mapping[str, Sample]) -> None:
    key = pressed("gallery")
    if key in samples:
        state.choose_photo(key)
    elif key and state.own is not None:
        state.choose_photo(OWN)


def _caption(state: Session, samples: Mapping[str, Sample]) -> str:
    if state.photo == OWN and state.own is not None:
        return wording.own_photo(state.own.name, state.own.notes)
    sample = samples[state.photo]
    return wording.sample(sample.title, sample.sentence)


def _take(state: Session, key: str) -> None:
    """Reads what was uploaded and empties the uploader; the photo before stays if this one is no good."""
    file = st.session_state[key]
    if file is None:
        return
    state.uploads += 1
    try:
        photo = read_photo(file.getvalue(), name=file.name)
        state.take_photo(photo, thumbnail(photo))
    except SaliencyError as error:
        state.upload_error = faults.sentence(error)
    except Exception as error:  # a photo must never end the page
        state.upload_error = faults.unexpected(error)


def _more_models(state: Session, choices: Mapping[str, Choice], rest: Sequence[str]) -> None:
    def take() -> None:
        key = st.session_state["other-model"]
        if key is not None:
            state.choose_model(key)

    st.session_state["other-model"] = None
    with st.popover(wording.MORE_MODELS, type="tertiary"):
        st.selectbox(
            wording.MORE_MODELS_LABEL,
            rest,
            index=None,
            format_func=lambda key: wording.model_in_list(choices[key]),
            placeholder=wording.SEARCH,
            key="other-model",
            on_change=take,
        )


def _more_views(state: Session, methods: Sequence[Method], seconds: Mapping[str, float]) -> None:
    rest = {method.key: method for method in quick_and_careful.others(methods)}

    def take() -> None:
        state.view = st.session_state["other-view"]

    st.session_state["other-view"] = state.view if state.view in rest else None
    label = rest[state.view].name if state.view in rest else wording.MORE_VIEWS
    with st.popover(label, type="secondary" if state.view in rest else "tertiary"):
        st.radio(
            wording.MORE_VIEWS_LABEL,
            list(rest),
            index=None,
            format_func=lambda key: wording.view_in_list(rest[key].name, seconds[key]),
            captions=[
                wording.view_sentence(method.sentence, learned(method.key)) for method in rest.values()
            ],
            key="other-view",
            on_change=take,
        )


def _take_view(state: Session) -> None:
    """A click on the chosen view would unchoose it; it stays chosen."""
    state.view = st.session_state["view"] or state.view


def _key(view: str, methods: Sequence[Method]) -> str:
    method = quick_and_careful.chosen(view, methods)
    return method.key if method else ""
