"""Whether the server can do its work, told to what watches over it: ``/health``, beside Streamlit's own.

Streamlit's ``/_stcore/health`` says that the process lives; this says whether a visitor would get an answer.
Numbers and sentences about the server, nothing about anybody; so it is told under any name.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

PATH = "/health"
SPARE = 2**30  # bytes that should be free where audits are kept
PATIENCE = 120.0  # seconds that the first in line may wait; audits, which nobody watches, may wait longer
_FRESH = 2.0  # seconds for which an answer is told again: asking often costs nothing


@dataclass(frozen=True)
class Condition:
    """What was measured of a server.

    Attributes:
        free: Bytes that are free where audits are kept; None where that cannot be told.
        writable: Whether audits can be kept there.
        waiting: How many jobs wait in line.
        longest: For how many seconds the first of those waits that somebody watches.
        models: Whether the model that every tab begins with can be used.
    """

    free: int | None
    writable: bool
    waiting: int = 0
    longest: float = 0.0
    models: bool = True

    def reasons(self) -> Iterator[str]:
        """What hinders the work, in sentences."""
        if not self.writable:
            yield "Nothing can be written where audits are kept."
        if self.free is not None and self.free < SPARE:
            yield f"Less than {SPARE / 2**30:g} GB is free where audits are kept."
        if self.longest > PATIENCE:
            yield f"The first in line has waited for more than {PATIENCE:.0f} seconds."
        if not self.models:
            yield "The model that the page begins with cannot be used; the log says why."

    def told(self) -> dict[str, object]:
        """The answer: `status`, `ok` or `degraded`, its `reasons`, and the numbers."""
        reasons = list(self.reasons())
        return {
            "status": "degraded" if reasons else "ok",
            "reasons": reasons,
            "disk": {"free_bytes": self.free, "writable": self.writable},
            "line": {"waiting": self.waiting, "longest_wait_seconds": round(self.longest, 1)},
            "models": {"usable": self.models},
        }


class Health:
    """ASGI middleware that answers for `PATH`: 200 where all is well, else 503, and JSON."""

    def __init__(self, app: ASGIApp, condition: Callable[[], Condition]) -> None:
        """Stand before an app; `condition` is asked in a thread of its own, as disks may hang."""
        self._app, self._condition = app, condition
        self._known: tuple[float, Condition] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, or hands on."""
        asked = scope["type"] == "http" and scope["path"].rstrip("/").endswith(PATH)
        if not asked or scope["path"].rstrip("/").endswith("/_stcore" + PATH):
            await self._app(scope, receive, send)
            return
        told = (await self._now()).told()
        answer = JSONResponse(told, 503 if told["reasons"] else 200, {"Cache-Control": "no-store"})
        await answer(scope, receive, send)

    async def _now(self) -> Condition:
        if self._known is not None and time.monotonic() - self._known[0] < _FRESH:
            return self._known[1]
        condition = await asyncio.to_thread(self._condition)
        self._known = (time.monotonic(), condition)
        return condition
