"""Build a classifier around weights, saying in plain words what does not fit.

Most are torchvision's; those that the built-in models need are built here, without it.

A module is first built without numbers (on torch's ``meta`` device): that takes milliseconds and no memory,
names every entry it needs with its shape, and the weights then become its own without being copied.
"""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from models.efficientnet_lite import WIDTH_AND_DEPTH, EfficientNetLite
from models.errors import ModelError, counted, first_three, quoted
from models.mobilenet_v2 import MobileNetV2
from models.replaced_head import with_own_head
from models.torchvision_guard import import_torchvision
from models.weight_sets import weight_set
from saliency.names import readable

Shapes = Mapping[str, torch.Size]

BUILT_HERE = frozenset({*WIDTH_AND_DEPTH, "mobilenet_v2"})
"""Names of architectures that are known without torchvision, which takes a while to import."""

RESERVED_OPTIONS = frozenset({"weights", "num_classes", "progress"})

_MOST_CALLS = 30_000  # of torch while a classifier is built; torchvision's largest needs some 10,000
_MOST_SECONDS = 20.0  # the same, on a busy computer
_MOST_NUMBERS = 5 * 10**9  # of weights; torchvision's largest has 0.6 · 10^9


class Assembly(NamedTuple):
    """A module with weights in it, in eval mode.

    Attributes:
        notes: What people should know of the weights, in sentences.
        outside: Why it can only be asked from outside, as half a sentence; empty where a graph may be made.
    """

    module: nn.Module
    notes: tuple[str, ...]
    outside: str = ""


def architectures() -> list[str]:
    """torchvision's names of all its classifiers."""  # noqa: D403
    module = import_torchvision().models
    return list(module.list_models(module=module))


def build(
    architecture: str,
    classes: int,
    weights: Mapping[str, Tensor],
    *,
    side: int,
    options: Mapping[str, Any] | None = None,
) -> Assembly:
    """The architecture with these weights in it.

    Args:
        architecture: torchvision's name of it, or one of :data:`BUILT_HERE`.
        classes: Number of classes.
        weights: All entries of a checkpoint, by where they are in it.
        side: Side of the input in pixels; ViT and MaxViT are built for one size.
        options: Further arguments of torchvision's builder.

    Raises:
        ModelError: The architecture cannot be built with these options, or the weights do not fit it; every
            difference is among its problems.
    """
    blank = partial(without_numbers, architecture, side=side, options=options or {})
    module = blank(classes)
    template = module.state_dict()
    chosen = weight_set(weights, template.keys())
    entries, others, heads = chosen.entries, chosen.others, list[str]()
    for name in template:
        if name.endswith("num_batches_tracked"):  # counts training steps; files from before 2018 lack it
            entries.setdefault(name, torch.tensor(0))
    if others or _shapes(entries) != _shapes(template):
        wider = _shapes(blank(classes + 1).state_dict())
        head = [name for name in template if wider[name] != template[name].shape]
        heads += with_own_head(chosen, template, head)
        if others or _shapes(entries) != _shapes(template):
            found = _shapes(entries | others)
            raise ModelError(*_differences(architecture, classes, _shapes(template), found, head))
    ordered = OrderedDict((name, _number(name, entries[name], template[name])) for name in template)
    if infinite := [name for name, value in ordered.items() if not value.isfinite().all()]:
        raise ModelError(f"The weights hold values that are not finite numbers, in {_examples(infinite)}.")
    ordered._metadata = template._metadata  # type: ignore[attr-defined]  # of today's names
    module.load_state_dict(ordered, assign=True)
    return Assembly(module.eval(), (*heads, *chosen.remarks()))


def without_numbers(architecture: str, classes: int, *, side: int, options: Mapping[str, Any]) -> nn.Module:
    """The architecture on the ``meta`` device; the arguments are those of :func:`build`.

    Raises:
        ModelError: It cannot be built with these options.
    """
    arguments = _size_options(architecture, side) | {
        key: tuple(value) if isinstance(value, list) else value for key, value in options.items()
    }
    try:
        with torch.device("meta"), _Building():
            module = _builder(architecture, arguments)(num_classes=classes, **arguments)
    except _TooLargeError:
        raise ModelError(f"{architecture} gets too large with these options. Ask for fewer parts.") from None
    except Exception as error:  # any kind, as the options may be anything
        if unknown := re.search(r"unexpected keyword argument '(\w+)'", str(error)):
            raise ModelError(f"{architecture} has no option {quoted(unknown[1])}.") from error
        reason = readable(str(error))[:200].rstrip(".") or type(error).__name__
        raise ModelError(f"{architecture} cannot be built with these options: {reason}.") from error
    if sum(parameter.numel() for parameter in module.parameters()) > _MOST_NUMBERS:
        raise ModelError(f"{architecture} gets too large with these options. Ask for smaller parts.")
    return module


def _builder(architecture: str, options: Mapping[str, Any]) -> Callable[..., nn.Module]:
    """What makes a module of a number of classes and options, with random weights."""
    if architecture in WIDTH_AND_DEPTH:
        return partial(EfficientNetLite, architecture)
    if architecture == "mobilenet_v2" and options.keys() <= {"inverted_residual_setting"}:
        return MobileNetV2
    return partial(import_torchvision().models.get_model_builder(architecture), weights=None)


class _TooLargeError(Exception):
    """A classifier has more parts than any that a person would have trained."""


class _Building(TorchFunctionMode):
    """Ends what does not end by itself, as options may ask for a thousand million blocks.

    RegNet computes its sizes with torch, and has to get numbers even on the ``meta`` device.
    """

    def __init__(self) -> None:
        super().__init__()
        self._calls, self._end = 0, time.monotonic() + _MOST_SECONDS

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self._calls += 1
        if self._calls > _MOST_CALLS or time.monotonic() > self._end:
            raise _TooLargeError
        device = {"device": "cpu"} if func in (torch.arange, torch.tensor) and not kwargs else {}
        return func(*args, **(kwargs or {}), **device)


def _size_options(architecture: str, side: int) -> dict[str, Any]:
    if architecture in ("googlenet", "inception_v3"):
        return {"aux_logits": False, "init_weights": False}
    if architecture.startswith("vit_"):
        return {"image_size": side}
    if architecture.startswith("maxvit_"):
        return {"input_size": (side, side)}
    return {}


def _number(name: str, value: Tensor, template: Tensor) -> Tensor:
    """An entry's values as the module computes with them: whole, and in single precision where it has that.

    Raises:
        ModelError: They are no plain numbers.
    """
    odd = value.is_meta or value.is_quantized or value.is_complex() or value.layout is not torch.strided
    if odd or (template.is_floating_point() and not value.is_floating_point()):
        raise ModelError(
            f"The entry {name} of the weights does not hold plain numbers. Save the weights of the model as "
            "it was trained, in single or half precision."
        )
    return value.to(template.dtype).contiguous()


def _shapes(entries: Mapping[str, Tensor]) -> Shapes:
    return {name: value.shape for name, value in entries.items()}


def _differences(
    architecture: str, classes: int, template: Shapes, entries: Shapes, head: Sequence[str]
) -> Iterator[str]:
    """What does not fit; the head's entries tell the number of classes, the others are the body's."""
    mismatches = [name for name in template if name in entries and entries[name] != template[name]]
    in_head = [name for name in mismatches if name in head]
    body = [name for name in mismatches if name not in head]
    if counts := sorted({entries[name][0] for name in in_head if entries[name]}):
        known = " or ".join(map(str, counts[:-1])) + (" or " if counts[:-1] else "")
        known += counted(counts[-1], "class", "classes")
        yield f"The weights know {known}, but labels.txt lists {classes}."
    if missing := [name for name in template if name not in entries]:
        yield f"The weights lack {_examples(missing)} that {architecture} needs."
    if unexpected := [name for name in entries if name not in template]:
        yield f"The weights have {_examples(unexpected)} that {architecture} does not know."
    if body:
        sizes = [f"{name} is {_size(entries[name])}, not {_size(template[name])}" for name in body]
        yield f"{_count(body)} of another size than {architecture} needs: {first_three(sizes, '; ')}."


def _examples(names: Sequence[str]) -> str:
    return f"{_count(names)} ({readable(first_three(names))})"


def _count(names: Sequence[str]) -> str:
    return counted(len(names), "entry", "entries")


def _size(shape: torch.Size) -> str:
    return "×".join(map(str, shape)) or "a single number"
