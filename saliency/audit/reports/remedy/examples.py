"""A few photos of a rehearsal beside their twins, kept with what the model answers to these, for people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from saliency.audit.json_types import as_json, conforms, from_json

FOLDER = "rehearsal-examples"
"""Where they are, in the folder of their audit."""

_LIST = "examples.json"
_LARGEST = 2**20  # bytes


@dataclass(frozen=True, slots=True)
class TwinExample:
    """A photo and its twin.

    Attributes:
        photo: The photo's file, among those of the audit.
        twin: The twin's file, in the folder of the examples.
        label: What both show.
        finding: Key of the finding that the twin is made for.
        made: How the twin was made, in words.
        before: What the model as it is answers to the twin.
        after: What it answers after the rehearsal.
    """

    photo: str
    twin: str
    label: str
    finding: str
    made: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class _Examples:
    examples: tuple[TwinExample, ...]


def read_examples(audit: Path) -> tuple[TwinExample, ...]:
    """The examples in the folder of an audit; none where they are missing or damaged."""
    path = audit / FOLDER / _LIST
    with suppress(OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        if path.stat().st_size <= _LARGEST:
            record: _Examples = from_json(_Examples, json.loads(path.read_text(encoding="utf-8")))
            if conforms(_Examples, record) and all(map(_inside, record.examples)):
                return record.examples
    return ()


def write_examples(audit: Path, examples: Sequence[TwinExample]) -> None:
    """Keeps the list of examples, whole or not at all; their pictures are there already.

    Raises:
        OSError: It cannot be written.
    """
    folder = audit / FOLDER
    folder.mkdir(exist_ok=True)
    part = folder / f"{_LIST}.part"
    try:
        text = json.dumps(as_json(_Examples(tuple(examples))), ensure_ascii=False, indent=1)
        part.write_text(text, encoding="utf-8")
        part.replace(folder / _LIST)
    finally:
        part.unlink(missing_ok=True)


def _inside(example: TwinExample) -> bool:
    """Whether its files are where they are to be: a damaged list must not lead elsewhere."""
    paths = Path(example.photo), Path(example.twin)
    return not any(path.is_absolute() or ".." in path.parts for path in paths)
