"""Somebody's model looked into in a process of its own, with bounded memory and time.

What a visitor hands over can be anything. A process that is told how much memory and time it may take ends
alone where a model takes more, and the server goes on. It is told what to do, and answers, in lines of JSON.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from models.errors import ModelError
from models.sources.draft import Draft, draft
from models.sources.preparation import Photos
from models.sources.statements import Wishes
from saliency.audit.json_types import as_json, from_json
from saliency.progress import Progress, report

LONGEST = 600.0  # seconds
_BASE, _GROWTH = 3_000_000_000, 10  # bytes: of libraries and pictures; and times the size of the files
_POLL = 0.2  # seconds between two chances to stop it
_ROOT = Path(__file__).parents[2]


def draft_apart(
    path: Path,
    wishes: Wishes,
    made: Path,
    sample: Path,
    on_progress: Progress | None = None,
    *,
    longest: float = LONGEST,
    memory: int | None = None,
) -> Draft:
    """What :func:`models.sources.draft.draft` gives, computed apart.

    Args:
        path: What was handed over.
        wishes: What people said about it.
        made: Where its folder is written.
        sample: A photo.
        on_progress: Told how far it is, five times a second; whatever it raises ends the process.
        longest: Seconds that it may take.
        memory: Bytes that it may take; ``None``: by the size of the files.
    """
    temporary = made.with_name("temporary")
    temporary.mkdir(exist_ok=True)  # what an ended process leaves goes with the folder around it
    request = {
        "path": str(path),
        "wishes": _sent(wishes),
        "made": str(made),
        "sample": str(sample),
        "memory": memory or _BASE + _GROWTH * _size(path),
    }
    places = {name: str(temporary) for name in ("TMPDIR", "TEMP", "TMP")}
    process = subprocess.Popen(
        [sys.executable, "-m", "models.sources.apart"],
        cwd=_ROOT,
        env=os.environ | places,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(request))
        process.stdin.close()
        return _answer(process.stdout, longest, on_progress)
    except BrokenPipeError:
        return Draft(problems=(_DIED,))
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


_DIED = (
    "The model takes more memory than it may on this computer, and was not opened further. "
    "Use a smaller one, or ask whoever runs this server to add it with “python -m models add”."
)
_TOO_LONG = (
    "The model took longer than {minutes:.0f} minutes, and was stopped. "
    "Use a smaller one, or ask whoever runs this server to add it with “python -m models add”."
)


def _answer(lines: IO[str], longest: float, on_progress: Progress | None) -> Draft:
    """The process's last line, while its progress is told."""
    said: queue.Queue[dict[str, Any] | None] = queue.Queue()

    def listen() -> None:
        try:
            for line in lines:
                said.put(json.loads(line))
        except ValueError:  # it ended in the middle of a line, or its pipe was closed
            pass
        said.put(None)

    threading.Thread(target=listen, daemon=True, name="draft-apart").start()
    ends, done = time.monotonic() + longest, 0
    while True:
        try:
            message = said.get(timeout=_POLL)
        except queue.Empty:
            message = {"done": done}
        if message is None:
            return Draft(problems=(_DIED,))
        if "draft" in message:
            found: Draft = from_json(Draft, message["draft"])
            return found
        if time.monotonic() > ends:
            return Draft(problems=(_TOO_LONG.format(minutes=longest / 60),))
        done = message["done"]
        report(on_progress, done, 100)


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


def _sent(wishes: Wishes) -> dict[str, Any]:
    """Wishes as JSON types."""
    photos = wishes.photos
    sent = asdict(wishes) | {"labels": str(wishes.labels) if wishes.labels else None}
    if isinstance(photos, Photos):
        return sent | {"photos": [[str(path) for path in photos.paths], list(photos.answers)]}
    return sent | {"photos": str(photos) if photos else None}


def _received(sent: dict[str, Any]) -> Wishes:
    """The reverse."""
    photos: Path | Photos | None = None
    if isinstance(sent["photos"], list):
        paths, answers = sent["photos"]
        photos = Photos(tuple(map(Path, paths)), tuple(answers))
    elif sent["photos"]:
        photos = Path(sent["photos"])
    tuples = {name: sent[name] and tuple(sent[name]) for name in ("size", "mean", "std", "usual_range")}
    labels = Path(sent["labels"]) if sent["labels"] else None
    return Wishes(**sent | tuples | {"labels": labels, "photos": photos})


def _bound(memory: int) -> None:
    """Bounds the memory of this process, where the system can, and lets others go first."""
    if hasattr(os, "nice"):
        os.nice(10)
    try:
        import resource
    except ImportError:  # Windows
        return
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Does what stdin says, and answers on stdout, where nothing else is printed."""
    request = json.loads(sys.stdin.read())
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print
    _bound(request["memory"])

    def say(message: dict[str, Any]) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    tell: Callable[[int, int], None] = lambda done, _: say({"done": done})  # noqa: E731
    try:
        found = draft(
            Path(request["path"]),
            _received(request["wishes"]),
            Path(request["made"]),
            Path(request["sample"]),
            tell,
        )
    except MemoryError:
        found = Draft(problems=(_DIED,))
    except ModelError as error:
        found = Draft(problems=tuple(error.problems), field=error.field)
    say({"draft": as_json(found)})


if __name__ == "__main__":
    main()
