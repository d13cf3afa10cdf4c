"""The folder of a model of one's own, read and checked: model.json, labels.txt and a weights file."""

from __future__ import annotations

import difflib
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.architecture import RESERVED_OPTIONS, architectures
from models.errors import ModelError
from saliency.classifier import Preprocessing

WEIGHTS_FILES = ("weights.safetensors", "weights.pth", "weights.pt")
_SIDE = (32, 1024)  # pixels
_LIST_THEM = "List the class names, one a line, in the model's order."


@dataclass(frozen=True)
class Description:
    """What model.json says; sizes in pixels, mean and standard deviation of values in [0, 1]."""

    architecture: str
    options: Mapping[str, Any] = field(default_factory=dict)
    preprocessing: Preprocessing = field(default_factory=Preprocessing)
    name: str = ""
    sentence: str = ""
    source: str = ""
    temperature: float = 1.0
    none_label: str = ""
    unsure_below: float = 0.0
    evidence_below: float = -math.inf
    caution: str = ""


def read_description(folder: Path) -> tuple[Description | None, list[str]]:
    """What model.json says, or None and what is wrong with it, in sentences."""
    path = folder / "model.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return None, [f"There is no model.json in {folder.name}."]
    except (OSError, UnicodeDecodeError) as error:
        return None, [f"model.json could not be read as text: {error}."]
    except json.JSONDecodeError as error:
        return None, [f"model.json is not valid JSON: {error.msg} in line {error.lineno}."]
    if not isinstance(content, dict):
        return None, ["model.json has to hold one object: { … }."]
    problems = _problems(content)
    return (None, problems) if problems else (_description(content), [])


def read_labels(folder: Path) -> tuple[tuple[str, ...], list[str]]:
    """The class names in labels.txt, one a line, and what is wrong with them, in sentences."""
    try:
        text = (folder / "labels.txt").read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return (), [f"There is no labels.txt in {folder.name}. {_LIST_THEM}"]
    except (OSError, UnicodeDecodeError):
        return (), ["labels.txt could not be read. Save it as text in UTF-8."]
    labels = tuple(line.strip() for line in text.rstrip().split("\n")) if text.strip() else ()
    blank = [str(number) for number, label in enumerate(labels, start=1) if not label]
    if not labels:
        return (), [f"labels.txt is empty. {_LIST_THEM}"]
    if blank:
        lines = "Line" if len(blank) == 1 else "Lines"
        verb = "is" if len(blank) == 1 else "are"
        listed = ", ".join(blank[:3]) + (", …" if len(blank) > 3 else "")
        return labels, [f"{lines} {listed} of labels.txt {verb} blank. Each line has to name a class."]
    return labels, ["labels.txt lists one class only. A classifier needs two or more."] if len(
        labels
    ) < 2 else []


def weights_file(folder: Path) -> Path:
    """The one weights file of the folder.

    Raises:
        ModelError: There is none, or more than one.
    """
    found = [folder / name for name in WEIGHTS_FILES if (folder / name).is_file()]
    if len(found) == 1:
        return found[0]
    if found:
        names = " and ".join(path.name for path in found)
        raise ModelError(f"There are two weights files in {folder.name}: {names}. Leave only the one to use.")
    raise ModelError(f"There is no weights file in {folder.name}. Name it {' or '.join(WEIGHTS_FILES)}.")


def _problems(content: Mapping[str, Any]) -> list[str]:
    problems = []
    known = list(_RULES)
    for key in content:
        if key not in _RULES:
            near = difflib.get_close_matches(key, known, n=1)
            problems.append(
                f"model.json has an unknown entry “{key}”." + (f" Did you mean “{near[0]}”?" if near else "")
            )
    if "architecture" not in content:
        problems.append('model.json does not name the architecture, for example: "architecture": "resnet50".')
    for key, (is_right, expected) in _RULES.items():
        if key in content and not is_right(content[key]):
            problems.append(f"In model.json, “{key}” has to be {expected}.")
    name = content.get("architecture")
    if isinstance(name, str) and name not in architectures():
        near = difflib.get_close_matches(name.lower(), architectures(), n=3, cutoff=0.5)
        remedy = f"Did you mean {' or '.join(near)}?" if near else "It has to be a classifier of torchvision."
        problems.append(f"The architecture “{name}” is unknown. {remedy}")
    options = content.get("options")
    if isinstance(options, dict) and (reserved := sorted(RESERVED_OPTIONS & options.keys())):
        problems.append(
            f"The option “{reserved[0]}” cannot be set: classes come from labels.txt, weights from the file."
        )
    if not problems and _preprocessing(content).resize_size < _preprocessing(content).crop_size:
        problems.append("In model.json, “resize_size” cannot be smaller than “crop_size”.")
    return problems


def _description(content: Mapping[str, Any]) -> Description:
    texts = {key: content[key].strip() for key, rule in _RULES.items() if rule is _TEXT and key in content}
    return Description(
        architecture=content["architecture"],
        options=content.get("options", {}),
        preprocessing=_preprocessing(content),
        temperature=float(content.get("temperature", 1.0)),
        unsure_below=float(content.get("unsure_below", 0.0)),
        evidence_below=float(content.get("evidence_below", -math.inf)),
        **texts,
    )


def _preprocessing(content: Mapping[str, Any]) -> Preprocessing:
    usual = Preprocessing()
    crop_size = content.get("crop_size", usual.crop_size)
    mean, std = content.get("mean", usual.mean), content.get("std", usual.std)
    return Preprocessing(
        crop_size=crop_size,
        resize_size=content.get("resize_size", round(crop_size * usual.resize_size / usual.crop_size)),
        mean=(float(mean[0]), float(mean[1]), float(mean[2])),
        std=(float(std[0]), float(std[1]), float(std[2])),
        interpolation=content.get("interpolation", usual.interpolation),
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_number(value: object, low: float, high: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


def _is_side(value: object) -> bool:
    return isinstance(value, int) and _is_number(value, *_SIDE)


def _are_three(low: float) -> Callable[[object], bool]:
    return lambda value: (
        isinstance(value, list) and len(value) == 3 and all(_is_number(v, low, 1) for v in value)
    )


_TEXT = (_is_text, "text")
_PIXELS = (_is_side, f"a whole number of pixels from {_SIDE[0]} to {_SIDE[1]}")
_RULES: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "architecture": (_is_text, "the name of a torchvision classifier"),
    "options": (lambda value: isinstance(value, dict), "an object of the builder's options, such as {}"),
    "crop_size": _PIXELS,
    "resize_size": _PIXELS,
    "mean": (_are_three(0), "three numbers from 0 to 1, for red, green and blue"),
    "std": (_are_three(0.001), "three numbers from 0.001 to 1, for red, green and blue"),
    "interpolation": (lambda value: value in ("bilinear", "bicubic"), '"bilinear" or "bicubic"'),
    "name": _TEXT,
    "sentence": _TEXT,
    "source": _TEXT,
    "temperature": (lambda value: _is_number(value, 0.01, 100), "a number from 0.01 to 100"),
    "none_label": _TEXT,
    "unsure_below": (lambda value: _is_number(value, 0, 1), "a score from 0 to 1"),
    "evidence_below": (lambda value: _is_number(value, -1000, 1000), "a number from -1000 to 1000"),
    "caution": _TEXT,
}
