"""Real photos and real weights, where ``../shared/data`` is beside the project."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor, nn

from models.catalogue import CATALOGUE
from models.showroom.training.loop import normalised
from models.sources.folder import load_folder
from models.torchvision_guard import import_torchvision
from saliency.classifier import Classifier
from saliency.network.graph import Graph
from saliency.photo.framing import Framing
from saliency.photo.reading import read_photo

DATA = Path(__file__).parents[1].parent / "shared" / "data"
_WEIGHTS = DATA / "squeezenet1_0_imagenet.safetensors"
_SIDE = 224


def squeezenet() -> nn.Module:
    """SqueezeNet 1.0 with real ImageNet weights, as peers take it.

    Raises:
        SystemExit: They are not here.
    """
    if not _WEIGHTS.exists():
        raise SystemExit("The photos and weights that this is measured on are not on this computer.")
    module: nn.Module = import_torchvision().models.squeezenet1_0(weights=None).eval()
    module.load_state_dict({name: value.float() for name, value in load_file(_WEIGHTS).items()})
    return module


def squeezenet_classifier(folder: Path) -> Classifier:
    """The same as a model of one's own, laid into a folder."""
    (folder / "weights.safetensors").write_bytes(_WEIGHTS.read_bytes())
    (folder / "model.json").write_text('{"architecture": "squeezenet1_0"}')
    (folder / "labels.txt").write_text("\n".join(CATALOGUE["squeezenet1_0"].labels), encoding="utf-8")
    return load_folder(folder)


def photos_guessed_right(
    graph: Graph, prepared: Callable[[Path], Tensor] | None = None
) -> tuple[Tensor, list[int]]:
    """The photos that the model gets right: ``(N, 3, 224, 224)``, normalised, and their classes.

    ``prepared`` makes the model's input ``(3, 224, 224)`` of a file, by default :func:`centre_crop`.

    Raises:
        SystemExit: They are not here.
    """
    if not (DATA / "photos").is_dir():
        raise SystemExit("The photos that this is measured on are not on this computer.")
    prepared = prepared or centre_crop
    entries = json.loads((DATA / "photos" / "labels.json").read_text())
    classes = torch.tensor([entry["class"] for entry in entries])
    x = torch.stack([prepared(DATA / "photos" / entry["file"]) for entry in entries])
    right = torch.cat([graph.logits(part) for part in x.split(8)]).argmax(1) == classes
    return x[right], classes[right].tolist()


def middle_square(classifier: Classifier, path: Path) -> Tensor:
    """The square in the middle of a photo as the model receives a whole square photo, ``(3, h, h)``."""
    photo = read_photo(path)
    side = min(photo.width, photo.height)
    left, top = (photo.width - side) // 2, (photo.height - side) // 2
    square = read_photo(photo.pixels[top : top + side, left : left + side])
    return classifier.prepare(square, Framing.WHOLE)[0][0]


def centre_crop(path: Path) -> Tensor:
    """A photo ``(3, 224, 224)``, normalised: its short side made 224 points, the square in the middle."""
    with Image.open(path) as file:
        photo = file.convert("RGB")
    scale = _SIDE / min(photo.size)
    width, height = (max(_SIDE, round(side * scale)) for side in photo.size)
    left, top = (width - _SIDE) // 2, (height - _SIDE) // 2
    resized = photo.resize((width, height), Image.Resampling.BILINEAR)
    pixels = np.asarray(resized.crop((left, top, left + _SIDE, top + _SIDE)))
    return normalised(torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].float() / 255)[0]
