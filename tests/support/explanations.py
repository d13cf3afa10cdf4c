"""An explanation made by hand, whatever any model or method would find."""

from __future__ import annotations

import numpy as np

from saliency.classifier import Score
from saliency.explanation import Explanation
from saliency.photo.framing import Framing, model_pixels, place
from saliency.photo.reading import Photo


def explanation(
    size: tuple[int, int] = (120, 80),
    *,
    framing: Framing = Framing.WHOLE,
    signed: bool = False,
    name: str = "mug.jpg",
) -> Explanation:
    pixels = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), np.uint8)
    photo = Photo(pixels, name, "0" * 64, ())
    placement = place(size, framing, crop_size=64, resize_size=72, any_size=False)
    target = Score(label="mug", score=0.97, index=3, logit=9.0)
    attribution = np.zeros((13, 13), np.float32)
    attribution[4:8, 5:9] = 1.0
    attribution[10, 10] = -0.7
    return Explanation(
        photo=photo,
        placement=placement,
        framing=framing,
        received=model_pixels(photo, placement, interpolation="bilinear", resize_size=72),
        attribution=attribution,
        scores=(target,),
        target=target,
        rather_than=None,
        method="grad-cam",
        signed=signed,
        settings={"steps": 50},
        layer="features",
        seed=0,
        seconds=0.1,
        estimate=None,
        model="Showroom",
        weights="f" * 64,
        source="ours",
    )
