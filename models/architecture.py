"""Build a torchvision classifier and fill it with weights, saying in plain words what does not fit.

A module is first built without numbers (on torch's ``meta`` device): that takes milliseconds and no memory,
names every entry it needs with its shape, and the weights then become its own without being copied.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from models.errors import ModelError
from models.torchvision_guard import import_torchvision

RESERVED_OPTIONS = frozenset({"weights", "num_classes", "progress"})

# Parts that only training uses, left out: further outputs of GoogLeNet and Inception.
_TRAINING_ONLY = re.compile(r"(aux1|aux2|AuxLogits)\.")
_AROUND_EVERYTHING = ("module.", "_orig_mod.")  # DataParallel, torch.compile
# Names that earlier torchvision versions gave to entries of DenseNet and ViT.
_RENAMED = (
    (re.compile(r"(denselayer\d+\.(?:norm|relu|conv))\.([12]\.)"), r"\1\2"),
    (re.compile(r"(encoder_layer_\d+\.mlp)\.linear_1\."), r"\1.0."),
    (re.compile(r"(encoder_layer_\d+\.mlp)\.linear_2\."), r"\1.3."),
)


def architectures() -> list[str]:
    """torchvision's names of all its classifiers."""  # noqa: D403
    module = import_torchvision().models
    return list(module.list_models(module=module))


def filled(
    architecture: str,
    classes: int,
    weights: Mapping[str, Tensor],
    *,
    side: int,
    options: Mapping[str, Any] | None = None,
    labels_file: str = "labels.txt",
) -> tuple[nn.Module | None, list[str]]:
    """The architecture with these weights in it, or what does not fit.

    Args:
        architecture: torchvision's name of it.
        classes: Number of classes.
        weights: Entries by name; half precision becomes single precision.
        side: Side of the input in pixels; ViT and MaxViT are built for one size.
        options: Further arguments of torchvision's builder.
        labels_file: What to call the list of labels in a problem.

    Returns:
        The module in eval mode and no problems, or None and at least one problem.

    Raises:
        ModelError: The architecture cannot be built with these options.
    """
    module = _without_numbers(architecture, classes, side, options or {})
    needed = module.state_dict()
    given = _tidied(weights, needed)
    problems = _differences(architecture, needed, given)
    wrong = [name for name in needed if name in given and given[name].shape != needed[name].shape]
    if wrong:
        other = _without_numbers(architecture, classes + 1, side, options or {}).state_dict()
        head = [name for name in wrong if other[name].shape != needed[name].shape]
        known = {given[name].shape[0] for name in head if given[name].ndim}
        if known:
            problems.insert(
                0,
                f"The weights know {' or '.join(map(str, sorted(known)))} classes, "
                f"but {labels_file} lists {classes}.",
            )
        problems += _wrong_shapes(architecture, [n for n in wrong if n not in head], needed, given)
    if problems:
        return None, problems
    ordered = OrderedDict((name, given[name]) for name in needed)
    ordered._metadata = needed._metadata  # type: ignore[attr-defined]  # names are today's: see _RENAMED
    module.load_state_dict(ordered, assign=True)
    return module.eval(), _not_numbers(given)


class _ConstantsAreNumbers(TorchFunctionMode):
    """RegNet computes its sizes with torch, and has to get numbers even so."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        more = {"device": "cpu"} if func in (torch.arange, torch.tensor) and not kwargs else {}
        return func(*args, **(kwargs or {}), **more)


def _without_numbers(architecture: str, classes: int, side: int, options: Mapping[str, Any]) -> nn.Module:
    arguments = _usual_options(architecture, side) | {
        key: tuple(value) if isinstance(value, list) else value for key, value in options.items()
    }
    builder = import_torchvision().models.get_model_builder(architecture)
    try:
        with torch.device("meta"), _ConstantsAreNumbers():
            module: nn.Module = builder(weights=None, num_classes=classes, **arguments)
    except TypeError as error:
        unknown = re.search(r"unexpected keyword argument '(\w+)'", str(error))
        if unknown:
            raise ModelError(f"{architecture} has no option “{unknown[1]}”.") from error
        raise ModelError(f"{architecture} cannot be built with these options: {error}.") from error
    except (ValueError, RuntimeError, AssertionError, AttributeError, IndexError, ArithmeticError) as error:
        raise ModelError(f"{architecture} cannot be built with these options: {error}.") from error
    return module


def _usual_options(architecture: str, side: int) -> dict[str, Any]:
    if architecture in ("googlenet", "inception_v3"):
        return {"aux_logits": False, "init_weights": False}
    if architecture.startswith("vit_"):
        return {"image_size": side}
    if architecture.startswith("maxvit_"):
        return {"input_size": (side, side)}
    return {}


def _tidied(weights: Mapping[str, Tensor], needed: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Entries under today's names, in single precision, without what only training uses."""
    entries = {name: value for name, value in weights.items() if name != "n_averaged"}  # of averaged weights
    for prefix in _AROUND_EVERYTHING * 2:
        if entries and all(name.startswith(prefix) for name in entries):
            entries = {name.removeprefix(prefix): value for name, value in entries.items()}
    tidied = {}
    for name, value in entries.items():
        for pattern, new in _RENAMED:
            name = pattern.sub(new, name)
        if name in needed or not _TRAINING_ONLY.match(name):
            tidied[name] = value.float() if value.is_floating_point() else value
    for name in needed:
        if name.endswith("num_batches_tracked"):  # counts training steps; files from before 2018 lack it
            tidied.setdefault(name, torch.tensor(0))
    return tidied


def _differences(architecture: str, needed: Mapping[str, Tensor], given: Mapping[str, Tensor]) -> list[str]:
    problems = []
    missing = [name for name in needed if name not in given]
    unexpected = [name for name in given if name not in needed]
    if missing:
        problems.append(f"The weights lack {_listed(missing)} that {architecture} needs.")
    if unexpected:
        problems.append(f"The weights have {_listed(unexpected)} that {architecture} does not know.")
    return problems


def _wrong_shapes(
    architecture: str, names: Sequence[str], needed: Mapping[str, Tensor], given: Mapping[str, Tensor]
) -> list[str]:
    if not names:
        return []
    first = "; ".join(f"{name} is {_shape(given[name])}, not {_shape(needed[name])}" for name in names[:3])
    return [f"{_count(names)} of another size than {architecture} needs: {first}{_more(names)}."]


def _not_numbers(given: Mapping[str, Tensor]) -> list[str]:
    names = [
        name for name, value in given.items() if value.is_floating_point() and not value.isfinite().all()
    ]
    return [f"The weights hold values that are not finite numbers, in {_listed(names)}."] if names else []


def _listed(names: Sequence[str]) -> str:
    return f"{_count(names)} ({', '.join(names[:3])}{_more(names)})"


def _count(names: Sequence[str]) -> str:
    return "1 entry" if len(names) == 1 else f"{len(names)} entries"


def _more(names: Sequence[str]) -> str:
    return ", …" if len(names) > 3 else ""


def _shape(value: Tensor) -> str:
    return "×".join(map(str, value.shape)) or "a single number"
