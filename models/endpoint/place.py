"""Where a model behind an address is, as people are told it; quick to import."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

SENT = "This model is asked at {host}: the photo and changed copies of it are sent there."


def host(address: str) -> str:
    """The computer, and its port where that is unusual."""
    parts = urlsplit(address)
    return f"{parts.hostname}{f':{parts.port}' if parts.port else ''}"


def host_of(stated: Mapping[str, Any]) -> str:
    """The host that the entry ``endpoint`` of model.json names, whatever else is wrong with it."""
    try:
        return host(str(stated.get("address", "")))
    except ValueError:
        return "an address that cannot be read"
