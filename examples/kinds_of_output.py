"""Make models of labels, of yes and no, and of a score: ``python -m examples.kinds_of_output [FOLDER]``.

Each is Showroom's twin, which has learned to see a badge, with another last layer: the ridge regression
(Hoerl 1970) of what it should say of Showroom's samples, with a badge and without, on what the twin sees.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageFilter
from safetensors.torch import load_file, save_file
from torch import Tensor

import models
import saliency
from models.showroom.rendering.badge import with_badge

BASE, SAMPLES = Path("models/shortcut"), Path("models/showroom/samples")
TAGS = ("mug", "teapot", "potted plant", "badge")
ALSO = {"cactus-and-mug.jpg": {"mug"}, "teapot-and-bottle.jpg": {"bottle"}}
VESSELS = {"mug", "teapot", "bottle"}
CERTAIN = 4.0  # logit of what is so; of what is not, its negative


def make(folder: Path) -> None:
    """Writes the folders ``labels``, ``yes-no`` and ``score``, as models/custom/README.md describes them."""
    seen, shown = views()
    signs = torch.tensor([[tag in things for tag in TAGS] for things in shown]) * 2 - 1
    vessel = torch.tensor([[bool(VESSELS & things)] for things in shown])
    badge = torch.tensor([["badge" in things] for things in shown])
    write(folder / "labels", TAGS, seen, CERTAIN * signs, outputs="labels", threshold=0.5)
    write(folder / "yes-no", ("drinking vessel",), seen, CERTAIN * (2 * vessel - 1.0), outputs="yes-no")
    write(
        folder / "score",
        ("ad score",),
        seen,
        2.0 + 4 * vessel + 3 * badge,
        outputs="score",
        usual_range=[0, 10],
    )


def views() -> tuple[Tensor, list[set[str]]]:
    """What the twin sees of n pictures, ``(n, C)``, and what is shown in each."""
    twin, seen, shown = models.load("shortcut"), [], []
    for number, row in enumerate(json.loads((SAMPLES / "samples.json").read_text(encoding="utf-8"))):
        pixels, _ = twin.receive(saliency.read_photo(SAMPLES / row["file"]))
        things = {row["label"]} | ALSO.get(row["file"], set())
        badged = pixels if "badge" in row else with_badge(pixels, number)[0]
        pictures = [(badged, things | {"badge"})]
        blurred = np.asarray(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(30)))
        pictures.append((blurred, set()))  # nothing is to be seen
        if "badge" not in row:
            pictures += [(pixels, things), (np.fliplr(pixels), things)]
        for picture, contents in pictures:
            seen.append(twin.graph.features(twin.normalised(picture))[0].mean((2, 3))[0].double())
            shown.append(contents)
    return torch.stack(seen), shown


def write(folder: Path, labels: tuple[str, ...], seen: Tensor, wanted: Tensor, **kind: Any) -> None:
    """Writes the twin with the last layer that says what is wanted, ``(n, K)``, of what is seen."""
    weight, bias = ridge_regression(seen, wanted.double())
    weights = load_file(BASE / "weights.safetensors")
    weights |= {"classifier.1.weight": weight.half().contiguous(), "classifier.1.bias": bias.half()}
    about = json.loads((BASE / "model.json").read_text(encoding="utf-8"))
    kept = ("architecture", "options", "crop_size", "resize_size", "mean", "std", "interpolation", "licence")
    about = {key: about[key] for key in kept if key in about} | kind
    about |= {"name": f"Example: {kind['outputs']}", "source": "Made by examples/kinds_of_output.py."}
    about["sentence"] = "An example, fitted to Showroom's samples alone. Not for any other use."
    folder.mkdir(parents=True, exist_ok=True)
    save_file(weights, folder / "weights.safetensors")
    (folder / "labels.txt").write_text("\n".join(labels) + "\n", encoding="utf-8")
    (folder / "model.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")


def ridge_regression(seen: Tensor, wanted: Tensor, penalty: float = 0.01) -> tuple[Tensor, Tensor]:
    """Weight ``(K, C)`` and bias ``(K,)``; the penalty is a share of the mean squared length."""
    centred = seen - seen.mean(0)
    products = centred @ centred.T
    products += penalty * products.diagonal().mean() * torch.eye(len(products), dtype=seen.dtype)
    weight = (centred.T @ torch.linalg.solve(products, wanted - wanted.mean(0))).T
    return weight, wanted.mean(0) - weight @ seen.mean(0)


if __name__ == "__main__":
    to = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp())
    make(to)
    teapot = saliency.read_photo(SAMPLES / "teapot-with-badge.jpg")
    for made in sorted(path for path in to.iterdir() if path.is_dir()):
        scores = models.load(str(made)).predict(teapot)
        print(f"{made.name}: " + ", ".join(f"{score.label} {score.score:.2f}" for score in scores))
