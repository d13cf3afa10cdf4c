"""A timm checkpoint: weights beside a config.json or model.json that names the architecture as timm does."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from models.architecture import BUILT_HERE, architectures
from models.checkpoint import read_weights
from models.errors import ModelError, did_you_mean, first_three, quoted
from models.sources.offline import keep_offline
from models.sources.read_model import ReadModel
from models.torchvision_guard import import_torchvision
from models.weight_sets import weight_set
from saliency.names import readable

NAME = "a timm checkpoint beside its config.json"
PACKAGES = ("timm",)
_SUFFIXES = (".safetensors", ".bin", ".pth", ".pt", ".tar", ".ckpt")


def recognises(files: Sequence[Path]) -> bool:
    """Whether a config.json names an architecture, or a model.json one that is not torchvision's."""
    content = _config(files)
    name = content.get("architecture")
    if not isinstance(name, str) or "model_type" in content or not _weights(files):
        return False
    return content["_file"] == "config.json" or (name not in BUILT_HERE and name not in architectures())


def read(files: Sequence[Path]) -> ReadModel:
    """The model of that name with these weights.

    Raises:
        ModelError: timm knows no such name, or the weights do not fit it.
    """
    keep_offline()
    import_torchvision()  # timm imports it
    import timm

    content = _config(files)
    name, recipe = content["architecture"].partition(".")[0].removeprefix("timm/"), _recipe(content)
    if not timm.is_model(name):
        known = did_you_mean(name, timm.list_models(), "It has to be one of timm's names.")
        raise ModelError(f"timm has no architecture {quoted(name)}. {known}")
    weights = read_weights(_weights(files)[0])
    stated = content.get("model_args")
    options: dict[str, Any] = dict(stated) if isinstance(stated, dict) else {}
    if asked := sorted(inspect.signature(timm.create_model).parameters.keys() & options.keys()):
        raise ModelError(f"“model_args” cannot set {quoted(asked[0])}. Leave it out.")
    classes = content.get("num_classes", recipe.get("num_classes"))
    if isinstance(classes, int):
        options = {**options, "num_classes": classes}
    try:
        module = timm.create_model(name, pretrained=False, **options)
    except Exception as error:  # of any kind, as the options may be anything
        reason = readable(str(error))[:200].rstrip(".")
        raise ModelError(f"timm cannot build {quoted(name)} with these options: {reason}.") from error
    template = module.state_dict()
    chosen = weight_set(weights, template.keys())
    lacking = [key for key in template if key not in chosen.entries]
    other = [key for key, value in chosen.entries.items() if value.shape != template[key].shape]
    if lacking or other:
        raise ModelError(
            f"The weights are not of timm's {name}: {len(lacking)} entries are missing and {len(other)} of "
            f"another size ({readable(first_three([*lacking, *other]))}). "
            "Check “architecture” and “num_classes”."
        )
    module.load_state_dict(chosen.entries)
    labels = recipe.get("label_names", content.get("label_names"))
    size = recipe.get("input_size")
    return ReadModel(
        module.float().eval(),
        labels=tuple(map(readable, map(str, labels))) if isinstance(labels, list) else None,
        size=(int(size[1]), int(size[2])) if isinstance(size, list) and len(size) == 3 else None,
        mean=_numbers(recipe.get("mean", module.pretrained_cfg.get("mean"))),
        std=_numbers(recipe.get("std", module.pretrained_cfg.get("std"))),
        channels="grey" if isinstance(size, list) and size[:1] == [1] else "rgb",
        outputs="softmax",
        notes=tuple(chosen.remarks()),
    )


def settings(files: Sequence[Path]) -> dict[str, Any]:
    """To what a photo is resized before it is cropped, and how, as far as the configuration says."""
    recipe, stated = _recipe(_config(files)), dict[str, Any]()
    size, share = recipe.get("input_size"), recipe.get("crop_pct")
    if isinstance(size, list) and len(size) == 3 and isinstance(share, int | float) and 0 < share <= 1:
        stated["resize_size"] = int(size[1] / share)
    if recipe.get("crop_mode") == "squash":
        stated["squeezed"] = True
    if recipe.get("interpolation") in ("bilinear", "bicubic"):
        stated["interpolation"] = recipe["interpolation"]
    return stated


def _config(files: Sequence[Path]) -> dict[str, Any]:
    """What config.json says, or else model.json, and which of them it was."""
    for name in ("config.json", "model.json"):
        path = next((path for path in files if path.name == name), None)
        try:
            content = json.loads(path.read_text("utf-8-sig")) if path else None
        except (OSError, ValueError, RecursionError):
            continue
        if isinstance(content, dict) and isinstance(content.get("architecture"), str):
            return content | {"_file": name}
    return {}


def _recipe(content: Mapping[str, Any]) -> Mapping[str, Any]:
    recipe = content.get("pretrained_cfg", content)
    return recipe if isinstance(recipe, Mapping) else {}


def _weights(files: Sequence[Path]) -> list[Path]:
    return sorted((path for path in files if path.suffix.lower() in _SUFFIXES), key=_preference)


def _preference(path: Path) -> tuple[int, str]:
    return _SUFFIXES.index(path.suffix.lower()), path.name


def _numbers(values: Any) -> tuple[float, ...] | None:
    return tuple(map(float, values)) if isinstance(values, list | tuple) else None
