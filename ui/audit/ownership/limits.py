"""How much one person may ask of the server: audits waiting or at work at once, photos kept in all of theirs.

Owners of the server have no such limits, nor has who sits at the computer that nobody else reaches.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from saliency.audit.job import PHOTOS as PHOTOS_FOLDER
from saliency.errors import SaliencyError
from ui.audit import store
from ui.audit.ownership import access, words
from ui.audit.store import RUNNING
from ui.people.person import Action, Person, may
from ui.work.limits import whole_number

AUDITS, PHOTOS = "SPOTLIGHT_PERSON_AUDITS", "SPOTLIGHT_PERSON_PHOTOS"
"""Variables of the environment that state the limits."""

USUAL = {AUDITS: 3, PHOTOS: 20_000}

_BEGINNING: Counter[tuple[str, str]] = Counter()  # audits and photos that are being kept now, by person
_LOCK = threading.Lock()


@contextmanager
def room(visitor: Person, photos: int) -> Iterator[None]:
    """Holds room for one more audit of a person while the block makes it.

    Args:
        visitor: Who begins it.
        photos: How many photos it has.

    Raises:
        SaliencyError: They have as many audits under way, or as many photos, as one person may.
    """
    with _held(visitor.key, visitor, photos):
        yield


@contextmanager
def going_on(folder: Path, visitor: Person) -> Iterator[None]:
    """Holds room for an audit to wait or be at work while the block begins it again.

    Args:
        folder: The audit; whoever made it may have only so many others at work.
        visitor: Who wants it to be.

    Raises:
        SaliencyError: There are as many as may be.
    """
    with _held(access.read(folder).owner, visitor, besides=folder):
        yield


@contextmanager
def _held(owner: str, visitor: Person, photos: int = 0, besides: Path | None = None) -> Iterator[None]:
    wanted = Counter({(AUDITS, owner): 1, (PHOTOS, owner): photos})
    with _LOCK:
        _check_audits(owner, visitor, besides)
        if photos:
            _check_photos(visitor, photos)
        _BEGINNING.update(wanted)
    try:
        yield
    finally:
        with _LOCK:
            _BEGINNING.subtract(wanted)


def _check_audits(owner: str, visitor: Person, besides: Path | None) -> None:
    others = [request for folder, request in _audits(owner) if folder != besides]
    running = sum(request.state == RUNNING for request in others)
    count = running + _BEGINNING[AUDITS, owner]
    if not may(visitor, Action.SEE_ALL) and count >= limit(AUDITS):
        raise SaliencyError(words.TOO_MANY_AUDITS.format(count=count))


def limit(name: str) -> int:
    """A limit, as the environment states it; the usual one where that is no number."""
    return whole_number(name, USUAL[name], least=0)


def _check_photos(visitor: Person, photos: int) -> None:
    if may(visitor, Action.SEE_ALL):
        return
    kept = sum(map(_photos, (folder for folder, _ in _audits(visitor.key))))
    total, most = kept + _BEGINNING[PHOTOS, visitor.key] + photos, limit(PHOTOS)
    if total > most:
        raise SaliencyError(words.TOO_MANY_PHOTOS.format(new=photos, all=total, most=most))


def _audits(owner: str) -> list[tuple[Path, store.AuditRequest]]:
    return [pair for pair in store.listed() if access.read(pair[0]).owner == owner]


def _photos(folder: Path) -> int:
    """How many files there are among the photos of an audit."""
    return sum(len(files) for _, _, files in os.walk(folder / PHOTOS_FOLDER))
