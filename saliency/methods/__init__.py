"""The methods, a small module a family. Importing this package fills :data:`registry.METHODS`.

A method is one pure function ``f(graph, x, score, *, settings…) -> attribution``:
``x`` is ``(B, 3, H, W)``, normalised; ``score`` maps logits ``(B, K)`` to ``(B,)``; the attribution is
``(B, h, w)``, signed where the method is, and not normalised. Same inputs and seed, same output.
"""

from saliency.methods import attention, cam, channels, extremal, gradients, paths, quadrature, segments
from saliency.methods import covered_cam as careful
from saliency.methods import deep_lift as deeplift
from saliency.methods import full_grad as fullgrad
from saliency.methods import occlusion as masks
from saliency.methods import score_cam as scorecam
from saliency.methods import sobol_hsic as designs

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
