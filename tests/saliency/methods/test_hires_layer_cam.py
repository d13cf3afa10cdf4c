"""HiResCAM drawn finer: a product of two maps, which marks nothing that the model did not use."""

from __future__ import annotations

import pytest
import torch
from small_models import CLASSES, pictures, small_graph
from torch import Tensor, nn

from saliency.grids.cells import CellGrid, moved
from saliency.methods.attribution import attribute, cells_of
from saliency.network.graph import Graph


class Cancelling(nn.Module):
    """Class 0 counts how red the left half is; what is red on the right counts once for it, once against."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 2, 1, bias=False)
        self.second = nn.Conv2d(2, 2, 2, stride=2, groups=2, bias=False)
        self.head = nn.Linear(2 * 4 * 4, 2, bias=False)
        weights = torch.zeros(2, 2, 4, 4)
        weights[0, 0] = 1
        weights[0, 1, :, 2:] = -1
        with torch.no_grad():
            self.first.weight.copy_(torch.tensor([[1.0, 0, 0], [1, 0, 0]])[:, :, None, None])
            self.second.weight.fill_(0.25)
            self.head.weight.copy_(weights.flatten(1))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.second(self.first(x).relu()).relu().flatten(1))


@pytest.mark.parametrize("name", ["plain", "squeeze", "residual"])
def test_it_is_the_product_of_both_maps(name: str) -> None:
    graph, x = small_graph(name), pictures(name, 2)
    fine = graph.layers[-2].name
    size = x.shape[2:]
    for target in range(CLASSES):
        cam = attribute(graph, x, target, method="hires-cam")
        detail = attribute(graph, x, target, method="layer-cam", at=fine)
        grids = [graph.cells(m.shape[1:], size, at) for m, at in ((cam, None), (detail, fine))]
        assert isinstance(grids[0], CellGrid)
        peak = detail.amax((1, 2), keepdim=True)
        expected = moved(cam, *grids) * torch.where(peak > 0, detail / peak, 1.0)
        found = attribute(graph, x, target, method="hires-layer-cam")
        torch.testing.assert_close(found, expected)
        assert float(found.max()) <= float(cam.max()) + 1e-6, "in units of HiResCAM's"
        assert cells_of(graph, found, size, method="hires-layer-cam") == grids[1]


def test_what_the_model_did_not_use_stays_unmarked() -> None:
    graph = Graph(Cancelling(), size=8)
    x = torch.zeros(1, 3, 8, 8)
    x[:, 0] = torch.rand((8, 8), generator=torch.Generator().manual_seed(0)) + 0.5
    without = x.clone()
    without[..., 4:] = 0
    assert torch.allclose(graph.logits(x), graph.logits(without), atol=1e-6), "the right half is not used"
    right = slice(5, None)  # the first column lies between the centres of coarse cells
    assert attribute(graph, x, 0, method="layer-cam", at=graph.layers[-2].name)[0, :, right].min() > 0
    found = attribute(graph, x, 0, method="hires-layer-cam")[0]
    assert found.shape == (8, 8)
    assert float(found[:, right].abs().max()) < 1e-6
    assert float(found[:, :3].min()) > 0


def test_a_model_of_one_stage_has_hirescam() -> None:
    module = nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2)
    )
    graph, x = Graph(module, size=16), torch.rand(1, 3, 16, 16)
    assert len(graph.layers) == 1
    found = attribute(graph, x, 1, method="hires-layer-cam")
    assert torch.equal(found, attribute(graph, x, 1, method="hires-cam"))
