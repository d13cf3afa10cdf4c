"""Who can open the page, as far as the server knows, and whether others add models to it."""

from __future__ import annotations

import os
from collections.abc import Mapping

import streamlit as st

ADD_MODELS = "SPOTLIGHT_ADD_MODELS"
"""Variable of the environment that says whether others may add models: `yes` or `no`."""

_THIS_COMPUTER = ("localhost", "127.0.0.1", "::1")
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")
"""What proxies, through which others come, add to a request."""


def only_this_computer(headers: Mapping[str, str] | None = None) -> bool:
    """Whether nobody can open the page but people at this computer.

    Args:
        headers: Those of a request; None: of the tab whose page runs now.
    """
    names = st.get_option("server.allowedHosts") or []
    here = st.get_option("server.address") in _THIS_COMPUTER and all(name in _THIS_COMPUTER for name in names)
    return here and not any(
        name in (st.context.headers if headers is None else headers) for name in _FORWARDED
    )


def others_add_models() -> bool | None:
    """Whether the server's owner has said that others add models; None where nothing was said.

    What is not understood is a no.
    """
    setting = os.environ.get(ADD_MODELS, "").strip().lower()
    return setting in ("yes", "1", "true", "on") if setting else None
