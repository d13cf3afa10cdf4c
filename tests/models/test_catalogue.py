"""The catalogue holds every torchvision classifier in words."""

from __future__ import annotations

import re

import pytest

from models.architecture import architectures
from models.catalogue import CATALOGUE
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


def test_hash_digits_are_read_from_the_file_name() -> None:
    entry = CATALOGUE["mnasnet0_5"]  # mnasnet0.5_top1_67.823-3ffadce67e.pth
    assert is_published(entry, "3ffadce67e" + "0" * 54)
    assert not is_published(entry, "3ffadce67f" + "0" * 54)
