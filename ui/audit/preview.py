"""What was handed over, before anything starts: how many photos, in which folders, with which labels."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path, PurePosixPath

import streamlit as st

import models
from models import Choice
from models.inventory import facts
from saliency.audit.inputs.archive import ArchiveLimits, contents
from saliency.audit.inputs.files import FileError
from saliency.audit.inputs.names import name_finder
from saliency.audit.inputs.tables import read_labels
from saliency.audit.inputs.true_answers import are_lists, true_answer
from saliency.audit.reports import unjudged_words
from saliency.audit.reports.unjudged_labels import EXAMPLES, unknown_labels
from saliency.classifier import Classifier, YesNoQuestion
from saliency.errors import SaliencyError
from saliency.names import positions, readable
from ui import words as wording
from ui.audit import uploads, words
from ui.audit.store import LABELS
from ui.widgets.uploader import Upload
from ui.work import loading

_KEY = "audit-contents"  # of the files that were looked into last, in this tab


def photo_paths(files: Sequence[Upload]) -> list[str]:
    """The photos that were handed over, with the folders they are in, as an audit will have them.

    Raises:
        SaliencyError: A ZIP is damaged, is not safe or holds no photo.
    """
    packed = [file for file in files if file.name.lower().endswith(".zip")]
    loose = [uploads.safe(file.name) for file in files if not file.name.lower().endswith(".zip")]
    alone = len(packed) == 1 and not loose
    shared = uploads.shared_folder(loose)
    paths = [name.removeprefix(shared) for name in loose]
    for file in packed:
        stem = PurePosixPath(uploads.safe(file.name)).stem
        paths += [path if alone else f"{stem}/{path}" for path in _contents(file)]
    return paths


def show_photos(paths: Sequence[str]) -> None:
    """How many photos there are, in how many folders."""
    folders = {PurePosixPath(path).parent for path in paths if "/" in path}
    st.caption(words.photos_in_folders(len(paths), len(folders)))


def usual_labels(paths: Sequence[str], classes: Sequence[str]) -> str:
    """Where labels most likely come from: the folders, where at least half are named like classes."""
    folders = _folders(paths)
    return "folders" if folders and 2 * _known(folders, classes) >= len(folders) else ""


def show_better_model(model: str, choices: Mapping[str, Choice], paths: Sequence[str]) -> None:
    """Which other model knows more of the folders' names than the chosen one, if that knows hardly any.

    A model of one's own goes before the built-in ones; where the chosen one knows most of the names, the rest
    are only written otherwise, which is said beside the labels.
    """
    folders = _folders(paths)
    if not folders or 2 * _known(folders, loading.classifier(model).labels) > len(folders):
        return
    order = (model, *(key for key in choices if choices[key].kind == "own"), models.EVERYDAY, models.SHOWROOM)
    fits = {
        key: _known(folders, facts(choices[key]).labels)
        for key in dict.fromkeys(order)
        if key in choices and choices[key].present and not choices[key].problem
    }
    best = max(fits, key=fits.__getitem__, default=model)  # the first of equals
    if fits and fits[best] > fits[model]:
        name = wording.model_name(choices[best])
        st.info(words.better_model(name, fits[best], fits[model], len(folders)), icon=":material/lightbulb:")


def _folders(paths: Sequence[str]) -> Counter[str]:
    """How many photos there are in each folder."""
    return Counter(readable(PurePosixPath(path).parent.name) for path in paths if "/" in path)


def _known(folders: Collection[str], classes: Sequence[str]) -> int:
    """How many folders are named like one class of a model."""
    return sum(len(positions(label, classes)) == 1 for label in folders)


def labels(kind: str, table: Upload | None, paths: Sequence[str]) -> tuple[Mapping[str, int], str]:
    """How many photos have each label, as far as that is known; and what is wrong with the labels.

    Args:
        kind: Where they come from; if nobody said that, the folders are looked at.
        table: The table, if it is one.
        paths: The photos.

    Returns:
        The labels, and why the audit cannot start with them, in a sentence; empty if it can.
    """
    folders = _folders(paths)
    if kind == LABELS:
        try:
            return _table_labels(table, paths) if table and paths else Counter(), ""
        except SaliencyError as error:
            return Counter(), error.message
    return folders, words.NO_FOLDERS if kind and paths and not folders else ""


def show_labels(
    kind: str, counts: Mapping[str, int], photos: int, model: Classifier, question: YesNoQuestion | None
) -> None:
    """Which labels are classes of the model, or answer the question, below the field where they come from.

    Args:
        kind: Where they come from.
        counts: How many photos have each.
        photos: How many there are.
        model: The model.
        question: What it is asked, if it is one of tags or of a number.
    """
    classes = model.labels if question is None else question.answers
    complete = are_lists(counts)
    true = {label: true_answer(label, question, model.labels, complete) for label in counts}
    answers: Counter[str] = Counter()
    for label, count in counts.items():
        answers[true[label]] += count
    if not kind:
        if known := sum(len(positions(answer, classes)) == 1 for answer in true.values()):
            st.caption(words.folders_fit(known, len(true)))
        return
    if not counts:
        return
    unknown, without = unknown_labels(answers, classes), photos - sum(counts.values())
    if question is None:
        st.caption(words.labels_fit(len(counts) - len(unknown), len(counts), without))
    else:
        st.caption(wording.plain(words.answers_known({name: answers[name] for name in classes}, without)))
    if unknown:
        sentence = unjudged_words.unjudged(unknown, classes[:EXAMPLES], rest="", question=question)
        st.warning(wording.plain(sentence), icon=":material/label_off:")


def _contents(file: Upload) -> tuple[str, ...]:
    """The photos in a ZIP, looked into once."""
    known = st.session_state.setdefault(_KEY, {})
    if file.file_id not in known:
        known.clear()
        known[file.file_id] = contents(file, file.name, ArchiveLimits(count=uploads.MOST))
    paths: tuple[str, ...] = known[file.file_id]
    return paths


def _table_labels(table: Upload, paths: Sequence[str]) -> Counter[str]:
    """How many photos have each label.

    Raises:
        SaliencyError: The table is wrong.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, LABELS)
        uploads.keep(table, path)
        try:
            return Counter(read_labels(path, name_finder(paths)).values())
        except FileError as error:
            raise error.named(table.name) from error
