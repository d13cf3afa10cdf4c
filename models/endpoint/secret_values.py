"""Secrets of a service: model.json names environment variables, and only what is sent holds their values."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from models.errors import ModelError

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_SECRET_NAME = re.compile(
    r"auth|api[-_]?key|subscription|token|secret|password|cookie|signature|credential|(^|[-_])(key|sig|code)$",
    re.IGNORECASE,
)
_SHORTEST = 6  # characters from which a value is blotted out wherever it is quoted


def names_in(text: str) -> list[str]:
    """The environment variables that a text names, as ``${NAME}``."""
    return _VARIABLE.findall(text)


def literal_secret(name: str, value: str) -> bool:
    """Whether a header or parameter, by its name, holds a secret that is written out."""
    return bool(value) and bool(_SECRET_NAME.search(name)) and not names_in(value)


def filled_in(text: str) -> str:
    """The text with the values of the environment variables that it names.

    Raises:
        ModelError: One is not set, or holds what no header can.
    """

    def value(match: re.Match[str]) -> str:
        found = os.environ.get(match[1], "").strip()
        if not found:
            raise ModelError(
                f"The environment variable {match[1]} is not set, which model.json names for the service's "
                "key. Set it where this program is started, and start it again."
            )
        if not (found.isprintable() and found.isascii()):
            raise ModelError(
                f"The environment variable {match[1]} holds characters that cannot be sent as a key. "
                "Copy the key again, as plain text in one line."
            )
        return found

    return _VARIABLE.sub(value, text)


def blotted(text: str, headers: Mapping[str, str], address: str) -> str:
    """The text without the values of the variables that headers and address name."""
    for name in names_in(" ".join([*headers.values(), address])):
        value = os.environ.get(name, "").strip()
        if len(value) >= _SHORTEST:
            text = text.replace(value, "…")
    return text
