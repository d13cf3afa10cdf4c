"""The form for a new audit: photos, question, and what is known already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

import streamlit as st

from models import Choice
from saliency.errors import SaliencyError
from saliency.methods.registry import Method, compatible
from saliency.photo.reading import SUFFIXES
from ui import words as wording
from ui.audit import area_choice as audit_areas
from ui.audit import store as audit_store
from ui.audit import uploads as audit_uploads
from ui.audit import words
from ui.audit.runner import RUNNER
from ui.audit.store import BOXES, LABELS, AuditRequest
from ui.audit.uploads import MEGABYTES
from ui.check.more import second_view
from ui.explain import views
from ui.explain.defaults import fitting
from ui.session import CAREFUL, OWN, QUICK
from ui.work import loading

_UPLOADS = "audit-uploads"  # how many sets were handed over; each leaves the uploader empty for the next
_TABLE_MEGABYTES = 64


def form(choices: Mapping[str, Choice]) -> str | None:
    """Draws the form, and begins the audit when that is asked for.

    Args:
        choices: All models, by key.

    Returns:
        Name of the new audit's folder; None while none was begun.
    """
    with st.container(border=True):
        st.markdown(f"#### {words.PHOTOS}", anchors=False)
        uploads = _photos()
        st.markdown(f"#### {words.QUESTION}", anchors=False)
        question = _question({key: choice for key, choice in choices.items() if choice.present})
        st.markdown(f"#### {words.KNOWN}", anchors=False)
        left, right = st.columns(2, gap="medium")
        with left:
            labels, table = _labels()
        with right:
            area = audit_areas.choose(lambda: audit_uploads.first_photo(uploads), _handed_over())
        name, days, wanted = _ending(uploads)
        missing = area.missing
        if labels == LABELS and table is None:
            missing = words.TABLE_MISSING.format(none=words.LABEL_KINDS[""])
        if wanted and missing:
            st.error(missing, icon=":material/error:")
        if not wanted or missing:
            return None
        begun = datetime.now().isoformat(timespec="seconds")
        asked = AuditRequest(
            name=name, labels=labels, area=area.box, area_name=area.name, days=days, begun=begun, **question
        )
        with st.spinner(words.KEEPING):
            return _begin(asked, uploads, table, area)


def begin_sample(model: str) -> str:
    """Begins an audit of the built-in set.

    Args:
        model: Key of the model that is asked.

    Returns:
        Name of its folder.
    """
    folder = audit_store.make()
    method = views.chosen(QUICK, compatible(loading.classifier(model).graph))
    begun = datetime.now().isoformat(timespec="seconds")
    key = method.key if method else ""
    audit_store.write(
        folder,
        AuditRequest(words.SAMPLE_NAME, model, key, labels="folders", begun=begun, days=7, rendered=True),
    )
    RUNNER.begin(folder)
    return folder.name


def _begin(asked: AuditRequest, uploads: Sequence[Any], table: Any | None, area: audit_areas.Choice) -> str:
    """Keeps all that was handed over, and begins; what is wrong is said, and nothing is kept of it.

    Raises:
        SaliencyError: There is no photo, or a table is wrong.
    """
    folder = audit_store.make()
    try:
        values: dict[str, Any] = {"refused": audit_uploads.keep_photos(folder, uploads)}
        if table is not None:
            audit_uploads.keep(table, folder / LABELS)
        if area.table is not None:
            audit_uploads.keep(area.table, folder / BOXES)
            values["boxes"] = True
        if area.masks is not None:
            audit_uploads.keep_masks(folder, area.masks)
            values["masks"] = True
        asked = audit_store.with_values(asked, **values)
        audit_store.source(folder, asked)  # says what is wrong with a table while the person is still here
        audit_store.write(folder, asked)
    except SaliencyError as error:
        audit_store.discard(folder)
        named = {LABELS: table, BOXES: area.table}
        for kept, upload in named.items():
            if upload is not None:
                error.message = error.message.replace(kept, upload.name)
        raise
    except BaseException:
        audit_store.discard(folder)
        raise
    RUNNER.begin(folder)
    audit_uploads.forget([*uploads, table, area.table, area.masks])
    st.session_state[_UPLOADS] = _handed_over() + 1
    return folder.name


def _handed_over() -> int:
    """How many sets were handed over in this tab."""
    return int(st.session_state.get(_UPLOADS, 0))


def _ending(uploads: Sequence[Any]) -> tuple[str, int, bool]:
    """The audit's name, for how many days it is kept, and whether it is to start."""
    usual = _name(uploads)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        name = st.text_input(words.NAME, usual, max_chars=80, help=words.NAME_HELP, width=320)
        days = st.selectbox(
            words.DAYS,
            list(words.DAY_CHOICES),
            index=1,
            format_func=words.DAY_CHOICES.__getitem__,
            help=words.DAYS_HELP,
            width=160,
        )
        wanted = st.button(
            words.START,
            type="primary",
            icon=":material/play_arrow:",
            key="audit-start",
            disabled=not uploads,
        )
    return name.strip() or usual, days, wanted


def _photos() -> list[Any]:
    """The files handed over; empty while there is no photo among them."""
    kind = st.segmented_control(
        words.KIND,
        list(words.KINDS),
        default="files",
        format_func=words.KINDS.__getitem__,
        key="audit-kind",
        label_visibility="collapsed",
        required=True,
    )
    endings = [suffix.removeprefix(".") for suffix in sorted(SUFFIXES)]
    folder = kind == "folder"
    found = st.file_uploader(
        words.UPLOAD_FOLDER if folder else words.UPLOAD,
        type=endings if folder else [*endings, "zip"],
        accept_multiple_files="directory" if folder else True,
        key=f"audit-{kind}-{_handed_over()}",
        help=words.UPLOAD_HELP,
        max_upload_size=MEGABYTES,
    )
    uploads = [upload for upload in found or () if not PurePosixPath(upload.name).name.startswith(".")]
    st.caption(words.ENOUGH)
    archives = sum(upload.name.lower().endswith(".zip") for upload in uploads)
    if uploads:
        size = sum(upload.size for upload in uploads) / 1e6
        st.caption(words.count_of(len(uploads) - archives, archives, size))
    return uploads


def _question(here: Mapping[str, Choice]) -> dict[str, Any]:
    """Model, view and framing, and whether a second view is asked."""
    model_column, view_column, framing_column = st.columns([4, 5, 4], gap="medium")
    with model_column:
        model = st.selectbox(
            wording.MODEL,
            list(here),
            index=list(here).index(fitting(OWN, here)),
            format_func=lambda key: wording.model_in_front(here[key]),
            key="audit-model",
            help=words.MODEL_HELP,
        )
    methods = compatible(loading.classifier(model).graph)
    front = {view: views.chosen(view, methods) for view in (QUICK, CAREFUL)}
    offered = {method.key: wording.view(view, method) for view, method in front.items() if method}
    offered |= {method.key: method.name for method in views.others(methods)}
    with view_column:
        key = st.selectbox(
            wording.VIEW,
            list(offered),
            format_func=offered.__getitem__,
            key=f"audit-view-{model}",
            help=words.QUESTION_HELP,
        )
        method = next(method for method in methods if method.key == key)
        st.caption(wording.view_sentence(method.sentence, ""))
    with framing_column:
        framing = st.segmented_control(
            wording.FRAMING,
            list(wording.FRAMINGS),
            default="whole",
            format_func=wording.FRAMINGS.__getitem__,
            key="audit-framing",
            help=wording.FRAMING_HELP,
            required=True,
        )
        compare = st.checkbox(words.SECOND, key="audit-second", help=words.SECOND_HELP)
    return {
        "model": model,
        "method": method.key,
        "framing": framing,
        "second": _second(method, methods) if compare else "",
    }


def _second(method: Method, methods: Sequence[Method]) -> str:
    found = second_view.second(method, methods)
    return found.key if found else ""


def _labels() -> tuple[str, Any | None]:
    """Where labels come from, and the table with them."""
    kind = st.selectbox(
        words.LABELS,
        list(words.LABEL_KINDS),
        format_func=words.LABEL_KINDS.__getitem__,
        key="audit-labels",
        help=words.LABELS_HELP,
    )
    if kind != LABELS:
        return kind, None
    return kind, st.file_uploader(
        words.LABELS_CSV,
        type="csv",
        key=f"audit-labels-csv-{_handed_over()}",
        max_upload_size=_TABLE_MEGABYTES,
    )


def _name(uploads: Sequence[Any]) -> str:
    """What the audit is called if nobody gives it a name."""
    if not uploads:
        return ""
    first = PurePosixPath(uploads[0].name)
    return first.parts[0] if len(first.parts) > 1 else first.stem if len(uploads) == 1 else f"{first.stem} …"
