"""The error of this package: something about a model that a person can act on."""

from __future__ import annotations

from collections.abc import Sequence

from saliency.errors import SaliencyError


class ModelError(SaliencyError):
    """A model is unknown, cannot be fetched, or its folder is not in order.

    Codes to quote to an administrator: ``M1`` no network, ``M2`` the file is not the published one, ``M3``
    not found at its source, ``M4`` the download was cut or stood still, ``M5`` the file could not be
    written.

    Attributes:
        problems: Everything that is wrong, in sentences; the message is the first of them.
    """

    def __init__(self, message: str, code: str = "", further: Sequence[str] = ()) -> None:
        super().__init__(message, code)
        self.problems = [message, *further]
