"""Methods against closed forms, and against slow loops written from the papers' formulas."""

from __future__ import annotations

import math
from itertools import product

import pytest
import torch
from small_models import CLASSES, pictures, small_graph, small_module
from torch import Tensor, nn

from saliency.methods.attribution import attribute, class_objective
from saliency.methods.baselines import baseline_of
from saliency.methods.occlusion import random_masks
from saliency.methods.registry import METHODS
from saliency.methods.sampling import Estimate
from saliency.network.graph import Graph, gradient

HEIGHT, WIDTH = 8, 8


def linear_graph(height: int = HEIGHT, width: int = WIDTH) -> tuple[Graph, Tensor]:
    """A linear model of pixels and its weights ``(2, 3, height, width)``."""
    torch.manual_seed(0)
    linear = nn.Linear(3 * height * width, 2)
    graph = Graph(_Wide(linear, width - height), size=height)
    return graph, linear.weight.detach().reshape(2, 3, height, width)


class _Wide(nn.Module):
    """A linear model; for the square picture that a graph is tried with, padded to the width it is of."""

    def __init__(self, linear: nn.Linear, missing: int) -> None:
        super().__init__()
        self.linear, self.missing = linear, missing

    def forward(self, x: Tensor) -> Tensor:
        if self.missing:
            x = nn.functional.adaptive_avg_pool2d(x, (None, self.linear.in_features // 3 // HEIGHT))
        return self.linear(x.flatten(1))


class Quadratic(nn.Module):
    """``S_0 = Σ w x²`` and ``S_1 = Σ w x``."""

    def __init__(self) -> None:
        super().__init__()
        self.w = nn.Parameter(torch.rand(3, HEIGHT, WIDTH, generator=torch.Generator().manual_seed(1)))

    def forward(self, x: Tensor) -> Tensor:
        return torch.stack([(self.w * x * x).flatten(1).sum(1), (self.w * x).flatten(1).sum(1)], 1)


class TwoChannels(nn.Module):
    """Its feature map is the picture's red and green; then pooling and weights, or a weight for each cell."""

    def __init__(self, weights: Tensor, *, cells: int | None = None) -> None:
        super().__init__()
        self.pick = nn.Conv2d(3, 2, 1, bias=False)
        self.pool = nn.AdaptiveAvgPool2d(1) if cells is None else nn.Identity()
        self.head = nn.Linear(weights.shape[1], len(weights), bias=False)
        with torch.no_grad():
            self.pick.weight.copy_(torch.tensor([[1.0, 0, 0], [0, 1, 0]])[:, :, None, None])
            self.head.weight.copy_(weights)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.pool(self.pick(x)).flatten(1))


A = torch.tensor([[[1.0, 2, 0], [0, 4, 1], [3, 0, 0]], [[0, 1, 5], [2, 0, 0], [0, 0, 1]]])
"""A feature map of two channels, 3 × 3."""


def picture_of(features: Tensor) -> Tensor:
    return torch.cat([features, torch.zeros(1, *features.shape[1:])])[None]


def picture(seed: int = 0, count: int = 1, height: int = HEIGHT, width: int = WIDTH) -> Tensor:
    return torch.randn((count, 3, height, width), generator=torch.Generator().manual_seed(seed))


# Gradients


def test_the_gradient_of_a_linear_model_is_its_weights() -> None:
    graph, weights = linear_graph()
    x = picture(count=2)
    found = attribute(graph, x, [0, 1], method="gradient")
    torch.testing.assert_close(found, weights.abs().amax(1))
    found = attribute(graph, x, 1, method="gradient", rather_than=0)
    torch.testing.assert_close(found[0], (weights[1] - weights[0]).abs().amax(0))


def test_input_x_gradient_of_a_linear_model_is_each_pixels_share() -> None:
    graph, weights = linear_graph()
    x = picture(count=2)
    found = attribute(graph, x, [0, 1], method="input-x-gradient")
    torch.testing.assert_close(found, (x * weights).sum(1))


def test_smooth_grad_averages_before_it_takes_the_absolute_value() -> None:
    """The gradient of Σ w x² at x + ε is 2 w (x + ε): its mean needs nothing but the noise's mean."""
    graph, x = Graph(Quadratic(), size=HEIGHT), picture(count=2)
    w = graph.module.w.detach()
    generator = torch.Generator().manual_seed(7)
    draws = torch.cat([torch.randn((n, 1, 3, HEIGHT, WIDTH), generator=generator) for n in (8, 3)])
    span = x.amax((1, 2, 3)) - x.amin((1, 2, 3))
    shift = 0.2 * span[:, None, None, None] * draws.mean(0)
    found = attribute(graph, x, 0, method="smooth-grad", samples=11, noise=0.2, seed=7)
    torch.testing.assert_close(found, (2 * w * (x + shift)).abs().amax(1), rtol=1e-4, atol=1e-5)
    many = attribute(graph, x, 0, method="smooth-grad", samples=1000, noise=0.2, stop="never")
    assert (many - (2 * w * x).abs().amax(1)).abs().max() < 0.25


@pytest.mark.parametrize("name", ["plain", "vit"])
def test_smooth_grad_without_noise_is_the_gradient(name: str) -> None:
    x = pictures(name)
    found = attribute(small_graph(name), x, 2, method="smooth-grad", noise=0.0, samples=3)
    torch.testing.assert_close(found, attribute(small_graph(name), x, 2, method="gradient"))


@pytest.mark.parametrize("baseline", ["black", "mean"])
def test_integrated_gradients_of_a_quadratic(baseline: str) -> None:
    """``∫₀¹ 2 w (x' + α(x − x')) dα · (x − x') = w (x² − x'²)``, exact with two steps."""
    black = (-2.0, -1.5, -1.0)
    graph, x = Graph(Quadratic(), size=HEIGHT, black=black), picture(count=2)
    start = torch.tensor(black if baseline == "black" else (0.0, 0.0, 0.0))[:, None, None]
    expected = (graph.module.w.detach() * (x**2 - start**2)).sum(1)
    for steps, gap in ((2, 0), (9, 0), (50, 0), (50, 0.01)):
        found = attribute(graph, x, 0, method="integrated-gradients", steps=steps, gap=gap, baseline=baseline)
        torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("baseline", ["black", "mean"])
def test_integrated_gradients_are_complete(baseline: str) -> None:
    """They sum to ``S(x) − S(baseline)``: closely on a smooth model, roughly where ReLUs break the path."""
    torch.manual_seed(0)
    smooth = nn.Sequential(
        nn.Conv2d(3, 8, 3, stride=2), nn.Tanh(), nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(32, CLASSES)
    )
    x = pictures("residual")
    for graph, steps, tolerance in ((Graph(smooth, size=32), 50, 1e-4), (small_graph("residual"), 200, 3e-2)):
        start = graph.black if baseline == "black" else torch.zeros(3)
        rise = graph.logits(x) - graph.logits(start[:, None, None].expand_as(x))
        found = attribute(graph, x, 3, method="integrated-gradients", steps=steps, gap=0, baseline=baseline)
        gap = (found.sum((1, 2)) - rise[:, 3]).abs().max()
        assert gap <= tolerance * rise.abs().max()


@pytest.mark.parametrize("name", ["plain", "residual"])
def test_integrated_gradients_take_as_many_steps_as_the_gap_asks_for(name: str) -> None:
    graph, x = small_graph(name), pictures(name, 1)
    default = METHODS["integrated-gradients"].settings["baseline"].default
    change = float((graph.logits(x) - graph.logits(baseline_of(graph, x, str(default))))[0, 3])
    told: list[Estimate] = []
    for gap in (0.5, 0.01):
        found = attribute(
            graph, x, 3, method="integrated-gradients", gap=gap, error=1.0, on_estimate=told.append
        )
        missing = abs(float(found.double().sum()) - change) / abs(change)
        assert missing <= gap
        assert told[-1].gap == pytest.approx(missing, abs=1e-4)
    assert 9 <= told[0].samples <= told[1].samples < 200
    fine = attribute(graph, x, 3, method="integrated-gradients", gap=0, steps=800)
    assert float((found - fine).abs().sum() / fine.abs().sum()) < 0.1


@pytest.mark.parametrize("name", ["plain", "residual", "vit"])
def test_integrated_gradients_stop_by_the_error_of_the_map(name: str) -> None:
    """The sum may be right long before the map is: a gap that is small by chance stops nothing."""
    graph, x = small_graph(name), pictures(name, 2)
    told: list[Estimate] = []
    settings = {"gap": 1.0, "steps": 1000}
    fine = attribute(graph, x, 3, method="integrated-gradients", gap=0, steps=800)
    for error in (0.3, 0.04, 0.01):
        found = attribute(
            graph, x, 3, method="integrated-gradients", error=error, on_estimate=told.append, **settings
        )
        off = (found - fine).abs().sum((1, 2)) / fine.abs().sum((1, 2))
        assert told[-1].map_error is not None
        assert float(off.max()) <= told[-1].map_error <= error
    assert told[0].samples <= told[1].samples <= told[2].samples


def test_a_picture_in_a_batch_has_the_path_that_it_has_alone() -> None:
    graph, x = small_graph("residual"), pictures("residual", 3)
    x[1] *= 0.1
    both = attribute(graph, x, [1, 3, 0], method="integrated-gradients")
    for number, target in enumerate((1, 3, 0)):
        alone = attribute(graph, x[number : number + 1], target, method="integrated-gradients")
        assert torch.equal(both[number], alone[0])


def test_scores_are_logits_or_contrasts() -> None:
    graph, logits = small_graph("plain"), torch.arange(10.0).reshape(2, CLASSES)
    assert class_objective(graph, 3, 2)(logits).tolist() == [3, 8]
    assert class_objective(graph, [0, 4], 2)(logits).tolist() == [0, 9]
    assert class_objective(graph, [0, 4], 2, rather_than=1)(logits).tolist() == [-1, 3]


# Class activation maps


def test_cams_by_hand_with_a_linear_head() -> None:
    """With global average pooling every cell's gradient is weight / 9, so the CAMs are sums one can do."""
    graph, x = Graph(TwoChannels(torch.tensor([[9.0, -9], [-9, 18]])), size=3), picture_of(A)
    assert graph.head is not None
    for target, weights in ((0, (1, -1)), (1, (-1, 2))):
        by_hand = (weights[0] * A[0] + weights[1] * A[1]).clamp(min=0)
        for key in ("grad-cam", "hires-cam"):
            torch.testing.assert_close(attribute(graph, x, target, method=key)[0], by_hand)
        positive = max(weights[0], 0) * A[0] + max(weights[1], 0) * A[1]
        torch.testing.assert_close(attribute(graph, x, target, method="layer-cam")[0], positive)
    lead = attribute(graph, x, 0, method="grad-cam", rather_than=1)[0]
    torch.testing.assert_close(lead, (2 * A[0] - 3 * A[1]).clamp(min=0))


def test_cams_by_hand_where_each_cell_has_its_own_weight() -> None:
    """Here Grad-CAM and HiResCAM part: Grad-CAM marks cells the model does not use."""
    cells = torch.zeros(2, 2, 3, 3)
    cells[0, 0, 1, 1], cells[0, 1, 0, 2], cells[0, 0, 2, 0] = 2.0, -1.0, 1.0
    graph = Graph(TwoChannels(cells.flatten(1), cells=3), size=3)
    assert graph.head is None
    x = picture_of(A)
    hires = torch.tensor([[0.0, 0, 0], [0, 8, 0], [3, 0, 0]])
    torch.testing.assert_close(attribute(graph, x, 0, method="hires-cam")[0], hires)
    torch.testing.assert_close(attribute(graph, x, 0, method="layer-cam")[0], hires)
    grad_cam = (A[0] * 3 / 9 - A[1] / 9).clamp(min=0)
    torch.testing.assert_close(attribute(graph, x, 0, method="grad-cam")[0], grad_cam)
    assert grad_cam[0, 1] > 0
    assert hires[0, 1] == 0


@pytest.mark.parametrize("name", ["plain", "swin"])
def test_the_closed_form_of_a_linear_head_is_the_gradient(name: str) -> None:
    graph, x = small_graph(name), pictures(name)
    assert graph.head is not None
    for score in (class_objective(graph, [0, 1, 4], 3), class_objective(graph, 2, 3, rather_than=0)):
        features, slope = graph.feature_gradient(x, score)
        values, logits_from = graph.features(x)
        expected = gradient(lambda a, f=logits_from, s=score: s(f(a)), values)
        torch.testing.assert_close(features, values)
        torch.testing.assert_close(slope, expected, rtol=1e-4, atol=1e-6)


def slow_grad_cam_plus_plus(features: Tensor, slope: Tensor) -> Tensor:
    """Equations 10 and 19 of the paper, a cell at a time, in double precision; ``exp(S)`` left out."""
    channels, height, width = features.shape
    map_ = torch.zeros(height, width, dtype=torch.float64)
    for k in range(channels):
        total = sum(float(features[k, a, b]) for a, b in product(range(height), range(width)))
        weight = 0.0
        for i, j in product(range(height), range(width)):
            g = float(slope[k, i, j])
            denominator = 2 * g**2 + total * g**3
            alpha = g**2 / denominator if denominator != 0 else 0.0
            weight += alpha * max(g, 0.0)
        map_ += weight * features[k].double()
    return map_.clamp(min=0).float()


@pytest.mark.parametrize("name", ["plain", "squeeze", "residual", "vit"])
def test_grad_cam_plus_plus_in_slow_loops(name: str) -> None:
    graph, x = small_graph(name), pictures(name)
    features, slope = graph.feature_gradient(x, class_objective(graph, 1, 3))
    found = attribute(graph, x, 1, method="grad-cam-plus-plus")
    for i in range(3):
        expected = slow_grad_cam_plus_plus(features[i], slope[i])
        torch.testing.assert_close(found[i], expected, rtol=1e-4, atol=1e-6)


def test_grad_cam_plus_plus_does_not_depend_on_the_size_of_tiny_gradients() -> None:
    """``α = 1 / (2 + ΣA · g)``: as the gradient shrinks α tends to a half, not to nought."""
    graph = Graph(TwoChannels(torch.tensor([[9e-11, 0.0], [0, 9e-11]])), size=3)
    found = attribute(graph, picture_of(A), 0, method="grad-cam-plus-plus")[0]
    torch.testing.assert_close(found / found.max(), A[0] / A[0].max())


def enlarged(values: Tensor, height: int, width: int, first: float) -> Tensor:
    """Bilinear interpolation between cells that look at ``first``, ``first + 2``, …, a point at a time."""
    if values.shape == (height, width):
        return values
    result = torch.zeros(height, width)
    for i, j in product(range(height), range(width)):
        y, x = max((i - first) / 2, 0.0), max((j - first) / 2, 0.0)
        top, left = math.floor(y), math.floor(x)
        below, right = min(top + 1, values.shape[0] - 1), min(left + 1, values.shape[1] - 1)
        fy, fx = y - top, x - left
        result[i, j] = (
            (1 - fy) * (1 - fx) * values[top, left]
            + (1 - fy) * fx * values[top, right]
            + fy * (1 - fx) * values[below, left]
            + fy * fx * values[below, right]
        )
    return result


@pytest.mark.parametrize(("name", "first"), [("plain", 0.0), ("residual", 0.5)])
def test_layer_cam_over_depths_in_slow_loops(name: str, first: float) -> None:
    """Equation 4 and 5 at each stage; earlier stages scaled by equation 8; fused by the maximum.

    A convolution with stride 2 and padding 1 looks at every second cell, pooling between two cells.
    """
    graph, x = small_graph(name), pictures(name, 1)
    score = class_objective(graph, 3, 1)
    depths = len(graph.layers)
    assert depths > 1
    maps = []
    for layer in graph.layers:
        values, logits_from = graph.features(x, layer.name)
        leaf = values.clone().requires_grad_(True)
        (slope,) = torch.autograd.grad(score(logits_from(leaf)).sum(), leaf)
        cells = torch.zeros(values.shape[2:])
        for k in range(values.shape[1]):
            cells += slope[0, k].clamp(min=0) * values[0, k]
        maps.append(cells.clamp(min=0))
    peak = maps[-1].max()
    scaled = [torch.tanh(2 * m / m.max()) for m in maps[:-1]] + [maps[-1] / peak]
    height, width = maps[0].shape
    fused = torch.stack([enlarged(m, height, width, first) for m in scaled]).amax(0) * peak
    found = attribute(graph, x, 3, method="layer-cam", depths=depths)[0]
    torch.testing.assert_close(found, fused, rtol=1e-4, atol=1e-6)
    one = attribute(graph, x, 3, method="layer-cam", depths=1)[0]
    torch.testing.assert_close(one, maps[-1], rtol=1e-4, atol=1e-6)
    torch.testing.assert_close(attribute(graph, x, 3, method="layer-cam", depths=8)[0], found)


@pytest.mark.parametrize(
    "key", ["grad-cam", "grad-cam-plus-plus", "hires-cam", "hires-layer-cam", "layer-cam"]
)
def test_a_constant_feature_map_gives_a_constant_map_and_nothing_gives_zeros(key: str) -> None:
    graph = Graph(TwoChannels(torch.tensor([[9.0, 9], [-9, -9]])), size=3)
    even = attribute(graph, picture_of(torch.ones(2, 3, 3)), 0, method=key)
    assert even.isfinite().all()
    assert even.min() == even.max() > 0
    for x, target in ((picture_of(torch.zeros(2, 3, 3)), 0), (picture_of(A), 1)):
        assert not attribute(graph, x, target, method=key).any()


def test_no_evidence_gives_zeros_not_nan() -> None:
    """As SqueezeNet's: a ReLU after the class convolution holds the logit at 0, and its gradient too."""
    module = nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Conv2d(4, 2, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()
    )
    nn.init.constant_(module[2].bias, -1e3)
    graph, x = Graph(module, size=16), picture(height=16, width=16)
    assert not graph.logits(x).any()
    cams = ("grad-cam", "grad-cam-plus-plus", "hires-cam", "hires-layer-cam", "layer-cam")
    for key in (*cams, "gradient", "rise", "occlusion"):
        found = attribute(graph, x, 0, method=key, **({"samples": 16} if key == "rise" else {}))
        assert not found.any(), key


# Masks


@pytest.mark.parametrize(("window", "stride"), [(3, 2), (4, 4), (5, 1), (2, 3), (30, 7)])
def test_occlusion_of_an_additive_model(window: int, stride: int) -> None:
    """The drop under a patch is the sum of what it hides; a point gets the mean of its patches' drops."""
    graph, weights = linear_graph(HEIGHT, 11)
    x = picture(count=2, height=HEIGHT, width=11)
    share = (x * weights).sum(1)  # one class a picture
    drop, cover = torch.zeros_like(share), torch.zeros(share.shape[1:])
    tops, lefts = (
        [s for s in range(0, n, stride) if s == 0 or s - stride + window < n] for n in (HEIGHT, 11)
    )
    for top, left in product(tops, lefts):
        patch = (slice(top, top + window), slice(left, left + window))
        drop[:, *patch] += share[:, *patch].sum((1, 2))[:, None, None]
        cover[patch] += 1
    assert stride > window or cover.min() > 0, "the edges are covered"
    found = attribute(graph, x, [0, 1], method="occlusion", window=window, stride=stride)
    torch.testing.assert_close(found, drop / cover.clamp(min=1), rtol=1e-4, atol=1e-5)


def test_rise_in_slow_loops() -> None:
    graph, x = small_graph("plain"), pictures("plain", 2)
    generator = torch.Generator().manual_seed(5)
    masks = torch.cat([random_masks(n, 32, 40, 4, 0.3, generator) for n in (8, 8, 4)])
    found = attribute(graph, x, 1, method="rise", samples=20, grid=4, visible=0.3, seed=5)
    for i in range(2):
        scores = [float(graph.logits(x[i : i + 1] * m)[0, 1]) for m in masks]
        weighted = sum(s * m for s, m in zip(scores, masks, strict=True)) / masks.sum(0)
        torch.testing.assert_close(found[i], weighted - sum(scores) / 20, rtol=1e-3, atol=1e-5)


def enlargements(length: int, grid_cells: int, cell: int) -> Tensor:
    """How a row of cells is spread over points, one matrix for each shift: ``(cell, length, cells)``."""
    unit = torch.eye(grid_cells)[:, None]  # each cell alone
    spread = nn.functional.interpolate(unit, size=grid_cells * cell, mode="linear", align_corners=False)
    return torch.stack([spread[:, 0, shift : shift + length].T for shift in range(cell)])


def test_rise_of_a_linear_model_tends_to_its_expectation() -> None:
    """``E[S·M(λ)]/E[M(λ)] − E[S] = Σ_μ w(μ)x(μ) Cov(M(μ), M(λ)) / p`` with cells Bernoulli(p)."""
    graph, weights = linear_graph()
    x, p = picture(3), 0.5
    rows = enlargements(HEIGHT, 3, 4)
    along = torch.einsum("sac,sbc->ab", rows, rows) / 4  # covariance along one axis, in units of p(1 − p)
    share = (x[0] * weights[0]).sum(0)
    expected = (1 - p) * along @ share @ along.T
    found = attribute(graph, x, 0, method="rise", samples=20000, grid=2, visible=p, stop="never")[0]
    assert torch.corrcoef(torch.stack([found.flatten(), expected.flatten()]))[0, 1] > 0.99
    assert (found - expected).abs().max() < 0.1 * expected.abs().max()


def test_masks_are_visible_to_the_share_asked_for_everywhere() -> None:
    masks = random_masks(4000, 10, 13, 3, 0.7, torch.Generator().manual_seed(0))
    assert masks.shape == (4000, 10, 13)
    assert masks.min() >= 0
    assert masks.max() <= 1
    assert (masks.mean(0) - 0.7).abs().max() < 0.04


# Transformers


def slow_transformer_attribution(x: Tensor, target: int) -> Tensor:
    """Equations 5 and 6 of the paper for one picture, from the module's weights, a head at a time."""
    module = small_module("vit")
    tokens = module._process_input(x[None])[0]
    tokens = torch.cat([module.class_token[0], tokens]) + module.encoder.pos_embedding[0]
    tokens = tokens.detach()
    attention: list[list[Tensor]] = []
    for block in module.encoder.layers:
        layer = block.self_attention
        inside = block.ln_1(tokens)
        size, width = inside.shape[1], inside.shape[1] // layer.num_heads
        heads, joined = [], []
        for h in range(layer.num_heads):
            q, k, v = (
                inside @ layer.in_proj_weight[rows].T + layer.in_proj_bias[rows]
                for part in range(3)
                for rows in [slice(part * size + h * width, part * size + (h + 1) * width)]
            )
            heads.append(torch.softmax(q @ k.T / math.sqrt(width), -1))
            joined.append(heads[-1] @ v)
        tokens = tokens + layer.out_proj(torch.cat(joined, 1))
        tokens = tokens + block.mlp(block.ln_2(tokens))
        attention.append(heads)
    logits = module.heads(module.encoder.ln(tokens)[0])
    torch.testing.assert_close(logits, module(x[None])[0], rtol=1e-4, atol=1e-5)
    slopes = torch.autograd.grad(logits[target], [a for heads in attention for a in heads])
    count = len(tokens)
    relevance = torch.eye(count)
    for number, heads in enumerate(attention):
        mean = torch.zeros(count, count)
        for h, a in enumerate(heads):
            slope = slopes[number * len(heads) + h]
            for i, j in product(range(count), range(count)):
                mean[i, j] += max(float(slope[i, j] * a[i, j].detach()), 0.0) / len(heads)
        relevance = relevance + mean @ relevance
    map_ = torch.zeros(4, 4)
    for row, column in product(range(4), range(4)):
        map_[row, column] = relevance[0, 1 + 4 * row + column]
    return map_


def test_transformer_attribution_in_slow_loops() -> None:
    x = pictures("vit", 2)
    found = attribute(small_graph("vit"), x, [1, 4], method="transformer-attribution")
    for i, target in enumerate((1, 4)):
        expected = slow_transformer_attribution(x[i], target)
        assert expected.max() > 0
        torch.testing.assert_close(found[i], expected, rtol=1e-4, atol=1e-7)


def test_the_class_token_is_dropped_from_every_map_of_a_vit() -> None:
    graph, x = small_graph("vit"), pictures("vit", 1)
    for key in ("grad-cam", "hires-cam", "hires-layer-cam", "layer-cam", "transformer-attribution"):
        assert attribute(graph, x, 0, method=key).shape == (1, 4, 4)
