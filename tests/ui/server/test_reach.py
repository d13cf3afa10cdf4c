from __future__ import annotations

import pytest
import streamlit as st

from ui.server import reach


class Context:
    def __init__(self, **headers):
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture
def server(monkeypatch):
    """A server with an address and names; a visitor's request with headers."""

    def answers(address="localhost", names=(), **headers):
        options = {"server.address": address, "server.allowedHosts": list(names)}
        monkeypatch.setattr(reach.st, "get_option", options.get)
        monkeypatch.setattr(st, "context", Context(**headers))

    monkeypatch.delenv(reach.ADD_MODELS, raising=False)
    return answers


@pytest.mark.parametrize(
    ("settings", "alone"),
    [
        ({}, True),
        ({"address": "127.0.0.1"}, True),
        ({"names": ["localhost"]}, True),
        ({"address": "0.0.0.0"}, False),
        ({"address": None}, False),
        ({"names": ["spotlight.example.com"]}, False),
        ({"X_Forwarded_For": "10.0.0.9"}, False),  # a proxy on the same computer
        ({"Forwarded": "for=10.0.0.9"}, False),
    ],
)
def test_who_reaches_the_page(server, settings, alone):
    server(**settings)
    assert reach.only_this_computer() is alone
    assert reach.may_add_models() is alone


@pytest.mark.parametrize(("setting", "allowed"), [("yes", True), (" Yes ", True), ("1", True), ("no", False)])
def test_the_owner_decides(server, monkeypatch, setting, allowed):
    monkeypatch.setenv(reach.ADD_MODELS, setting)
    for address in ("localhost", "0.0.0.0"):
        server(address=address)
        assert reach.may_add_models() is allowed


def test_what_is_not_understood_allows_nobody(server, monkeypatch):
    monkeypatch.setenv(reach.ADD_MODELS, "perhaps")
    server()
    assert reach.may_add_models() is False
