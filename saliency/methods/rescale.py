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

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from saliency.methods.rescale_calls import Call, behind, pooled, sloped

_SAME = 1e-5  # differences this small beside the value are rounding; the derivative is taken
_NEAR = 1e-3  # logarithms of probabilities this near: the logarithmic mean is the mean, to 1e-7

Rule = Callable[[Call, Call], Tensor]
"""From the call on the picture, and that on the baseline, to its value with multipliers behind it."""


def elementwise(call: Call, before: Call) -> Tensor:
    """``(y − y') / (x − x')``."""
    if call.sources != [0]:
        return plain(call, before)
    made, base = call.made(), before.args[0]
    x = made.args[0]
    difference = x - base
    slope = (made.value - before.value).div_(difference)
    same = difference.abs_() <= _SAME * x.abs()
    if same.any():
        slope = torch.where(same, _derivative(call, x), slope)
    return sloped(call.args[0], made.value, slope)


def product(call: Call, before: Call) -> Tensor:
    """``½(b + b')`` for ``a`` and ``½(a + a')`` for ``b``, in any product linear in each of the two."""
    if len(call.sources) != 2:
        return plain(call, before)
    made = call.made()
    total: Any = 0
    for source, other in (call.sources, call.sources[::-1]):
        args = list(call.args)
        args[other] = (made.args[other] + before.args[other]) / 2
        args[source] = call.args[source]
        total = total + call.function(*args, **call.kwargs)
    return _with(total, made)


def quotient(call: Call, before: Call) -> Tensor:
    """``a · (1 / b)``: a product, and the rescale rule on ``1 / b``: ``−1 / (b · b')``."""
    if 1 not in call.sources or call.kwargs or not isinstance(call.args[0], Tensor):
        return plain(call, before)
    made = call.made()
    (a, b), (a0, b0) = made.args, before.args
    linear = call.args[0] * (1 / b + 1 / b0) / 2 - call.args[1] * (a + a0) / (2 * b * b0)
    return _with(linear, made)


def max_pooling(call: Call, before: Call) -> Tensor:
    """The larger of ``y`` and ``y'`` comes between them."""
    pool = getattr(F, call.name)
    with torch.no_grad():
        (y, at), (y0, at0) = (
            pool(*c.args, **{**c.kwargs, "return_indices": True}) for c in (call.made(), before)
        )
    return pooled(call.args[0], before.args[0], y, at, y0, at0)


def softmax(call: Call, before: Call) -> Tensor:
    """``l ⊙ (dz − ⟨l, dz⟩ / Σl)``, ``l`` the logarithmic mean of the probabilities."""
    dim = call.args[1] if len(call.args) > 1 else call.kwargs.get("dim")
    if dim is None:
        return plain(call, before)
    made = call.made()
    logs, logs0 = made.args[0].log_softmax(dim), before.args[0].log_softmax(dim)
    gap = logs - logs0
    near = gap.abs() <= _NEAR
    means = (made.value + before.value) / 2
    means = torch.where(near, means, (made.value - before.value) / torch.where(near, 1.0, gap))
    shares = means / means.sum(dim, keepdim=True)
    return _with(means * (call.args[0] - (shares * call.args[0]).sum(dim, keepdim=True)), made)


def layer_norm(call: Call, before: Call) -> Tensor:
    """Each row is centred and scaled by its own spread."""

    def linear(
        x: Tensor, base: Tensor, shape: Any, weight: Any = None, bias: Any = None, eps: float = 1e-5
    ) -> Tensor:
        dims = tuple(range(-len(shape), 0))
        out = _scaled(x - x.mean(dims, keepdim=True), base - base.mean(dims, keepdim=True), dims, eps)
        return out if weight is None else out * weight

    return _with(linear(call.args[0], before.args[0], *call.args[1:], **call.kwargs), call.made())


def group_norm(call: Call, before: Call) -> Tensor:
    """Each group of channels is centred and scaled by its own spread."""

    def linear(
        x: Tensor, base: Tensor, groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5
    ) -> Tensor:
        rows, rows0 = (t.unflatten(1, (groups, -1)).flatten(2) for t in (x, base))
        out = _scaled(rows - rows.mean(2, keepdim=True), rows0 - rows0.mean(2, keepdim=True), (2,), eps)
        out = out.reshape(x.shape)
        return out if weight is None else out * weight.reshape(-1, *[1] * (x.ndim - 2))

    return _with(linear(call.args[0], before.args[0], *call.args[1:], **call.kwargs), call.made())


def normalize(call: Call, before: Call) -> Tensor:
    """Each row is scaled to length 1."""

    def linear(x: Tensor, base: Tensor, p: float = 2.0, dim: int = 1, eps: float = 1e-12, **_: Any) -> Tensor:
        if p != 2:
            return plain(call, before)
        size = x.shape[dim] ** 0.5  # a mean square of 1 would be a length of this
        scaled: Tensor = _scaled(x, base, (dim,), eps**2) / size
        return scaled

    return _with(linear(call.args[0], before.args[0], *call.args[1:], **call.kwargs), call.made())


def plain(call: Call, before: Call) -> Tensor:
    """The derivative at the picture."""
    found: Tensor = call()
    return found


def _scaled(x: Tensor, base: Tensor, dims: tuple[int, ...], eps: float) -> Tensor:
    """Linear in ``x``, with the multipliers of ``x · r``, ``r = (mean x² + eps)^(−½)``.

    ``Δ(x · r) = 2rr'/(r + r') · Δx + (xr + x'r')/(r + r') · Δr``: of all ways to share a product's change
    out among its two sides, one that stays small when the baseline has no spread and ``r'`` is huge.
    """
    here = x.detach()
    r, r0 = ((t.square().mean(dims, keepdim=True) + eps).rsqrt() for t in (here, base))
    of_r = -((r * r0) ** 2) / (r + r0) * ((here + base) * x).mean(dims, keepdim=True)
    return x * (2 * r * r0 / (r + r0)) + (here * r + base * r0) / (r + r0) * of_r


def _with(linear: Tensor, made: Call) -> Tensor:
    return behind(linear, made.value)


def _derivative(call: Call, x: Tensor) -> Tensor:
    with torch.enable_grad():
        leaf = x.requires_grad_(True)
        (slope,) = torch.autograd.grad(call.function(leaf, *call.args[1:], **call.kwargs).sum(), leaf)
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
