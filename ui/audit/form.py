"""The form for a new audit: photos, question, and what is known already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from models import Choice
from models.endpoint.cost import cost_of_views
from saliency.audit.evidence.places import EXPECTED
from saliency.audit.inputs.files import FileError
from saliency.audit.job import MASKS, PHOTOS
from saliency.audit.reports.cost_words import audit_cost, cost_sentence
from saliency.audit.reports.words import day
from saliency.classifier import Classifier, OutputKind
from saliency.errors import SaliencyError
from saliency.methods.registry import compatible
from saliency.photo.reading import SUFFIXES
from ui import faults
from ui import words as wording
from ui.audit import area_choice, preview, question_choice, sample_set, uploads, words
from ui.audit import store as audit_store
from ui.audit.area_choice import AreaChoice
from ui.audit.ownership import access, limits
from ui.audit.runner import runner
from ui.audit.store import BOXES, LABELS, AuditRequest
from ui.audit.uploads import TABLES
from ui.check.more import second_view
from ui.people.person import Person
from ui.photo.link import fitting_model
from ui.session import OWN, session
from ui.views.quick_and_careful import QUICK, front, method_of, others
from ui.views.words import NAMES, VIEW, view_name, view_sentence
from ui.widgets import uploader
from ui.widgets.controls import choose_in_list, choose_segment
from ui.widgets.uploader import Upload
from ui.words import listed
from ui.work import loading
from ui.work.pace import pace

_ERROR = ":material/error:"
_NAME_LENGTH = 50  # characters of a file's name in that of its audit
_LABELS_CHOSEN = "audit-labels-chosen"  # whether a person chose where labels come from
_UPLOADS = "audit-uploads"  # how many sets were handed over; each leaves the uploader empty for the next


def form(choices: Mapping[str, Choice], visitor: Person) -> str | None:
    """Draws the form; the name of the new audit's folder once its visitor has begun one, else None."""
    with st.container(border=True):
        st.markdown(f"### {words.PHOTOS}", anchors=False)
        photos, paths = _photos()
        spaces = {PHOTOS: st.empty()}
        st.markdown(f"### {words.QUESTION}", anchors=False)
        question = _question({key: choice for key, choice in choices.items() if choice.present})
        asked = st.container()
        st.markdown(f"### {words.KNOWN}", anchors=False)
        left, right = st.columns(2, gap="medium")
        with left:
            model = loading.classifier(question["model"])
            usual = preview.usual_labels(paths, model.labels)
            labels, table = _labels(model.outputs.kind, usual)
            counts, problem = preview.labels(labels, table, paths)
            with asked:
                question["question"] = question_choice.choose(model, question["model"], counts)
            preview.show_labels(labels, counts, len(paths), model, question["question"])
            if model.outputs.exclusive:
                preview.show_better_model(question["model"], choices, paths)
            spaces[LABELS] = st.empty()
        with right:
            area = area_choice.choose(lambda: uploads.first_photo(photos), _handed_over())
            spaces[MASKS] = spaces[BOXES] = st.empty()
        if paths:
            asked.caption(wording.plain(_cost(model, question, len(paths), area)))
        if problem:
            spaces[LABELS].error(wording.plain(problem), icon=_ERROR)
        name, days, started = _ending(photos, ready=bool(paths))
        missing = {MASKS: area.missing, LABELS: problem}
        if labels == LABELS and table is None:
            missing[LABELS] = words.TABLE_MISSING.format(none=words.LABEL_KINDS[""])
        if not started:
            return None
        for place, sentence in missing.items():
            if sentence:
                spaces[place].error(wording.plain(sentence), icon=_ERROR)
        if any(missing.values()):
            return None
        values = {"labels": labels, "area": area.box, "area_name": area.name, "days": days, **question}
        request = AuditRequest(name=access.free_name(name, visitor), begun=_now(), **values)
        with st.spinner(words.KEEPING), suppress(_SaidError), limits.room(visitor, len(paths)):
            return _begin(request, photos, table, area, spaces, visitor)
    return None


def _cost(model: Classifier, question: Mapping[str, Any], photos: int, area: AreaChoice) -> str:
    """About how many pictures the model is asked and how long that takes; of one elsewhere, what is left."""
    views = list(filter(None, (question["method"], question["second"])))
    named = area.box is not None or area.table is not None or area.masks is not None
    product = area.masks is not None or area.table is not None or area.name.casefold() in EXPECTED
    cost = audit_cost(
        photos, views, areas=photos if named else 0, products=photos if named and product else 0
    )
    spent = cost_of_views(model, views, photos, trials=cost.pictures - cost.maps)
    return spent or cost_sentence(cost, pace().estimate(question["model"], "", cost.pictures))


def begin_sample(model: str, visitor: Person) -> str:
    """Begins a person's audit of the built-in set by a model; the name of its folder.

    Raises:
        SaliencyError: They have as many under way as may be, or the disk is full or cannot be written.
    """
    method = method_of(QUICK, compatible(loading.classifier(model).graph))
    key = method.key if method else ""
    request = AuditRequest(
        words.SAMPLE_NAME, model, key, view=NAMES[QUICK], labels="folders", begun=_now(), rendered=True
    )
    with limits.room(visitor, sample_set.COUNT), audit_store.making() as folder:
        access.write(folder, access.new(visitor))
        audit_store.write(folder, request)
    runner().begin(folder)
    return folder.name


class _SaidError(Exception):
    """What is wrong was said beside the field that it is about."""


@contextmanager
def _beside(space: DeltaGenerator) -> Iterator[None]:
    """What goes wrong in the block is said beside its field."""
    try:
        yield
    except SaliencyError as error:
        space.error(faults.sentence(error), icon=_ERROR)
        raise _SaidError from error


def _begin(
    request: AuditRequest,
    photos: Sequence[Upload],
    table: Upload | None,
    area: AreaChoice,
    spaces: Mapping[str, DeltaGenerator],
    visitor: Person,
) -> str:
    """Keeps all that was handed over, and begins; nothing is kept where something is wrong.

    Raises:
        _SaidError: Something is wrong, which was said beside its field.
        SaliencyError: The disk is full or cannot be written.
    """
    tables = {LABELS: table, BOXES: area.table}
    try:
        with audit_store.making() as folder:
            access.write(folder, access.new(visitor))
            with _beside(spaces[PHOTOS]):
                refused = uploads.keep_photos(folder, photos)
            for name, upload in tables.items():
                if upload is not None:
                    uploads.keep(upload, folder / name)
            if area.masks is not None:
                with _beside(spaces[MASKS]):
                    uploads.keep_masks(folder, area.masks)
            request = replace(request, refused=refused, boxes=bool(area.table), masks=bool(area.masks))
            try:  # says what is wrong with a table while the person is here
                audit_store.source(folder, request)
            except FileError as error:
                wrong = tables.get(error.file)
                with _beside(spaces[error.file if wrong else PHOTOS]):
                    raise error.named(wrong.name) if wrong else audit_store.told(error, request) from error
            except SaliencyError as error:
                with _beside(spaces[MASKS if request.masks else LABELS if request.labels else PHOTOS]):
                    raise error
            audit_store.write(folder, request)
    except OSError as error:
        raise audit_store.disk_problem(error) from error
    runner().begin(folder)
    uploader.forget([*photos, table, area.table, area.masks])
    st.session_state[_UPLOADS] = _handed_over() + 1
    st.session_state.pop(_LABELS_CHOSEN, None)
    return folder.name


def _now() -> str:
    return datetime.now().isoformat(timespec="seconds")


def _handed_over() -> int:
    """How many sets were handed over in this tab."""
    return int(st.session_state.get(_UPLOADS, 0))


def _ending(photos: Sequence[Upload], *, ready: bool) -> tuple[str, int, bool]:
    """The audit's name, for how many days it is kept, and whether it is to start."""
    usual = _usual_name(photos)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        name = st.text_input(words.NAME, usual, max_chars=80, help=words.NAME_HELP, width=320)
        days = choose_in_list(words.DAYS, words.DAY_CHOICES, index=1, help=words.DAYS_HELP, width=160)
        icon = ":material/play_arrow:"
        why = None if ready else words.PHOTOS_FIRST
        started = st.button(
            words.START, type="primary", icon=icon, key="audit-start", disabled=not ready, help=why
        )
    return name.strip() or usual, int(days), started


def _photos() -> tuple[list[Upload], list[str]]:
    """The files handed over, and the paths of the photos in them; no path where a file is damaged."""
    kind = choose_segment(words.KIND, words.KINDS, key="audit-kind", label_visibility="collapsed")
    endings = [suffix.removeprefix(".") for suffix in sorted(SUFFIXES)]
    folder = kind == "folder"
    files = uploader.upload(
        words.UPLOAD_FOLDER if folder else words.UPLOAD,
        type=endings if folder else [*endings, "zip"],
        accept_multiple_files="directory" if folder else True,
        key=f"audit-{kind}-{_handed_over()}",
        help=words.upload_help(uploader.megabytes()),
        most=uploader.megabytes(),
    )
    photos = [file for file in files if not PurePosixPath(file.name).name.startswith(".")]
    paths: list[str] = []
    if photos:
        archives = sum(file.name.lower().endswith(".zip") for file in photos)
        megabytes = sum(file.size for file in photos) / 1e6
        try:
            paths = preview.photo_paths(photos)
        except SaliencyError as error:
            st.error(faults.sentence(error), icon=_ERROR)
        st.caption(words.count_of(len(photos) - archives, archives, megabytes))
        if paths:
            preview.show_photos(paths)
    st.caption(words.ENOUGH)
    return photos, paths


def _question(models: Mapping[str, Choice]) -> dict[str, Any]:
    """Model, view and framing, and whether a second view is asked."""
    model_column, view_column, framing_column = st.columns([4, 5, 4], gap="medium")
    with model_column:
        names = {key: wording.model_in_list(choice) for key, choice in models.items()}
        state = session()
        chosen = state.model if state.model_chosen and state.model in models else ""
        usual = list(models).index(chosen or fitting_model(OWN, models, {}))
        model = choose_in_list(wording.MODEL, names, index=usual, key="audit-model", help=words.MODEL_HELP)
        if stated := wording.licence(models[model]):
            st.caption(stated)
    graph = loading.classifier(model).graph
    methods = compatible(graph)
    offered = {method.key: view_name(view, method) for view, method in front(methods).items()}
    offered |= {method.key: method.name for method in others(methods)}
    with view_column:
        key = choose_in_list(VIEW, offered, key=f"audit-view-{model}", help=words.QUESTION_HELP)
        method = next(method for method in methods if method.key == key)
        st.caption(view_sentence(method.sentence, ""))
        if graph.outside:
            st.caption(wording.plain(graph.outside))
    with framing_column:
        framing = choose_segment(
            wording.FRAMING, wording.FRAMINGS, key="audit-framing", help=wording.FRAMING_HELP
        )
        compare = st.checkbox(words.SECOND, key="audit-second", help=words.SECOND_HELP)
    other = second_view.second(method, methods) if compare else None
    second = other.key if other else ""
    view = listed(offered[method.key])
    return {"model": model, "method": method.key, "view": view, "framing": framing, "second": second}


def _labels(outputs: OutputKind, usual: str) -> tuple[str, Upload | None]:
    """Where labels come from, and the table with them; the usual place, until a person chooses another."""

    def take() -> None:
        st.session_state[_LABELS_CHOSEN] = True

    if not st.session_state.get(_LABELS_CHOSEN):
        st.session_state["audit-labels"] = usual
    kind = choose_in_list(
        words.LABELS, words.LABEL_KINDS, key="audit-labels", help=words.LABELS_HELP, on_change=take
    )
    if kind != LABELS:
        return kind, None
    key = f"audit-labels-csv-{_handed_over()}"
    files = uploader.upload(
        words.LABELS_CSV_OF.get(outputs, words.LABELS_CSV),
        type=TABLES,
        key=key,
        most=uploader.TABLE_MEGABYTES,
    )
    return kind, next(iter(files), None)


def _usual_name(photos: Sequence[Upload]) -> str:
    """What the audit is called if nobody gives it a name."""
    if not photos:
        return ""
    first = PurePosixPath(photos[0].name)
    name = first.parts[0] if len(first.parts) > 1 else first.stem
    more = " …" if len(first.parts) == 1 and len(photos) > 1 else ""
    return f"{name[:_NAME_LENGTH]}{more}, {day(date.today())}"
