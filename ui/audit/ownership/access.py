"""Whose an audit is, and who else may open it: a small file of its own in the audit's folder.

Only this module decides who may do what with an audit; whatever the page shows or does of one asks here
first. A folder without the file (an audit from before there were owners), or with one that cannot be read,
belongs to nobody: only owners of the server open it, and on one's own computer that is whoever sits at it.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import chain, count
from pathlib import Path

from saliency.errors import SaliencyError
from ui.audit import store
from ui.audit.store import AuditRequest
from ui.people.person import THIS_COMPUTER, Action, Person, may, person
from ui.people.roles import small

REFUSED = (
    "There is no audit here that is open to you. It may have been deleted, its time may be over, or it may "
    "belong to somebody who does not share it with you. Whoever gave you this address can tell you."
)
"""What is said of an audit that is not there, and of one that somebody may not see: the same."""

ACCESS = "access.json"
MOST_NAMED = 100
"""Colleagues whom one audit may be shared with by name."""

_ADDRESS = re.compile(r"[^@\s<>()\"“”,;:]{1,64}@[^@\s<>()\"“”,;:]{1,189}")
_BETWEEN = re.compile(r"[\s,;]+")
_CHANGING = threading.Lock()


@dataclass(frozen=True)
class Access:
    """Whose an audit is, and who else may open it.

    Attributes:
        owner: The key of who made it; empty where nobody knows.
        name: What people know them by.
        named: Addresses of colleagues who may open it, as they sign in with.
        everyone: Whether all members may, once they have signed in.
    """

    owner: str = ""
    name: str = ""
    named: tuple[str, ...] = ()
    everyone: bool = False

    @property
    def shared(self) -> bool:
        """Whether anybody else may open it."""
        return self.everyone or bool(self.named)

    def belongs_to(self, visitor: Person) -> bool:
        """Whether they made it; what was made before there were owners is of who sits at this computer."""
        return self.owner == visitor.key or (not self.owner and visitor.key == THIS_COMPUTER)

    def may_change(self, visitor: Person) -> bool:
        """Whether they may pause, share and delete it: who made it, and owners of the server."""
        return may(visitor, Action.SEE_ALL) or self.belongs_to(visitor)

    def invites(self, visitor: Person) -> bool:
        """Whether it is shared with them: members who signed in, as audits are for members."""
        address = _folded(visitor.address)
        named = bool(address) and address in self.named
        return visitor.signed_in and may(visitor, Action.AUDIT) and (self.everyone or named)

    def may_judge(self, visitor: Person) -> bool:
        """Whether they may say what its findings are: who may change it, and whom it is shared with."""
        return self.may_change(visitor) or self.invites(visitor)

    def may_open(self, visitor: Person) -> bool:
        """Whether they may see it, with its photos, results and reports."""
        return self.may_change(visitor) or self.invites(visitor)


@dataclass(frozen=True)
class Entry:
    """An audit that a person may open."""

    folder: Path
    request: AuditRequest
    access: Access


def new(visitor: Person) -> Access:
    """Of an audit that somebody makes: theirs alone."""
    return Access(visitor.key, visitor.name or visitor.address)


def read(folder: Path) -> Access:
    """Whose an audit is; nobody's where that is not written or cannot be read."""
    return store.read_whole(folder / ACCESS, Access) or Access()


def write(folder: Path, access: Access) -> None:
    """Keeps whose an audit is; whole or not at all.

    Raises:
        SaliencyError: There is no room, or nothing can be written.
    """
    store.write_whole(folder / ACCESS, asdict(access))


def share(folder: Path, named: Iterable[str] = (), *, everyone: bool = False) -> None:
    """Shares an audit with just these from now on; with nobody where none is named.

    Raises:
        SaliencyError: Whoever asks may not, it is gone, or nothing can be written.
    """
    with _CHANGING:
        before = check_change(folder)
        if store.read(folder) is None:
            raise SaliencyError(REFUSED)
        write(folder, Access(before.owner, before.name, tuple(map(_folded, named)), everyone))


def entries(visitor: Person) -> list[Entry]:
    """The audits that a person may open, the newest first; without those that are damaged."""
    found = (Entry(folder, request, read(folder)) for folder, request in store.listed())
    return [entry for entry in found if entry.access.may_open(visitor)]


def entry(name: str, visitor: Person) -> Entry | None:
    """The audit of that name in the address; None where there is none, or not for them."""
    return next((found for found in entries(visitor) if found.folder.name == name), None)


def free_name(name: str, visitor: Person) -> str:
    """The name of an audit, with a number where another one of theirs has it already."""
    taken = {entry.request.name for entry in entries(visitor) if entry.access.belongs_to(visitor)}
    return next(
        free for free in chain([name], (f"{name} ({again})" for again in count(2))) if free not in taken
    )


def damaged(visitor: Person) -> list[Path]:
    """The folders of audits whose settings cannot be read and that they may delete."""
    return [folder for folder in store.damaged() if read(folder).may_change(visitor)]


def strangers(visitor: Person) -> list[Path]:
    """What is in the folder of audits and is none: for owners of the server only."""
    return store.strangers() if may(visitor, Action.SEE_ALL) else []


def check_change(folder: Path) -> Access:
    """Makes sure that whoever is here may pause, share or delete an audit.

    Raises:
        SaliencyError: They may not.
    """
    access = read(folder)
    if not access.may_change(person()):
        raise SaliencyError(REFUSED)
    return access


def check_judge(folder: Path) -> Person:
    """Makes sure that whoever is here may say what an audit's findings are; tells who it is.

    Raises:
        SaliencyError: They may not, or the audit is gone.
    """
    visitor = person()
    if store.read(folder) is None or not read(folder).may_judge(visitor):
        raise SaliencyError(REFUSED)
    return visitor


def check_open(folder: Path, visitor: Person) -> None:
    """Makes sure that somebody may see what is in an audit's folder.

    Raises:
        SaliencyError: They may not.
    """
    if not read(folder).may_open(visitor):
        raise SaliencyError(REFUSED)


def addresses(text: str, owner: Person) -> tuple[str, ...]:
    """The addresses in a text, each once, without one's own.

    Args:
        text: Addresses with spaces, commas, semicolons or new lines between them.
        owner: Who shares.

    Raises:
        SaliencyError: One is no address, or there are too many, or none.
    """
    found = dict.fromkeys(_folded(part) for part in _BETWEEN.split(text) if part)
    for address in found:
        if not _ADDRESS.fullmatch(address):
            raise SaliencyError(
                f"“{address[:80]}” is no mail address. Expected: addresses such as ana@example.com, with "
                "commas between them."
            )
    found.pop(_folded(owner.address), None)
    if not found:
        raise SaliencyError("Name at least one colleague by the mail address they sign in with.")
    if len(found) > MOST_NAMED:
        raise SaliencyError(
            f"These are {len(found)} colleagues; an audit is shared with at most {MOST_NAMED} by name."
        )
    return tuple(found)


def _folded(address: str) -> str:
    return small(address.strip())
