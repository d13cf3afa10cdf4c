"""MobileNetV2 is torchvision's: entries, names of the parts, outputs."""

from __future__ import annotations

import pytest
import torch

from models.mobilenet_v2 import MobileNetV2
from models.torchvision_guard import import_torchvision
from saliency.network.tracing import traced


@pytest.mark.parametrize("setting", [None, [[1, 16, 1, 2], [6, 20, 2, 2], [2, 41, 3, 1]]])
def test_it_is_torchvisions(setting: list[list[int]] | None) -> None:
    torch.manual_seed(0)
    theirs = import_torchvision().models.mobilenet_v2(num_classes=5, inverted_residual_setting=setting).eval()
    ours = MobileNetV2(5, setting)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    ours.load_state_dict(theirs.state_dict())
    x = torch.randn(2, 3, 64, 48)
    with torch.no_grad():
        assert torch.equal(ours.eval()(x), theirs(x))
    names = [[node.name for node in traced(module).graph.nodes] for module in (ours, theirs)]
    assert names[0] == names[1]


@pytest.mark.parametrize("setting", [[], [[1, 16, 1]], [[1, 16, 1, 2, 3]]])
def test_rows_that_are_none_are_refused(setting: list[list[int]]) -> None:
    with pytest.raises(ValueError, match="rows of four numbers"):
        MobileNetV2(5, setting)
