"""How photos must be prepared for a model: what its file says, and what a few photos with answers tell."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from models.errors import ModelError, counted, first_three, quoted
from models.sources.read_model import Channels
from saliency.classifier import OutputKind, Outputs
from saliency.errors import SaliencyError
from saliency.names import position, readable
from saliency.network.shapes import sides
from saliency.photo.reading import SUFFIXES, read_photo
from saliency.progress import Progress, report

_GREY = (0.299, 0.587, 0.114)  # ITU-R BT.601, as Pillow's mode L
_SCALES: dict[str, tuple[tuple[float, ...], tuple[float, ...]]] = {
    "ImageNet's mean and deviation": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    "0 to 1": ((0.0,) * 3, (1.0,) * 3),
    "−1 to 1": ((0.5,) * 3, (0.5,) * 3),
    "0 to 255": ((0.0,) * 3, (1 / 255,) * 3),
}
_CUTS = ("crop", "whole", "squeezed")
_SAID = {"crop": "centre crop", "whole": "centre crop, the largest", "squeezed": "whole, squeezed"}
MOST_PHOTOS = 60
Size = int | tuple[int, int]
_CLASSES = Outputs()


class Prepared(nn.Module):
    """A model that takes BGR or grey pictures, as one that takes RGB ones ``(N, 3, H, W)``."""

    def __init__(self, module: nn.Module, channels: Channels) -> None:
        super().__init__()
        self.module, self.channels = module, channels
        self.grey: Tensor
        self.register_buffer("grey", torch.tensor(_GREY)[:, None, None], persistent=False)

    def forward(self, pictures: Tensor) -> Tensor:
        """The model's outputs."""
        if self.channels == "bgr":
            pictures = pictures.flip(1)
        elif self.channels == "grey":
            pictures = (pictures * self.grey).sum(1, keepdim=True)
        outputs: Tensor = self.module(pictures)
        return outputs


def taking_rgb(module: nn.Module, channels: Channels) -> nn.Module:
    """The module, or one around it that takes RGB pictures."""
    return module if channels == "rgb" else Prepared(module, channels)


@dataclass(frozen=True)
class Recipe:
    """One way to prepare photos.

    Attributes:
        scale: What values become, in words.
        mean: Of red, green and blue, in [0, 1].
        std: The same.
        channels: The order of colours.
        cut: ``crop`` (the middle, after resizing to 256/224), ``whole`` (the largest part in the middle of
            the model's aspect ratio) or ``squeezed``.
    """

    scale: str
    mean: tuple[float, ...]
    std: tuple[float, ...]
    channels: Channels
    cut: str

    def __str__(self) -> str:
        return f"{self.scale}, {self.channels.upper()}, {_SAID[self.cut]}"


@dataclass(frozen=True)
class Trial:
    """How many photos a recipe gets right, and the mean share of the right answer."""

    recipe: Recipe
    right: int
    share: float


class Photos(NamedTuple):
    """Photos with their right answers, as positions among the labels."""

    paths: tuple[Path, ...]
    answers: tuple[int, ...]


def photos_with_answers(folder: Path, labels: Sequence[str]) -> Photos:
    """The photos in folders that are named after labels.

    Raises:
        ModelError: There is no such folder, a name is no label, or there are no photos.
    """
    if not folder.is_dir():
        raise ModelError(f"There is no folder of photos {readable(str(folder))}.", field="photos")
    by_label: list[list[tuple[Path, int]]] = []
    for inner in sorted(path for path in folder.iterdir() if path.is_dir() and path.name[0] != "."):
        answer = position(inner.name, labels)
        if answer is None:
            known = first_three([quoted(label) for label in labels])
            raise ModelError(
                f"The folder of photos {quoted(inner.name)} is named after no label. The labels are {known}.",
                field="photos",
            )
        by_label.append([(p, answer) for p in sorted(inner.iterdir()) if p.suffix.lower() in SUFFIXES])
    rounds = itertools.zip_longest(*by_label)  # so that a bound on photos leaves some of each label
    pairs = [pair for each in rounds for pair in each if pair is not None][:MOST_PHOTOS]
    if not pairs:
        raise ModelError(
            f"There are no photos in {readable(folder.name)}. Put them into folders named after labels.",
            field="photos",
        )
    return Photos(tuple(path for path, _ in pairs), tuple(answer for _, answer in pairs))


def candidates(
    mean: tuple[float, ...] | None, std: tuple[float, ...] | None, channels: Channels | None
) -> list[Recipe]:
    """The recipes that what is known of a model leaves open, the usual one first."""
    scales = {"as stated": (mean, std)} if mean is not None and std is not None else _SCALES
    orders: tuple[Channels, ...] = (channels,) if channels else ("rgb", "bgr")
    return [
        Recipe(scale, given[0] or (0.0,) * 3, given[1] or (1.0,) * 3, order, cut)
        for (scale, given), order, cut in itertools.product(scales.items(), orders, _CUTS)
    ]


def trials(
    module: nn.Module,
    recipes: Sequence[Recipe],
    photos: Photos,
    size: Size,
    kind: Outputs = _CLASSES,
    on_progress: Progress | None = None,
) -> list[Trial]:
    """How well the model does with each recipe, best first; equal ones in their order.

    Args:
        module: From pictures ``(N, C, H, W)`` to outputs ``(N, K)``.
        recipes: What is tried.
        photos: With their right answers.
        size: Height and width of its pictures in pixels, or the side of a square.
        kind: What the outputs are. Of labels, the photo's own has to be given.
        on_progress: Told how many recipes have been tried.

    Raises:
        ModelError: A photo cannot be read.
    """
    pixels, ways, shape = [_pixels(path) for path in photos.paths], {r.cut for r in recipes}, sides(size)
    cuts = {cut: torch.stack([_cut(each, cut, shape) for each in pixels]) for cut in ways}
    answers, tried = torch.tensor(photos.answers), []
    for recipe in recipes:
        mean, std = (torch.tensor(v)[:, None, None] for v in (recipe.mean, recipe.std))
        adapted = taking_rgb(module, recipe.channels).eval()
        with torch.inference_mode():
            outputs = torch.cat([adapted((part - mean) / std) for part in cuts[recipe.cut].split(8)])
        shares = _shares(outputs.float(), kind)
        share = shares[torch.arange(len(answers)), answers]
        one = kind.kind is OutputKind.LABELS
        right = int((share >= kind.threshold if one else shares.argmax(1) == answers).sum())
        tried.append(Trial(recipe, right, float(share.nan_to_num().mean())))
        report(on_progress, len(tried), len(recipes))
    return sorted(tried, key=lambda trial: -trial.right)


def _shares(outputs: Tensor, kind: Outputs) -> Tensor:
    """The share ``(N, K)`` of each answer; of yes and no where there is one output."""
    single = outputs[0].numel() == 1
    if kind.kind is not OutputKind.LABELS and not single:
        return outputs.softmax(1)
    are_shares = bool(((outputs >= 0) & (outputs <= 1)).all())
    shares = outputs if are_shares else outputs.sigmoid()
    return torch.stack([shares.flatten(), 1 - shares.flatten()], 1) if single else shares


def evidence(tried: Sequence[Trial], count: int) -> str:
    """What stays with a model of its trials, in a sentence."""
    equal = sum(trial.right == tried[0].right for trial in tried[1:])
    others = f"; {counted(equal, 'other way has', 'other ways have')} as many right" if equal else ""
    photos = counted(count, "photo", "photos")
    return f"{tried[0].right} of {photos} are right in the way of preparing them that was kept{others}."


def _pixels(path: Path) -> np.ndarray:
    try:
        return read_photo(path).pixels
    except SaliencyError as error:
        text = f"The photo {quoted(path.name)} cannot be read: {error.message}"
        raise ModelError(text, field="photos") from error


def table(tried: Sequence[Trial], count: int) -> str:
    """The trials, a line each."""
    rows = [f"{trial.right:>4} of {count}  {trial.recipe}" for trial in tried]
    return "\n".join(["RIGHT      PREPARATION", *rows])


def verdict(tried: Sequence[Trial], count: int) -> str:
    """What the trials say, in a sentence or two."""
    best = tried[0]
    said = f"{best.right} of {counted(count, 'photo', 'photos')} are right with {best.recipe}."
    equal = [str(trial.recipe) for trial in tried[1:] if trial.right == best.right]
    if equal:
        return f"{said} As many are with {first_three(equal, '; ')}: these photos cannot tell them apart."
    return said


def _cut(pixels: np.ndarray, cut: str, size: tuple[int, int]) -> Tensor:
    """``(3, H, W)`` in [0, 1]."""
    picture = Image.fromarray(pixels)
    (width, height), (rows, columns) = picture.size, size
    if cut == "squeezed":
        picture = picture.resize((columns, rows), Image.Resampling.BILINEAR)
    else:
        scale = min(width / columns, height / rows) * (224 / 256 if cut == "crop" else 1)
        across, down = scale * columns, scale * rows
        left, top = (width - across) / 2, (height - down) / 2
        box = (left, top, left + across, top + down)
        picture = picture.resize((columns, rows), Image.Resampling.BILINEAR, box=box)
    return torch.from_numpy(np.array(picture)).permute(2, 0, 1).float() / 255
