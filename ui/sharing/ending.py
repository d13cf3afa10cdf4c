"""Links end by the clock, on a server that nobody uses too."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from ui.server.beside import beside
from ui.sharing import store

EVERY = 600.0  # seconds between two looks; a link that has ended leads nowhere from then on, looked or not
_LOG = logging.getLogger("spotlight")


def ending(every: float = EVERY, clock: Callable[[], float] = time.time) -> AbstractAsyncContextManager[None]:
    """Deletes pages whose link has ended now and then while the block runs, and at once to begin with."""
    return beside(_sweep(every, clock), "links-sweep")


async def _sweep(every: float, clock: Callable[[], float]) -> None:
    while True:
        try:
            await asyncio.to_thread(store.sweep, clock())
        except Exception:
            _LOG.exception("Ended links could not be deleted")
        await asyncio.sleep(every)
