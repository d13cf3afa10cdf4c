"""Two audits that somebody wants to see beside each other: read once a tab, and only where both are open."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import streamlit as st

from saliency.audit.job import PHOTOS
from saliency.audit.job_files import DATABASE
from saliency.audit.judgements import JUDGEMENTS
from saliency.audit.reports.comparison.files import ComparedAudits, read_both, write_comparison, writers
from saliency.audit.reports.comparison.report import AuditNames
from saliency.errors import SaliencyError
from ui.audit.comparison import words
from ui.audit.ownership import access
from ui.audit.ownership.access import Entry
from ui.audit.store import DONE
from ui.people.person import Person

_KEY = "audits-compared"
_FILES = DATABASE, f"{DATABASE}-wal", JUDGEMENTS


@dataclass(frozen=True, eq=False)
class EntryPair:
    """The older and the newer of two audits that are open to a person."""

    old: Entry
    new: Entry

    @property
    def names(self) -> AuditNames:
        """What people call them."""
        return AuditNames(self.old.request.name, self.new.request.name)


def entry_pair(old: str, new: str, visitor: Person) -> EntryPair:
    """Two audits by the names of their folders.

    Raises:
        SaliencyError: One is not open to them, is gone or is not finished.
    """
    entries = access.entry(old, visitor), access.entry(new, visitor)
    if entries[0] is None or entries[1] is None or old == new:
        raise SaliencyError(words.GONE)
    if any(entry.request.state != DONE for entry in entries if entry):
        raise SaliencyError(words.NOT_FINISHED)
    return EntryPair(entries[0], entries[1])


def compared(pair: EntryPair) -> ComparedAudits:
    """Both audits read, and what they show beside each other; the tab remembers the last two.

    Raises:
        SaliencyError: One is damaged, or they have no photo in common.
    """
    folders = pair.old.folder, pair.new.folder
    key = tuple((str(folder), _state(folder)) for folder in folders)
    known = st.session_state.get(_KEY)
    if known is None or known[0] != key:
        known = st.session_state[_KEY] = key, read_both(*folders)
    both: ComparedAudits = known[1]
    return both


def content(pair: EntryPair, name: str, visitor: Person) -> bytes:
    """A file of the comparison.

    Raises:
        SaliencyError: One of the audits is not open to who asks any more, or there is no room.
    """
    for entry in (pair.old, pair.new):
        access.check_open(entry.folder, visitor)
    both = read_both(pair.old.folder, pair.new.folder)
    made = writers(both, pair.new.folder / PHOTOS, pair.names, date.today())
    with tempfile.TemporaryDirectory(prefix="spotlight-") as folder:
        (path,) = write_comparison({name: made[name]}, Path(folder))
        return path.read_bytes()


def _state(folder: Path) -> tuple[int, ...]:
    """When what is kept of an audit was last written."""
    return tuple(
        path.stat().st_mtime_ns if path.is_file() else 0 for path in (folder / name for name in _FILES)
    )
