"""The error of this package: something about a model that a person can act on."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from saliency.errors import SaliencyError
from saliency.names import readable

_LONGEST_QUOTE = 80  # characters


class ModelError(SaliencyError):
    """A model is unknown, cannot be fetched, or its folder is not in order.

    Codes to quote to an administrator: ``M1`` no network, ``M2`` the file is not the published one, ``M3``
    not found at its source, ``M4`` the download was cut or stood still, ``M5`` the file could not be
    written.

    Attributes:
        problems: Everything that is wrong, in sentences; the message is the first of them.
        field: What of all that was said about a model it is about: ``labels``, ``size``, ``photos`` or
            ``key``; empty where it is the model's files.
    """

    def __init__(self, *problems: str, code: str = "", field: str = "") -> None:
        super().__init__(problems[0], code)
        self.problems = list(problems)
        self.field = field


def first_three(names: Sequence[str], separator: str = ", ") -> str:
    """The first three of the names, and a sign that there are more."""
    return separator.join(names[:3]) + (", …" if len(names) > 3 else "")


def counted(count: int, one: str, several: str) -> str:
    """A number of things, such as “1 entry” and “2 entries”."""
    return f"{count:,} {one if count == 1 else several}"


def quoted(text: str) -> str:
    """Text from a file inside quotation marks, cut to what a sentence can hold."""
    text = readable(text)
    return f"“{text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + '…'}”"


def did_you_mean(name: str, names: Iterable[str], otherwise: str) -> str:
    """A question for the nearest of the names, or what to say where none is near."""
    near = difflib.get_close_matches(name[:_LONGEST_QUOTE].lower(), names, n=3, cutoff=0.5)
    return f"Did you mean {' or '.join(near)}?" if near else otherwise
