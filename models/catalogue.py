"""torchvision's classifiers as data.

Size, input size, preprocessing, class names, address and recipe of the weights come from torchvision's own
description of them; only everyday names and one sentence a family are written down here. torchvision is
imported when the catalogue is first looked into, not when this module is imported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from models.torchvision_guard import import_torchvision
from saliency.classifier import Preprocessing

# Up front, in this order: torchvision's name → everyday name, what a person gains or pays by choosing it.
FRONT: Mapping[str, tuple[str, str]] = {
    "mobilenet_v3_large": ("Fast", "Small and quick: a good first look at a photo."),
    "resnet50": ("Balanced", "The best-known design: accurate and still quick."),
    "convnext_tiny": ("Accurate", "A newer design that is right more often and takes longer."),
    "vit_b_16": ("Transformer", "Reads the photo as small squares that are all compared with one another."),
    "swin_t": (
        "Windowed transformer",
        "A transformer that compares neighbouring squares first, then wider areas.",
    ),
}

# Pattern of torchvision's name, how to write it (groups get capital letters), one sentence for the family.
_FAMILIES: tuple[tuple[str, str, str], ...] = (
    (
        "alexnet",
        "AlexNet",
        "The 2012 model that started the field: quick, and often wrong by today's measure.",
    ),
    (r"convnext_(\w+)", "ConvNeXt-{}", "A modern design, accurate; larger ones are slower."),
    (
        r"densenet(\d+)",
        "DenseNet-{}",
        "Every step sees the results of all steps before it; small for its accuracy.",
    ),
    (
        r"efficientnet_b(\d)",
        "EfficientNet-B{}",
        "Small for its accuracy; higher numbers take larger pictures.",
    ),
    (
        r"efficientnet_v2_(\w)",
        "EfficientNetV2-{}",
        "A faster successor of EfficientNet that takes larger pictures.",
    ),
    ("googlenet", "GoogLeNet", "A 2014 model that works on several sizes of detail side by side."),
    ("inception_v3", "Inception V3", "A 2015 model that works on several sizes of detail side by side."),
    (r"maxvit_(\w)", "MaxViT-{}", "A transformer that alternates between near and far comparisons."),
    (r"mnasnet([\d.]+)", "MNASNet {}", "Designed by a search for speed on phones."),
    ("mobilenet_v2", "MobileNetV2", "Made for phones: small and quick."),
    (r"mobilenet_v3_(\w+)", "MobileNetV3-{}", "Made for phones: small and quick."),
    (
        r"regnet_([xy])_([\d.]+)([gm]f)",
        "RegNet-{} {} {}",
        "A family in many sizes, built by one simple rule.",
    ),
    (r"resnet(\d+)", "ResNet-{}", "The best-known design; a higher number is slower and more accurate."),
    (r"resnext(\d+).(\d+)x(\d+)d", "ResNeXt-{} ({}×{}d)", "A ResNet whose steps work in parallel groups."),
    (r"shufflenet_v2_x([\d.]+)", "ShuffleNetV2 ×{}", "Made for very small devices: tiny and quick."),
    (r"squeezenet([\d.]+)", "SqueezeNet {}", "A very small download; less accurate than the others."),
    (r"swin_v2_(\w)", "Swin V2-{}", "A newer windowed transformer that takes slightly larger pictures."),
    (r"swin_(\w)", "Swin-{}", "A transformer that compares neighbouring squares first, then wider areas."),
    (r"vgg(\d+)", "VGG-{}", "A plain 2014 design: large and slow, often used in studies."),
    (r"vgg(\d+)_bn", "VGG-{} BN", "A plain 2014 design with a steadier training: large and slow."),
    (
        r"vit_(\w)_(\d+)",
        "ViT-{}/{}",
        "A transformer: reads the photo as small squares, all compared with one another.",
    ),
    (r"wide_resnet(\d+).2", "Wide ResNet-{}", "A ResNet with twice the width: more accurate, larger."),
)

_LICENCE = "BSD-3-Clause; the weights come from ImageNet's pictures, which are for non-commercial research."
_LICENCE_SWAG = "BSD-3-Clause; the weights (SWAG) are CC-BY-NC 4.0, for non-commercial use only."
_BYTES_PER_STATED_MEGABYTE = 2**20  # torchvision states sizes in 2**20 bytes


@dataclass(frozen=True)
class CatalogueEntry:
    """One classifier of torchvision with one set of weights.

    Attributes:
        key: torchvision's name of the architecture, such as ``resnet50``.
        name: Everyday name (``Balanced``), or the technical one where there is none.
        sentence: What a person gains or pays by choosing it.
        technical: The name the field knows it by, such as ``ResNet-50``.
        front: Shown at once, not behind "More models".
        weights: Member of torchvision's weights enum, such as ``ResNet50_Weights.IMAGENET1K_V2``.
        url: Where the weights come from.
        megabytes: Size of the download in units of 10^6 bytes.
        preprocessing: Input size in pixels and normalisation, as published with the weights.
        options: What to build the architecture with so that the weights fit.
        licence: Of code and weights, in a sentence.
        source: Who published the weights and where the recipe is.
    """

    key: str
    name: str
    sentence: str
    technical: str
    front: bool
    weights: str
    url: str
    megabytes: float
    preprocessing: Preprocessing
    options: Mapping[str, Any]
    licence: str
    source: str

    @property
    def file_name(self) -> str:
        """Name of the weights file; ends in the first digits of its SHA-256, as ``resnet50-11ad3fa6.pth``."""
        return PurePosixPath(urlsplit(self.url).path).name

    @property
    def size(self) -> int:
        """About how many bytes the download has."""
        return int(self.megabytes * 1e6)

    @property
    def title(self) -> str:
        """Everyday and technical name together, as ``Balanced (ResNet-50)``."""
        return self.technical if self.name == self.technical else f"{self.name} ({self.technical})"

    @property
    def labels(self) -> tuple[str, ...]:
        """The class names, in the order of the model's scores."""
        return tuple(_published_weights(self.key).meta["categories"])


class _Catalogue(Mapping[str, CatalogueEntry]):
    """The entries by key, front ones first; made when first looked into."""

    def __getitem__(self, key: str) -> CatalogueEntry:
        return _entries()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(_entries())

    def __len__(self) -> int:
        return len(_entries())


CATALOGUE: Mapping[str, CatalogueEntry] = _Catalogue()


@cache
def _entries() -> dict[str, CatalogueEntry]:
    torchvision = import_torchvision()
    names = sorted(torchvision.models.list_models(module=torchvision.models), key=_natural)
    ordered = [*FRONT, *(name for name in names if name not in FRONT)]
    return {name: _entry(name, torchvision.__version__) for name in ordered}


def _entry(key: str, version: str) -> CatalogueEntry:
    weights = _published_weights(key)
    recipe = weights.transforms()
    technical, family_sentence = _names(key)
    name, sentence = FRONT.get(key, (technical, family_sentence))
    preprocessing = Preprocessing(
        crop_size=recipe.crop_size[0],
        resize_size=recipe.resize_size[0],
        mean=tuple(recipe.mean),
        std=tuple(recipe.std),
        interpolation=recipe.interpolation.value,
    )
    return CatalogueEntry(
        key=key,
        name=name,
        sentence=sentence,
        technical=technical,
        front=key in FRONT,
        weights=str(weights),
        url=weights.url,
        megabytes=round(weights.meta["_file_size"] * _BYTES_PER_STATED_MEGABYTE / 1e6, 1),
        preprocessing=preprocessing,
        options={"transform_input": True} if key in ("googlenet", "inception_v3") else {},
        licence=_LICENCE_SWAG if "license" in weights.meta else _LICENCE,
        source=f"torchvision {version.partition('+')[0]}, {weights}, recipe {weights.meta['recipe']}",
    )


def _published_weights(key: str) -> Any:
    """The newest weights with ImageNet's 1,000 classes, those without a licence of their own first."""
    members = import_torchvision().models.get_model_weights(key)
    free = [member for member in members if member.meta["categories"] and "license" not in member.meta]
    return members.DEFAULT if members.DEFAULT in free or not free else free[-1]


def _names(key: str) -> tuple[str, str]:
    """The technical name and the sentence of the family."""
    with_points = re.sub(r"(?<=\d)_(?=\d)", ".", key)  # regnet_y_1_6gf is 1.6 GF
    for pattern, template, sentence in _FAMILIES:
        if match := re.fullmatch(pattern, with_points):
            groups = (g.upper() if len(g) < 3 else g.capitalize() for g in match.groups())
            return template.format(*groups), sentence
    return key, "A further classifier of torchvision."


def _natural(name: str) -> list[tuple[int, str]]:
    """Sort key that puts resnet18 before resnet101."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]
