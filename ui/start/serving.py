"""How ``app.py`` serves the page: what every request goes through, and what runs beside."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.middleware import Middleware
from streamlit.runtime.pages_manager import PagesManager
from streamlit.starlette import App

from models.sources import keeping
from ui.models import addition
from ui.people.files import FileCheck
from ui.people.person import by_browser
from ui.people.settings import problem
from ui.server import heap, leftovers, logs, metrics
from ui.server.addresses import PageAddresses
from ui.server.assets import Assets
from ui.server.browser_cookie import BrowserCookie
from ui.server.headers import SecurityHeaders
from ui.server.health import Health
from ui.server.hosts import HostCheck
from ui.server.messages import MessageCheck
from ui.server.sign_in_return import SignInReturn
from ui.server.tabs import sweeping
from ui.server.uploads import UploadQuota
from ui.sharing.ending import ending
from ui.sharing.shared_pages import SharedPages
from ui.start import watched
from ui.start.skeleton import Skeleton
from ui.start.warm_up import warm_up
from ui.work import loading

_LOG = logging.getLogger("spotlight")

MIDDLEWARE = [
    Middleware(SecurityHeaders),
    Middleware(Health, condition=watched.condition),
    Middleware(HostCheck),
    Middleware(Assets),
    Middleware(PageAddresses),
    Middleware(SignInReturn),
    Middleware(SharedPages),
    Middleware(UploadQuota),
    Middleware(MessageCheck),
    Middleware(BrowserCookie, wanted=by_browser),
    Middleware(FileCheck),
    Middleware(Skeleton),
]
"""From the outside in; Streamlit's own comes after."""


@asynccontextmanager
async def lifespan(_: App) -> AsyncIterator[None]:
    """Warms up before the port opens, forgets closed tabs and ended links, and leaves no model half added.

    Tells metrics meanwhile, where whoever runs the server has said so, and leaves no temporary file.

    Streamlit takes the folder `pages` for the whole app until the page itself has run once: whoever came
    first, by a link to a page, would get that page without navigation and all else that `ui/main.py` does.
    """
    PagesManager.uses_pages_directory = False
    logs.set_up()
    if wrong := problem():
        _LOG.error("Nobody can sign in: %s", wrong)
    watched.warm = await asyncio.to_thread(warm_up)
    heap.settle()
    keeping.tidy()
    try:
        with leftovers.none_left(), metrics.serving(watched.GAUGES, metrics.place()):
            async with sweeping(heap.trim, forget=loading.forget_unused), ending():
                yield
    finally:
        addition.close_all()
