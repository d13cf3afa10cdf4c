"""Finding what rays hit: sphere tracing inside the box around each thing; finished rays are dropped."""

from __future__ import annotations

import torch
from torch import Tensor

from models.showroom.rendering.sdf import Points
from models.showroom.rendering.thing import Placed

FAR = 1e6
_PRIMARY_STEPS = 42


def take(p: Points, at: Tensor) -> Points:
    """Some of the points."""
    return p[0][at], p[1][at], p[2][at]


def along(o: Points, d: Points, t: Tensor) -> Points:
    """Points at distance ``t`` along rays."""
    return torch.addcmul(o[0], d[0], t), torch.addcmul(o[1], d[1], t), torch.addcmul(o[2], d[2], t)


def through_box(placed: Placed, o: Points, d: Points, margin: float = 0.0) -> tuple[Tensor, Tensor]:
    """Distances at which rays (own frame) enter and leave the box around a thing; a miss has near > far."""
    near = torch.zeros_like(d[0])
    far = torch.full_like(d[0], FAR)
    for i in range(3):
        inverse = 1.0 / torch.where(d[i].abs() < 1e-9, torch.full_like(d[i], 1e-9), d[i])
        a = (placed.low[i] - margin - o[i]) * inverse
        b = (placed.high[i] + margin - o[i]) * inverse
        near = torch.maximum(near, torch.minimum(a, b))
        far = torch.minimum(far, torch.maximum(a, b))
    return near, far


def first_hit(placed: Placed, o: Points, d: Points, limit: Tensor) -> tuple[Tensor, Tensor]:
    """Marches world rays to a thing.

    Args:
        placed: the thing.
        o: origins ``(N,)`` each.
        d: unit directions.
        limit: ``(N,)`` distance beyond which a hit does not count.

    Returns:
        The indices of the rays that hit, and their distances.
    """
    lo, ld = placed.local(o), placed.local_direction(d)
    near, far = through_box(placed, lo, ld)
    far = torch.minimum(far, limit)
    rays = (near < far).nonzero().squeeze(1)
    rays_that_hit, distances = [], []
    lo, ld, t, far = take(lo, rays), take(ld, rays), near[rays] + 1e-4, far[rays]
    tolerance = 0.0012
    for step in range(_PRIMARY_STEPS):
        if rays.numel() == 0:
            break
        gap = placed.thing.distance(along(lo, ld, t))
        hit = gap < tolerance * (1.0 + 0.07 * step)
        t = torch.where(hit, t, t + gap * placed.scale)
        if step % 3 == 2 or step == _PRIMARY_STEPS - 1:
            finished = hit.nonzero().squeeze(1)
            rays_that_hit.append(rays[finished])
            distances.append(t[finished])
            alive = (~hit & (t < far)).nonzero().squeeze(1)
            rays, t, far = rays[alive], t[alive], far[alive]
            lo, ld = take(lo, alive), take(ld, alive)
    if not rays_that_hit:
        return rays, t
    return torch.cat(rays_that_hit), torch.cat(distances)


def normals(placed: Placed, p: Points) -> Points:
    """Unit normals (world) at surface points (own frame), from four distances."""
    h = 0.0015
    x, y, z = (torch.zeros_like(p[0]) for _ in range(3))
    for a, b, c in ((1, -1, -1), (-1, -1, 1), (-1, 1, -1), (1, 1, 1)):
        gap = placed.thing.distance((p[0] + a * h, p[1] + b * h, p[2] + c * h))
        x, y, z = x + a * gap, y + b * gap, z + c * gap
    size = (x * x + y * y + z * z).sqrt().clamp_min(1e-9)
    return placed.world_direction((x / size, y / size, z / size))


def shadow(
    things: list[Placed], p: Points, towards: tuple[float, float, float], hard: float, steps: int = 12
) -> Tensor:
    """Share of the key light, ``(N,)`` in [0, 1], that reaches world points; ``steps`` looks on the way."""
    lit = torch.ones_like(p[0])
    one = torch.ones_like(p[0])
    d = (one * towards[0], one * towards[1], one * towards[2])
    for placed in things:
        lo, ld = placed.local(p), placed.local_direction(d)
        near, far = through_box(placed, lo, ld, 0.06)
        rays = ((near < far) & (lit > 0.02)).nonzero().squeeze(1)
        if rays.numel() == 0:
            continue
        lo, ld, t, far = take(lo, rays), take(ld, rays), near[rays], far[rays]
        t = t.clamp_min(0.012)
        start = t.clone()
        share = torch.ones_like(t)
        clear = 1.0 - 0.75 * placed.thing.materials[0].clear
        shortest = far / steps * 0.5
        for step in range(steps):
            gap = placed.thing.distance(along(lo, ld, t)) * placed.scale
            share = torch.minimum(share, (hard * gap / t.clamp_min(0.05)).clamp(0.0, 1.0))
            t = t + torch.maximum(gap, torch.minimum(shortest, (far - start) / steps))
            if step % 4 == 3:
                alive = ((share > 0.02) & (t < far)).nonzero().squeeze(1)
                ended = (~((share > 0.02) & (t < far))).nonzero().squeeze(1)
                lit[rays[ended]] = lit[rays[ended]] * (1.0 - clear * (1.0 - share[ended]))
                rays, t, far, share, start = rays[alive], t[alive], far[alive], share[alive], start[alive]
                shortest = shortest[alive]
                lo, ld = take(lo, alive), take(ld, alive)
                if rays.numel() == 0:
                    break
        lit[rays] = lit[rays] * (1.0 - clear * (1.0 - share))
    return lit


def openness(things: list[Placed], p: Points, n: Points) -> Tensor:
    """How open the surroundings of world points are (ambient occlusion), ``(N,)``: 1 free, 0 enclosed."""
    free = torch.ones_like(p[0])
    for placed in things:
        lo = placed.local(p)
        reach = 0.3
        inside = torch.ones_like(free, dtype=torch.bool)
        for i in range(3):
            inside &= (lo[i] > placed.low[i] - reach) & (lo[i] < placed.high[i] + reach)
        at = inside.nonzero().squeeze(1)
        if at.numel() == 0:
            continue
        q, m = take(lo, at), placed.local_direction(take(n, at))
        blocked = torch.zeros_like(q[0])
        for h, weight in ((0.07, 0.6), (0.24, 0.45)):
            gap = placed.thing.distance(along(q, m, torch.full_like(q[0], h * placed.scale)))
            blocked = blocked + weight * (1.0 - (gap / (h * placed.thing.step)).clamp(0.0, 1.0))
        free[at] = free[at] * (1.0 - blocked.clamp(0.0, 0.95))
    return free
