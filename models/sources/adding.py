"""Add a model of one's own from its files, as a folder in models/custom, and remove one."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch

from models.built_in import BUILT_IN
from models.catalogue import CATALOGUE
from models.errors import ModelError, counted, did_you_mean, quoted
from models.sources import endpoint, registry
from models.sources import folder as folders
from models.sources.description import (
    MODEL_FILES,
    check_labels,
    output_count,
    outputs_of,
    read_labels,
    stated_format_of,
)
from models.sources.preparation import Recipe, candidates, photos_with_answers, table, trials, verdict
from models.sources.read_model import Channels, ReadModel
from models.sources.read_model import Outputs as OutputsName
from models.sources.upload import copied, files_below, files_of
from saliency.classifier import Classifier, OutputKind, Outputs, answers_of
from saliency.names import readable

UNCHECKED = "Nobody has checked how photos have to be prepared for this model, so its answers may be wrong."
_USUAL_SIDE = 224
_NUMBERED = re.compile(r"(\d+)[\s:,;]+(\S.*)")


@dataclass(frozen=True)
class Wishes:
    """What people say about a model beside its files; ``None`` leaves it to what the files say.

    Attributes:
        labels: A text file with its class names, one a line.
        key: What the model is called on the command line; also the name of its folder.
        name: What people read.
        outputs: What its numbers are.
        photos: A folder of photos with answers, in folders named after labels.
        size: Height and width of its pictures in pixels.
        mean: Of each channel in [0, 1], in the model's order; one number serves for all.
        std: The same.
        channels: The order of colours.
        threshold: Share from which a label is given, where several may be.
        usual_range: Lowest and highest value that a score usually has.
    """

    labels: Path | None = None
    key: str | None = None
    name: str | None = None
    outputs: OutputsName | None = None
    photos: Path | None = None
    size: tuple[int, int] | None = None
    mean: tuple[float, ...] | None = None
    std: tuple[float, ...] | None = None
    channels: Channels | None = None
    threshold: float | None = None
    usual_range: tuple[float, float] | None = None


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
    key = _free_key(wishes.key or path.stem if path.suffix else wishes.key or path.name)
    with _working_folder() as temporary:
        made = Path(temporary) / key
        notes, tried = _written(path, wishes, made, uploaded=uploaded)
        problems, remarks = folders.folder_report(made)
        if problems:
            raise ModelError(*problems)
        target = folders.OWN_FOLDER / key
        made.rename(target)
    return Added(key, target, tuple(dict.fromkeys((*notes, *remarks))), tried)


def remove(key: str) -> Path:
    """Deletes a model of one's own; returns where it was.

    Raises:
        ModelError: There is none of that name.
    """
    own = folders.own_folders()
    if key not in own:
        if key in BUILT_IN or key in CATALOGUE:
            raise ModelError(f"{quoted(key)} is no model of your own, so it stays.")
        remedy = did_you_mean(key, own, "“python -m models list” shows them.")
        raise ModelError(f"There is no model of your own called {quoted(key)}. {remedy}")
    where = own[key]
    try:
        if where.is_symlink():
            where.unlink()
        else:
            shutil.rmtree(where)
    except OSError as error:
        raise ModelError(f"{readable(str(where))} could not be deleted ({error.strerror}).") from error
    return where


def load_file(path: Path, device: str | None = None, precision: str = "full") -> Classifier:
    """The classifier in one file of a model, with labels.txt beside it.

    Raises:
        ModelError: It cannot be read, or has no labels.
    """
    with folders.any_failure_said(path), TemporaryDirectory(prefix="spotlight-model-") as temporary:
        beside = path.with_name("labels.txt")
        made = Path(temporary) / path.stem
        _written(path, Wishes(labels=beside if beside.is_file() else None), made)
        return folders.load_folder(made, device, precision)


def _working_folder() -> TemporaryDirectory[str]:
    """A folder on the disk of people's own models, so that what is finished can be moved in one step."""
    try:
        folders.OWN_FOLDER.mkdir(parents=True, exist_ok=True)
        return TemporaryDirectory(prefix=".adding-", dir=folders.OWN_FOLDER)
    except OSError as error:
        raise ModelError(f"models/custom cannot be written ({error.strerror}).") from error


def _free_key(wish: str) -> str:
    key = re.sub(r"[^\w.-]+", "-", readable(wish)).strip("-.").lower()[:60]
    if not key:
        raise ModelError(f"{quoted(wish)} cannot be a model's key. Name it with --as, in letters and digits.")
    if key in BUILT_IN or key in CATALOGUE or (folders.OWN_FOLDER / key).exists():
        raise ModelError(f"There is a model called {quoted(key)} already. Take another key with --as.")
    return key


def _written(path: Path, wishes: Wishes, made: Path, *, uploaded: bool = False) -> tuple[list[str], str]:
    """Writes the folder of a model; returns what was found, in sentences, and a table of recipes."""
    with files_of(path) as files, folders.any_failure_said(path):
        if uploaded:
            endpoint.refuse(files)
        kept = next((file.parent for file in files if file.name == "model.json"), None)
        if uploaded and kept is not None and (stated_format := stated_format_of(kept)):
            registry.refuse_code(stated_format)
        if wishes == Wishes(key=wishes.key) and (own := _in_order(kept)):
            copied(files_below(files, own), made)
            return [], ""
        format_name = registry.format_of(files)
        if uploaded:
            registry.refuse_code(format_name)
        if path.is_file() and files == [path]:
            files = [path.resolve(), *registry.companions(format_name, [path.resolve()])]
        model, stated = registry.read(format_name, files), registry.settings(format_name, files)
        labels, of_file = _labels(files, wishes, model)
        size, size_notes = _size(wishes, model)
        outputs = _checked_outputs(model, wishes, size, labels, of_file)
        recipe, notes, tried = _recipe(model, wishes, labels, size, outputs)
        description = _described(wishes, path, size, recipe, stated)
        made.mkdir(parents=True)
        if "architecture" in description:
            weights = next(each for each in files if registry.sources()[format_name].recognises([each]))
            suffix = ".safetensors" if weights.suffix == ".safetensors" else ".pth"
            shutil.copyfile(weights, made / f"weights{suffix}")
        else:
            description |= {"format": format_name, "channels": recipe.channels}
            copied([file for file in files if file.name != "labels.txt"], made / MODEL_FILES)
        description["outputs"] = str(outputs.kind)
        if outputs.kind is OutputKind.LABELS:
            description["threshold"] = outputs.threshold
        if outputs.kind is OutputKind.SCORE:
            description["usual_range"] = list(outputs.usual_range)
        if wishes.photos:
            description["source"] += f" ({notes[0].rstrip('.')})"
        elif not _is_stated(model, wishes):
            description["warning"] = UNCHECKED
            notes.append(UNCHECKED)
        (made / "labels.txt").write_text("\n".join(labels), encoding="utf-8")
        text = json.dumps(description, indent=2, ensure_ascii=False)
        (made / "model.json").write_text(text, encoding="utf-8")
    return [*model.notes, *size_notes, *notes], tried


def _in_order(folder: Path | None) -> Path | None:
    """The folder of a model as it is kept here, if that is what was given."""
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


def _labels(files: Sequence[Path], wishes: Wishes, model: ReadModel) -> tuple[tuple[str, ...], str]:
    """The class names, and which file they are from, if any.

    Raises:
        ModelError: Nobody says them.
    """
    path = wishes.labels or next((file for file in files if file.name == "labels.txt"), None)
    if path is None and len(files) == 1 and (beside := files[0].with_name("labels.txt")).is_file():
        path = beside
    if path is None:
        if model.labels is None:
            raise ModelError(
                "The file does not name the model's classes. List them in a text file, one a line, in the "
                "model's order, and give it with --labels."
            )
        return tuple(map(readable, model.labels)), ""
    with TemporaryDirectory(prefix="spotlight-labels-") as temporary:
        if not path.is_file():
            raise ModelError(f"There is no file {readable(str(path))}.")
        shutil.copyfile(path, Path(temporary) / "labels.txt")
        return _without_numbers(read_labels(Path(temporary))), path.name


def _without_numbers(labels: tuple[str, ...]) -> tuple[str, ...]:
    """Labels of a Teachable Machine, “0 cat”, “1 dog”, without their numbers."""
    numbered = [_NUMBERED.fullmatch(label) for label in labels]
    if all(match and int(match[1]) == number for number, match in enumerate(numbered)):
        return tuple(match[2] for match in numbered if match)
    return labels


def _size(wishes: Wishes, model: ReadModel) -> tuple[tuple[int, int], list[str]]:
    """Height and width of the model's pictures, and what is to be said of that."""
    size = wishes.size or model.size
    if size is None:
        return (_USUAL_SIDE, _USUAL_SIDE), [
            f"The file does not say its pictures' size; {_USUAL_SIDE} × {_USUAL_SIDE} is taken."
        ]
    return size, []


def _checked_outputs(
    model: ReadModel, wishes: Wishes, size: tuple[int, int], labels: Sequence[str], of_file: str
) -> Outputs:
    """What the model's numbers are; it was run, and gives one for each label.

    Raises:
        ModelError: It cannot be run, gives more or fewer numbers, or one that nobody says the meaning of.
    """
    given = _number_count(model, wishes, size)
    name = wishes.outputs or model.outputs
    if given == 1 and name in (None, "softmax", "probabilities"):
        raise ModelError(
            "The model gives one number a picture. Say what it is with --outputs yes-no (the logit or the "
            "share of yes) or --outputs score (a number on a scale)."
        )
    outputs = outputs_of(name or "softmax", wishes.threshold, wishes.usual_range)
    check_labels(labels, outputs.kind)
    pair = outputs.kind is OutputKind.YES_NO and given == len(labels) == 2  # yes and no, each with its number
    if given != output_count(labels, outputs.kind) and not pair:
        where = of_file or "the file itself"
        raise ModelError(
            f"The model gives {counted(given, 'score', 'scores')}, but {where} lists "
            f"{counted(len(labels), 'label', 'labels')}. List one label for each, in the model's order."
        )
    return outputs


def _number_count(model: ReadModel, wishes: Wishes, size: tuple[int, int]) -> int:
    """How many numbers the model gives a picture. Raises :class:`ModelError` unless it gives one row each."""
    channels = 1 if (wishes.channels or model.channels) == "grey" else 3
    # forward, as a graph that is called prints what fails
    with torch.inference_mode():
        try:
            given = model.module.forward(torch.zeros(2, channels, *size))
        except (RuntimeError, ValueError, TypeError, AssertionError, IndexError) as error:
            reason = readable(str(error).strip().partition("\n")[0])[:200].rstrip(".")
            raise ModelError(
                f"The model could not be run on pictures of {size[0]} × {size[1]} pixels: {reason}. "
                "Give their size with --size, such as --size 299x299."
            ) from error
    if not isinstance(given, torch.Tensor) or given.ndim not in (1, 2) or len(given) != 2:
        raise ModelError(
            "The model does not give one row of scores for each picture. Use an image classifier."
        )
    return given[0].numel()


def _is_stated(model: ReadModel, wishes: Wishes) -> bool:
    """Whether somebody, or the file, says how photos are prepared."""
    return all((wishes.mean or model.mean, wishes.std or model.std, wishes.channels or model.channels))


def _recipe(
    model: ReadModel, wishes: Wishes, labels: Sequence[str], size: tuple[int, int], outputs: Outputs
) -> tuple[Recipe, list[str], str]:
    """How photos are prepared, what is to be said of it, and a table of what was tried."""
    channels = wishes.channels or model.channels
    mean, std = (_three(given, channels) for given in (wishes.mean or model.mean, wishes.std or model.std))
    recipes = candidates(mean, std, channels)
    if wishes.photos is None:
        return recipes[0], [], ""
    if outputs.kind is OutputKind.SCORE:
        raise ModelError("Of a score, folders of photos cannot say what is right. Leave out --photos.")
    photos = photos_with_answers(wishes.photos, answers_of(labels, outputs.kind))
    tried = trials(model.module, recipes, photos, size, outputs)
    count = len(photos.paths)
    return tried[0].recipe, [verdict(tried, count)], table(tried, count)


def _three(values: Sequence[float] | None, channels: Channels | None) -> tuple[float, ...] | None:
    """A number for each of red, green and blue, of one for all or of those in the model's order."""
    if values is None:
        return None
    if len(values) == 1:
        return (values[0],) * 3
    if len(values) != 3:
        raise ModelError(f"Mean and deviation are one number or three, not {len(values)}.")
    ordered = values[::-1] if channels == "bgr" else values
    return tuple(ordered)
