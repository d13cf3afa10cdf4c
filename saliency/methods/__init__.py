"""The methods, a small module a family. Importing this package fills :data:`registry.METHODS`.

A method is one pure function ``f(graph, x, objective, *, settings…) -> attribution``:
``x`` is ``(B, 3, H, W)``, normalised; ``objective`` maps logits ``(B, K)`` to ``(B,)``; the attribution is
``(B, h, w)``, signed where the method is, and not normalised. Same inputs and seed, same output.
"""

# ruff: isort: skip_file
from saliency.methods import attention, cam, covered_cam, channels, deep_lift, sobol_hsic, extremal
from saliency.methods import full_grad, gradients, occlusion, paths, quadrature, score_cam, segments

__all__ = [
    "attention",
    "cam",
    "channels",
    "covered_cam",
    "deep_lift",
    "extremal",
    "full_grad",
    "gradients",
    "occlusion",
    "paths",
    "quadrature",
    "score_cam",
    "segments",
    "sobol_hsic",
]
