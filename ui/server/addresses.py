"""Addresses of pages as people type them: ``/Compare`` leads to ``/compare``."""

from __future__ import annotations

import streamlit as st
from starlette.datastructures import URL
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.words import PAGES


class PageAddresses:
    """ASGI middleware that leads to a page whose name is written in other letters or with a slash behind."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands on what is spelled as the page is; anything else about a page is led to it."""
        if scope["type"] == "http":
            folder, _, name = scope["path"].rstrip("/").rpartition("/")
            page = name.lower()
            if folder == base() and page in PAGES and scope["path"] != f"{folder}/{page}":
                query = URL(scope=scope).query
                await RedirectResponse(f"{folder}/{page}{f'?{query}' if query else ''}")(scope, receive, send)
                return
        await self._app(scope, receive, send)


def base() -> str:
    """What the app's addresses begin with: nothing, or the folder that the server is set to.

    An address that a browser is led to begins with this and with nothing else that it sent itself: another
    server's could stand there (``//evil.example``).
    """
    folder = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{folder}" if folder else ""
