"""Giving free memory back to the computer."""

from __future__ import annotations

import ctypes
import gc


def trim() -> None:
    """Lets go of what nobody refers to any more, and of the memory that the C library keeps for later."""
    gc.collect()
    try:
        give_back = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's
    except (OSError, TypeError):  # Windows
        return
    if give_back is not None:
        give_back(0)
