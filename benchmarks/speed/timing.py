"""Contests, and how they are timed."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Run = Callable[[], object]


@dataclass(frozen=True)
class Contest:
    """Views that compute the same thing, ours and the peers'.

    Attributes:
        ours: Ours, by what the table calls them; each gets a result.
        peers: The peers', by name.
        target: What ours may take at most, as a share of the fastest peer's time.
        targets: Other targets of some of ours.
        forward: One plain forward pass of the same model.
        rounds: Rounds at most; contests of minutes get one or two.
    """

    ours: dict[str, Run]
    peers: dict[str, Run]
    target: float
    forward: Run
    rounds: int = 99
    targets: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """How one of ours compares with its peers; times are in plain forward passes, ``F``.

    Attributes:
        ratio: The median over rounds of our time by the fastest peer's in that round.
    """

    row: str
    name: str
    peer: str
    ours: float
    theirs: float
    ratio: float
    target: float
    rounds: int
    forward: float

    @property
    def met(self) -> bool:
        """Whether the target is."""
        return self.ratio <= self.target


def results(
    row: str, contest: Contest, rounds: int, clock: Callable[[], float] = time.perf_counter
) -> Iterator[Result]:
    """Times a contest, a result for each of ours."""
    rounds = min(rounds, contest.rounds)
    runs = {"forward": contest.forward, **contest.peers, **contest.ours}
    seconds = times(runs, rounds, clock, warm=contest.rounds > 2)
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    fastest = min(contest.peers, key=medians.__getitem__)
    forward = seconds["forward"]
    for name in contest.ours:
        yield Result(
            row=row,
            name=name,
            peer=fastest,
            ours=ratio(seconds[name], forward),
            theirs=ratio(seconds[fastest], forward),
            ratio=ratio(seconds[name], seconds[fastest]),
            target=contest.targets.get(name, contest.target),
            rounds=rounds,
            forward=medians["forward"],
        )


def ratio(ours: list[float], theirs: list[float]) -> float:
    """The median of the ratios within a round."""
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def times(
    runs: dict[str, Run], rounds: int, clock: Callable[[], float] = time.perf_counter, warm: bool = True
) -> dict[str, list[float]]:
    """Seconds of each a round; first an unmeasured one, where that takes minutes only of the first."""
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    if not warm:
        next(iter(runs.values()))()
    for number in range(rounds + warm):
        for name, run in runs.items():
            start = clock()
            run()
            if number >= warm:
                seconds[name].append(clock() - start)
    return seconds
