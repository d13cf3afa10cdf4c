"""Every one of torchvision's classifiers can be built for weights, also for those of earlier versions."""

from __future__ import annotations

import re

import pytest
import torch
from sweeps import sweep

from models.architecture import architectures, build, without_numbers
from models.catalogue import CATALOGUE
from models.torchvision_guard import import_torchvision


@pytest.mark.parametrize("key", sweep(architectures(), every=8))
def test_every_architecture_can_be_built_without_numbers(key: str) -> None:
    entry = CATALOGUE[key]
    module = without_numbers(key, 1000, side=entry.preprocessing.crop_size, options=entry.options)
    entries = module.state_dict()
    built = {name for name, _ in (*module.named_parameters(), *module.named_buffers())}
    assert built <= entries.keys()  # so that weights replace everything that has no numbers


@pytest.mark.parametrize("key", ["mobilenet_v3_small", "regnet_y_400mf", "shufflenet_v2_x0_5", "googlenet"])
def test_built_without_numbers_gives_the_same_scores_as_torchvisions_own(key: str) -> None:
    get_model = import_torchvision().models.get_model
    more = {"init_weights": True} if key == "googlenet" else {}
    reference = get_model(key, weights=None, num_classes=7, **more).eval()
    module = build(key, 7, reference.state_dict(), side=64).module
    x = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        assert torch.equal(module(x), reference(x))


def test_understands_names_of_earlier_versions() -> None:
    get_model = import_torchvision().models.get_model
    with torch.device("meta"):
        shapes = get_model("vit_b_32", weights=None, num_classes=3).state_dict()
    new = {name: torch.zeros(value.shape) for name, value in shapes.items()}
    old = {
        re.sub(r"mlp\.(0|3)\.", lambda m: f"mlp.linear_{int(m[1]) // 3 + 1}.", k): v for k, v in new.items()
    }
    assert old.keys() != new.keys()
    module = build("vit_b_32", 3, old, side=224).module
    assert module.state_dict().keys() == new.keys()
    dense = without_numbers("densenet121", 2, side=224, options={}).state_dict()
    older = {re.sub(r"(denselayer\d+\.(?:norm|relu|conv))([12])", r"\1.\2", k): v for k, v in dense.items()}
    older = {k: torch.zeros(v.shape) for k, v in older.items() if "num_batches_tracked" not in k}
    assert build("densenet121", 2, older, side=224).module.state_dict().keys() == dense.keys()
