"""Score-CAM with only some of the channels tried."""

from __future__ import annotations

import copy

import torch
from small_models import SMALL, pictures, small_graph

from saliency.methods.attribution import attribute
from saliency.methods.score_cam import gains_of_all, representatives
from saliency.network.graph import Graph


def test_representatives_are_one_a_cluster() -> None:
    torch.manual_seed(0)
    middles = torch.eye(5) * 10
    points = (middles[:, None] + 0.1 * torch.randn(5, 7, 5)).flatten(0, 1)
    found = representatives(points, 5)
    assert sorted((found // 7).tolist()) == [0, 1, 2, 3, 4]


def test_like_points_have_fewer_representatives_than_asked_for() -> None:
    assert len(representatives(torch.ones(9, 4), 5)) == 1


def test_only_some_are_asked_for_and_the_others_count_as_the_most_alike() -> None:
    torch.manual_seed(0)
    kinds = torch.randint(0, 6, (60,))
    masks = torch.eye(6)[kinds].unflatten(1, (2, 3)) + 0.01 * torch.rand(60, 2, 3)
    truth = kinds.float()
    asked: list[int] = []

    def ask(chosen: torch.Tensor) -> torch.Tensor:
        asked.extend(chosen.tolist())
        return truth[chosen]

    assert torch.equal(gains_of_all(ask, masks, 12), truth)
    assert len(asked) == len(set(asked)) == 12
    assert [kinds[i] for i in asked[-3:]] == [5, 5, 5]  # the rest are tried where the score is highest


def test_where_nothing_is_marked_the_map_is_empty() -> None:
    graph, x = small_graph("plain"), pictures("plain", 1)
    module = copy.deepcopy(graph.module)
    with torch.no_grad():
        for weights in module.parameters():
            weights.zero_()
    assert not attribute(Graph(module, size=SMALL["plain"].size), x, 0, method="score-cam").any()
