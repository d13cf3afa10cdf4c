"""The rehearsal of an audit on disk: how far it is, and what came of it, beside the audit it belongs to."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ui.audit import store
from ui.audit.store import STATES

PACK = "rehearsal-pack.zip"
"""The file for whoever trains the model, in the folder of the audit."""

_REQUEST = "rehearsing.json"
_CHANGING = threading.Lock()


@dataclass(frozen=True)
class RehearsalRequest:
    """How far the rehearsal of an audit is.

    Attributes:
        state: One of the states of an audit.
        problem: Why it stopped; empty where it did not.
        why_not: Why nothing could be rehearsed, a sentence; empty where it could.
        twins: How many twins are in the pack.
        to_mend: Keys of the findings that the pack is made for.
    """

    state: str
    problem: str = ""
    why_not: str = ""
    twins: int = 0
    to_mend: tuple[str, ...] = ()


def read(audit: Path) -> RehearsalRequest | None:
    """How far the rehearsal of an audit is; None where nobody asked for one, or it cannot be read."""
    request: RehearsalRequest | None = store.read_whole(audit / _REQUEST, RehearsalRequest)
    return request if request and request.state in STATES else None


def change(audit: Path, *, only: str = "", **values: Any) -> None:
    """Changes how far a rehearsal is, of an audit that is still there; begins one where there is none.

    Args:
        audit: The folder of the audit.
        only: If not empty, only while it is in this state.
        values: What is changed.

    Raises:
        SaliencyError: There is no room, or nothing can be written.
    """
    with _CHANGING:
        before = read(audit)
        if store.read(audit) is None or (only and (before is None or before.state != only)):
            return
        record = replace(before or RehearsalRequest(values.get("state", "")), **values)
        store.write_whole(audit / _REQUEST, asdict(record))


def forget(audit: Path) -> None:
    """Forgets that a rehearsal was asked for; what came of an earlier one, and what was computed, stays."""
    with _CHANGING:
        (audit / _REQUEST).unlink(missing_ok=True)
