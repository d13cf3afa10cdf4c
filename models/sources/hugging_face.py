"""A Hugging Face image classification folder: config.json, model.safetensors, preprocessor_config.json.

Only code that comes with ``transformers`` is run, and weights are read from safetensors alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from models.errors import ModelError, first_three, quoted
from models.sources.offline import keep_offline
from models.sources.read_model import Outputs, ReadModel
from models.torchvision_guard import import_torchvision
from saliency.names import readable

NAME = "a Hugging Face image classification folder"
PACKAGES = ("transformers",)
_CONFIG, _PREPARATION = "config.json", "preprocessor_config.json"
_LARGEST = 16_000_000  # bytes of a description, which may name 20,000 classes
_KINDS: Mapping[str, Outputs] = {"multi_label_classification": "labels", "regression": "score"}
_INTERPOLATIONS = {2: "bilinear", 3: "bicubic"}  # Pillow's numbers


class Logits(nn.Module):
    """What an image classification model of ``transformers`` gives, as a plain tensor."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, pictures: Tensor) -> Tensor:
        """Logits ``(N, K)`` of pictures ``(N, C, H, W)``."""
        logits: Tensor = self.model(pixel_values=pictures).logits
        return logits


def recognises(files: Sequence[Path]) -> bool:
    """Whether there is a config.json that names a type of model, as ``transformers`` writes it."""
    config = _named(files, _CONFIG)
    return config is not None and "model_type" in _content(config)


def read(files: Sequence[Path]) -> ReadModel:
    """The model of the folder.

    Raises:
        ModelError: It needs code of its own, is no image classifier, its weights are not in safetensors, or
            do not fit.
    """
    config = _named(files, _CONFIG)
    assert config is not None
    content = _content(config)
    _refuse_code(files, content)
    if "quantization_config" in content:
        raise ModelError(
            "The weights of this folder are quantised (quantization_config in config.json), and such "
            "ones are not read. Save the model in full or half precision, or export it as ONNX."
        )
    kinds = [kind for kind in content.get("architectures") or () if isinstance(kind, str)]
    if kinds and not any("ImageClassification" in kind for kind in kinds):
        raise ModelError(
            f"The folder holds {quoted(first_three(kinds))}, which is no image classifier. "
            "Save one whose name ends in ForImageClassification."
        )
    _refuse_pickles(files)
    model = _model(config.parent)
    preparation = _preparation(files)
    labels = _labels(model.config.id2label)
    kind = _KINDS.get(str(model.config.problem_type), "softmax")
    normalised = preparation.get("do_normalize", True)
    return ReadModel(
        Logits(model.float().eval()),
        labels=labels,
        size=_size(preparation) or _size({"size": content.get("image_size")}),
        mean=_numbers(preparation.get("image_mean")) if normalised else (0.0,) * 3,
        std=_numbers(preparation.get("image_std")) if normalised else (1.0,) * 3,
        channels="rgb" if content.get("num_channels", 3) == 3 else "grey",
        outputs="yes-no" if kind == "softmax" and len(model.config.id2label) == 1 else kind,
    )


def settings(files: Sequence[Path]) -> dict[str, Any]:
    """To what a photo is resized before it is cropped, and how, as far as the folder says."""
    preparation, stated = _preparation(files), dict[str, Any]()
    size, shorter = _size(preparation), _shortest(preparation.get("size"))
    if size and shorter and preparation.get("do_center_crop", "crop_size" in preparation):
        stated["resize_size"] = max(shorter, size[0])
    elif size and isinstance(share := preparation.get("crop_pct"), float) and 0 < share <= 1:
        stated["resize_size"] = int(size[0] / share)
    elif size:
        stated["resize_size"] = min(size)
        stated["squeezed"] = shorter is None
    if preparation.get("resample") in _INTERPOLATIONS:
        stated["interpolation"] = _INTERPOLATIONS[preparation["resample"]]
    return stated


def _model(folder: Path) -> Any:
    keep_offline()
    import_torchvision()  # transformers imports it, and cannot by itself beside torch for processors
    from transformers import AutoModelForImageClassification
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        model, report = AutoModelForImageClassification.from_pretrained(
            folder,
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            output_loading_info=True,
        )
    except Exception as error:  # of any kind: the folder may hold anything
        reason = readable(str(error).strip().partition("\n")[0])[:200] or type(error).__name__
        raise ModelError(f"transformers cannot read this folder ({reason}).") from error
    lacking = sorted(map(str, report["missing_keys"]))
    if lacking or report.get("mismatched_keys"):
        raise ModelError(
            f"The weights do not fit config.json: they lack {len(lacking)} entries ({first_three(lacking)}). "
            "Save model and configuration together, with save_pretrained."
        )
    return model


def _refuse_code(files: Sequence[Path], content: Mapping[str, Any]) -> None:
    scripts = [path.name for path in files if path.suffix.lower() == ".py"]
    asked = f"files {first_three(scripts)}" if scripts else _asked(content)
    if asked:
        raise ModelError(
            f"This folder brings code of its own, or names some elsewhere ({asked}), which is never run "
            "here. Export the model as ONNX instead."
        )


def _asked(content: Mapping[str, Any]) -> str:
    """What in a configuration, or in one inside it, asks for code from elsewhere; empty if nothing does.

    Attention and experts may be named as ``owner/repository``, from where compiled code would be fetched, and
    parts of the model too.
    """
    waiting: list[Any] = [content]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            for key, value in part.items():
                named = key.endswith("_implementation") or key in ("architecture", "backbone")
                elsewhere = named and any(c in str(value) for c in "/:")
                if key == "auto_map" or elsewhere:
                    return f"{quoted(key)} in config.json"
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
    return ""


def _refuse_pickles(files: Sequence[Path]) -> None:
    if not any(path.suffix.lower() == ".safetensors" for path in files):
        raise ModelError(
            "This folder has no weights as safetensors; others can carry code. "
            "Save it again with save_pretrained(…, safe_serialization=True)."
        )
    for index in (path for path in files if path.name.endswith(".index.json")):
        parts = _content(index).get("weight_map", {})
        names = parts.values() if isinstance(parts, dict) else [parts]
        if any(not re.fullmatch(r"[\w.-]+\.safetensors", str(name)) for name in names):
            raise ModelError(
                f"{index.name} names weights that are no safetensors beside it, which are not read. "
                "Save the model again with save_pretrained(…, safe_serialization=True)."
            )


def _content(path: Path) -> dict[str, Any]:
    """The object in a JSON file; empty where it holds none."""
    try:
        if path.stat().st_size > _LARGEST:
            return {}
        content = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _preparation(files: Sequence[Path]) -> dict[str, Any]:
    path = _named(files, _PREPARATION)
    return {} if path is None else _content(path)


def _named(files: Sequence[Path], name: str) -> Path | None:
    return next((path for path in sorted(files, key=lambda path: len(path.parts)) if path.name == name), None)


def _labels(names: Mapping[int, str]) -> tuple[str, ...] | None:
    """Class names in order; none where they are only numbered."""
    labels = tuple(readable(str(names[number])) for number in sorted(names))
    return None if all(re.fullmatch(r"LABEL_\d+", label) for label in labels) else labels


def _size(preparation: Mapping[str, Any]) -> tuple[int, int] | None:
    """Height and width of what the model is given."""
    sizes = [preparation.get("crop_size"), preparation.get("size")]
    if preparation.get("do_center_crop") is False:
        sizes.reverse()
    for size in sizes:
        if isinstance(size, Mapping) and {"height", "width"} <= size.keys():
            return int(size["height"]), int(size["width"])
        if isinstance(size, list | tuple) and len(size) == 2:
            return int(size[0]), int(size[1])
        if (side := _shortest(size)) is not None:
            return side, side
    return None


def _shortest(size: Any) -> int | None:
    side = size.get("shortest_edge") if isinstance(size, Mapping) else size
    return side if isinstance(side, int) and side > 0 else None


def _numbers(values: Any) -> tuple[float, ...] | None:
    return tuple(map(float, values)) if isinstance(values, list | tuple) else None
