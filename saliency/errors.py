"""The one kind of error this package raises on purpose."""

from __future__ import annotations


class SaliencyError(Exception):
    """Says what was wrong, what was expected and the remedy, in words that can be shown to a person.

    Attributes:
        message: One or two complete sentences.
        code: A short code to quote to an administrator, such as ``M1``; empty where none helps.
    """

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class NoGraphError(SaliencyError):
    """A model that works, but cannot be taken apart: it can still be asked from outside.

    Attributes:
        reason: Why, as half a sentence, such as “its structure depends on the picture”.
    """

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class Cancelled(SaliencyError):
    """Raised by a progress callback to stop the work it is called from."""


class UnansweredError(SaliencyError):
    """The service that a model is behind does not answer any more: no fault of the photo asked about."""
