"""Renders the sample pictures that ``samples/samples.json`` lists: ``python -m models.showroom.samples``.

A row's ``seed`` draws its picture, and its ``badge_seed``, if it has one, the badge in the corner. They are
seeds that no training picture uses.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from models.showroom.rendering.badge import with_badge
from models.showroom.rendering.products import LABELS
from models.showroom.rendering.scene import take_picture

FOLDER = Path(__file__).parent / "samples"
SIDE = 640
_FIRST_SEED = 8_000_000


def render_sample(row: dict[str, Any], folder: Path) -> None:
    """Writes a sample and its mask, and puts the badge's place into its row.

    The picture is rendered at twice its size and scaled down, for smooth edges and textures.

    Args:
        row: A row of samples.json; ``badge`` becomes left, top, width and height in shares of the sides.
        folder: Where to write.
    """
    picture = take_picture(_FIRST_SEED + row["seed"], LABELS.index(row["label"]), size=2 * SIDE, samples=0)
    photo = Image.fromarray(picture.pixels).resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    if "badge_seed" in row:
        pixels, box = with_badge(np.asarray(photo), row["badge_seed"])
        photo = Image.fromarray(pixels)
        row["badge"] = [round(share, 4) for share in box]
    photo.save(folder / row["file"], quality=88, optimize=True)
    mask = Image.fromarray(picture.mask.astype(np.uint8) * 255).resize((SIDE, SIDE), Image.Resampling.BOX)
    mask.point(lambda v: 255 if v > 127 else 0).convert("1").save(folder / row["mask"], optimize=True)


def main() -> None:
    """Renders all samples, and brings their list up to date."""
    rows = json.loads((FOLDER / "samples.json").read_text(encoding="utf-8"))
    for row in rows:
        render_sample(row, FOLDER)
    text = json.dumps(rows, indent=2, ensure_ascii=False) + "\n"
    (FOLDER / "samples.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
