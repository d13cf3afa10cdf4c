"""What people said of an audit's findings: a small file of its own in the job's folder.

What an audit finds comes from the photos, the model and the settings alone; what people say of it does not,
so it is kept apart. All that was ever said stays in the file, in order, with who and when; of each finding
the last word counts. What was said of a finding that is there no more is kept, and shown nowhere.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from pathlib import Path

from filelock import FileLock, Timeout

from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.judgement import Judgement
from saliency.audit.inputs.files import FileError, disk_remedy
from saliency.audit.inputs.judgement_file import HandedJudgement
from saliency.audit.json_types import as_json, conforms, from_json
from saliency.names import readable
from saliency.verdict.advice import AreaRole

JUDGEMENTS = "judgements.json"
LONGEST_NAME, LONGEST_NOTE = 80, 500
"""Characters of a name, and of a note, that are kept."""

_LOCK = "judgements.lock"
_PATIENCE = 10.0  # seconds to wait for others, who write for some milliseconds


@dataclass(frozen=True, kw_only=True)
class JudgementEntry:
    """What somebody said of a finding; the fields are keys of ``judgements.json``.

    Attributes:
        finding: Its key.
        guess: The guess that it is about, for who reads the file.
        place: Its place, likewise.
        role: What it is; ``None``: what was said before is taken back.
        name: As in :class:`~saliency.audit.evidence.judgement.Judgement`, like the others.
    """

    finding: str
    guess: str | None
    place: str
    role: AreaRole | None
    name: str = ""
    note: str = ""
    by: str = ""
    at: str = ""

    @property
    def judgement(self) -> Judgement | None:
        """What the finding is by it."""
        return None if self.role is None else Judgement(self.role, self.name, self.note, self.by, self.at)


@dataclass(frozen=True)
class JudgementLog:
    """All that was said, in order; the contents of ``judgements.json``."""

    judgements: tuple[JudgementEntry, ...] = ()

    @property
    def last(self) -> dict[str, Judgement]:
        """The last word on each finding that has one, by its key."""
        said = {entry.finding: entry.judgement for entry in self.judgements}
        return {key: judgement for key, judgement in said.items() if judgement is not None}


def entry_of(
    finding: AuditFinding, role: AreaRole | None, *, name: str = "", note: str = "", by: str = "", at: str
) -> JudgementEntry:
    """What somebody says of a finding, as it is kept: on one line each, and no longer than is read.

    Args:
        finding: The finding.
        role: What it is; ``None`` takes back what was said.
        name: What people call it.
        note: Why, or what else is to be known.
        by: Who says so; empty where nobody is named.
        at: When, in ISO format.
    """
    return JudgementEntry(
        finding=finding.key,
        guess=None if finding.guess is None else readable(finding.guess),
        place=readable(finding.place),
        role=role,
        name=readable(name)[:LONGEST_NAME],
        note=readable(note)[:LONGEST_NOTE],
        by=readable(by)[:LONGEST_NAME],
        at=at,
    )


def read(folder: Path) -> tuple[dict[str, Judgement], FileError | None]:
    """The last word on each finding, by its key; and why it could not be read, if it could not."""
    try:
        return _log(folder).last, None
    except FileError as error:
        return {}, error


def keep(folder: Path, entries: Sequence[JudgementEntry]) -> None:
    """Keep what was said, behind all that was said before; whole or not at all.

    A file that cannot be made sense of is put aside under another name, and a new one is begun.

    Raises:
        SaliencyError: The audit is gone, nothing can be written, or others write for too long.
    """
    with _alone(folder):
        try:
            log = _log(folder)
        except FileError as error:
            if isinstance(error.__cause__, OSError):  # it may be as good as ever
                raise
            _put_aside(folder / JUDGEMENTS)
            log = JudgementLog()
        _write(folder / JUDGEMENTS, replace(log, judgements=(*log.judgements, *entries)))


def with_judgements(
    findings: Iterable[AuditFinding], said: Mapping[str, Judgement]
) -> Iterator[AuditFinding]:
    """Findings with the last word on each."""
    return (replace(finding, judgement=said.get(finding.key)) for finding in findings)


def now() -> str:
    """The time by this computer's clock, in ISO format, as judgements have it."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def take(
    folder: Path, handed: Iterable[HandedJudgement], findings: Sequence[AuditFinding], at: str
) -> tuple[list[AuditFinding], list[str]]:
    """Keep what was handed over of an audit's findings, but for what was said already.

    Args:
        folder: The job's.
        handed: What a file says.
        findings: The audit's, in its order, with what was said of them before.
        at: When it was handed over, in ISO format, where the file says nothing else.

    Returns:
        The findings with what was said of them, and a sentence for each that is not there.

    Raises:
        SaliencyError: There is no finding of a number, or nothing can be written; then nothing was kept.
    """
    entries, missing = _matched(handed, findings, at)
    if entries:
        keep(folder, entries)
    return list(with_judgements(findings, _log(folder).last)) if entries else list(findings), missing


def _matched(
    handed: Iterable[HandedJudgement], findings: Sequence[AuditFinding], at: str
) -> tuple[list[JudgementEntry], list[str]]:
    """What is new, as it is to be kept, and a sentence for each finding that is not there."""
    by_key = {finding.key: finding for finding in findings}
    entries, missing = [], []
    for one in handed:
        finding = by_key.get(one.finding)
        if finding is None and one.finding.isdecimal():
            if len(one.finding) > 9 or not 1 <= int(one.finding) <= len(findings):
                numbers = f"a number from 1 to {len(findings)}, as in findings.csv, or a finding's key"
                there = f"Expected: {numbers}." if findings else "This audit found nothing to be judged."
                raise one.error(f"there is no finding {one.finding[:20]}. {there}")
            finding = findings[int(one.finding) - 1]
        if finding is None:
            missing.append(f"{one.where}: there is no finding “{one.finding[:80]}” in this audit.")
        elif not _says(finding.judgement, one):
            before = finding.judgement
            changed = before is not None and one.at == before.at  # a line of findings.csv, filled in anew
            by = "" if before is not None and changed and one.by == before.by else one.by
            when = at if changed else one.at or at
            entries.append(entry_of(finding, one.role, name=one.name, note=one.note, by=by, at=when))
    return entries, missing


def _says(before: Judgement | None, one: HandedJudgement) -> bool:
    """Whether a finding says already what is handed over."""
    if before is None or one.role is None:
        return before is None and one.role is None
    same = (before.role, before.name, before.note) == (one.role, one.name, one.note)
    return same and one.by in ("", before.by) and one.at in ("", before.at)


def _log(folder: Path) -> JudgementLog:
    """All that was said; nothing where there is no such file.

    Raises:
        FileError: It cannot be read, or made sense of.
    """
    path = folder / JUDGEMENTS
    start = f"What people said of the findings cannot be read (“{JUDGEMENTS}” of the audit in “"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))["judgements"]
        log = from_json(JudgementLog, {"judgements": content})
        if not conforms(JudgementLog, log):
            raise ValueError
    except FileNotFoundError:
        return JudgementLog()
    except OSError as error:
        raise FileError(start, str(folder), f"”): {disk_remedy(error)}") from error
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise FileError(
            start,
            str(folder),
            "” is damaged). Put a copy of it in its place. Or say it anew: the damaged file is then kept "
            "under another name.",
        ) from error
    return log  # type: ignore[no-any-return]


def _write(path: Path, log: JudgementLog) -> None:
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("w", encoding="utf-8") as file:
            json.dump(as_json(log), file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise FileError(
            "What you said of the finding could not be kept in “",
            str(path.parent),
            f"”: {disk_remedy(error)}",
        ) from error


def _put_aside(path: Path) -> None:
    """Give a damaged file a name that no other one has."""
    names = (path.with_name(f"{path.stem}.damaged-{number}{path.suffix}") for number in count(1))
    try:
        path.rename(next(name for name in names if not name.exists()))
    except OSError as error:
        raise FileError("“", str(path), f"” cannot be used: {disk_remedy(error)}") from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep others from writing meanwhile."""
    lock = FileLock(folder / _LOCK, timeout=_PATIENCE)
    try:
        if not folder.is_dir():  # it would be made for the lock
            raise FileError("There is no audit in “", str(folder), "” any more, so nothing was kept.")
        lock.acquire()
    except Timeout:
        raise FileError(
            "Others are writing what they say of the audit in “", str(folder), "”. Please try again."
        ) from None
    except OSError as error:
        raise FileError("The folder “", str(folder), f"” cannot be used: {disk_remedy(error)}") from error
    try:
        yield
    finally:
        lock.release()
