"""The catalogue holds every torchvision classifier in words, and each can be built for its weights."""

from __future__ import annotations

import re

import pytest
import torch

import models
from models.architecture import architectures, build, without_numbers
from models.catalogue import CATALOGUE
from models.errors import ModelError
from models.torchvision_guard import import_torchvision
from models.weights import is_published

FORBIDDEN = ("tensor", "layer", "logit", "because", "thinks", "looks at", "confidence", "proves")


def test_holds_all_of_torchvisions_classifiers() -> None:
    assert len(CATALOGUE) >= 80
    assert set(CATALOGUE) == set(architectures())


def test_five_are_up_front_under_everyday_names() -> None:
    front = [(entry.key, entry.name) for entry in CATALOGUE.values() if entry.front]
    assert front == [
        ("mobilenet_v3_large", "Fast"),
        ("resnet50", "Balanced"),
        ("convnext_tiny", "Accurate"),
        ("vit_b_16", "Transformer"),
        ("swin_t", "Windowed transformer"),
    ]
    assert list(CATALOGUE)[:5] == [key for key, _ in front]


@pytest.mark.parametrize("key", architectures())
def test_entries_are_complete(key: str) -> None:
    entry = CATALOGUE[key]
    assert entry.key == key
    assert entry.technical != key, "no rule for a readable name"
    assert re.fullmatch(r"[A-Z].+[.]", entry.sentence)
    assert not any(word in entry.sentence.lower() for word in FORBIDDEN)
    assert 1 < entry.megabytes < 3000
    assert entry.url.startswith("https://download.pytorch.org/models/")
    assert re.search(r"-[0-9a-f]{8,}\.pth$", entry.file_name)
    recipe = entry.preprocessing
    assert 224 <= recipe.crop_size <= recipe.resize_size
    assert recipe.interpolation in ("bilinear", "bicubic")
    assert len(recipe.mean) == len(recipe.std) == 3
    assert len(entry.labels) == 1000
    assert ("CC-BY-NC" in entry.licence) == ("SWAG" in entry.weights)


def test_weights_for_non_commercial_use_are_taken_only_where_there_are_no_others() -> None:
    assert {key for key, entry in CATALOGUE.items() if "SWAG" in entry.weights} == {
        "regnet_y_128gf",
        "vit_h_14",
    }


def test_names_follow_a_rule() -> None:
    written = {
        "resnet18": "ResNet-18",
        "vit_b_32": "ViT-B/32",
        "swin_v2_t": "Swin V2-T",
        "regnet_y_1_6gf": "RegNet-Y 1.6 GF",
        "mnasnet0_75": "MNASNet 0.75",
        "resnext101_32x8d": "ResNeXt-101 (32×8d)",
        "vgg16_bn": "VGG-16 BN",
        "convnext_base": "ConvNeXt-Base",
    }
    assert {key: CATALOGUE[key].name for key in written} == written
    assert CATALOGUE["resnet50"].title == "Balanced (ResNet-50)"
    assert CATALOGUE["resnet18"].title == "ResNet-18"


def test_size_is_in_decimal_megabytes() -> None:
    assert CATALOGUE["resnet50"].megabytes == 102.5  # the file has 102,540,417 bytes


@pytest.mark.parametrize("key", architectures())
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
    module = build(key, 7, reference.state_dict(), side=64)
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
    module = build("vit_b_32", 3, old, side=224)
    assert module.state_dict().keys() == new.keys()
    dense = without_numbers("densenet121", 2, side=224, options={}).state_dict()
    older = {re.sub(r"(denselayer\d+\.(?:norm|relu|conv))([12])", r"\1.\2", k): v for k, v in dense.items()}
    older = {k: torch.zeros(v.shape) for k, v in older.items() if "num_batches_tracked" not in k}
    assert build("densenet121", 2, older, side=224).state_dict().keys() == dense.keys()


def test_hash_digits_are_read_from_the_file_name() -> None:
    entry = CATALOGUE["mnasnet0_5"]  # mnasnet0.5_top1_67.823-3ffadce67e.pth
    assert is_published(entry, "3ffadce67e" + "0" * 54)
    assert not is_published(entry, "3ffadce67f" + "0" * 54)


def test_unknown_names_bring_up_near_ones() -> None:
    with pytest.raises(ModelError, match=r"no model called “resnt50”. Did you mean resnet50"):
        models.load("resnt50")
    with pytest.raises(ModelError, match="python -m models list"):
        models.load("zzzzzzzz")


def test_choices_come_in_order_and_can_be_loaded_by_key() -> None:
    choices = models.choices()
    kinds = [choice.kind for choice in choices]
    assert kinds == sorted(kinds, key=["built-in", "own", "catalogue"].index)
    catalogue = [choice for choice in choices if choice.kind == "catalogue"]
    assert [choice.front for choice in catalogue] == [True] * 5 + [False] * (len(CATALOGUE) - 5)
    assert len({choice.key for choice in choices}) == len(choices)
