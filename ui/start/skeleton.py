"""What a browser shows until Streamlit's own front end has loaded and drawn: title, and places for the rest.

Streamlit's page is empty until then, and white for seconds on a slow computer. The skeleton stands beside it
and is hidden by its own style as soon as the page has its first element; nothing of it is a script. With it
comes the style of the page itself (`page.css`), where Streamlit has no setting for it.
"""

from __future__ import annotations

import html
from pathlib import Path
from string import Template

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import ui.audit.words
import ui.compare.words
import ui.guide.words
import ui.models.words
from ui.start.front_end import links
from ui.words import APP, PAGES, page_title

TITLES = {
    "explain": APP,
    "compare": ui.compare.words.TITLE,
    "audit": ui.audit.words.TITLE,
    "models": ui.models.words.TITLE,
    "guide": ui.guide.words.TITLE,
}
"""What stands at the top of each page, by the end of its address."""

_ROOT, _TITLE, _HEAD = b'<div id="root"></div>', b"<title>Streamlit</title>", b"</head>"
_SKELETON = Template(Path(__file__).with_name("skeleton.html").read_text(encoding="utf-8"))
_STYLE = f"<style>\n{Path(__file__).with_name('page.css').read_text(encoding='utf-8')}</style>\n"


class Skeleton:
    """ASGI middleware that puts the skeleton into Streamlit's page, where that is as it is known."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands on, and adds to a page that a browser opens."""
        opened = scope["type"] == "http" and "text/html" in Headers(scope=scope).get("accept", "")
        if not opened or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        # Packed it could not be added to, and a part or a copy of before would be of another page.
        unwanted = (b"accept-encoding", b"range", b"if-none-match", b"if-modified-since")
        headers = [(name, value) for name, value in scope["headers"] if name not in unwanted]
        start: Message | None = None
        body = b""

        async def send_with_skeleton(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and _is_page(message):
                start = message
            elif start is None or message["type"] != "http.response.body":
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body", False):
                    body = with_skeleton(body, scope["path"])
                    _describe(start, body)
                    await send(start)
                    await send({"type": "http.response.body", "body": body})

        await self._app({**scope, "headers": headers}, receive, send_with_skeleton)


def with_skeleton(page: bytes, path: str) -> bytes:
    """Streamlit's page with the skeleton of the page at a path; as it is where it has no place for one.

    It names the front end's files that the first page needs, too (`ui/start/front_end.py`).
    """
    if page.count(_ROOT) != 1:
        return page
    end = path.rstrip("/").rpartition("/")[2]
    name = end if end in TITLES else "explain"
    skeleton = _STYLE + _SKELETON.substitute(title=html.escape(TITLES[name]))
    named = f"<title>{html.escape(page_title(PAGES[name][0]))}</title>"
    page = page.replace(_HEAD, links().encode() + b"\n" + _HEAD, 1)
    return page.replace(_ROOT, _ROOT + b"\n" + skeleton.encode()).replace(_TITLE, named.encode())


def _is_page(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    html_page = headers.get("content-type", "").startswith("text/html")
    return start["status"] == 200 and html_page and "content-encoding" not in headers


def _describe(start: Message, body: bytes) -> None:
    """Length and copies as they are now: the tag and the date are those of the file without the skeleton."""
    headers = MutableHeaders(scope=start)
    headers["content-length"] = str(len(body))
    for name in ("etag", "last-modified", "accept-ranges"):
        if name in headers:
            del headers[name]
