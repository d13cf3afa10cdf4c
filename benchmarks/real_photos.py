"""Real photos and weights, where ``../shared/data`` is beside the project, and Showroom's exact masks."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor, nn

from models.showroom.evaluate import TEST_COUNT, TEST_SEED
from models.showroom.rendering.products import LABELS, NONE
from models.showroom.train import as_batch
from models.showroom.training.loop import normalised
from models.showroom.training.pictures import open_store
from models.torchvision_guard import import_torchvision
from saliency.network.graph import Graph

DATA = Path(__file__).parents[1].parent / "shared" / "data"
_SIDE = 224


def squeezenet() -> nn.Module:
    """SqueezeNet 1.0 with real ImageNet weights.

    Raises:
        SystemExit: They are not here.
    """
    path = DATA / "squeezenet1_0_imagenet.safetensors"
    if not path.exists():
        raise SystemExit("The photos and weights that this is measured on are not on this computer.")
    module: nn.Module = import_torchvision().models.squeezenet1_0(weights=None).eval()
    module.load_state_dict({name: value.float() for name, value in load_file(path).items()})
    return module


def right(graph: Graph) -> tuple[Tensor, list[int]]:
    """The photos that the model gets right: ``(N, 3, 224, 224)``, normalised, and their classes."""
    rows = json.loads((DATA / "photos" / "labels.json").read_text())
    x = torch.stack([centre_crop(DATA / "photos" / row["file"]) for row in rows])
    found = torch.cat([graph.logits(part) for part in x.split(8)]).argmax(1).tolist()
    kept = [i for i, row in enumerate(rows) if row["class"] == found[i]]
    return x[kept], [rows[i]["class"] for i in kept]


def centre_crop(path: Path) -> Tensor:
    """A photo ``(3, 224, 224)``, normalised: its short side made 224 points, the square in the middle."""
    with Image.open(path) as opened:
        photo = opened.convert("RGB")
    scale = _SIDE / min(photo.size)
    width, height = (max(_SIDE, round(side * scale)) for side in photo.size)
    left, top = (width - _SIDE) // 2, (height - _SIDE) // 2
    resized = photo.resize((width, height), Image.Resampling.BILINEAR)
    pixels = np.asarray(resized.crop((left, top, left + _SIDE, top + _SIDE)))
    return normalised(torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].float() / 255)[0]


def showroom(cache: Path, count: int) -> list[tuple[Tensor, Tensor, int]]:
    """Unseen rendered pictures ``(1, 3, 224, 224)``, masks ``(224, 224)`` of their products, and classes."""
    store = open_store(cache, TEST_SEED, TEST_COUNT)
    products = np.flatnonzero((store.labels >= 0) & (store.labels != LABELS.index(NONE)))[:count]
    found = []
    for at in products:
        x, masks = as_batch(store, np.array([at]))
        found.append((normalised(x), masks[0, 0], int(store.labels[at])))
    return found
