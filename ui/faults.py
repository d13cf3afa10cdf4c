"""What people see when something fails: a sentence, never a traceback."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from saliency.errors import SaliencyError
from ui.server.metrics import ERRORS
from ui.widgets.places import Place
from ui.words import UNEXPECTED, plain

_LOG = logging.getLogger("spotlight")


def unexpected(error: Exception) -> str:
    """Logs an error with its traceback on the server.

    Returns:
        The sentence to show, with the code under which the error was logged.
    """
    ERRORS.add()
    code = secrets.token_hex(3).upper()
    _LOG.error("Unexpected error, code %s", code, exc_info=error)
    return UNEXPECTED.format(code=code)


def sentence(error: SaliencyError) -> str:
    """What an expected error says, with its code where it has one and does not name it."""
    text = plain(error.message)
    return f"{text} (code {error.code})" if error.code and error.code not in text else text


def message(error: Exception) -> str:
    """What people are told of an error; one that was not expected is logged."""
    return sentence(error) if isinstance(error, SaliencyError) else unexpected(error)


@contextmanager
def shown(slot: DeltaGenerator | Place | None = None) -> Iterator[None]:
    """Shows what goes wrong in the block as a sentence in the page.

    Args:
        slot: A placeholder to show it in, in place of what was drawn there; None: where the block stopped.
    """
    try:
        yield
    except Exception as error:  # the last place where an error can be told to a person
        (slot or st).error(message(error), icon=":material/error:")
