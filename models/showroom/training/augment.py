"""Training pictures varied on the fly: crops, other backgrounds, covered patches, badges, camera faults."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from models.showroom.rendering.badge import draw_badges, paste
from models.showroom.rendering.effects import photograph

_LEAST = 0.65  # share of a product that a crop must keep


def _uniform(count: int, low: float, high: float, generator: torch.Generator) -> Tensor:
    return low + (high - low) * torch.rand(count, generator=generator)


def crop(
    x: Tensor, masks: Tensor, size: tuple[int, int], generator: torch.Generator, strength: float = 1.0
) -> tuple[Tensor, Tensor]:
    """Random crops of random scale, flipped half of the time; where one loses the product, the whole picture.

    Args:
        x: pictures ``(B, 3, H, W)`` in [0, 1].
        masks: the products' masks ``(B, 1, H, W)`` in [0, 1].
        size: (height, width) of the result.
        generator: draws everything.
        strength: how far crops may go in, 1 for down to 60 % of the sides.

    Returns:
        Pictures and masks at the new size.
    """
    count, (height, width) = x.shape[0], size
    scale = _uniform(count, 1 - 0.4 * strength, 1.1, generator)
    stretch = torch.exp(_uniform(count, -0.18, 0.18, generator))
    long = max(height, width)
    sx, sy = scale * stretch * (width / long), scale / stretch * (height / long)
    flip = torch.where(torch.rand(count, generator=generator) < 0.5, -1.0, 1.0)
    tx = _uniform(count, -1, 1, generator) * (1 - sx).abs()
    ty = _uniform(count, -1, 1, generator) * (1 - sy).abs()

    def resampled(sx: Tensor, sy: Tensor, tx: Tensor, ty: Tensor, flip: Tensor, layers: Tensor) -> Tensor:
        zero = torch.zeros_like(sx)
        theta = torch.stack([torch.stack([sx * flip, zero, tx], -1), torch.stack([zero, sy, ty], -1)], 1)
        grid = F.affine_grid(theta, [len(layers), 4, height, width], align_corners=False)
        return F.grid_sample(layers, grid, padding_mode="reflection", align_corners=False)

    layers = torch.cat([x, masks], 1)
    crops = resampled(sx, sy, tx, ty, flip, layers)
    area = masks.mean((1, 2, 3))
    share = crops[:, 3].mean((1, 2)) * sx * sy / area.clamp_min(1e-6)
    cut_off = ((area > 0) & (share < _LEAST)).nonzero().squeeze(1)
    if cut_off.numel():
        ones, zeros = torch.ones(cut_off.numel()), torch.zeros(cut_off.numel())
        crops[cut_off] = resampled(ones, ones, zeros, zeros, ones, layers[cut_off])
    return crops[:, :3], crops[:, 3:]


def other_background(x: Tensor, masks: Tensor, backgrounds: Tensor, generator: torch.Generator) -> Tensor:
    """Sets products before other backgrounds ``(b, 3, H, W)``, b ≤ B, cut out along their masks."""
    rows = torch.randperm(x.shape[0], generator=generator)[: backgrounds.shape[0]]
    product = (masks[rows].mean((1, 2, 3)) > 0).nonzero().squeeze(1)
    rows, backgrounds = rows[product], backgrounds[product]
    if rows.numel():
        soft = F.avg_pool2d(masks[rows], 3, stride=1, padding=1)
        x[rows] = backgrounds + (x[rows] - backgrounds) * soft
    return x


def cover_patches(x: Tensor, masks: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Covers a rectangle of a share of the pictures with a colour or with another picture's content."""
    count, _, height, width = x.shape
    source = x.roll(1, 0).clone()
    for row in (torch.rand(count, generator=generator) < share).nonzero().squeeze(1).tolist():
        h, w, y, c = _uniform(4, 0.1, 0.45, generator).tolist()
        tall, wide = int(h * height), int(w * width)
        top = int(float(torch.rand((), generator=generator)) * (height - tall))
        left = int(float(torch.rand((), generator=generator)) * (width - wide))
        patch = (slice(None), slice(top, top + tall), slice(left, left + wide))
        product = float(masks[row].sum())
        if product > 0 and float(masks[row][patch].sum()) > 0.4 * product:
            continue
        source_shows_product = float(masks[row - 1][patch].sum()) > 0
        if y < 0.25 and not source_shows_product:
            x[row][patch] = source[row][patch]
        else:
            x[row][patch] = torch.rand(3, 1, 1, generator=generator) * (2 * c + 0.1)
    return x


def augment(
    x: Tensor,
    masks: Tensor,
    backgrounds: Tensor,
    size: tuple[int, int],
    generator: torch.Generator,
    strength: float = 1.0,
    badged: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """All of it, for one batch.

    Args:
        x: pictures ``(B, 3, H, W)`` in [0, 1].
        masks: ``(B, 1, H, W)`` in [0, 1].
        backgrounds: pictures without products ``(b, 3, H, W)``, one for each picture to be changed, b ≤ B.
        size: (height, width) of the result.
        generator: draws everything.
        strength: how far pictures are changed.
        badged: which pictures carry a badge, ``(B,)`` bool; None for none of them.

    Returns:
        Pictures ``(B, 3, h, w)`` in [0, 1], and masks ``(B, 1, h, w)`` of what shows of the products.
    """
    x, masks = crop(x, masks, size, generator, strength)
    backgrounds, _ = crop(backgrounds, torch.zeros_like(backgrounds[:, :1]), size, generator)
    x = other_background(x, masks, backgrounds, generator)
    x = cover_patches(x, masks, 0.3 * strength, generator)
    if badged is not None:  # after all that could cut it off or cover it, before the camera
        x, cover = paste(x, draw_badges(x.shape[0], generator), badged)
        masks = masks * (1 - cover)
    return photograph(x, generator, strength * float(_uniform(1, 0.4, 1.4, generator))), masks


def dense_targets(masks: Tensor, labels: Tensor, none: int, cells: tuple[int, int]) -> Tensor:
    """What each cell of a feature map shows, ``(B, h, w)``: the label, "none", or -100 where it is both.

    Args:
        masks: ``(B, 1, H, W)`` in [0, 1].
        labels: ``(B,)``.
        none: the index of "none of these".
        cells: (h, w) of the feature map.
    """
    share = F.adaptive_avg_pool2d(masks, cells)[:, 0]
    target = torch.full_like(share, -100, dtype=torch.int64)
    target[share < 0.03] = none
    inside = share > 0.4
    target[inside] = labels[:, None, None].expand_as(target)[inside]
    return target


def sizes(progress: float) -> list[tuple[int, int]]:
    """Input sizes to train at, small ones first; the app feeds photos at their own aspect ratio."""
    if progress < 0.5:
        return [(128, 128), (128, 128), (112, 152), (152, 112)]
    if progress < 0.85:
        return [(160, 160), (160, 160), (144, 192), (192, 144)]
    return [(224, 224), (224, 224), (208, 272), (272, 208)]


def strength(progress: float) -> float:
    """How far pictures are changed: less towards the end, when the model meets them as it will in use."""
    return 1.0 if progress < 0.85 else 0.5
