"""Where cells of trained models look, beside what arithmetic says: ``python -m benchmarks.cell_places``.

Arithmetic gives the middle of what a cell can see. Kernels may learn to make up for padding that is used on
one side only (Alsallakh et al. 2021, Mind the Pad). Two measurements on Showroom's samples:

* *Turned round*: how many cells the map of a mirrored picture, mirrored back, lies beside the map of the
  picture. Cells that look at ``s · j`` lie ``(s − 1) / s`` cells aside, cells spread evenly none.
* *On the product*: Grad-CAM's share inside the product's mask, and how far the middle of its influence lies
  from the middle of the mask, with cells spread evenly and with cells where arithmetic says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

import models
import saliency
from saliency.classifier import Classifier
from saliency.photo.reading import Photo

_SAMPLES = Path(models.__file__).parent / "showroom/samples"
_SHIFTS = np.arange(-2, 2.01, 0.125)
_MARKED = 127


def samples() -> Iterator[tuple[Photo, NDArray[np.bool_]]]:
    """Photos, and where their products are."""
    for path in sorted(_SAMPLES.glob("*-mask.png")):
        photo = saliency.read_photo(path.with_name(path.name.replace("-mask.png", ".jpg")))
        mask = np.asarray(Image.open(path).convert("L").resize((photo.width, photo.height))) > _MARKED
        if mask.any():
            yield photo, mask


def shift(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """How many cells to the right the second map ``(h, w)`` is most like the first."""
    cells = np.arange(first.shape[1])
    likeness = []
    for cells_aside in _SHIFTS:
        inside = (cells + cells_aside >= 0) & (cells + cells_aside <= cells[-1])
        moved = np.array([np.interp(cells + cells_aside, cells, row) for row in second])[:, inside]
        likeness.append(np.corrcoef(first[:, inside].ravel(), moved.ravel())[0, 1])
    return float(_SHIFTS[int(np.argmax(likeness))])


def turned_round(classifier: Classifier, layer: str) -> tuple[float, float]:
    """Mean shift of the energy of a layer's map in mirrored pictures, in cells: rows, columns."""
    shifts = []
    for photo, _ in samples():
        x, _ = classifier.prepare(photo, "crop")
        energy, down, across = (
            classifier.graph.features(picture, layer).values[0].square().sum(0).double()
            for picture in (x, x.flip(2), x.flip(3))
        )
        rows = shift(energy.T.numpy(), down.flip(0).T.numpy())
        shifts.append((rows, shift(energy.numpy(), across.flip(1).numpy())))
    rows, columns = np.mean(shifts, 0)
    return float(rows), float(columns)


def on_the_product(classifier: Classifier) -> dict[str, tuple[float, float, float]]:
    """Share inside, and how far below and to the right of the mask's middle, in points of the input."""
    found: dict[str, list[tuple[float, float, float]]] = {"even": [], "derived": []}
    for photo, mask in samples():
        view = saliency.explain(classifier, photo, method="grad-cam")
        points = view.placement.input_size[0] / photo.height
        for name, cells in (("even", None), ("derived", view.cells)):
            heat = view.placement.to_photo(view.attribution, cells=cells).astype(np.float64)
            middle = [np.average(np.arange(heat.shape[axis]), weights=heat.sum(1 - axis)) for axis in (0, 1)]
            down, across = (np.array(middle) - np.argwhere(mask).mean(0)) * points
            found[name].append((float(heat[mask].sum() / heat.sum()), float(down), float(across)))
    return {name: tuple(np.mean(rows, 0).round(3).tolist()) for name, rows in found.items()}


def main() -> None:
    """Print both as JSON."""
    torch.set_num_threads(1)
    report: dict[str, object] = {}
    for name in ("showroom", "everyday"):
        classifier = models.load(name)
        report[name] = {layer.name: turned_round(classifier, layer.name) for layer in classifier.graph.layers}
    report["on the product"] = on_the_product(models.load("showroom"))
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
