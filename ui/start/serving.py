"""How ``app.py`` serves the page: what every request goes through, and what runs beside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.middleware import Middleware
from streamlit.runtime.pages_manager import PagesManager
from streamlit.starlette import App

from models.sources import keeping
from ui.models import addition
from ui.server import heap, leftovers, logs, metrics
from ui.server.addresses import PageAddresses
from ui.server.assets import Assets
from ui.server.headers import SecurityHeaders
from ui.server.health import Health
from ui.server.hosts import HostCheck
from ui.server.messages import MessageCheck
from ui.server.tabs import sweeping
from ui.server.uploads import UploadQuota
from ui.start import watched
from ui.start.skeleton import Skeleton
from ui.start.warm_up import warm_up

MIDDLEWARE = [
    Middleware(SecurityHeaders),
    Middleware(Health, condition=watched.condition),
    Middleware(HostCheck),
    Middleware(Assets),
    Middleware(PageAddresses),
    Middleware(UploadQuota),
    Middleware(MessageCheck),
    Middleware(Skeleton),
]
"""From the outside in; Streamlit's own comes after."""


@asynccontextmanager
async def lifespan(_: App) -> AsyncIterator[None]:
    """Warms up before the port opens, forgets closed tabs while it runs, and leaves no model half added.

    Tells metrics meanwhile, where whoever runs the server has said so, and leaves no temporary file.

    Streamlit takes the folder `pages` for the whole app until the page itself has run once: whoever came
    first, by a link to a page, would get that page without navigation and all else that `ui/main.py` does.
    """
    PagesManager.uses_pages_directory = False
    logs.set_up()
    watched.warm = await asyncio.to_thread(warm_up)
    heap.settle()
    keeping.tidy()
    try:
        with leftovers.none_left(), metrics.serving(watched.GAUGES, metrics.place()):
            async with sweeping(heap.trim):
                yield
    finally:
        addition.close_all()
