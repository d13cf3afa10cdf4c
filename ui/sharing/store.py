"""Pages that people share by a link, on the server's disk until the link ends or is taken back.

A link is two files: the page, and beside it who made it and when it ends. The second one counts: without it
there is no link. The name of both is the link's key, which nobody guesses. No clock is read here.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from saliency.audit.inputs.files import disk_remedy
from saliency.audit.json_types import conforms, from_json
from saliency.errors import SaliencyError
from ui.server.places import shared_folder
from ui.sharing import words

DAYS = (1, 7, 30)
"""How long a link can last."""

MOST, MOST_BYTES = 20, 30 * 2**20
"""Links that one person can have at a time, and bytes of their pages together."""

MOST_OF_ALL, MOST_BYTES_OF_ALL = 1000, 1024 * 2**20
"""The same of all people together."""

DAY = 24 * 3600.0  # seconds
_KEY = re.compile(r"[0-9a-f]{40}")  # 160 bits
_RECORD, _PAGE, _PART = ".json", ".html", ".part"
_CUT_SHORT = 3600.0  # seconds after which a file without a link is what is left of one


@dataclass(frozen=True)
class SharedLink:
    """A page that is shared.

    Attributes:
        key: What its address ends in.
        owner: Key of the person who made it.
        title: What it shows.
        made: When, in seconds since 1970.
        ends: From when on it leads nowhere.
        size: Bytes of the page.
        name: What people know the owner by.
    """

    key: str
    owner: str
    title: str
    made: float
    ends: float
    size: int
    name: str = ""


def add(page: bytes, *, owner: str, title: str, days: int, now: float, name: str = "") -> SharedLink:
    """Keeps a page under a new link.

    Raises:
        SaliencyError: There are too many already, or it cannot be kept; the sentence is for who shares it.
    """
    if days not in DAYS:
        raise SaliencyError(f"A link lasts {', '.join(map(str, DAYS))} days; it was {days}.")
    link = SharedLink(secrets.token_hex(20), owner, title, now, now + days * DAY, len(page), name)
    try:
        with _alone():
            sweep(now)
            links = list(_links())
            own = [one for one in links if one.owner == owner]
            if len(own) >= MOST or sum(one.size for one in own) + link.size > MOST_BYTES:
                raise SaliencyError(words.TOO_MANY.format(most=MOST, megabytes=MOST_BYTES // 2**20))
            if len(links) >= MOST_OF_ALL or sum(one.size for one in links) + link.size > MOST_BYTES_OF_ALL:
                raise SaliencyError(words.SERVER_FULL)
            _write(link.key + _PAGE, page)
            _write(link.key + _RECORD, json.dumps(asdict(link), ensure_ascii=False).encode())
    except Timeout as error:
        raise SaliencyError(words.BUSY) from error
    except OSError as error:
        raise SaliencyError(words.NOT_KEPT.format(reason=disk_remedy(error)), code="S1") from error
    return link


def links_of(owner: str, now: float) -> list[SharedLink]:
    """The links of a person that lead somewhere, the newest first."""
    return [link for link in all_links(now) if link.owner == owner]


def all_links(now: float) -> list[SharedLink]:
    """Everybody's links that lead somewhere, the newest first; for owners of the server only."""
    return sorted((link for link in _links() if now < link.ends), key=lambda link: link.made, reverse=True)


def shared_page(key: str, now: float) -> bytes | None:
    """The page behind a link; None where it never was, has ended or was taken back."""
    link = _read(key)
    if link is None or now >= link.ends:
        return None
    with suppress(OSError):
        return (shared_folder() / (key + _PAGE)).read_bytes()
    return None


def take_back(key: str, owner: str, *, anybodys: bool = False) -> None:
    """Ends a link of a person and deletes its page; one that has ended already stays so.

    Args:
        key: The link's.
        owner: Key of who takes it back.
        anybodys: Whether they may take back everybody's.

    Raises:
        SaliencyError: It is somebody else's, or cannot be deleted.
    """
    link = _read(key)
    if link is None:
        return
    if link.owner != owner and not anybodys:
        raise SaliencyError(words.NOT_YOURS)
    try:
        _delete(key)
    except OSError as error:
        raise SaliencyError(words.NOT_DELETED.format(reason=disk_remedy(error)), code="S2") from error


def sweep(now: float) -> None:
    """Deletes what has ended, and what is left of links that were not finished or not deleted to the end."""
    for link in _links():
        if now >= link.ends:
            with suppress(OSError):
                _delete(link.key)
    for path in _inside():
        with suppress(OSError):
            key = path.name.partition(".")[0]
            old = now - path.stat().st_mtime > _CUT_SHORT
            if is_key(key) and old and (path.name.endswith(_PART) or _read(key) is None):
                path.unlink()


def is_key(text: str) -> bool:
    """Whether a text can be the key of a link."""
    return _KEY.fullmatch(text) is not None


def _links() -> Iterator[SharedLink]:
    for path in _inside():
        if path.suffix == _RECORD and (link := _read(path.stem)) is not None:
            yield link


def _inside() -> list[Path]:
    try:
        return sorted(shared_folder().iterdir())
    except OSError:
        return []


def _read(key: str) -> SharedLink | None:
    """The link of a key; None where there is none, or none that can be read."""
    if not is_key(key):
        return None
    try:
        link: SharedLink = from_json(SharedLink, json.loads((shared_folder() / (key + _RECORD)).read_bytes()))
        sensible = conforms(SharedLink, link) and link.key == key
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None
    return link if sensible else None


def _write(name: str, content: bytes) -> None:
    """Writes a file that only this account of the computer reads; whole or not at all."""
    part = shared_folder() / (name + _PART)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        part.replace(shared_folder() / name)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def _delete(key: str) -> None:
    """Deletes a link, the record first: from then on it leads nowhere."""
    for suffix in (_RECORD, _PAGE):
        (shared_folder() / (key + suffix)).unlink(missing_ok=True)


@contextmanager
def _alone() -> Iterator[None]:
    """Nobody else adds a link while the block runs, so that no limit is passed by two at once."""
    shared_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    with FileLock(shared_folder() / ".lock", timeout=30, mode=0o600):
        yield
