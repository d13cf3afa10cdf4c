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


@pytest.mark.parametrize(
    ("setting", "others"),
    [("", None), ("yes", True), (" Yes ", True), ("1", True), ("no", False), ("perhaps", False)],
)
def test_the_server_s_owner_says_who_adds_models(monkeypatch, setting, others):
    monkeypatch.setenv(reach.ADD_MODELS, setting)
    assert reach.others_add_models() is others


def test_headers_of_a_request_count_as_those_of_a_tab(server):
    server()
    assert reach.only_this_computer({})
    assert not reach.only_this_computer({"Via": "1.1 proxy"})
