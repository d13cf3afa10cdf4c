"""From a scene to a picture: what each ray meets, lit and coloured, smoothed at the edges."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from models.showroom.rendering import march
from models.showroom.rendering.backdrop import Backdrop, Light
from models.showroom.rendering.film import defocus, edges, tone
from models.showroom.rendering.march import FAR, along, take
from models.showroom.rendering.sdf import Points, Vector
from models.showroom.rendering.thing import Placed


@dataclass(frozen=True, eq=False)
class Camera:
    """A pinhole camera.

    Args:
        at: its position.
        target: the point in the middle of the picture.
        tangent: half the field of view's tangent.
        roll: tilt about its own axis (radians).
    """

    at: Vector
    target: Vector
    tangent: float
    roll: float = 0.0

    def axes(self) -> np.ndarray:
        """Right, up and forward as rows (3, 3)."""
        forward = np.array(self.target) - np.array(self.at)
        forward /= np.linalg.norm(forward)
        right = np.cross(forward, (0, 1, 0))
        right /= np.linalg.norm(right)
        up = np.cross(right, forward)
        c, s = math.cos(self.roll), math.sin(self.roll)
        return np.stack([c * right + s * up, c * up - s * right, forward])

    def rays(self, u: Tensor, v: Tensor) -> Points:
        """Unit directions through picture points u, v in [-1, 1] (right, down)."""
        r, up, f = self.axes().tolist()
        x, y = u * self.tangent, -v * self.tangent
        d = [x * r[i] + y * up[i] + f[i] for i in range(3)]
        size = (d[0] ** 2 + d[1] ** 2 + d[2] ** 2).sqrt()
        return d[0] / size, d[1] / size, d[2] / size


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything a picture shows.

    ``label`` is the index of its main product (or of "none of these"); more ``shadow_steps`` make soft
    shadows smoother.
    """

    things: list[Placed]
    backdrop: Backdrop
    light: Light
    camera: Camera
    label: int
    exposure: float = 1.0
    shadow_steps: int = 12


def hit_backdrop(backdrop: Backdrop, o: Points, d: Points) -> tuple[Tensor, Tensor]:
    """Distance to floor or wall, and whether it is the floor."""
    down = torch.where(d[1] < -1e-5, -o[1] / d[1].clamp_max(-1e-5), torch.full_like(d[1], FAR))
    z = o[2] + d[2] * down
    down = torch.where(z < -backdrop.depth, torch.full_like(down, FAR), down)
    normal = (math.sin(backdrop.yaw), math.cos(backdrop.yaw))
    speed = d[0] * normal[0] + d[2] * normal[1]
    gap = o[0] * normal[0] + o[2] * normal[1] + backdrop.away
    back = torch.where(speed < -1e-5, gap / (-speed).clamp_min(1e-5), torch.full_like(down, FAR))
    back = torch.where(back < 0, torch.full_like(back, FAR), back)
    t = torch.minimum(down, back)
    return t.clamp_max(60.0), down <= back


def colour_of_backdrop(scene: Scene, p: Points, floor: Tensor, lit: Tensor, free: Tensor) -> Tensor:
    """Colours ``(N, 3)`` of points on floor or wall."""
    b, light = scene.backdrop, scene.light
    c, s = math.cos(b.yaw), math.sin(b.yaw)
    wall = (c * p[0] - s * p[2], p[1], torch.zeros_like(p[0]))
    colour = torch.where(floor[:, None], b.floor(p), b.wall(wall))
    key, sky, bounce = (torch.tensor(v, dtype=torch.float32) for v in (light.key, light.sky, light.bounce))
    falloff = 1.0 / (1.0 + 0.035 * (p[0] ** 2 + p[2] ** 2 + p[1] ** 2))
    up = light.towards[1]
    facing = max(0.15, light.towards[0] * s + light.towards[2] * c)
    if b.sweep:
        blend = (p[1] / 1.2).clamp(0, 1)
        lambert = up * (1 - blend) + (0.45 * up + 0.35 * facing) * blend
        ambient = sky * 0.85 + bounce * 0.15
    else:
        lambert = torch.where(floor, torch.full_like(p[0], up), torch.full_like(p[0], facing))
        ambient = torch.where(floor[:, None], sky * 0.9, (sky + bounce) * 0.5)
    corner: float | Tensor = 1.0
    if not b.sweep and math.isinf(b.depth):
        gap = torch.where(floor, p[0] * s + p[2] * c + b.away, p[1])
        corner = (0.62 + 0.38 * (gap / 0.7).clamp(0, 1).sqrt())[:, None]
    return colour * (key * (lambert * lit * falloff)[:, None] * 0.85 + ambient * free[:, None] * corner)


def colour_of_thing(scene: Scene, placed: Placed, p: Points, d: Points, which: list[Placed]) -> Tensor:
    """Colours ``(N, 3)`` of world points on a thing seen along ``d``."""
    light = scene.light
    own = placed.local(p)
    n = march.normals(placed, own)
    nearest = torch.stack(placed.thing.parts(own)).argmin(0)
    facing = (n[0] * d[0] + n[1] * d[1] + n[2] * d[2]).clamp_max(0.0)
    lambert = n[0] * light.towards[0] + n[1] * light.towards[1] + n[2] * light.towards[2]
    raised = (p[0] + n[0] * 0.012, p[1] + n[1] * 0.012, p[2] + n[2] * 0.012)
    lit = torch.zeros_like(lambert)
    front = (lambert > 0).nonzero().squeeze(1)
    lit[front] = march.shadow(which, take(raised, front), light.towards, light.hard, scene.shadow_steps)
    free = march.openness([placed], p, n) * (
        0.55 + 0.45 * (p[1] / (0.25 * placed.scale)).clamp(0, 1).sqrt().maximum(n[1])
    )
    mirror = tuple(d[i] - 2 * facing * n[i] for i in range(3))
    reflection = light.reflection(mirror)  # type: ignore[arg-type]
    key, sky, bounce = (torch.tensor(v, dtype=torch.float32) for v in (light.key, light.sky, light.bounce))
    wrap = torch.addcmul(bounce, (sky - bounce), (n[1] * 0.5 + 0.5)[:, None]) * free[:, None]
    diffuse = key * (lambert.clamp_min(0) * lit)[:, None] + wrap
    half = [light.towards[i] - d[i] for i in range(3)]
    size = (half[0] ** 2 + half[1] ** 2 + half[2] ** 2).sqrt()
    shine = ((n[0] * half[0] + n[1] * half[1] + n[2] * half[2]) / size).clamp_min(0)
    result = torch.zeros(p[0].shape[0], 3)
    for i, material in enumerate(placed.thing.materials):
        at = (nearest == i).nonzero().squeeze(1)
        if at.numel() == 0:
            continue
        base = material.paint(take(own, at))
        fresnel = (0.04 + 0.96 * (1 + facing[at]) ** 5) * material.gloss
        glint = shine[at] ** (6 + 220 * material.gloss**2) * lit[at] * (0.1 + 1.6 * material.gloss**2)
        mirrored = reflection[at] * (0.5 + 0.5 * free[at])[:, None]
        if material.metal:
            weight = 0.45 + 0.45 * material.gloss
            colour = base * (diffuse[at] * (1 - weight) + mirrored * weight + glint[:, None])
        else:
            colour = base * diffuse[at]
            if material.clear > 0:
                behind = behind_glass(scene, take(p, at), take(d, at)) * (
                    0.25 + 0.75 * base / base.amax(1, True).clamp_min(0.05)
                )
                through = material.clear * (-facing[at]).sqrt()[:, None]
                colour = colour * (1 - through) + behind * through
            colour = colour + mirrored * fresnel[:, None] + glint[:, None] * 0.6 * key
        result[at] = colour + base * material.glow
    return result


def behind_glass(scene: Scene, p: Points, d: Points) -> Tensor:
    """What floor and wall look like straight behind points."""
    t, floor = hit_backdrop(scene.backdrop, p, d)
    one = torch.ones_like(t)
    return colour_of_backdrop(scene, along(p, d, t), floor, one * 0.8, one)


def shade(scene: Scene, o: Points, d: Points, mirrors: bool = True) -> tuple[Tensor, Tensor, Tensor]:
    """Follows rays.

    Returns:
        Linear colours ``(N, 3)``; which thing each ray met, ``(N,)`` int, -1 for the floor, -2 for the wall;
        distances ``(N,)``.
    """
    t, floor = hit_backdrop(scene.backdrop, o, d)
    met = torch.where(floor, -1, -2)
    for i, placed in enumerate(scene.things):
        rays, distances = march.first_hit(placed, o, d, t)
        nearer = distances < t[rays]
        t[rays[nearer]] = distances[nearer]
        met[rays[nearer]] = i
    colour = torch.zeros(t.shape[0], 3)
    at = (met < 0).nonzero().squeeze(1)
    if at.numel():
        p = along(take(o, at), take(d, at), t[at])
        on_floor = met[at] == -1
        lit, free = torch.ones_like(p[0]), torch.ones_like(p[0])
        if mirrors:
            lit = march.shadow(scene.things, p, scene.light.towards, scene.light.hard, scene.shadow_steps)
            up = (torch.zeros_like(p[0]), torch.ones_like(p[0]), torch.zeros_like(p[0]))
            free = torch.where(on_floor, march.openness(scene.things, p, up), free)
        colour[at] = colour_of_backdrop(scene, p, on_floor, lit, free)
        if mirrors and scene.backdrop.gloss > 0:
            rays = at[on_floor]
            _reflect(scene, take(p, on_floor), take(d, rays), colour, rays)
    for i, placed in enumerate(scene.things):
        at = (met == i).nonzero().squeeze(1)
        if at.numel():
            p = along(take(o, at), take(d, at), t[at])
            colour[at] = colour_of_thing(scene, placed, p, take(d, at), scene.things if mirrors else [])
    return colour, met, t


def _reflect(scene: Scene, p: Points, d: Points, colour: Tensor, rays: Tensor) -> None:
    """Adds to floor colours what a varnished floor mirrors."""
    if rays.numel() == 0:
        return
    reflection, _, _ = shade(scene, (p[0], p[1] + 1e-3, p[2]), (d[0], -d[1], d[2]), mirrors=False)
    weight = scene.backdrop.gloss * (0.35 + 0.65 * (1 + d[1]).clamp(0, 1) ** 2)
    colour[rays] = colour[rays] + (reflection - colour[rays]) * weight[:, None]


def grid(size: int) -> tuple[Tensor, Tensor]:
    """Picture points u, v in [-1, 1] of the pixel centres, row by row."""
    v = (torch.arange(size) + 0.5) / size * 2 - 1
    return v.repeat(size), v.repeat_interleave(size)


@torch.inference_mode()
def render(scene: Scene, size: int = 224, *, samples: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Renders a scene.

    Args:
        scene: what to show.
        size: side of the square picture in pixels.
        samples: further rays a pixel where an edge runs through it.

    Returns:
        The picture (size, size, 3) uint8, and per pixel the index of the thing seen (int16, < 0: backdrop).
    """
    u, v = grid(size)
    d = scene.camera.rays(u, v)
    o: Points = tuple(torch.full_like(u, c) for c in scene.camera.at)  # type: ignore[assignment]
    colour, met, _ = shade(scene, o, d)
    exposure = scene.exposure * (0.45 / float(colour.mean().clamp(0.02, 4.0))) ** 0.6
    colour = tone(colour, exposure)
    picture = colour.T.reshape(3, size, size)
    if samples:
        uneven = edges(picture, met.reshape(size, size)).reshape(-1).nonzero().squeeze(1)
        angles = [2 * math.pi * (i + 0.3) / samples for i in range(samples)]
        reach = 0.72 / size
        du = torch.cat([u[uneven] + math.cos(a) * reach for a in angles])
        dv = torch.cat([v[uneven] + math.sin(a) * reach for a in angles])
        again = uneven.repeat(samples)
        more = tone(shade(scene, take(o, again), scene.camera.rays(du, dv))[0], exposure)
        colour[uneven] = (colour[uneven] + more.reshape(samples, -1, 3).sum(0)) / (samples + 1)
        picture = colour.T.reshape(3, size, size)
    if scene.backdrop.blur * size >= 1:
        far = (met == -2).reshape(size, size)
        picture = defocus(picture, far, scene.backdrop.blur)
    pixels = (picture.permute(1, 2, 0) * 255 + 0.5).to(torch.uint8).numpy()
    return pixels, met.reshape(size, size).to(torch.int16).numpy()
