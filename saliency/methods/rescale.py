r"""How DeepLIFT's rescale rule passes differences through what is not linear (Shrikumar 2017, section 3.5).

A call gives ``y`` from ``x`` on the picture and ``y'`` from ``x'`` on the baseline. Its multiplier ``m``
takes the place of the derivative on the way back, and ``Σ m · (x − x') = y − y'`` keeps the sum:

* one value from one value: ``(y − y') / (x − x')``, and the derivative where ``x`` and ``x'`` are the same;
* max pooling: from ``y'`` to ``max(y, y')`` at the picture's largest value, from there to ``y`` at the
  baseline's;
* a product of two values, ``a · b``: ``½(b + b')`` for ``a`` and ``½(a + a')`` for ``b``;
* softmax: ``l ⊙ (dz − ⟨l, dz⟩ / Σl)`` with ``l`` the logarithmic mean of the probabilities, which is the
  rescale rule on the exponential and on the logarithm of the sum, in a form that cannot overflow;
* norms of the picture's own values: a product with ``v^(−½)``, ``v`` the mean square (:func:`_scaled`).

The last three are not in the paper, which treats no such layer.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from saliency.methods.rescale_calls import Call, behind, pooled, sloped

_SAME = 1e-5  # differences this small beside the value are rounding; the derivative is taken
_BENT = {"relu", "relu6"}
_NEAR = 1e-3  # logarithms of probabilities this near: the logarithmic mean is the mean, to 1e-7

Rule = Callable[[Call, Call], Tensor]
"""From the call on the picture, and that on the baseline, to its value with multipliers behind it."""


def elementwise(call: Call, baseline: Call) -> Tensor:
    """``(y − y') / (x − x')``."""
    if call.sources != [0]:
        return plain(call, baseline)
    result = call.made()
    x = result.args[0]
    difference = x - baseline.args[0]
    slope = (result.value - baseline.value).div_(difference)
    # What is straight on both sides of its bend gives differences without rounding.
    same = difference == 0 if call.name in _BENT else difference.abs_() <= _SAME * x.abs()
    if same.any():
        slope = torch.where(same, _derivative(call, x), slope)
    return sloped(call.args[0], result.value, slope)


def product(call: Call, baseline: Call) -> Tensor:
    """``½(b + b')`` for ``a`` and ``½(a + a')`` for ``b``, in any product linear in each of the two."""
    if len(call.sources) != 2:
        return plain(call, baseline)
    result = call.made()
    total: Any = 0
    for source, factor in (call.sources, call.sources[::-1]):
        args = list(call.args)
        args[factor] = (result.args[factor] + baseline.args[factor]) / 2
        args[source] = call.args[source]
        total = total + call.function(*args, **call.kwargs)
    return behind(total, result.value)


def quotient(call: Call, baseline: Call) -> Tensor:
    """``a · (1 / b)``: a product, and the rescale rule on ``1 / b``: ``−1 / (b · b')``."""
    if 1 not in call.sources or call.kwargs or not isinstance(call.args[0], Tensor):
        return plain(call, baseline)
    result = call.made()
    (a, b), (a0, b0) = result.args, baseline.args
    linear = call.args[0] * (1 / b + 1 / b0) / 2 - call.args[1] * (a + a0) / (2 * b * b0)
    return behind(linear, result.value)


def max_pooling(call: Call, baseline: Call) -> Tensor:
    """The larger of ``y`` and ``y'`` comes between them."""
    pool = getattr(F, call.name)
    with torch.no_grad():
        (y, at), (y0, at0) = (
            pool(*each.args, **{**each.kwargs, "return_indices": True}) for each in (call, baseline)
        )
    return pooled(call.args[0], baseline.args[0], y, at, y0, at0)


def softmax(call: Call, baseline: Call) -> Tensor:
    """``l ⊙ (dz − ⟨l, dz⟩ / Σl)``, ``l`` the logarithmic mean of the probabilities."""
    dim = call.args[1] if len(call.args) > 1 else call.kwargs.get("dim")
    if dim is None:
        return plain(call, baseline)
    result = call.made()
    gap = result.args[0].log_softmax(dim) - baseline.args[0].log_softmax(dim)
    near = gap.abs() <= _NEAR
    means = (result.value + baseline.value) / 2
    means = torch.where(near, means, (result.value - baseline.value) / torch.where(near, 1.0, gap))
    shares = means / means.sum(dim, keepdim=True)
    z = call.args[0]
    return behind(means * (z - (shares * z).sum(dim, keepdim=True)), result.value)


def _norm(linear: Callable[..., Tensor]) -> Rule:
    """A rule from a function of the picture's values and the baseline's that is linear in the first."""

    def rule(call: Call, baseline: Call) -> Tensor:
        values = linear(call.args[0], baseline.args[0], *call.args[1:], **call.kwargs)
        return behind(values, call.made().value)

    return rule


@_norm
def layer_norm(
    x: Tensor, base: Tensor, shape: Any, weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Tensor:
    """Each row is centred and scaled by its own spread."""
    dims = tuple(range(-len(shape), 0))
    scaled = _scaled(x - x.mean(dims, keepdim=True), base - base.mean(dims, keepdim=True), dims, eps)
    return scaled if weight is None else scaled * weight


@_norm
def group_norm(
    x: Tensor, base: Tensor, groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Tensor:
    """Each group of channels is centred and scaled by its own spread."""
    rows, rows0 = (values.unflatten(1, (groups, -1)).flatten(2) for values in (x, base))
    scaled = _scaled(rows - rows.mean(2, keepdim=True), rows0 - rows0.mean(2, keepdim=True), (2,), eps)
    scaled = scaled.reshape(x.shape)
    return scaled if weight is None else scaled * weight.reshape(-1, *[1] * (x.ndim - 2))


@_norm
def normalize(x: Tensor, base: Tensor, p: float = 2.0, dim: int = 1, eps: float = 1e-12, **_: Any) -> Tensor:
    """Each row is scaled to length 1; by another length than Euclid's, the derivative is taken."""
    if p != 2:
        return F.normalize(x, p, dim, eps)
    return _scaled(x, base, (dim,), eps**2) / math.sqrt(x.shape[dim])  # a mean square of 1 is such a length


def plain(call: Call, baseline: Call) -> Tensor:
    """The derivative at the picture."""
    value: Tensor = call()
    return value


def _scaled(x: Tensor, base: Tensor, dims: tuple[int, ...], eps: float) -> Tensor:
    """Linear in ``x``, with the multipliers of ``x · r``, ``r = (mean x² + eps)^(−½)``.

    ``Δ(x · r) = 2rr'/(r + r') · Δx + (xr + x'r')/(r + r') · Δr``: of all ways to share a product's change
    out among its two sides, one that stays small when the baseline has no spread and ``r'`` is huge.
    """
    point = x.detach()
    r, r0 = ((values.square().mean(dims, keepdim=True) + eps).rsqrt() for values in (point, base))
    of_r = -((r * r0) ** 2) / (r + r0) * ((point + base) * x).mean(dims, keepdim=True)
    return x * (2 * r * r0 / (r + r0)) + (point * r + base * r0) / (r + r0) * of_r


def _derivative(call: Call, x: Tensor) -> Tensor:
    with torch.enable_grad():
        leaf = x.requires_grad_(True)
        value = call.function(leaf, *call.args[1:], **call.kwargs)
        (slope,) = torch.autograd.grad(value, leaf, value.new_ones(()).expand_as(value))
    return slope


_ONE_FROM_ONE = """
relu relu6 leaky_relu elu selu celu gelu silu mish hardswish hardsigmoid hardtanh sigmoid logsigmoid tanh
softplus softsign tanhshrink softshrink hardshrink threshold prelu exp expm1 log log1p sqrt rsqrt reciprocal
square pow abs clamp clamp_min clamp_max clip sin cos erf __rdiv__
"""

RULES: dict[str, Rule] = {
    **dict.fromkeys(_ONE_FROM_ONE.split(), elementwise),
    **dict.fromkeys(("mul", "matmul", "bmm", "einsum", "multiply"), product),
    **dict.fromkeys(("div", "divide", "true_divide"), quotient),
    **dict.fromkeys(("max_pool2d", "adaptive_max_pool2d"), max_pooling),
    "softmax": softmax,
    "layer_norm": layer_norm,
    "group_norm": group_norm,
    "normalize": normalize,
}
"""Rules by the name of the torch function; what has none is linear, or takes its derivative."""
