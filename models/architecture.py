"""Build a classifier around weights, saying in plain words what does not fit.

It is one of torchvision's, or an EfficientNet-Lite.

A module is first built without numbers (on torch's ``meta`` device): that takes milliseconds and no memory,
names every entry it needs with its shape, and the weights then become its own without being copied.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from models.efficientnet_lite import WIDTH_AND_DEPTH, EfficientNetLite
from models.errors import ModelError, first_three
from models.torchvision_guard import import_torchvision

Shapes = Mapping[str, torch.Size]

RESERVED_OPTIONS = frozenset({"weights", "num_classes", "progress"})

# Parts that only training uses, left out: further outputs of GoogLeNet and Inception.
_TRAINING_ONLY = re.compile(r"(aux1|aux2|AuxLogits)\.")
_WRAPPER_PREFIXES = ("module.", "_orig_mod.")  # DataParallel, torch.compile
# Names that earlier torchvision versions gave to entries of DenseNet and ViT.
_EARLIER_NAMES = (
    (re.compile(r"(denselayer\d+\.(?:norm|relu|conv))\.([12]\.)"), r"\1\2"),
    (re.compile(r"(encoder_layer_\d+\.mlp)\.linear_1\."), r"\1.0."),
    (re.compile(r"(encoder_layer_\d+\.mlp)\.linear_2\."), r"\1.3."),
)


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
) -> nn.Module:
    """The architecture with these weights in it, in eval mode.

    Args:
        architecture: torchvision's name of it.
        classes: Number of classes.
        weights: Entries by name; half precision becomes single precision.
        side: Side of the input in pixels; ViT and MaxViT are built for one size.
        options: Further arguments of torchvision's builder.

    Raises:
        ModelError: The architecture cannot be built with these options, or the weights do not fit it; every
            difference is among its problems.
    """
    blank = partial(without_numbers, architecture, side=side, options=options or {})
    module = blank(classes)
    template = module.state_dict()
    entries = _renamed_entries(weights, template)
    problems = [*_infinite_entries(entries)]
    if _shapes(entries) != _shapes(template):
        wider = _shapes(blank(classes + 1).state_dict())
        problems = [*_differences(architecture, classes, _shapes(template), _shapes(entries), wider)]
    if problems:
        raise ModelError(*problems)
    ordered = OrderedDict((name, entries[name]) for name in template)
    ordered._metadata = template._metadata  # type: ignore[attr-defined]  # of today's names
    module.load_state_dict(ordered, assign=True)
    return module.eval()


def without_numbers(architecture: str, classes: int, *, side: int, options: Mapping[str, Any]) -> nn.Module:
    """The architecture on the ``meta`` device; the arguments are those of :func:`build`.

    Raises:
        ModelError: It cannot be built with these options.
    """
    arguments = _size_options(architecture, side) | {
        key: tuple(value) if isinstance(value, list) else value for key, value in options.items()
    }
    try:
        with torch.device("meta"), _ConstantsAreNumbers():
            if architecture in WIDTH_AND_DEPTH:
                return EfficientNetLite(architecture, classes, **arguments)
            builder = import_torchvision().models.get_model_builder(architecture)
            module: nn.Module = builder(weights=None, num_classes=classes, **arguments)
    except Exception as error:  # any kind, as the options may be anything
        if unknown := re.search(r"unexpected keyword argument '(\w+)'", str(error)):
            raise ModelError(f"{architecture} has no option “{unknown[1]}”.") from error
        raise ModelError(f"{architecture} cannot be built with these options: {error}.") from error
    return module


class _ConstantsAreNumbers(TorchFunctionMode):
    """RegNet computes its sizes with torch, and has to get numbers even so."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
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


def _renamed_entries(weights: Mapping[str, Tensor], template: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Entries under today's names, in single precision, without what only training uses."""
    plain = {name: value for name, value in weights.items() if name != "n_averaged"}  # of averaged weights
    for prefix in _WRAPPER_PREFIXES * 2:
        if plain and all(name.startswith(prefix) for name in plain):
            plain = {name.removeprefix(prefix): value for name, value in plain.items()}
    entries = {}
    for name, value in plain.items():
        for pattern, new in _EARLIER_NAMES:
            name = pattern.sub(new, name)
        if name in template or not _TRAINING_ONLY.match(name):
            entries[name] = value.float() if value.is_floating_point() else value
    for name in template:
        if name.endswith("num_batches_tracked"):  # counts training steps; files from before 2018 lack it
            entries.setdefault(name, torch.tensor(0))
    return entries


def _shapes(entries: Mapping[str, Tensor]) -> Shapes:
    return {name: value.shape for name, value in entries.items()}


def _differences(
    architecture: str, classes: int, template: Shapes, entries: Shapes, wider: Shapes
) -> Iterator[str]:
    """What does not fit; ``wider`` is what one more class would need, which tells the head from the body."""
    mismatches = [name for name in template if name in entries and entries[name] != template[name]]
    head = [name for name in mismatches if wider[name] != template[name]]
    body = [name for name in mismatches if name not in head]
    if counts := sorted({entries[name][0] for name in head if entries[name]}):
        known = " or ".join(map(str, counts))
        yield f"The weights know {known} classes, but labels.txt lists {classes}."
    if missing := [name for name in template if name not in entries]:
        yield f"The weights lack {_examples(missing)} that {architecture} needs."
    if unexpected := [name for name in entries if name not in template]:
        yield f"The weights have {_examples(unexpected)} that {architecture} does not know."
    if body:
        sizes = [f"{name} is {_size(entries[name])}, not {_size(template[name])}" for name in body]
        yield f"{_count(body)} of another size than {architecture} needs: {first_three(sizes, '; ')}."


def _infinite_entries(entries: Mapping[str, Tensor]) -> Iterator[str]:
    numbers = {name: value for name, value in entries.items() if value.is_floating_point()}
    if names := [name for name, value in numbers.items() if not value.isfinite().all()]:
        yield f"The weights hold values that are not finite numbers, in {_examples(names)}."


def _examples(names: Sequence[str]) -> str:
    return f"{_count(names)} ({first_three(names)})"


def _count(names: Sequence[str]) -> str:
    return "1 entry" if len(names) == 1 else f"{len(names)} entries"


def _size(shape: torch.Size) -> str:
    return "×".join(map(str, shape)) or "a single number"
