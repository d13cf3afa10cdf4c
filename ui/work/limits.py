"""What whoever runs the server may set in its environment."""

from __future__ import annotations

import os


def whole_number(name: str, usual: int, least: int = 1) -> int:
    """A whole number by the name of its variable; the usual one where it is not set, none, or too small."""
    text = os.environ.get(name, "").strip()
    return int(text) if text.isdecimal() and int(text) >= least else usual


def threads_a_slot(slots: int) -> int:
    """How many threads one job may use, so that all slots together fill the processor.

    `OMP_NUM_THREADS` wins where whoever runs the server has set it.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return whole_number("OMP_NUM_THREADS", max(1, cores // slots))
