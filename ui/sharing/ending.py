"""Links end by the clock, on a server that nobody uses too."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from ui.sharing import store

EVERY = 600.0  # seconds between two looks; a link that has ended leads nowhere from then on, looked or not
_LOG = logging.getLogger("spotlight")


@asynccontextmanager
async def ending(every: float = EVERY, clock: Callable[[], float] = time.time) -> AsyncIterator[None]:
    """Deletes pages whose link has ended now and then while the block runs, and at once to begin with."""
    task = asyncio.create_task(_sweep(every, clock), name="links-sweep")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _sweep(every: float, clock: Callable[[], float]) -> None:
    while True:
        try:
            await asyncio.to_thread(store.sweep, clock())
        except Exception:
            _LOG.exception("Ended links could not be deleted")
        await asyncio.sleep(every)
