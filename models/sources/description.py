"""The folder of a model of one's own, read and checked: model.json, labels.txt and a weights file."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, get_args

from models.architecture import BUILT_HERE, RESERVED_OPTIONS, architectures
from models.errors import ModelError, did_you_mean, first_three, quoted
from models.sources.package import packaged_weights
from models.sources.read_model import Channels
from models.sources.read_model import Outputs as OutputsName
from saliency.classifier import OutputKind, Outputs, Preprocessing
from saliency.names import readable

WEIGHTS_FILES = ("weights.safetensors", "weights.pth", "weights.pt")
MODEL_FILES = "model"
"""The folder inside a model's folder that holds its files, where they are in a format of their own."""

ENDPOINT = "endpoint"
"""The format of a model behind an address, and its entry in model.json."""

_SIDE = (28, 1024)  # pixels
_DESCRIPTION_BYTES, _LABELS_BYTES, _WEIGHTS_BYTES = 64_000, 16_000_000, 8 * 10**9
_MOST_LABELS = 100_000
LONGEST_NAME, _LONGEST_SENTENCE = 200, 2000  # characters
_LARGEST_OPTION, _OPTIONS_LENGTH = 100_000, 10_000
_NO_FILE = "not a file"  # but a folder, a pipe or a device
_LIST_THEM = "List the class names, one per line, in the model's order."


@dataclass(frozen=True)
class Description:
    """What model.json says, as models/custom/README.md lists it.

    Attributes:
        architecture: torchvision's name of it; empty where the model has a format of its own.
        format: A key of :func:`models.sources.registry.sources`; empty where the weights are torchvision's.
        channels: The order of colours that the model takes: ``rgb``, ``bgr`` or ``grey``.
        checked: With what evidence somebody knows how photos are prepared for it, in a sentence or two.
        outputs: What its numbers are, as in :class:`~models.sources.read_model.ReadModel`.
        threshold: Share from which a label is given, where several may be.
        usual_range: Lowest and highest value that a score usually has; needed for a score alone.
        reading: How the scores are to be read: attributes of :class:`~saliency.classifier.Classifier`.
        endpoint: How a model behind an address is asked, as :func:`models.endpoint.read_endpoint` takes it.
    """

    architecture: str
    options: Mapping[str, Any] = field(default_factory=dict)
    preprocessing: Preprocessing = field(default_factory=Preprocessing)
    name: str = ""
    sentence: str = ""
    source: str = ""
    licence: str = ""
    checked: str = ""
    format: str = ""
    channels: Channels = "rgb"
    outputs: OutputsName = "softmax"
    threshold: float = 0.5
    usual_range: tuple[float, float] | None = None
    reading: Mapping[str, Any] = field(default_factory=dict)
    endpoint: Mapping[str, Any] | None = None

    @property
    def kind(self) -> Outputs:
        """What its numbers are, as a classifier takes it.

        Raises:
            ModelError: It is a score, and nobody says which values that usually has.
        """
        return outputs_of(self.outputs, self.threshold, self.usual_range)


def outputs_of(name: str, threshold: float | None, usual_range: tuple[float, float] | None) -> Outputs:
    """What a model's numbers are.

    Raises:
        ModelError: They are a score, and nobody says which values that usually has.
    """
    kind = OutputKind(name)
    if kind is OutputKind.SCORE and usual_range is None:
        raise ModelError(
            "The model gives one number on a scale. Say from where to where it usually goes, with "
            '--usual-range 0,10, or in model.json with "usual_range": [0, 10].'
        )
    return Outputs(kind, 0.5 if threshold is None else threshold, usual_range or (0.0, 1.0))


def read_description(folder: Path) -> Description:
    """What model.json says.

    Raises:
        ModelError: It cannot be read, or something in it is wrong; every fault is among the problems.
    """
    content = _json(folder)
    if problems := list(_problems(content)):
        raise ModelError(*problems)
    tidy: dict[str, Any] = {
        key: readable(value) if isinstance(value, str) else value for key, value in content.items()
    }
    plain = {"mean": (0.0,) * 3, "std": (1.0,) * 3} if ENDPOINT in tidy else {}
    preprocessing = _preprocessing(plain | {key: tidy.pop(key) for key in _PREPROCESSING & tidy.keys()})
    if preprocessing.resize_size < min(preprocessing.size):
        raise ModelError("In model.json, “resize_size” cannot be smaller than “crop_size”.")
    reading = {key: tidy.pop(key) for key in _READING & tidy.keys()}
    tidy.setdefault("architecture", "")
    if "usual_range" in tidy:
        tidy["usual_range"] = tuple(map(float, tidy["usual_range"]))
    return Description(**tidy, preprocessing=preprocessing, reading=reading)


def stated_format_of(folder: Path) -> str:
    """The format that model.json states, if it can be read and states one; empty otherwise."""
    try:
        content = _json(folder)
    except ModelError:
        return ""
    stated = ENDPOINT if ENDPOINT in content else content.get("format", "")
    return stated if isinstance(stated, str) else ""


def states(folder: Path, key: str) -> bool:
    """Whether model.json, which can be read, has an entry."""
    return key in _json(folder)


def read_labels(folder: Path) -> tuple[str, ...]:
    """The class names in labels.txt, one per line.

    Raises:
        ModelError: It cannot be read, or does not name a class in every line.
    """
    text = _text(folder, "labels.txt", _LABELS_BYTES, _LIST_THEM).rstrip()
    labels = tuple(map(readable, text.split("\n")))
    blank = [str(number) for number, label in enumerate(labels, start=1) if not label]
    if not text:
        raise ModelError(f"labels.txt is empty. {_LIST_THEM}")
    if blank:
        lines, verb = ("Line", "is") if len(blank) == 1 else ("Lines", "are")
        raise ModelError(
            f"{lines} {first_three(blank)} of labels.txt {verb} blank. Each line has to name a class."
        )
    if len(labels) > _MOST_LABELS:
        raise ModelError(f"labels.txt lists {len(labels):,} classes; at most {_MOST_LABELS:,} can be used.")
    if long := [str(number) for number, label in enumerate(labels, start=1) if len(label) > LONGEST_NAME]:
        lines, verb = ("Line", "is") if len(long) == 1 else ("Lines", "are")
        raise ModelError(
            f"{lines} {first_three(long)} of labels.txt {verb} longer than {LONGEST_NAME} characters. "
            "Name each class in a few words."
        )
    return labels


def weights_files(folder: Path) -> list[Path]:
    """Whatever is named as the weights of a folder's model are."""
    if packaged := packaged_weights(folder):
        return [packaged.path] if packaged.path else []
    named = [folder / name for name in WEIGHTS_FILES if (folder / name).exists()]
    return named or model_files(folder)


def model_files(folder: Path) -> list[Path]:
    """The files of a model in a format of its own."""
    return sorted(path for path in (folder / MODEL_FILES).rglob("*") if path.is_file())


def check_labels(labels: Sequence[str], kind: OutputKind) -> None:
    """Raises :class:`ModelError` where there are too few or too many for what the model's numbers are."""
    if kind is OutputKind.SCORE and len(labels) > 1:
        raise ModelError("labels.txt has to name the score in one line, such as: ad score.")
    if kind is OutputKind.YES_NO and len(labels) > 2:
        raise ModelError("labels.txt has to name yes in its first line and no in its second, and no more.")
    if len(labels) == 1 and kind not in (OutputKind.SCORE, OutputKind.YES_NO):
        raise ModelError(
            "labels.txt lists one class only. A classifier needs two or more; a model with one number "
            'says yes or no ("outputs": "yes-no") or gives a score ("outputs": "score").'
        )


def output_count(labels: Sequence[str], kind: OutputKind) -> int:
    """How many numbers a model with these labels gives."""
    return 1 if kind in (OutputKind.SCORE, OutputKind.YES_NO) else len(labels)


def weights_file(folder: Path) -> Path:
    """The one weights file of the folder; that of a built-in model may be in an installed package.

    Raises:
        ModelError: There is none, or more than one.
    """
    paths = weights_files(folder)
    if not paths and (packaged := packaged_weights(folder)):
        raise packaged.missing()
    if not paths:
        names = " or ".join(WEIGHTS_FILES)
        raise ModelError(f"There is no weights file in {readable(folder.name)}. Name it {names}.")
    if len(paths) > 1:
        names = " and ".join(path.name for path in paths)
        raise ModelError(
            f"There are two weights files in {readable(folder.name)}: {names}. Leave only the one to use."
        )
    if not paths[0].is_file():
        raise ModelError(f"{paths[0].name} in {readable(folder.name)} is {_NO_FILE}. Put the weights there.")
    if paths[0].stat().st_size > _WEIGHTS_BYTES:
        raise ModelError(
            f"{paths[0].name} is larger than {_WEIGHTS_BYTES // 10**9} GB. Save only the weights."
        )
    return paths[0]


def _json(folder: Path) -> dict[str, Any]:
    """The object in model.json."""
    text = _text(folder, "model.json", _DESCRIPTION_BYTES)
    try:
        content = json.loads(text)
        json.dumps(content, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise ModelError(f"model.json is not valid JSON: {error.msg} in line {error.lineno}.") from error
    except RecursionError:
        raise ModelError("model.json holds too many brackets inside one another.") from None
    except UnicodeEncodeError:
        raise ModelError("model.json holds half a character (a lone surrogate). Write it as UTF-8.") from None
    except ValueError:  # of whole numbers Python reads 4,300 digits
        raise ModelError("model.json holds a number with too many digits.") from None
    if not isinstance(content, dict):
        raise ModelError("model.json has to hold one object: { … }.")
    return content


def _text(folder: Path, name: str, most: int, remedy: str = "") -> str:
    """What a text file of the folder says.

    Raises:
        ModelError: There is none, or it is no regular file, too large, or no text in UTF-8.
    """
    path, where = folder / name, readable(folder.name)
    try:
        if not path.exists():
            raise ModelError(f"There is no {name} in {where}. {remedy}".strip())
        if not path.is_file():  # a pipe would never end
            raise ModelError(f"{name} in {where} is {_NO_FILE}. {remedy}".strip())
        with path.open("rb") as file:
            data = file.read(most + 1)
        if len(data) > most:
            raise ModelError(f"{name} in {where} is larger than {most // 1000:,} kB.")
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ModelError(f"{name} could not be read. Save it as text in UTF-8.") from None
    except OSError as error:
        raise ModelError(f"{name} could not be read ({error.strerror}).") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _problems(content: Mapping[str, Any]) -> Iterator[str]:
    for key in (key for key in content if key not in _RULES):
        near = difflib.get_close_matches(key[:LONGEST_NAME], _RULES, n=1)
        yield f"model.json has an unknown entry {quoted(key)}." + (
            f" Did you mean “{near[0]}”?" if near else ""
        )
    if not {"architecture", "format", ENDPOINT} & content.keys():
        yield 'model.json does not name the architecture, for example: "architecture": "resnet50".'
    for key, (is_right, expected) in _RULES.items():
        if key in content and not is_right(content[key]):
            yield f"In model.json, “{key}” has to be {expected}."
    name, options = content.get("architecture"), content.get("options")
    known = isinstance(name, str) and name in BUILT_HERE  # first, as the others need torchvision
    if isinstance(name, str) and not known and readable(name) not in architectures():
        remedy = did_you_mean(name, architectures(), "It has to be a classifier of torchvision.")
        yield f"The architecture {quoted(name)} is unknown. {remedy}"
    if isinstance(options, dict) and (reserved := sorted(RESERVED_OPTIONS & options.keys())):
        owners = "classes come from labels.txt, weights from the file"
        yield f"The option “{reserved[0]}” cannot be set: {owners}."


def _preprocessing(stated: Mapping[str, Any]) -> Preprocessing:
    usual = Preprocessing()
    height = stated.get("crop_size", usual.crop_size)
    resize_size = round(min(height, stated.get("crop_width", height)) * usual.resize_size / usual.crop_size)
    colours = {key: tuple(map(float, stated[key])) for key in {"mean", "std"} & stated.keys()}
    return Preprocessing(**{"resize_size": resize_size, **stated, **colours})


def _is_number(low: float, high: float) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
    )


def _are_three(low: float) -> Callable[[Any], bool]:
    is_right = _is_number(low, 1)
    return lambda value: isinstance(value, list) and len(value) == 3 and all(map(is_right, value))


def _is_text(longest: int) -> tuple[Callable[[Any], bool], str]:
    is_right = lambda value: isinstance(value, str) and len(value) <= longest  # noqa: E731
    return is_right, f"text of at most {longest:,} characters"


def _are_options(value: object) -> bool:
    """Whether the builder can take these: an object whose values are of a size that a person would write."""
    if not isinstance(value, dict) or len(json.dumps(value)) > _OPTIONS_LENGTH:
        return False
    values = list(value.values())
    while values:
        member = values.pop()
        if isinstance(member, int | float) and not abs(member) <= _LARGEST_OPTION:
            return False
        values += member if isinstance(member, list) else member.values() if isinstance(member, dict) else ()
    return True


def _one_of(kind: object) -> str:
    *others, last = (f'"{value}"' for value in get_args(kind))
    return f"{', '.join(others)} or {last}"


_PIXELS = (
    lambda value: isinstance(value, int) and _is_number(*_SIDE)(value),
    f"a whole number of pixels from {_SIDE[0]} to {_SIDE[1]}",
)
_RULES: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "architecture": (lambda value: isinstance(value, str), "the name of a torchvision classifier"),
    "options": (
        _are_options,
        "an object of the builder's options, such as {}, with "
        f"numbers of at most {_LARGEST_OPTION:,} and {_OPTIONS_LENGTH:,} characters in all",
    ),
    "crop_size": _PIXELS,
    "resize_size": _PIXELS,
    "format": (lambda value: isinstance(value, str), "the name of a format, as “add” writes it"),
    ENDPOINT: (lambda value: isinstance(value, dict), "an object with an address: { … }"),
    "channels": (lambda value: value in get_args(Channels), _one_of(Channels)),
    "outputs": (lambda value: value in get_args(OutputsName), _one_of(OutputsName)),
    "threshold": (_is_number(0.001, 0.999), "a share from 0.001 to 0.999"),
    "usual_range": (
        lambda value: (
            isinstance(value, list)
            and len(value) == 2
            and all(map(_is_number(-1e9, 1e9), value))
            and value[0] < value[1]
        ),
        "two numbers, the lower one first, such as [0, 10]",
    ),
    "mean": (_are_three(0), "three numbers from 0 to 1, for red, green and blue"),
    "std": (_are_three(0.001), "three numbers from 0.001 to 1, for red, green and blue"),
    "whole_size": _PIXELS,
    "crop_width": _PIXELS,
    "squeezed": (lambda value: isinstance(value, bool), "true or false"),
    "interpolation": (lambda value: value in ("bilinear", "bicubic"), '"bilinear" or "bicubic"'),
    "name": _is_text(LONGEST_NAME),
    "sentence": _is_text(_LONGEST_SENTENCE),
    "source": _is_text(_LONGEST_SENTENCE),
    "licence": _is_text(_LONGEST_SENTENCE),
    "checked": _is_text(_LONGEST_SENTENCE),
    "temperature": (_is_number(0.01, 100), "a number from 0.01 to 100"),
    "whole_temperature": (_is_number(0.01, 100), "a number from 0.01 to 100"),
    "none_label": _is_text(LONGEST_NAME),
    "unsure_below": (_is_number(0, 1), "a score from 0 to 1"),
    "evidence_below": (_is_number(-1000, 1000), "a number from -1000 to 1000"),
    "caution": _is_text(_LONGEST_SENTENCE),
    "sure_from": (_is_number(0, 1), "a score from 0 to 1"),
    "warning": _is_text(_LONGEST_SENTENCE),
}
_PREPROCESSING = {setting.name for setting in fields(Preprocessing)}
_READING = {
    "temperature",
    "whole_temperature",
    "none_label",
    "unsure_below",
    "evidence_below",
    "caution",
    "sure_from",
    "warning",
}
