"""What whoever watches over the server is told of it: its condition (`/health`), and what is measured now."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

from streamlit import runtime

from models.disk import room
from ui.audit import store
from ui.server.health import Condition
from ui.server.metrics import Gauge
from ui.work import loading
from ui.work.line import Lane, line

warm = True
"""Whether the first model was loaded and asked before the port opened."""


def condition() -> Condition:
    """What is measured of this server now; touches the disk."""
    free, writable = room(store.home())
    waits = line().waits()
    longest = max((wait for lane in (Lane.QUICK, Lane.LONG) for wait in waits[lane]), default=0.0)
    return Condition(free, writable, sum(map(len, waits.values())), longest, models=warm)


def _waiting() -> dict[str, float]:
    return {f'lane="{lane.name.lower()}"': len(waits) for lane, waits in line().waits().items()}


def _first_waits() -> dict[str, float]:
    return {
        f'lane="{lane.name.lower()}"': round(max(w, default=0.0), 3) for lane, w in line().waits().items()
    }


def _memory() -> dict[str, float]:
    """Bytes of memory that the process has, where the system tells (Linux)."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return {}
    return {"": int(statm.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")}


def _tabs() -> dict[str, float]:
    sessions: Any = runtime.get_instance()._session_mgr if runtime.exists() else None
    return {"": sessions.num_active_sessions() if sessions else 0}


def _audits() -> dict[str, float]:
    states = Counter(request.state for _, request in store.listed())
    return {f'state="{state}"': states[state] for state in store.STATES}


def _disk() -> dict[str, float]:
    free, _ = room(store.home())
    return {} if free is None else {"": free}


GAUGES: tuple[Gauge, ...] = (
    ("spotlight_line_waiting", "Jobs that wait in line.", _waiting),
    ("spotlight_line_first_wait_seconds", "For how long the first of them has waited.", _first_waits),
    ("spotlight_memory_bytes", "Memory of the process.", _memory),
    ("spotlight_tabs", "Tabs that are open.", _tabs),
    ("spotlight_models_loaded", "Models in memory.", lambda: {"": loading.count()}),
    ("spotlight_audits", "Audits on the disk, by state.", _audits),
    ("spotlight_disk_free_bytes", "Bytes free where audits are kept.", _disk),
)
"""Name, meaning and measurement."""
