from __future__ import annotations

import pytest
from asgi import ask

from ui.server.addresses import PageAddresses


async def page(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": scope["path"].encode()})


@pytest.mark.parametrize("path", ["/Compare", "/COMPARE", "/compare/"])
def test_a_page_is_found_however_it_is_written(path):
    answer = ask(PageAddresses(page), path=path)
    assert (answer.status, answer.headers["location"]) == (307, "/compare")


@pytest.mark.parametrize(
    "path",
    [
        *("/compare", "/", "/Static/a.js", "/comparison", "/_stcore/health"),
        *("//evil.example/Compare", "//evil.example/compare/", "/other/Compare"),  # led to nowhere else
    ],
)
def test_all_else_is_left_alone(path):
    answer = ask(PageAddresses(page), path=path)
    assert (answer.status, answer.body.decode()) == (200, path)
