"""The methods, a small module a family. Importing this package fills :data:`saliency.registry.METHODS`.

A method is one pure function ``f(graph, x, score, *, settings…) -> attribution``:
``x`` is ``(B, 3, H, W)``, normalised; ``score`` maps logits ``(B, K)`` to ``(B,)``; the attribution is
``(B, h, w)``, signed where the method is, and not normalised. Same inputs and seed, same output.
"""

from saliency.methods import (
    attention,
    cam,
    careful,
    channels,
    deeplift,
    designs,
    extremal,
    fullgrad,
    gradients,
    masks,
    paths,
    quadrature,
    scorecam,
    segments,
)

__all__ = [
    "attention",
    "cam",
    "careful",
    "channels",
    "deeplift",
    "designs",
    "extremal",
    "fullgrad",
    "gradients",
    "masks",
    "paths",
    "quadrature",
    "scorecam",
    "segments",
]
