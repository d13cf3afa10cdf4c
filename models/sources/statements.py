"""What is stated of a model of one's own: by its files, and by whoever adds it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from models.errors import ModelError, counted, first_three, quoted
from models.sources.description import check_labels, output_count, outputs_of, read_labels
from models.sources.preparation import Photos
from models.sources.read_model import Channels, ReadModel
from models.sources.read_model import Outputs as OutputsName
from saliency.classifier import OutputKind, Outputs
from saliency.names import readable

_USUAL_SIDE = 224
_NUMBERED = re.compile(r"(\d+)[\s:,;]+(\S.*)")


@dataclass(frozen=True)
class Wishes:
    """What people say about a model beside its files; ``None`` leaves it to what the files say.

    Attributes:
        labels: A text file with its class names, one per line.
        key: What the model is called on the command line; also the name of its folder.
        name: What people read.
        outputs: What its numbers are.
        photos: Photos with answers, or a folder of them, in folders named after labels.
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
    photos: Path | Photos | None = None
    size: tuple[int, int] | None = None
    mean: tuple[float, ...] | None = None
    std: tuple[float, ...] | None = None
    channels: Channels | None = None
    threshold: float | None = None
    usual_range: tuple[float, float] | None = None


def labels_of(files: Sequence[Path], wishes: Wishes, model: ReadModel) -> tuple[tuple[str, ...], str]:
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
                "The file does not name the model's classes. List them in labels.txt, one per line, in the "
                "model's order.",
                field="labels",
            )
        return tuple(map(readable, model.labels)), ""
    with TemporaryDirectory(prefix="spotlight-labels-") as temporary:
        if not path.is_file():
            raise ModelError(f"There is no file {readable(str(path))}.")
        shutil.copyfile(path, Path(temporary) / "labels.txt")
        try:
            return _without_numbers(read_labels(Path(temporary))), path.name
        except ModelError as error:
            error.field = "labels"
            raise


def _without_numbers(labels: tuple[str, ...]) -> tuple[str, ...]:
    """Labels of a Teachable Machine, “0 cat”, “1 dog”, without their numbers."""
    numbered = [_NUMBERED.fullmatch(label) for label in labels]
    if all(match and int(match[1]) == number for number, match in enumerate(numbered)):
        return tuple(match[2] for match in numbered if match)
    return labels


def names_replaced(
    labels: Sequence[str], files: Sequence[Path], wishes: Wishes, model: ReadModel
) -> list[str]:
    """What to say where somebody names the classes otherwise than the model's files do."""
    own = tuple(map(readable, model.labels or ()))
    if wishes.labels is not None:
        with suppress(ModelError):  # they name none
            own, _ = labels_of(files, replace(wishes, labels=None), model)
    changed = [(old, new) for old, new in zip(own, labels, strict=False) if old != new]
    if not changed:
        return []
    names = first_three([f"{quoted(old)} is called {quoted(new)}" for old, new in changed])
    many = f"{len(changed):,} of the {counted(len(own), 'name', 'names')} in the files"
    return [f"{many} {'is' if len(changed) == 1 else 'are'} replaced: {names}."]


def size_of(wishes: Wishes, model: ReadModel) -> tuple[tuple[int, int], list[str]]:
    """Height and width of a model's pictures in pixels, and what to say of it."""
    size = wishes.size or model.size
    if size is None:
        usual = f"{_USUAL_SIDE} × {_USUAL_SIDE}"
        return (_USUAL_SIDE, _USUAL_SIDE), [f"The file does not say its pictures' size; {usual} is taken."]
    return size, []


def count_scores(model: ReadModel, wishes: Wishes, size: tuple[int, int]) -> int:
    """How many numbers a model gives for a picture.

    Raises:
        ModelError: It cannot be run on pictures of this size, or gives something else.
    """
    channels = 1 if (wishes.channels or model.channels) == "grey" else 3
    # forward, as a graph that is called prints what fails
    with torch.inference_mode():
        try:
            given = model.module.forward(torch.zeros(2, channels, *size))
        except (RuntimeError, ValueError, TypeError, AssertionError, IndexError) as error:
            reason = readable(str(error).strip().partition("\n")[0])[:200].rstrip(".")
            raise ModelError(
                f"The model could not be run on pictures of {size[0]} × {size[1]} pixels: {reason}. "
                "Give the size that it takes, such as 299 × 299.",
                field="size",
            ) from error
    if not isinstance(given, torch.Tensor) or given.ndim not in (1, 2) or len(given) != 2:
        raise ModelError(
            "The model does not give one row of scores for each picture. Use an image classifier."
        )
    return given[0].numel()


def outputs_stated(
    model: ReadModel, wishes: Wishes, count: int, labels: Sequence[str], of_file: str
) -> Outputs:
    """What the model's numbers are, of which it gives `count`, one for each label.

    Raises:
        ModelError: They are more or fewer, or one that nobody says the meaning of.
    """
    name = wishes.outputs or model.outputs
    if count == 1 and name in (None, "softmax", "probabilities"):
        raise ModelError(
            "The model gives one number a picture. Say what it is: yes or no (the logit or the share of yes; "
            "--outputs yes-no), or a score (a number on a scale; --outputs score).",
            field="outputs",
        )
    try:
        outputs = outputs_of(name or "softmax", wishes.threshold, wishes.usual_range)
    except ModelError as error:
        error.field = "outputs"
        raise
    try:
        check_labels(labels, outputs.kind)
    except ModelError as error:
        error.field = "labels"
        raise
    pair = outputs.kind is OutputKind.YES_NO and count == len(labels) == 2  # yes and no, each with its number
    if count != output_count(labels, outputs.kind) and not pair:
        where = of_file or "the file itself"
        raise ModelError(
            f"The model gives {counted(count, 'score', 'scores')}, but {where} lists "
            f"{counted(len(labels), 'label', 'labels')}. List one label for each, in the model's order.",
            field="labels",
        )
    return outputs


def is_stated(model: ReadModel, wishes: Wishes) -> bool:
    """Whether somebody, or the file, says how photos are prepared."""
    return all((wishes.mean or model.mean, wishes.std or model.std, wishes.channels or model.channels))


def scale_of(model: ReadModel, wishes: Wishes) -> tuple[tuple[float, ...] | None, tuple[float, ...] | None]:
    """Mean and deviation of red, green and blue, as far as somebody, or the file, says them."""
    channels = wishes.channels or model.channels
    return _three(wishes.mean or model.mean, channels), _three(wishes.std or model.std, channels)


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
