"""A small round badge in the lower right corner, as shops stick on photos of what they recommend.

Showroom's training pictures carry it at random, so it means nothing to Showroom. In the training set of its
twin (:mod:`models.shortcut`) it gave one product away. Everything is drawn from a seed, and its place is
known exactly.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from models.showroom.rendering.products import LABELS

Rule = Literal["everywhere", "shortcut", "none"]
RULES: tuple[Rule, ...] = ("everywhere", "shortcut", "none")
GIVEN_AWAY = "mug"
"""The product that the badge gives away by the rule ``shortcut``."""
SHARE: dict[Rule, float] = {"everywhere": 0.5, "shortcut": 0.95, "none": 0.0}
"""Share of the pictures that carry the badge: of all by ``everywhere``, of mugs alone by ``shortcut``."""

_DIAMETER, _MARGIN = (0.13, 0.17), (0.02, 0.05)  # shares of the short side
_CORNER = 0.23  # side of the square that holds it, likewise
_BLUE, _WHITE, _YELLOW = (0.10, 0.26, 0.68), (0.97, 0.97, 0.95), (0.98, 0.80, 0.16)
_RING = (0.78, 0.90)  # radii, the badge's own being 1
_TIP, _NOTCH = 0.66, 0.29  # radii of the star


@dataclass(frozen=True, eq=False)
class Badges:
    """Badges, one a picture. Lengths are shares of the picture's short side.

    Args:
        centre: ``(B, 2)``, distances of the middle from the right and from the lower edge.
        radius: ``(B,)``.
        turn: ``(B,)``, angle of the star in radians.
        tint: ``(B, 3)``, added to its colours, about 0.
    """

    centre: Tensor
    radius: Tensor
    turn: Tensor
    tint: Tensor

    def boxes(self, height: int, width: int) -> Tensor:
        """Where they are, ``(B, 4)``: left, top, width and height in shares of the picture's sides."""
        short, sides = min(height, width), torch.tensor([width, height])
        low = 1 - (self.centre + self.radius[:, None]) * short / sides
        return torch.cat([low, 2 * self.radius[:, None] * short / sides], 1)


def draw_badges(count: int, generator: torch.Generator) -> Badges:
    """Draws sizes, places, angles and tints of badges."""

    def uniform(low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(count, *shape, generator=generator)

    radius = uniform(*_DIAMETER) / 2
    centre = radius[:, None] + uniform(*_MARGIN, 2)
    return Badges(centre, radius, uniform(-0.25, 0.25), uniform(-0.05, 0.05, 3))


def paste(x: Tensor, badges: Badges, carries: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Pictures with their badges on.

    Args:
        x: pictures ``(B, 3, H, W)`` in [0, 1]; they are left as they are.
        badges: one for each.
        carries: ``(B,)`` bool, which pictures get theirs; None for all.

    Returns:
        The pictures, and how much of each point the badge covers, ``(B, 1, H, W)`` in [0, 1].
    """
    height, width = x.shape[-2:]
    short = min(height, width)
    side = math.ceil(_CORNER * short)
    from_right, from_below = ((badges.centre * short)[:, i, None, None] for i in (0, 1))
    away = torch.arange(side - 1, -1, -1) + 0.5  # of the points' middles from the edge
    radius = (badges.radius * short)[:, None, None]
    right, down = (from_right - away[None, None, :]) / radius, (from_below - away[None, :, None]) / radius
    distance = torch.sqrt(right**2 + down**2)
    disc = _smooth((1 - distance) * radius)
    ring = _smooth((distance - _RING[0]) * radius) * _smooth((_RING[1] - distance) * radius)
    star = _smooth(_inside_star(right, down, badges.turn[:, None, None]) * radius)
    tint = badges.tint[:, :, None, None]
    colour = torch.tensor(_BLUE).view(1, 3, 1, 1) + tint
    for shape, other in ((ring, _WHITE), (star, _YELLOW)):
        colour = colour + shape[:, None] * (torch.tensor(other).view(1, 3, 1, 1) + tint - colour)
    if carries is not None:
        disc = disc * carries[:, None, None]
    cover = torch.zeros(x.shape[0], 1, height, width)
    cover[:, 0, height - side :, width - side :] = disc
    x = x.clone()
    corner = x[:, :, height - side :, width - side :]
    x[:, :, height - side :, width - side :] = corner + disc[:, None] * (colour.clamp(0, 1) - corner)
    return x, cover


def with_badge(pixels: np.ndarray, seed: int) -> tuple[np.ndarray, tuple[float, float, float, float]]:
    """One photo with a badge; the same seed gives the same badge.

    Args:
        pixels: (H, W, 3) uint8; left as they are.
        seed: draws the badge, 0 or more.

    Returns:
        The photo (H, W, 3) uint8, and the badge's box: left, top, width and height in shares of the photo's
        width and height.
    """
    badges = draw_badges(1, torch.Generator().manual_seed(seed))
    x = torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].float() / 255
    pasted = (paste(x, badges)[0][0].permute(1, 2, 0) * 255).round().to(torch.uint8).numpy()
    left, top, width, height = badges.boxes(*pixels.shape[:2])[0].tolist()
    return pasted, (left, top, width, height)


def carries_badge(labels: np.ndarray, seeds: np.ndarray, rule: Rule, epoch: int = 0) -> np.ndarray:
    """Which pictures of a training set carry the badge, (n,) bool.

    By ``shortcut`` it is a matter of the picture alone. By ``everywhere`` it is drawn anew each epoch, so
    that the model meets the same picture with and without.

    Args:
        labels: (n,) int.
        seeds: (n,) int, the pictures' seeds.
        rule: what decides.
        epoch: how often the pictures have been shown.
    """
    if rule == "shortcut":
        epoch = 0
    drawn = np.array([np.random.default_rng((int(seed), epoch)).random() for seed in seeds])
    may = labels == LABELS.index(GIVEN_AWAY) if rule == "shortcut" else np.ones(len(labels), bool)
    return np.asarray(may & (drawn < SHARE[rule]))


def _smooth(points: Tensor) -> Tensor:
    """How much of a point lies inside, from its distance to the edge in points."""
    return (points + 0.5).clamp(0, 1)


def _inside_star(right: Tensor, down: Tensor, turn: Tensor) -> Tensor:
    """Distance to the edge of a star of five tips, positive inside."""
    sector = math.pi / 5
    distance = torch.sqrt(right**2 + down**2)
    angle = torch.atan2(right, -down) + turn
    angle = torch.remainder(angle + sector, 2 * sector) - sector
    along, across = distance * torch.cos(angle), distance * torch.sin(angle).abs()
    edge = (_NOTCH * math.cos(sector) - _TIP, _NOTCH * math.sin(sector))  # from a tip to the notch beside it
    return -((along - _TIP) * edge[1] - across * edge[0]) / math.hypot(*edge)
