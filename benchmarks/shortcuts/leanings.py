"""What the model without a plant goes by of its own accord: every style of a kind, put into photos of no set.

An audit of it that says so raises no false alarm in the sense of being wrong, though nobody planted it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from benchmarks.shortcuts.photos import CLASSES, LABELS, TRAINED, files
from benchmarks.shortcuts.plants import plain, planted
from benchmarks.shortcuts.trained_models import Maker, answers

LEANS = 0.2
"""By how large a share more of the photos get an answer, for the model to go by it."""

_EACH = 20  # photos of each class, of those of ``train`` that no model was trained on
_NAMES = {
    "frame": ("frame",),
    "colour": ("pale colours", "cold tint", "warm tint", "green tint"),
    "brightness": ("darkness", "brightness", "under-exposure", "over-exposure"),
    "softness": ("softness", "low JPEG quality"),
}
"""Properties that a kind of plant gives, by their names in findings."""

KINDS_LEANED = tuple(_NAMES)


def leanings(maker: Maker, kind: str) -> dict[str, dict[str, list[float]]]:
    """Of photos of other classes, the shares that get an answer with a plant of a style, and without it.

    Args:
        maker: Makes the model without a plant.
        kind: What is put into the photos, in the style of each class in turn.

    Returns:
        By the style, by the answer: both shares, in [0, 1].
    """
    paths = [path for name in CLASSES for path in files("train", name)[TRAINED : TRAINED + _EACH]]
    truth = np.repeat(np.arange(len(CLASSES)), _EACH)
    network = maker.network("", "", "linear head")
    without = answers(network, maker.features.of(plain(path).content for path in paths))
    measured = {}
    for style in LABELS:
        with_it = answers(network, maker.features.of(planted(path, kind, style).content for path in paths))
        measured[style] = {
            label: [round(float((got[truth != index] == index).mean()), 3) for got in (with_it, without)]
            for index, label in enumerate(LABELS)
        }
    return measured


def leans(measured: Mapping[str, Any], finding: Mapping[str, Any]) -> bool:
    """Whether the model goes by what an audit of it says an answer depends on.

    Args:
        measured: Leanings by the kind of plant.
        finding: What the audit says.
    """
    place, guess = str(finding["place"]), str(finding["guess"])
    styles = [
        style for kind, names in _NAMES.items() if place in names for style in measured.get(kind, {}).values()
    ]
    return any(with_it - without >= LEANS for with_it, without in (style[guess] for style in styles))
