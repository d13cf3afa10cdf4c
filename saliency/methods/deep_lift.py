r"""DeepLIFT: what each point's difference from a plain picture adds to the score (Shrikumar 2017).

The model runs on the baseline, then on the picture; going back, what is not linear passes on a multiplier
``Δy / Δx`` in place of its derivative (:mod:`saliency.methods.rescale`), so that
``Σ_c m_c · (x − x')_c`` adds up to ``S(x) − S(x')`` over the picture.

Rules are found call by call, not module by module: one ReLU used twice, and functions that a graph does not
look into (windowed attention), are treated like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from saliency.methods.attention import Attending
from saliency.methods.baselines import BASELINE, baseline_of
from saliency.methods.registry import Family, LearningDependence, method
from saliency.methods.rescale import RULES
from saliency.methods.rescale_calls import Call, call_of
from saliency.network.graph import GRADIENT, Graph, Objective


def _attention(q: Tensor, k: Tensor, v: Tensor, scale: float | None = None) -> Tensor:
    share: Tensor = q @ k.transpose(-2, -1) * (q.shape[-1] ** -0.5 if scale is None else scale)
    return share.softmax(-1) @ v


class _Mode(TorchFunctionMode):
    """Sees every torch function called in this thread, below modules and in functions of all kinds."""

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        call = call_of(func, args, kwargs)
        if call.name == "scaled_dot_product_attention" and len(args) == 3 and kwargs.keys() <= {"scale"}:
            with self:
                return _attention(*args, **kwargs)
        return self.treat(call) if call.name in RULES else func(*args, **kwargs)

    def treat(self, call: Call) -> Any:
        """What takes the place of a call that there is a rule for."""
        raise NotImplementedError


class _Recording(_Mode):
    """Keeps the calls that there are rules for."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Call] = []

    def treat(self, call: Call) -> Any:
        self.calls.append(call.made())
        return self.calls[-1].value


class _Rescaling(_Mode):
    """Puts multipliers behind the calls; the same ones come in the same order."""

    def __init__(self, before: Iterator[Call]) -> None:
        super().__init__()
        self._before = before

    def treat(self, call: Call) -> Any:
        before = next(self._before)
        return RULES[call.name](call, before) if call.sources else call()


@method(
    key="deep-lift",
    name="DeepLIFT",
    sentence="Shares out what the picture scores more than its average colour alone, for and against.",
    paper="Shrikumar et al. 2017, Learning Important Features … Activation Differences, eq. 3",
    family=Family.GRADIENTS,
    passes=6,
    needs={GRADIENT},
    signed=True,
    learning=LearningDependence.DEPENDS,
    settings=(BASELINE,),
)
def deep_lift(graph: Graph, x: Tensor, objective: Objective, *, baseline: str = "own") -> Tensor:
    """``Σ_c m_c · (x − x')_c``, m the multipliers from the baseline x' to x, ``(B, H, W)``, signed.

    Summed over the picture it gives ``S(x) − S(baseline)`` on torchvision's classifiers; where a layer has no
    rule, it takes its derivative at the picture, and then it does not. The baseline is the picture's own
    mean colour unless another is chosen; captum's is ``mean``, 0 in normalised values.
    """
    start = baseline_of(graph, x, baseline)
    with torch.no_grad(), _Recording() as recording:
        Attending(graph).run(_laid_out(start))
    with torch.enable_grad():
        leaf = x.detach().requires_grad_(True)
        with _Rescaling(iter(recording.calls)):
            logits = Attending(graph).run(_laid_out(leaf))
        (multipliers,) = torch.autograd.grad(objective(logits).sum(), leaf)
    return (multipliers * (x - start)).sum(1)


def _laid_out(x: Tensor) -> Tensor:
    return x.contiguous(memory_format=torch.channels_last)
