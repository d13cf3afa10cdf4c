"""Giving free memory back to the computer."""

from __future__ import annotations

import ctypes
import gc


def trim() -> None:
    """Lets go of what nobody refers to any more, and of the memory that the C library keeps for later."""
    gc.collect()
    give_back()


def settle() -> None:
    """Takes what is there to stay out of every later search for what nobody refers to any more.

    Streamlit searches after every run of the page. All that was imported would make that the dearest part of
    a click by far.
    """
    gc.collect()
    gc.freeze()


def give_back() -> None:
    """Lets go of the memory that the C library keeps for later, where it can."""
    try:
        malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's
    except (OSError, TypeError):  # Windows
        return
    if malloc_trim is not None:
        malloc_trim(0)
