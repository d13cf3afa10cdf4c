"""The folder of a model of one's own, read and checked: model.json, labels.txt and a weights file."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from models.architecture import RESERVED_OPTIONS, architectures
from models.efficientnet_lite import WIDTH_AND_DEPTH
from models.errors import ModelError, did_you_mean, first_three
from models.sources.package import packaged_weights
from saliency.classifier import Preprocessing

WEIGHTS_FILES = ("weights.safetensors", "weights.pth", "weights.pt")
_SIDE = (32, 1024)  # pixels
_LIST_THEM = "List the class names, one a line, in the model's order."


@dataclass(frozen=True)
class Description:
    """What model.json says, as models/custom/README.md lists it.

    Attributes:
        reading: How the scores are to be read: attributes of :class:`~saliency.classifier.Classifier`.
    """

    architecture: str
    options: Mapping[str, Any] = field(default_factory=dict)
    preprocessing: Preprocessing = field(default_factory=Preprocessing)
    name: str = ""
    sentence: str = ""
    source: str = ""
    reading: Mapping[str, Any] = field(default_factory=dict)


def read_description(folder: Path) -> Description:
    """What model.json says.

    Raises:
        ModelError: It cannot be read, or something in it is wrong; every fault is among the problems.
    """
    try:
        content = json.loads((folder / "model.json").read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ModelError(f"There is no model.json in {folder.name}.") from None
    except json.JSONDecodeError as error:
        raise ModelError(f"model.json is not valid JSON: {error.msg} in line {error.lineno}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"model.json could not be read as text: {error}.") from error
    if not isinstance(content, dict):
        raise ModelError("model.json has to hold one object: { … }.")
    if problems := list(_problems(content)):
        raise ModelError(*problems)
    tidy: dict[str, Any] = {
        key: value.strip() if isinstance(value, str) else value for key, value in content.items()
    }
    preprocessing = _preprocessing({key: tidy.pop(key) for key in _PREPROCESSING & tidy.keys()})
    if preprocessing.resize_size < preprocessing.crop_size:
        raise ModelError("In model.json, “resize_size” cannot be smaller than “crop_size”.")
    reading = {key: tidy.pop(key) for key in _READING & tidy.keys()}
    return Description(**tidy, preprocessing=preprocessing, reading=reading)


def read_labels(folder: Path) -> tuple[str, ...]:
    """The class names in labels.txt, one a line.

    Raises:
        ModelError: It cannot be read, or does not name a class in every line.
    """
    try:
        text = (folder / "labels.txt").read_text(encoding="utf-8-sig").rstrip()
    except FileNotFoundError:
        raise ModelError(f"There is no labels.txt in {folder.name}. {_LIST_THEM}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError("labels.txt could not be read. Save it as text in UTF-8.") from error
    labels = tuple(line.strip() for line in text.split("\n"))
    blank = [str(number) for number, label in enumerate(labels, start=1) if not label]
    if not text:
        raise ModelError(f"labels.txt is empty. {_LIST_THEM}")
    if blank:
        lines, verb = ("Line", "is") if len(blank) == 1 else ("Lines", "are")
        raise ModelError(
            f"{lines} {first_three(blank)} of labels.txt {verb} blank. Each line has to name a class."
        )
    if len(labels) == 1:
        raise ModelError("labels.txt lists one class only. A classifier needs two or more.")
    return labels


def weights_file(folder: Path) -> Path:
    """The one weights file of the folder; that of a built-in model may be in an installed package.

    Raises:
        ModelError: There is none, or more than one.
    """
    if packaged := packaged_weights(folder):
        if packaged.path is None:
            raise packaged.missing()
        return packaged.path
    paths = [folder / name for name in WEIGHTS_FILES if (folder / name).is_file()]
    if not paths:
        names = " or ".join(WEIGHTS_FILES)
        raise ModelError(f"There is no weights file in {folder.name}. Name it {names}.")
    if len(paths) > 1:
        names = " and ".join(path.name for path in paths)
        raise ModelError(f"There are two weights files in {folder.name}: {names}. Leave only the one to use.")
    return paths[0]


def _problems(content: Mapping[str, Any]) -> Iterator[str]:
    for key in (key for key in content if key not in _RULES):
        near = difflib.get_close_matches(key, _RULES, n=1)
        yield f"model.json has an unknown entry “{key}”." + (f" Did you mean “{near[0]}”?" if near else "")
    if "architecture" not in content:
        yield 'model.json does not name the architecture, for example: "architecture": "resnet50".'
    for key, (is_right, expected) in _RULES.items():
        if key in content and not is_right(content[key]):
            yield f"In model.json, “{key}” has to be {expected}."
    name, options = content.get("architecture"), content.get("options")
    if isinstance(name, str) and name not in WIDTH_AND_DEPTH and name not in architectures():
        remedy = did_you_mean(name, architectures(), "It has to be a classifier of torchvision.")
        yield f"The architecture “{name}” is unknown. {remedy}"
    if isinstance(options, dict) and (reserved := sorted(RESERVED_OPTIONS & options.keys())):
        owners = "classes come from labels.txt, weights from the file"
        yield f"The option “{reserved[0]}” cannot be set: {owners}."


def _preprocessing(stated: Mapping[str, Any]) -> Preprocessing:
    usual = Preprocessing()
    resize_size = round(stated.get("crop_size", usual.crop_size) * usual.resize_size / usual.crop_size)
    colours = {key: tuple(map(float, stated[key])) for key in {"mean", "std"} & stated.keys()}
    return Preprocessing(**{"resize_size": resize_size, **stated, **colours})


def _is_number(low: float, high: float) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
    )


def _are_three(low: float) -> Callable[[Any], bool]:
    is_right = _is_number(low, 1)
    return lambda value: isinstance(value, list) and len(value) == 3 and all(map(is_right, value))


_TEXT = (lambda value: isinstance(value, str), "text")
_PIXELS = (
    lambda value: isinstance(value, int) and _is_number(*_SIDE)(value),
    f"a whole number of pixels from {_SIDE[0]} to {_SIDE[1]}",
)
_RULES: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "architecture": (_TEXT[0], "the name of a torchvision classifier"),
    "options": (lambda value: isinstance(value, dict), "an object of the builder's options, such as {}"),
    "crop_size": _PIXELS,
    "resize_size": _PIXELS,
    "mean": (_are_three(0), "three numbers from 0 to 1, for red, green and blue"),
    "std": (_are_three(0.001), "three numbers from 0.001 to 1, for red, green and blue"),
    "whole_size": _PIXELS,
    "interpolation": (lambda value: value in ("bilinear", "bicubic"), '"bilinear" or "bicubic"'),
    "name": _TEXT,
    "sentence": _TEXT,
    "source": _TEXT,
    "temperature": (_is_number(0.01, 100), "a number from 0.01 to 100"),
    "whole_temperature": (_is_number(0.01, 100), "a number from 0.01 to 100"),
    "none_label": _TEXT,
    "unsure_below": (_is_number(0, 1), "a score from 0 to 1"),
    "evidence_below": (_is_number(-1000, 1000), "a number from -1000 to 1000"),
    "caution": _TEXT,
}
_PREPROCESSING = {setting.name for setting in fields(Preprocessing)}
_READING = {"temperature", "whole_temperature", "none_label", "unsure_below", "evidence_below", "caution"}
