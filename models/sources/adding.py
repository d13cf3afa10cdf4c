"""Add a model of one's own from its files, as a folder in models/custom."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from models.errors import ModelError, quoted
from models.sources import endpoint, registry
from models.sources import folder as folders
from models.sources.description import MODEL_FILES, stated_format_of
from models.sources.keeping import free_key, keep, working_folder
from models.sources.preparation import (
    Recipe,
    Trial,
    candidates,
    evidence,
    photos_with_answers,
    table,
    trials,
    verdict,
)
from models.sources.read_model import ReadModel
from models.sources.statements import (
    Wishes,
    count_scores,
    is_stated,
    labels_of,
    names_replaced,
    outputs_stated,
    scale_of,
    size_of,
)
from models.sources.upload import copied, files_below, files_of, refuse_code
from saliency.classifier import Classifier, OutputKind, answers_of
from saliency.names import readable
from saliency.progress import Progress

UNCHECKED = "Nobody has checked how photos have to be prepared for this model, so its answers may be wrong."


@dataclass(frozen=True)
class Added:
    """A model that was added.

    Attributes:
        key: What it is called on the command line.
        folder: Where it is.
        notes: What was found, in sentences.
        table: The recipes that were tried with photos, a line each; empty without photos.
    """

    key: str
    folder: Path
    notes: tuple[str, ...]
    table: str = ""


@dataclass(frozen=True, eq=False)
class Given:
    """A model as it was read from what somebody handed over.

    Attributes:
        path: What was handed over.
        files: Its files.
        format: A key of :func:`models.sources.registry.sources`.
        model: The model itself.
        stated: Further entries of model.json that the files state.
    """

    path: Path
    files: list[Path]
    format: str
    model: ReadModel
    stated: dict[str, Any]


@dataclass(frozen=True)
class Written:
    """What was found as the folder of a model was written.

    Attributes:
        notes: What people should know, in sentences.
        trials: The recipes that were tried with photos, best first.
        photos: How many there were.
    """

    notes: tuple[str, ...] = ()
    trials: tuple[Trial, ...] = ()
    photos: int = 0


def add(path: Path, wishes: Wishes, *, uploaded: bool = False) -> Added:
    """Adds the model in a file, a folder or a ZIP.

    Args:
        path: Where it is.
        wishes: What is said about it.
        uploaded: Whether it was handed over through the page, so that nothing that can carry code is opened.

    Raises:
        ModelError: It cannot be; nothing is left behind.
    """
    if path.name in ("", ".."):  # the folder that somebody is in has a name
        path = path.resolve()
    if not path.exists():
        raise ModelError(f"There is no file or folder {quoted(str(path))}.")
    key = free_key(wishes.key or path.stem if path.suffix else wishes.key or path.name)
    with working_folder() as temporary:
        made = temporary / key
        with files_of(path) as files, folders.any_failure_said(path):
            if uploaded:
                refuse_uploaded(files)
            kept = in_order(files) if wishes == Wishes(key=wishes.key) else None
            written = taken(files, kept, made) if kept else write(given(path, files), wishes, made)
        problems, remarks = folders.folder_report(made)
        if problems:
            raise ModelError(*problems)
        target = keep(made, key)
    tried = table(written.trials, written.photos) if written.trials else ""
    return Added(key, target, tuple(dict.fromkeys((*written.notes, *remarks))), tried)


def load_file(path: Path, device: str | None = None, precision: str = "full") -> Classifier:
    """The classifier in one file of a model, with labels.txt beside it.

    Raises:
        ModelError: It cannot be read, or has no labels.
    """
    with folders.any_failure_said(path), TemporaryDirectory(prefix="spotlight-model-") as temporary:
        beside = path.with_name("labels.txt")
        made = Path(temporary) / path.stem
        with files_of(path) as files:
            write(given(path, files), Wishes(labels=beside if beside.is_file() else None), made)
        return folders.load_folder(made, device, precision)


def given(path: Path, files: list[Path]) -> Given:
    """The model in files that were handed over as one file, a folder or a ZIP.

    Raises:
        ModelError: There is none that can be read.
    """
    format_name = registry.format_of(files)
    if path.is_file() and files == [path]:
        files = [path.resolve(), *registry.companions(format_name, [path.resolve()])]
    model = registry.read(format_name, files)
    return Given(path, files, format_name, model, registry.settings(format_name, files))


def refuse_uploaded(files: Sequence[Path]) -> None:
    """Refuses what somebody handed over through the page, where it names an address or can carry code.

    Raises:
        ModelError: It does. Nothing of it was opened.
    """
    endpoint.refuse(files)
    refuse_code(files)
    for path in files:
        if path.name == "model.json" and (stated := stated_format_of(path.parent)):
            registry.refuse_code(stated)
    registry.refuse_code(registry.format_of(files))


def taken(files: list[Path], kept: Path, made: Path) -> Written:
    """Copies the folder of a model that is as it is kept here."""
    copied(files_below(files, kept), made)
    return Written()


def write(
    source: Given,
    wishes: Wishes,
    made: Path,
    on_progress: Progress | None = None,
    *,
    classes: int | None = None,
) -> Written:
    """Writes the folder of a model.

    Args:
        source: The model in its files.
        wishes: What people say about it.
        made: The folder.
        on_progress: Told how many of the recipes have been tried.
        classes: How many numbers the model gives, where it was run already.

    Raises:
        ModelError: Something about it is missing or wrong.
    """
    model, files = source.model, source.files
    labels, of_file = labels_of(files, wishes, model)
    size, size_notes = size_of(wishes, model)
    count = count_scores(model, wishes, size) if classes is None else classes
    outputs = outputs_stated(model, wishes, count, labels, of_file)
    photos = wishes.photos
    if photos is not None and outputs.kind is OutputKind.SCORE:
        raise ModelError("Of a score, photos cannot say what is right. Leave them out.", field="photos")
    if isinstance(photos, Path):
        photos = photos_with_answers(photos, answers_of(labels, outputs.kind))
    channels = wishes.channels or model.channels
    recipes = candidates(*scale_of(model, wishes), channels)
    tried = [] if photos is None else trials(model.module, recipes, photos, size, outputs, on_progress)
    recipe = tried[0].recipe if tried else recipes[0]
    description = _described(wishes, source.path, size, recipe, source.stated)
    made.mkdir(parents=True)
    if "architecture" in description:
        weights = next(each for each in files if registry.sources()[source.format].recognises([each]))
        suffix = ".safetensors" if weights.suffix == ".safetensors" else ".pth"
        shutil.copyfile(weights, made / f"weights{suffix}")
    else:
        description |= {"format": source.format, "channels": recipe.channels}
        copied([file for file in files if file.name != "labels.txt"], made / MODEL_FILES)
    description["outputs"] = str(outputs.kind)
    if outputs.kind is OutputKind.LABELS:
        description["threshold"] = outputs.threshold
    if outputs.kind is OutputKind.SCORE:
        description["usual_range"] = list(outputs.usual_range)
    notes = [*model.notes, *size_notes, *names_replaced(labels, files, wishes, model)]
    if photos is not None:
        description["checked"] = evidence(tried, len(photos.paths))
        notes.append(verdict(tried, len(photos.paths)))
    elif not is_stated(model, wishes):
        description["warning"] = UNCHECKED
        notes.append(UNCHECKED)
    (made / "labels.txt").write_text("\n".join(labels), encoding="utf-8")
    text = json.dumps(description, indent=2, ensure_ascii=False)
    (made / "model.json").write_text(text, encoding="utf-8")
    return Written(tuple(notes), tuple(tried), 0 if photos is None else len(photos.paths))


def in_order(files: Sequence[Path]) -> Path | None:
    """The folder of a model as it is kept here, if that is what was given."""
    folder = next((file.parent for file in files if file.name == "model.json"), None)
    return folder if folder is not None and not folders.check_folder(folder) else None


def _described(
    wishes: Wishes, path: Path, size: tuple[int, int], recipe: Recipe, stated: dict[str, Any]
) -> dict[str, Any]:
    """What goes into model.json, but for the format."""
    height, width = size
    resize_size = stated.get("resize_size", round(min(size) * 256 / 224))
    if recipe.cut in ("whole", "squeezed"):
        resize_size = min(size)
    return {
        **stated,
        "name": wishes.name or readable(path.stem),
        "source": f"the file {readable(path.name)}",
        "crop_size": height,
        **({"crop_width": width} if width != height else {}),
        **({"squeezed": recipe.cut == "squeezed"} if wishes.photos else {}),
        "resize_size": max(min(size), resize_size),
        "mean": list(recipe.mean),
        "std": list(recipe.std),
    }
