"""Asking an ASGI app without a server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Answer:
    """What came back: an HTTP status, 101 for a WebSocket that was accepted, or the code it was closed with.

    Attributes:
        read: How many bytes of the request the app took.
    """

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict, compare=False)
    read: int = field(default=0, compare=False)


def finished(coroutine):
    """What a coroutine returns, run in a thread of its own: browser tests leave a loop running here."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, coroutine).result()


def ask(
    app: Any,
    *,
    path: str = "/",
    method: str = "GET",
    kind: str = "http",
    headers: Iterable[tuple[bytes, bytes]] = (),
    body: Iterable[bytes] = (),
    query: bytes = b"",
) -> Answer:
    """One request, whose body comes in these chunks."""
    asked = asking(app, path=path, method=method, kind=kind, headers=headers, body=body, query=query)
    return finished(asked)


async def asking(
    app: Any,
    *,
    path: str = "/",
    method: str = "GET",
    kind: str = "http",
    headers: Iterable[tuple[bytes, bytes]] = (),
    body: Iterable[bytes] = (),
    query: bytes = b"",
) -> Answer:
    """The same where a loop runs already."""
    answer, chunks = Answer(0), iter(body)

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0)
        chunk = next(chunks, None)
        answer.read += len(chunk or b"")
        return {"type": f"{kind}.request", "body": chunk or b"", "more_body": chunk is not None}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {key.decode().lower(): value.decode() for key, value in message["headers"]}
        elif message["type"] == "http.response.body":
            answer.body += message.get("body", b"")
        else:
            answer.status = 101 if message["type"] == "websocket.accept" else message["code"]

    scope = {"type": kind, "method": method, "path": path, "headers": list(headers), "query_string": query}
    scope |= {"http_version": "1.1", "scheme": "http", "root_path": "", "server": ("localhost", 8501)}
    await app(scope, receive, send)
    return answer
