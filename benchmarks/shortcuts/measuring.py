"""Measures what is missing: first the models, then audits, one set of each kind after the other."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple, get_args

import torch

from benchmarks.audits import Results
from benchmarks.shortcuts.leanings import KINDS_LEANED, leanings
from benchmarks.shortcuts.learning import How
from benchmarks.shortcuts.sets import NATURAL, PhotoSet, audit_record, label_of
from benchmarks.shortcuts.trained_models import LEARNED, Maker
from saliency.classifier import Classifier

WAYS: tuple[How, ...] = get_args(How)
"""How models are trained: the second way where the first does not take the bait."""


@dataclass(frozen=True)
class Clock:
    """When to begin nothing more, in seconds of the monotonic clock."""

    end: float

    @property
    def over(self) -> bool:
        """Whether it is later than that."""
        return time.monotonic() > self.end


class AuditTask(NamedTuple):
    """One audit: of a kind's set of a number, asked of a model with the plant or without it."""

    kind: str
    number: int
    way: How
    plant: bool

    @property
    def model(self) -> str:
        """Which model it is."""
        return "with" if self.plant else "without"

    @property
    def trained_as(self) -> tuple[str, str]:
        """The kind and the class that the model was trained with; both empty without a plant."""
        return (self.kind, label_of(self.kind, self.number)) if self.plant else ("", "")

    @property
    def key(self) -> str:
        """What it is called in the results; an audit that searches for more is another one."""
        return f"audit {self.kind} {self.number:02} {self.model}, {searched()}"


def searched() -> str:
    """What audits search for by themselves."""
    folders = [name for name in ("properties", "things") if find_spec(f"saliency.audit.evidence.{name}")]
    return ", ".join(["places", *folders])


class Measurement:
    """All that is measured, kept after each part of it."""

    def __init__(self, cache: Path, results: Path, clock: Clock) -> None:
        """Args: cache, the folder of features and models; results, the file; clock, when to end."""
        self.results, self._cache, self._clock = Results(results), cache, clock
        self._maker = Maker(cache)

    def measure_models(self, kind: str, number: int) -> None:
        """How much the models for a set rely on the plant: by a head, and if needed by a last block."""
        if kind == NATURAL:
            return
        label = label_of(kind, number)
        for way in WAYS:
            key = model_key(kind, label, way)
            self.results.once(key, lambda way=way: self._reliance(kind, label, way))  # type: ignore[misc]
            if learned(self.results.entries[key]["is"]):
                return

    def measure_leanings(self) -> None:
        """What the model without a plant goes by of its own accord."""
        for kind in KINDS_LEANED:
            self.results.once(f"leaning {kind}", lambda kind=kind: leanings(self._maker, kind))  # type: ignore[misc]

    def audit_sets(self, kinds: Sequence[str], numbers: Sequence[int], processes: int) -> None:
        """Audits what is missing until the clock is over; one at a time in this process."""
        if processes == 1:
            for task in missing(self.results, kinds, numbers):
                if self._clock.over:
                    break
                self.results.once(task.key, lambda task=task: _audit(self._cache, task))  # type: ignore[misc]
            return
        running: dict[Future[dict[str, Any]], str] = {}
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(processes, mp_context=spawn) as pool:
            for task in missing(self.results, kinds, numbers):
                if len(running) == processes:
                    self._keep_finished(running)
                if self._clock.over:
                    break
                self._maker.network(*task.trained_as, task.way)  # made once, not by each process
                running[pool.submit(_audit, self._cache, task)] = task.key
            while running:
                self._keep_finished(running)

    def _reliance(self, kind: str, label: str, way: How) -> dict[str, Any]:
        sound = self._maker.reliance(kind, label, way, sound=True)
        return self._maker.reliance(kind, label, way) | {"sound": sound}

    def _keep_finished(self, running: dict[Future[dict[str, Any]], str]) -> None:
        finished, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in finished:
            self.results.once(running.pop(future), future.result)


def model_key(kind: str, label: str, way: How) -> str:
    """What a model is called in the results."""
    return f"model {kind}, {label}, {way}"


def learned(record: dict[str, Any]) -> bool:
    """Whether a model has learned its plant."""
    return bool(record["lost"] >= LEARNED)


def missing(results: Results, kinds: Sequence[str], numbers: Sequence[int]) -> Iterator[AuditTask]:
    """Audits that are not in the results yet; none of plants that were not learned."""
    for number in numbers:
        for plant in (True, False):
            for kind in kinds:
                if plant and kind == NATURAL:
                    continue
                way = WAYS[0] if kind == NATURAL else _way(results, kind, number)
                if way is None:
                    continue
                task = AuditTask(kind, number, way, plant)
                if task.key not in results.entries:
                    yield task


def _way(results: Results, kind: str, number: int) -> How | None:
    """The first way by which the plant of a set was learned."""
    label = label_of(kind, number)
    entries = {way: results.entries.get(model_key(kind, label, way)) for way in WAYS}
    return next((way for way, entry in entries.items() if entry and learned(entry["is"])), None)


def _audit(cache: Path, task: AuditTask) -> dict[str, Any]:
    torch.set_num_threads(1)
    classifier = _classifier(cache, *task.trained_as, task.way)
    record = audit_record(PhotoSet.of(task.kind, task.number), classifier)
    return record | {"model": task.model, "way": task.way, "searched": searched()}


@lru_cache(2)
def _classifier(cache: Path, kind: str, label: str, way: How) -> Classifier:
    """The last ones of a process: that without a plant is the same for every set."""
    return _maker(cache).classifier(kind, label, way)


@cache
def _maker(cache: Path) -> Maker:
    """One a process."""
    return Maker(cache)
