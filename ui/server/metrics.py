"""What a server counts, told to Prometheus in its text format on a port of its own, where one is set.

Numbers only: how many and how long, by kinds that the program itself names. No photo, no name of one, of a
model or of a person, and no address is in any of it.
https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

import logging
import os
import threading
from bisect import bisect_left
from collections import Counter as Counts
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PLACE = "SPOTLIGHT_METRICS"
"""Variable of the environment that says where metrics are told: `PORT` of this computer, `ADDRESS:PORT`."""

WAITS = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)  # seconds, the bounds of a histogram
_KIND = "text/plain; version=0.0.4; charset=utf-8"
_LOG = logging.getLogger("spotlight")

Gauge = tuple[str, str, Callable[[], dict[str, float]]]
"""Name, meaning, and what is asked for its values: by label, as in ``state="done"``, empty for none."""


@dataclass(eq=False)
class Counter:
    """How often something happened, by kind. Any thread may use it."""

    name: str
    meaning: str
    label: str = ""
    _counts: Counts[str] = field(default_factory=Counts)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, kind: str = "") -> None:
        """Counts one more."""
        with self._lock:
            self._counts[kind] += 1

    def lines(self) -> list[str]:
        """The counts as Prometheus reads them."""
        with self._lock:
            counts = dict(self._counts) or ({} if self.label else {"": 0})
        values = {f'{self.label}="{kind}"' if self.label else "": count for kind, count in counts.items()}
        return _lines(self.name, self.meaning, "counter", values)


@dataclass(eq=False)
class Histogram:
    """How long something took, by kind, in seconds. Any thread may use it."""

    name: str
    meaning: str
    label: str
    bounds: Sequence[float] = WAITS
    _counts: dict[str, list[int]] = field(default_factory=dict)
    _sums: Counts[str] = field(default_factory=Counts)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, seconds: float) -> None:
        """Notes one more."""
        with self._lock:
            counts = self._counts.setdefault(kind, [0] * (len(self.bounds) + 1))
            counts[bisect_left(self.bounds, seconds)] += 1
            self._sums[kind] += seconds  # type: ignore[assignment]

    def lines(self) -> list[str]:
        """The counts as Prometheus reads them."""
        lines = [f"# HELP {self.name} {self.meaning}", f"# TYPE {self.name} histogram"]
        with self._lock:
            for kind, counts in self._counts.items():
                label, total = f'{self.label}="{kind}"', 0
                for bound, count in zip((*map(str, self.bounds), "+Inf"), counts, strict=True):
                    total += count
                    lines.append(f'{self.name}_bucket{{{label},le="{bound}"}} {total}')
                lines.append(f"{self.name}_sum{{{label}}} {self._sums[kind]:.6g}")
                lines.append(f"{self.name}_count{{{label}}} {total}")
        return lines


VIEWS = Counter("spotlight_views_total", "Views, checks and tests that were computed.", "method")
ERRORS = Counter("spotlight_errors_total", "Errors nobody expected; each is in the log, with its code.")
LINE_WAITS = Histogram("spotlight_wait_seconds", "How long work waited in line, each time it began.", "lane")


def told(gauges: Sequence[Gauge]) -> str:
    """All that is counted, and what is measured now.

    Args:
        gauges: What is measured; one that fails is left out, and counted as an error.
    """
    lines: list[str] = []
    for name, meaning, values in gauges:
        try:
            lines += _lines(name, meaning, "gauge", values())
        except Exception:  # the others are told all the same
            ERRORS.add()
            _LOG.exception("A metric could not be measured: %s", name)
    return "\n".join([*lines, *VIEWS.lines(), *ERRORS.lines(), *LINE_WAITS.lines(), ""])


def place() -> tuple[str, int] | None:
    """Address and port that whoever runs the server has set; None where metrics are told nowhere."""
    text = os.environ.get(PLACE, "").strip()
    address, _, port = text.rpartition(":")
    if port.isdecimal() and 0 < int(port) < 65536:
        return address.strip("[]") or "127.0.0.1", int(port)
    if text:
        _LOG.warning("%s needs PORT or ADDRESS:PORT, and is left out", PLACE)
    return None


@contextmanager
def serving(gauges: Sequence[Gauge], where: tuple[str, int] | None) -> Iterator[int]:
    """Tells metrics for the block, if anywhere; yields the port, 0 for none.

    A port that is taken is logged, and the app runs without.
    """
    try:
        server = None if where is None else ThreadingHTTPServer(where, _handler(gauges))
    except OSError as error:
        _LOG.warning("Metrics cannot be told at the place that %s says: %s", PLACE, error.strerror)
        server = None
    if server is None:
        yield 0
        return
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def _handler(gauges: Sequence[Gauge]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Answers for ``/metrics``, and notes no one's address."""

        timeout = 10  # seconds, for who connects and asks nothing

        def do_GET(self) -> None:
            found = self.path.partition("?")[0] == "/metrics"
            content = (told(gauges) if found else "Metrics are at /metrics.\n").encode()
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", _KIND)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *arguments: object) -> None:
            """Keeps no record of who asked."""

    return Handler


def _lines(name: str, meaning: str, kind: str, values: Mapping[str, float]) -> list[str]:
    samples = [
        f"{name}{{{label}}} {value}" if label else f"{name} {value}" for label, value in values.items()
    ]
    return [f"# HELP {name} {meaning}", f"# TYPE {name} {kind}", *samples]
