"""Pictures, models and texts the tests of the page are made with."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw
from safetensors.torch import save_file
from streamlit.testing.v1 import AppTest

from models.torchvision_guard import import_torchvision

ROOT = Path(__file__).parents[2]
LABELS = ("mug", "bottle", "lamp", "chair", "none of these")


def draw(width: int = 320, height: int = 320, seed: int = 0) -> Image.Image:
    """A picture with something in it."""
    noise = np.random.default_rng(seed).integers(90, 140, (height, width, 3), np.uint8)
    picture = Image.fromarray(noise)
    box = (width // 4, height // 4, width // 2, height // 2)
    ImageDraw.Draw(picture).ellipse(box, fill=(200, 40 + 50 * seed, 40))
    return picture


def encoded(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    """The bytes of a picture file."""
    packed = io.BytesIO()
    picture.save(packed, format=kind, **options)
    return packed.getvalue()


def make_model(folder: Path, *, seed: int = 0, labels: Sequence[str] = LABELS, **described: object) -> Path:
    """A small model with chance weights, in the form of a model of one's own."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    module = import_torchvision().models.squeezenet1_1(num_classes=len(labels))
    module.classifier[1].weight.data *= 30  # so that the classes differ
    save_file(module.state_dict(), folder / "weights.safetensors")
    (folder / "labels.txt").write_text("\n".join(labels) + "\n", encoding="utf-8")
    description = {
        "architecture": "squeezenet1_1",
        "none_label": LABELS[-1] if LABELS[-1] in labels else "",
        "temperature": 10.0,
        "crop_size": 112,
    } | described
    (folder / "model.json").write_text(json.dumps(description), encoding="utf-8")
    return folder


def text(app: AppTest) -> str:
    """Everything the page says, in one string."""
    kinds = ("title", "markdown", "caption", "error", "warning", "info")
    return "\n".join(str(element.value) for kind in kinds for element in app.get(kind))
