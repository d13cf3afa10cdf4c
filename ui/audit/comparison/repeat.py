"""An audit once more, with another model: the same photos, labels and areas, in a folder of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import models
from models import Choice
from models.inventory import facts
from saliency.audit.job import MASKS, PHOTOS
from saliency.errors import SaliencyError
from saliency.methods.registry import compatible
from saliency.names import positions
from ui.audit import store as audit_store
from ui.audit.comparison import words
from ui.audit.ownership import access, limits
from ui.audit.ownership.access import Entry
from ui.audit.runner import runner
from ui.audit.store import BOXES, LABELS, RUNNING, AuditRequest
from ui.people.person import Person
from ui.views.quick_and_careful import QUICK, method_of
from ui.views.words import NAMES
from ui.work import loading

_TABLES = LABELS, BOXES


def others(request: AuditRequest) -> dict[str, Choice]:
    """The models on this computer that can be asked the same, without the one that was asked."""
    choices = here()
    before = choices.get(request.model)
    return {
        key: choice
        for key, choice in choices.items()
        if key != request.model and (before is None or choice.outputs == before.outputs)
    }


def here() -> dict[str, Choice]:
    """The models on this computer that are in order, by their keys."""
    return {choice.key: choice for choice in models.choices() if choice.present and not choice.problem}


def known_labels(choices: Mapping[str, Choice], labels: Collection[str]) -> dict[str, int]:
    """How many of some labels are the name of one class of each model, by its key.

    Without a model whose classes are not known before it is asked.
    """
    if not labels:
        return {}
    classes = {key: facts(choice).labels for key, choice in choices.items()}
    return {
        key: sum(len(positions(label, names)) == 1 for label in labels)
        for key, names in classes.items()
        if names
    }


def begin(entry: Entry, model: Choice, visitor: Person) -> str:
    """Begins an audit of the same photos by another model; the name of its folder.

    Raises:
        SaliencyError: They may not, have as many at work as may be, photos are gone, or the disk is full.
    """
    access.check_change(entry.folder)
    photos = entry.folder / PHOTOS
    count = sum(len(names) for _, _, names in os.walk(photos))
    if not count:
        raise SaliencyError(words.PHOTOS_GONE)
    request = _request(entry, model, visitor)
    try:
        with limits.room(visitor, count), audit_store.making() as folder:
            access.write(folder, access.new(visitor))
            for name in (PHOTOS, MASKS):
                if (entry.folder / name).is_dir():
                    shutil.copytree(entry.folder / name, folder / name, copy_function=_linked)
            for name in _TABLES:
                if (entry.folder / name).is_file():
                    shutil.copyfile(entry.folder / name, folder / name)
            audit_store.write(folder, request)
    except OSError as error:
        raise audit_store.disk_problem(error) from error
    runner().begin(folder)
    return folder.name


def test_again(old: Entry, new: Entry) -> None:
    """Has what either audit found tried with the other model; its page shows how far that is.

    Raises:
        SaliencyError: They may not, or nothing can be written.
    """
    access.check_change(new.folder)
    audit_store.change(new.folder, against=old.folder.name)
    runner().begin(new.folder)


def _request(entry: Entry, model: Choice, visitor: Person) -> AuditRequest:
    """What is asked: the same, in a view that the other model offers."""
    before = entry.request
    methods = compatible(loading.classifier(model.key).graph)
    method, view = before.method, before.view
    if method not in {offered.key for offered in methods}:
        usual = method_of(QUICK, methods)
        method, view = (usual.key, NAMES[QUICK]) if usual else ("", "")
    return replace(
        before,
        name=access.free_name(words.NEW_NAME.format(name=before.name, model=model.title), visitor),
        model=model.key,
        method=method,
        view=view,
        second="",
        begun=datetime.now().isoformat(timespec="seconds"),
        rendered=False,
        state=RUNNING,
        problem="",
        against=entry.folder.name,
    )


def _linked(source: str, target: str) -> str:
    """The same file once more without taking room, where the disk can do that; else a copy."""
    try:
        Path(target).hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)
    return target
