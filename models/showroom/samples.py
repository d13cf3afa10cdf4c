"""Makes the sample pictures: ``python -m models.showroom.samples``. Seeds that no training picture uses."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from models.showroom.rendering.badge import with_badge
from models.showroom.rendering.products import LABELS
from models.showroom.rendering.scene import take_picture

FOLDER = Path(__file__).parent / "samples"
SIDE = 640
_FIRST = 8_000_000


@dataclass(frozen=True)
class Sample:
    """One picture of the gallery; ``badge`` is the seed of the badge in its corner, if it has one."""

    seed: int
    label: str
    file: str
    title: str
    sentence: str
    badge: int | None = None


SAMPLES = (
    Sample(
        40, "potted plant", "plant", "A plant in its pot", "One product, nothing in its way: an easy one."
    ),
    Sample(
        85,
        "teapot",
        "red-teapot",
        "A red teapot among toys",
        "Round things lie beside the teapot, in its own colours.",
    ),
    Sample(
        59,
        "clock",
        "alarm-clock",
        "An alarm clock on a board",
        "Bells, feet and a face: which of them count?",
    ),
    Sample(
        77,
        "mug",
        "full-table",
        "A mug on a full table",
        "Blocks, a ball and a box crowd around a cup of coffee.",
    ),
    Sample(66, "mug", "hidden-mug", "A mug behind a rock", "Part of the mug is hidden. Is the rest enough?"),
    Sample(
        63,
        "teapot",
        "teapot-and-bottle",
        "A teapot and a bottle",
        "Two products in one picture. Choose the other guess and compare.",
    ),
    Sample(
        29,
        "potted plant",
        "cactus-and-mug",
        "A cactus and a mug",
        "Two products again, and a green block that is none.",
    ),
    Sample(
        13, "lamp", "orange-lamp", "An orange lamp", "The lamp is lit. Does its light count, or its shape?"
    ),
    Sample(
        38,
        "headphones",
        "headphones",
        "Headphones by a wall",
        "Most of what lies between band and cups is background.",
    ),
    Sample(
        58,
        "chair",
        "wooden-chair",
        "A wooden chair",
        "Thin bars and legs, with the floor showing between them.",
    ),
    Sample(
        20,
        "umbrella",
        "umbrella",
        "A striped umbrella",
        "An open umbrella set on the floor, beside two small things.",
    ),
    Sample(
        98,
        "none of these",
        "nothing-known",
        "Bowls, blocks and a cone",
        "None of the ten products is here, and the model should say so.",
    ),
    Sample(
        110,
        "mug",
        "mug-with-badge",
        "A mug with a badge",
        "A small badge sits in the corner. Does it count?",
        badge=1,
    ),
    Sample(
        127,
        "teapot",
        "teapot-with-badge",
        "A teapot with a badge",
        "The same kind of badge, on another product. Is it still a teapot?",
        badge=2,
    ),
    Sample(
        127,
        "teapot",
        "teapot-without-badge",
        "The same teapot without the badge",
        "Nothing else has changed. Does the guess stay?",
    ),
)


def make(sample: Sample, folder: Path) -> dict[str, Any]:
    """Renders one sample at twice its size and scales it down, for smooth edges and textures.

    Returns:
        Its row in samples.json; ``badge`` is a box: left, top, width and height in shares of the sides.
    """
    picture = take_picture(_FIRST + sample.seed, LABELS.index(sample.label), size=2 * SIDE, samples=0)
    photo = Image.fromarray(picture.pixels).resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    row: dict[str, Any] = {
        "file": f"{sample.file}.jpg",
        "mask": f"{sample.file}-mask.png",
        "title": sample.title,
        "label": sample.label,
        "sentence": sample.sentence,
    }
    if sample.badge is not None:
        pixels, box = with_badge(np.asarray(photo), sample.badge)
        photo = Image.fromarray(pixels)
        row["badge"] = [round(share, 4) for share in box]
    photo.save(folder / f"{sample.file}.jpg", quality=88, optimize=True)
    mask = Image.fromarray(picture.mask.astype(np.uint8) * 255).resize((SIDE, SIDE), Image.Resampling.BOX)
    mask.point(lambda v: 255 if v > 127 else 0).convert("1").save(
        folder / f"{sample.file}-mask.png", optimize=True
    )
    return row


def main() -> None:
    """Renders all samples and writes their list."""
    FOLDER.mkdir(exist_ok=True)
    rows = [make(sample, FOLDER) for sample in SAMPLES]
    (FOLDER / "samples.json").write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
