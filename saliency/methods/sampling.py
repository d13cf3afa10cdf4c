"""Methods that draw samples: how sure a map is, and when to stop.

The standard error of a cell is that of the delete-a-group jackknife: the samples are dealt out to eight
groups, and the map is computed eight times more, each time without one of them (Quenouille 1956; Wolter 2007,
section 4.2). It needs nothing but sums a group, whatever the map is made of them.

A map is settled when its strongest fifth is: when, by these errors, at least nine in ten of the cells in it
belong there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from saliency.errors import UnansweredError
from saliency.grids.likeness import STRONGEST, in_cells
from saliency.methods.registry import Setting
from saliency.progress import Progress, report

GROUPS = 8
SETTLED = 0.9

STOP = Setting(
    "stop", "settled", choices=("settled", "never"), sentence="Whether to stop once the map is settled."
)
"""The setting of all methods that can."""

_LATER = 1.25  # how many times as many samples before the next look

MapWithout = Callable[[int | None], Tensor]
"""The map ``(B, h, w)`` from all samples (``None``), or from all but one group's."""


@dataclass(frozen=True, eq=False)
class Estimate:
    """A map while its samples are drawn.

    Attributes:
        values: The map so far, ``(B, h, w)``.
        samples: How many samples it is made of.
        error: The standard error of each of at most 16 × 16 cells, in units of the map, ``(B, r, c)``, or
            ``None`` if it is not known.
        gap: By how much the map's sum misses what it should be, as a share of it; ``None`` if not known.
        map_error: By how much the map differs from a coarser one, as a share of it; ``None`` if not known.
        stopped: Why no more samples could be drawn, in a sentence; empty where enough were.
    """

    values: Tensor
    samples: int
    error: Tensor | None = None
    gap: float | None = None
    map_error: float | None = None
    stopped: str = ""

    @property
    def cells(self) -> Tensor:
        """The map on at most 16 × 16 cells, ``(B, r, c)``."""
        return in_cells(self.values)

    @property
    def settled(self) -> float | None:
        """Expected share of the strongest fifth of cells that belongs there, of the worst picture."""
        return None if self.error is None else float(self.settled_shares().min())

    def settled_shares(self) -> Tensor:
        """That share for each picture, ``(B,)``; the errors have to be known."""
        assert self.error is not None
        flat, error = (values.flatten(1).cpu().double() for values in (self.cells, self.error))
        error = error.clamp(min=1e-30)
        count = max(1, round(STRONGEST * flat.shape[1]))
        ordered = flat.sort(1, descending=True).values
        edge = ordered[:, count - 1 : count + 1].mean(1, keepdim=True)
        shares: Tensor = torch.special.ndtr((flat - edge) / error).topk(count, 1).values.mean(1)
        return shares

    def record(self) -> dict[str, float]:
        """What is known of how sure the map is; the standard error is the mean over cells, in logits."""
        figures = {
            "samples": self.samples,
            "settled": self.settled,
            "completeness_gap": self.gap,
            "map_error": self.map_error,
            "standard_error": None if self.error is None else float(self.error.mean()),
        }
        return {name: round(figure, 6) for name, figure in figures.items() if figure is not None}


def worst_of(estimates: Sequence[Estimate]) -> Estimate:
    """One estimate of the maps of several pictures: without standard errors, and as sure as the worst."""
    gaps = [each.gap for each in estimates if each.gap is not None]
    errors = [each.map_error for each in estimates if each.map_error is not None]
    return Estimate(
        torch.cat([each.values for each in estimates]),
        max(each.samples for each in estimates),
        gap=max(gaps, default=None),
        map_error=max(errors, default=None),
    )


Estimates = Callable[[Estimate], None]
"""Called with the map so far by methods that draw samples; whatever it raises stops the work."""


class Sums:
    """Sums of samples by group; one sample after another goes to one group after another."""

    def __init__(self, zeros: Tensor) -> None:
        """Args: zeros: ``(8, …)`` of the shape of a sample."""
        self.groups, self.counts, self._next = zeros, torch.zeros(GROUPS), 0

    def add(self, samples: Tensor) -> None:
        """Samples ``(n, …)``."""
        first = min(len(samples), GROUPS - self._next)
        for part in (samples[:first], *samples[first:].split(GROUPS)):
            begin, end = self._next, self._next + len(part)
            self.groups[begin:end] += part
            self.counts[begin:end] += 1
            self._next = end % GROUPS

    def sum(self, group: int | None) -> Tensor:
        """The sum of all samples, or of those of all groups but one."""
        total = self.groups.sum(0)
        return total if group is None else total - self.groups[group]

    def mean(self, group: int | None) -> Tensor:
        """Their mean."""
        count = self.counts.sum() - (0 if group is None else self.counts[group])
        return self.sum(group) / count.clamp(min=1).to(self.groups)


def outside(group: int | None, count: int, together: int = 1) -> Tensor:
    """Which of ``count`` samples are in other groups than one, ``(count,)`` bool.

    Args:
        group: The group left out; none if ``None``.
        count: How many samples there are.
        together: How many neighbours always are in the same group.
    """
    groups = torch.arange(count) // together % GROUPS
    return torch.ones(count, dtype=torch.bool) if group is None else groups != group


def estimate(map_without: MapWithout, samples: int) -> Estimate:
    """The map and the standard error of its cells."""
    values = map_without(None)
    replicates = torch.stack([in_cells(map_without(group)) for group in range(GROUPS)])
    error = ((GROUPS - 1) / GROUPS * (replicates - replicates.mean(0)).square().sum(0)).sqrt()
    return Estimate(values, samples, error)


def sampled_map(
    draw: Callable[[int, int], None],
    map_without: MapWithout,
    samples: int,
    chunk: int,
    stop: str,
    on_progress: Progress | None,
    on_estimate: Estimates | None,
    least: int = 2 * GROUPS,
    most: int = 0,
) -> Tensor:
    """The map ``(B, h, w)`` from samples drawn in chunks until it is settled, or all are drawn.

    Args:
        draw: ``f(start, count)`` draws samples ``start`` to ``start + count`` and deals them out to groups.
        map_without: The map from the samples drawn so far, or from all but one group's.
        samples: How many to draw at most.
        chunk: How many at once, usually.
        stop: ``settled`` or ``never``: when to stop before that.
        on_progress: Told how many are drawn.
        on_estimate: Told what the map is so far, now and then and at the end.
        least: How many to draw before the first look.
        most: How many at once, where a device has the room: some chunks, but none beyond the next look.

    Raises:
        UnansweredError: The model answers no more, and too few samples are drawn, or nobody would be told.
    """
    looks = stop == "settled" or on_estimate is not None
    look, done = float(least) if looks else math.inf, 0
    settled = _Settled()
    while done < samples:
        left = samples - done
        even = -(-left // 2) if left == chunk + 1 else left  # one alone takes longer than its share
        chunks = max(1, int(min(most, left - 2, look - done + chunk - 1)) // chunk)
        count = min(chunk * chunks, even)
        try:
            draw(done, count)
        except UnansweredError as error:
            if on_estimate is None or done < least:
                raise
            cut_short = replace(settled.kept(estimate(map_without, done)), stopped=error.message)
            on_estimate(cut_short)
            return cut_short.values
        done += count
        report(on_progress, done, samples)
        if look <= done < samples:
            look = done * _LATER
            so_far = estimate(map_without, done)
            if stop == "settled":
                so_far = settled.kept(so_far)
            if on_estimate is not None:
                on_estimate(so_far)
            if settled.all:
                report(on_progress, samples, samples)
                return so_far.values
    if on_estimate is None or samples < least:
        return settled.in_place_of(map_without(None))
    last = estimate(map_without, samples)
    last = replace(last, values=settled.in_place_of(last.values))
    on_estimate(last)
    return last.values


class _Settled:
    """Maps of a batch as they were when they settled: a picture gets the map that it gets alone."""

    def __init__(self) -> None:
        self._maps: dict[int, Tensor] = {}
        self.all = False

    def kept(self, so_far: Estimate) -> Estimate:
        """The estimate with the maps of pictures that settled earlier; those that settle now are kept."""
        for number, share in enumerate(so_far.settled_shares().tolist()):
            if share >= SETTLED and number not in self._maps:
                self._maps[number] = so_far.values[number].clone()
        self.all = len(self._maps) == len(so_far.values)
        return replace(so_far, values=self.in_place_of(so_far.values))

    def in_place_of(self, values: Tensor) -> Tensor:
        """The maps ``(B, h, w)``, with those that settled."""
        if not self._maps:
            return values
        return torch.stack([self._maps.get(number, each) for number, each in enumerate(values)])
