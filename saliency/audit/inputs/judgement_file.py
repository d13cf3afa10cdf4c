"""What people hand over of what findings are: a table, or the JSON of this or another audit."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from saliency.audit.inputs.files import FileError
from saliency.audit.inputs.tables import lines
from saliency.names import readable
from saliency.verdict.advice import AreaRole
from saliency.verdict.words import ROLES

TAKEN_BACK = "none"
"""In place of a role: what was said before is taken back."""

_ROLES = {folded: role for role in AreaRole for folded in (str(role), ROLES[role].casefold())}
_MOST = 64 * 2**20  # bytes
_EXPECTED = (
    "Expected: a table with the columns finding,role (and name, note, by, at), as in findings.csv; or a "
    "judgements.json or findings.json of an audit."
)


@dataclass(frozen=True)
class HandedJudgement:
    """What a file says of one finding.

    Attributes:
        where: The file and its line, or which entry, to name where something is wrong.
        finding: The finding's key, or its number in ``findings.json``, from 1.
        role: What it is; ``None``: what was said before is taken back.
        at: When, in ISO format; empty where the file does not say.
    """

    where: str
    finding: str
    role: AreaRole | None
    name: str = ""
    note: str = ""
    by: str = ""
    at: str = ""

    def error(self, what: str) -> FileError:
        """What is wrong with it, as an error to be raised."""
        return FileError("", self.where, f": {what}")


def read_judgement_file(path: Path) -> list[HandedJudgement]:
    """What a file says of findings, the last word on each; where nothing is said of one, it is left out.

    Raises:
        FileError: It cannot be read, or says what is none of the roles.
    """
    if path.suffix.lower() == ".json":
        cells = _json_entries(path)
    else:
        cells = (
            (f"{path.name}, line {line.number}", line.values) for line in lines(path, ("finding", "role"))
        )
    handed = [entry for where, values in cells if (entry := _entry(where, values)) is not None]
    return list({entry.finding: entry for entry in handed}.values())


def _entry(where: str, values: Mapping[str, str]) -> HandedJudgement | None:
    """One line or entry; ``None`` where it leaves open what the finding is."""
    finding, said = (readable(values.get(column, "")) for column in ("finding", "role"))
    if not said:
        return None
    role = None if said.casefold() == TAKEN_BACK else _ROLES.get(said.casefold())
    texts = (readable(values.get(column, "")) for column in ("name", "note", "by", "at"))
    entry = HandedJudgement(where, finding, role, *texts)
    if role is None and said.casefold() != TAKEN_BACK:
        raise entry.error(
            f"“{said[:80]}” is none of the roles. Expected: {', '.join(AreaRole)}; {TAKEN_BACK} to take back "
            "what was said; or nothing."
        )
    if not finding:
        raise entry.error("it does not say which finding it is about: its key, or its number.")
    try:
        datetime.fromisoformat(entry.at or "2000-01-01")
    except ValueError:
        raise entry.error(
            f"“{entry.at[:80]}” is no time. Expected: for example 2026-11-28T14:30:00+01:00, or nothing."
        ) from None
    return entry


def _json_entries(path: Path) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The entries of a ``judgements.json``, a list of such, or the findings of a ``findings.json``."""
    try:
        if path.stat().st_size > _MOST or not path.is_file():
            raise ValueError
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        if isinstance(content, dict):
            content = content["judgements"] if "judgements" in content else content["findings"]
        if not isinstance(content, list) or not all(isinstance(entry, dict) for entry in content):
            raise ValueError
    except OSError as error:
        raise FileError(
            "", path.name, f" could not be read ({error.strerror}). Please check its name and folder."
        ) from None
    except (ValueError, LookupError, RecursionError):
        raise FileError("", path.name, f" is not what was expected. {_EXPECTED}") from None
    for number, entry in enumerate(content, 1):
        yield f"{path.name}, entry {number}", _texts(entry)


def _texts(entry: Mapping[str, Any]) -> Mapping[str, str]:
    """An entry's values as the cells of a table; a job keeps what is taken back with ``null`` as the role."""
    if "key" in entry:  # a finding
        said = entry.get("judgement")
        entry = {**(said if isinstance(said, dict) else {}), "finding": entry["key"]}
    elif "role" in entry and entry["role"] is None:
        entry = {**entry, "role": TAKEN_BACK}
    return {name: str(value) for name, value in entry.items() if value is not None}
