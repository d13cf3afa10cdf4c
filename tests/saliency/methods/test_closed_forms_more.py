"""The methods of the second generation against closed forms and slow loops."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
import torch
from small_models import pictures, small_graph
from torch import Tensor, nn

from saliency.methods.attention import Attending, on_grid
from saliency.methods.attribution import attribute, class_objective
from saliency.methods.baselines import gaussian_blur
from saliency.methods.cam import weighted_sum
from saliency.methods.full_grad import bias_gradients
from saliency.methods.sampling import Estimate
from saliency.methods.segments import coalitions, regression, shapley, superpixels
from saliency.network.graph import Graph


@pytest.mark.parametrize("name", ["plain", "squeeze"])
def test_full_gradients_add_up_to_the_score(name):
    """Eq. 4: of a network of convolutions, linear layers and ReLUs nothing is left over."""
    graph, x = small_graph(name), pictures(name)
    of_picture, of_biases = bias_gradients(graph, x, class_objective(graph, 2, len(x)))
    total = of_picture.flatten(1).sum(1) + sum(part.flatten(1).sum(1) for part in of_biases)
    torch.testing.assert_close(total, graph.logits(x)[:, 2], rtol=1e-4, atol=1e-5)


def test_xgrad_weights_keep_what_a_channel_contributes():
    graph, x = small_graph("plain"), pictures("plain")
    features, slope = graph.feature_gradient(x, class_objective(graph, 1, len(x)))
    found = attribute(graph, x, 1, method="xgrad-cam")
    weights = (features * slope).sum((2, 3)) / features.sum((2, 3))
    torch.testing.assert_close(found, weighted_sum(features, weights), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", ["plain", "squeeze"])
def test_ablation_by_running_the_model_without_each_channel(name):
    graph, x = small_graph(name), pictures(name, 1)
    features, rest = graph.features(x)
    intact, drops = graph.logits(x)[0, 2], []
    for channel in range(features.shape[1]):
        without = features.clone()
        without[:, channel] = 0
        drops.append((intact - rest(without)[0, 2]) / intact.abs())
    expected = weighted_sum(features, torch.stack(drops)[None].detach())
    torch.testing.assert_close(attribute(graph, x, 2, method="ablation-cam"), expected, rtol=1e-3, atol=1e-5)


def test_eigen_cam_is_the_first_singular_vector():
    graph, x = small_graph("residual"), pictures("residual", 1)
    cells = graph.features(x).values[0].flatten(1).T
    u, s, _ = torch.linalg.svd(cells.double(), full_matrices=False)
    projection = u[:, 0] * s[0]
    projection = projection * torch.sign(projection.sum())
    found = attribute(graph, x, 0, method="eigen-cam").flatten()
    torch.testing.assert_close(found, projection.relu().float(), rtol=1e-4, atol=1e-5)


def enlarged_by_hand(cells: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Cells after two convolutions with stride 2 and padding 1, which look at every fourth point."""
    rows, columns = (np.arange(count) * 4 for count in cells.shape)
    down = np.array([np.interp(np.arange(size[0]), rows, column) for column in cells.T]).T
    return np.array([np.interp(np.arange(size[1]), columns, row) for row in down])


def test_score_cam_of_all_channels_by_hand():
    graph, x = small_graph("plain"), pictures("plain", 1)
    features = graph.features(x).values
    gains = []
    for channel in range(features.shape[1]):
        large = torch.from_numpy(enlarged_by_hand(features[0, channel].double().numpy(), x.shape[2:])).float()
        mask = (large - large.min()) / (large.max() - large.min()).clamp(min=1e-6)
        gains.append(graph.logits(x * mask)[0, 3] - graph.logits(torch.zeros_like(x))[0, 3])
    expected = weighted_sum(features, torch.stack(gains)[None].softmax(1))
    torch.testing.assert_close(
        attribute(graph, x, 3, method="score-cam", channels=0), expected, rtol=1e-3, atol=1e-5
    )


def test_finer_cam_takes_off_the_nearest_classes():
    graph, x = small_graph("plain"), pictures("plain", 1)
    logits = graph.logits(x)[0]
    near = [i for i in (logits - logits[1]).abs().argsort().tolist() if i != 1][:2]
    features = graph.features(x).values
    weights = graph.head.weight[1] - 0.5 * graph.head.weight[near].mean(0)
    expected = weighted_sum(features, weights[None] / features[0, 0].numel())
    found = attribute(graph, x, 1, method="finer-cam", others=2, share=0.5)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-6)


def test_the_blur_path_adds_up_to_the_change_of_the_score():
    graph, x = small_graph("plain"), pictures("plain", 1)
    gain = graph.logits(x)[0, 1] - graph.logits(gaussian_blur(x, 0.2 * 32))[0, 1]
    told: list[Estimate] = []
    found = attribute(graph, x, 1, method="blur-ig", on_estimate=told.append).sum()
    assert float(found) == pytest.approx(float(gain), rel=0.02, abs=1e-4)
    assert told[-1].gap == pytest.approx(abs(float(found - gain) / float(gain)), abs=1e-3)


@pytest.mark.parametrize("name", ["plain", "residual", "vit"])
def test_the_blur_path_has_as_many_steps_as_its_map_asks_for(name: str) -> None:
    """The error it states is above the one it has, beside very many steps."""
    graph, x = small_graph(name), pictures(name, 1)
    fine = attribute(graph, x, 1, method="blur-ig", steps=400, error=0.001)
    samples = []
    for error in (0.3, 0.04):
        told: list[Estimate] = []
        found = attribute(graph, x, 1, method="blur-ig", error=error, on_estimate=told.append)
        off = (found - fine).abs().sum((1, 2)) / fine.abs().sum((1, 2))
        assert told[-1].map_error is not None
        assert float(off.max()) <= told[-1].map_error <= error
        samples.append(told[-1].samples)
    assert samples[0] <= samples[1] < 200


def test_expected_gradients_of_many_samples_add_up():
    graph, x = small_graph("plain"), pictures("plain", 1)
    generator = torch.Generator().manual_seed(0)
    noise = torch.randn((2000, *x.shape[1:]), generator=generator)
    gain = graph.logits(x)[0, 1] - graph.logits(noise)[:, 1].mean()
    found = attribute(graph, x, 1, method="expected-gradients", samples=2000, stop="never").sum()
    assert float(found) == pytest.approx(float(gain), rel=0.1, abs=0.03)


def test_shapley_values_by_all_orders():
    """A game of four with an interaction: least squares over all selections gives the Shapley values."""
    worth = {c: 2.0 * c[0] + c[1] + 3.0 * c[2] * c[3] for c in product((0, 1), repeat=4)}
    choices = coalitions(20_000, 4, torch.Generator().manual_seed(0)).double()
    scores = torch.tensor([worth[tuple(int(v) for v in row)] for row in choices.tolist()]).double()
    found = shapley(choices, scores, 0.0, worth[1, 1, 1, 1])
    torch.testing.assert_close(found, torch.tensor([2.0, 1.0, 1.5, 1.5]).double(), rtol=0.03, atol=0.03)
    assert float(found.sum()) == pytest.approx(6.0)


def test_selections_come_with_their_complements():
    chosen = coalitions(40, 7, torch.Generator().manual_seed(0))
    assert torch.equal(chosen[::2], 1 - chosen[1::2])
    assert set(chosen.sum(1).int().tolist()) <= set(range(1, 7))


def test_a_linear_score_is_fitted_exactly():
    choices = (torch.rand((200, 5), generator=torch.Generator().manual_seed(0)) < 0.5).double()
    truth = torch.tensor([3.0, -2.0, 0.0, 1.0, 0.5]).double()
    found = regression(choices, choices @ truth + 7, torch.rand(200).double(), 1e-9)
    torch.testing.assert_close(found, truth, rtol=1e-5, atol=1e-5)


def test_superpixels_cover_the_picture_without_gaps():
    x = torch.zeros(1, 3, 40, 40)
    x[:, 0, :, 20:] = 2
    x[:, 1, 20:] = 2
    parts = superpixels(x, 16)[0]
    assert sorted(parts.unique().tolist()) == list(range(int(parts.max()) + 1))
    assert 4 <= int(parts.max()) + 1 <= 32
    left, right = set(parts[:, :19].unique().tolist()), set(parts[:, 21:].unique().tolist())
    assert not left & right, "no patch reaches over the edge"


def test_sobol_finds_the_cells_of_a_linear_score():
    """Of a sum of independent cells the total index is each cell's share of the variance."""
    graph, x = small_graph("plain"), pictures("plain", 1)
    found = attribute(graph, x, 1, method="sobol", grid=2, samples=64, stop="never")
    assert found.shape == (1, 2, 2)
    assert 0.8 < float(found.sum()) < 2.5
    assert math.isfinite(float(found.sum()))


def test_rollout_of_one_block_is_its_attention():
    graph, x = small_graph("vit"), pictures("vit", 1)
    found = attribute(graph, x, 0, method="rollout")
    assert float(found.sum()) < 1, "the rest stays with the class token"
    assert torch.equal(found, attribute(graph, x, 3, method="rollout"))


class Squared(nn.Module):
    """Its feature map is the picture; ``S_0 = Σ_k w_k · mean(A_k)²``, ``S_1 = Σ_k mean(A_k)``."""

    def __init__(self) -> None:
        super().__init__()
        self.pick = nn.Conv2d(3, 3, 1, bias=False)
        self.mix = nn.Conv2d(3, 3, 1, bias=False)
        with torch.no_grad():
            self.pick.weight.copy_(torch.eye(3)[:, :, None, None])
            self.mix.weight.copy_(torch.eye(3)[:, :, None, None])
        self.w = nn.Parameter(torch.tensor([2.0, 0.5, -1.0]))

    def forward(self, x: Tensor) -> Tensor:
        means = self.mix(self.pick(x).relu()).mean((2, 3))
        return torch.stack([(self.w * means**2).sum(1), means.sum(1)], 1)


def test_shapley_cam_takes_off_half_the_bend():
    """``g = 2 w m / n`` and ``H A = 2 w m / n``, so the weights are ``w m / n``."""
    graph = Graph(Squared().eval(), size=8)
    x = torch.rand((1, 3, 8, 8), generator=torch.Generator().manual_seed(0)) + 0.1
    weights = torch.tensor([2.0, 0.5, -1.0]) * x.mean((2, 3)) / 64
    found = attribute(graph, x, 0, method="shapley-cam")
    torch.testing.assert_close(found, weighted_sum(x, weights), rtol=1e-3, atol=1e-5)


def test_le_grad_by_running_each_block_as_the_last():
    """A block's own score: the rest of the model from what the last block gives, run on this one's."""
    graph, x = small_graph("vit"), pictures("vit", 1)
    found = attribute(graph, x, 2, method="le-grad")
    maps = []
    for number in range(len(graph.blocks)):
        run = Attending(graph)
        with torch.enable_grad():
            run.run(x)
            score = graph.split(graph.blocks[-1].output)[1](run.outputs[number])[0, 2]
            (slope,) = torch.autograd.grad(score, run.attention[number])
        assert not slope[:, :, 1:].any(), "a block's own score depends on its class token only"
        maps.append(slope.relu().mean((1, 2)))
    torch.testing.assert_close(found, on_grid(torch.stack(maps).mean(0), run.grid), rtol=1e-4, atol=1e-7)


def test_extremal_masks_find_what_alone_counts():
    """A score that is the mean of one quarter of the picture: the masks of up to a quarter lie inside it."""
    conv, last = nn.Conv2d(3, 1, 1), nn.Linear(4, 1)
    with torch.no_grad():
        conv.weight.fill_(1 / 3)
        conv.bias.zero_()
        last.weight.copy_(torch.tensor([[0.0, 0.0, 1.0, 0.0]]))
        last.bias.zero_()
    model = nn.Sequential(conv, nn.ReLU(), nn.AdaptiveAvgPool2d(2), nn.Flatten(), last)
    found = attribute(Graph(model, size=28), torch.ones(1, 3, 28, 28), 0, method="extremal", hidden="mean")[0]
    quarter = found[7:, :7]  # all of it is in the largest mask, and little of it has a place in the smallest
    assert quarter.min() > 0.24
    assert quarter.mean() == pytest.approx((10 + 20 + 40 + 49) / 49 / 4, abs=0.05)
    assert (found.sum() - quarter.sum()) / 147 < 0.07
