"""Forgetting tabs by the clock.

Streamlit keeps a tab that was closed for `server.disconnectedSessionTTL` seconds, for it may come back; then
it drops it, but only when another tab is closed. On a quiet server the last visitors' photos would stay for
days. And what Python lets go of, the C library keeps: free memory goes back to the computer here, too.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from streamlit import runtime
from streamlit.runtime.caching.ttl_cache import TTLCache
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.state import SessionState

from ui.server.beside import beside

EVERY = 10.0  # seconds between two looks
_LOG = logging.getLogger("spotlight")


def forget_closed(storage: MemorySessionStorage) -> int:
    """Ends the tabs whose time is over, with their files and pictures; how many there were.

    To be called on Streamlit's event loop, where tabs come and go.
    """
    tabs = storage._cache
    expired = tabs.expire() if isinstance(tabs, TTLCache) else []
    for _, tab in expired:
        tab.session.shutdown()
        # Streamlit's own loop goes on to refer to the tab that it drew last: let that be an empty one.
        tab.session._session_state = SessionState()
        tab.session._fragment_storage.clear()
    return len(expired)


def sweeping(
    tidy: Callable[[], object], every: float = EVERY, forget: Callable[[], int] = lambda: 0
) -> AbstractAsyncContextManager[None]:
    """Forgets closed tabs now and then while the block runs, and tidies up after some have gone.

    Args:
        tidy: Called after something was forgotten.
        every: Seconds between two looks.
        forget: Forgets what else nobody has used for long; how much there was of it.
    """
    return beside(_sweep(tidy, every, forget), "tabs-sweep")


async def _sweep(tidy: Callable[[], object], every: float, forget: Callable[[], int]) -> None:
    while True:
        await asyncio.sleep(every)
        try:
            storage: Any = runtime.get_instance()._session_mgr
            if forget_closed(storage._session_storage) + await asyncio.to_thread(forget):
                await asyncio.to_thread(tidy)
        except Exception:
            _LOG.exception("Closed tabs could not be forgotten")
