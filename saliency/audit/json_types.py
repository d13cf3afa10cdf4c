"""Dataclasses as JSON types and back: what an audit keeps in its database and its files.

A field's name is its key, and the order of the fields that of the keys. In place of a union of dataclasses
there is the first one all of whose keys there are.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable
from dataclasses import MISSING, field, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

_SURROGATES = re.compile("[\ud800-\udfff]")

OPTIONAL = {"optional": True}
"""Metadata of a field that is left out where it is ``None``."""

INLINE = {"inline": True}
"""Metadata of a field in whose place its own fields stand."""


def optional() -> Any:
    """A field that is left out where it is ``None``, which it is by default."""
    return field(default=None, metadata=OPTIONAL)


def rounded(digits: int) -> Any:
    """A field with a number that is kept to so many digits after the point."""
    return field(metadata={"rounding": lambda number: round(number, digits)})


def significant(digits: int) -> Any:
    """A field with a number that is kept to so many significant digits."""
    return field(metadata={"rounding": lambda number: float(f"{number:.{digits}g}")})


def as_json(value: Any) -> Any:
    """A value as JSON types: a dataclass as a dictionary, a tuple as a list."""
    if isinstance(value, tuple | list):
        return [as_json(element) for element in value]
    if not is_dataclass(value):
        return value
    record: dict[str, Any] = {}
    for part in fields(value):
        content = getattr(value, part.name)
        if "inline" in part.metadata:
            record |= as_json(content)
        elif "rounding" in part.metadata:
            record[part.name] = part.metadata["rounding"](content)
        elif content is not None or "optional" not in part.metadata:
            record[part.name] = as_json(content)
    return record


def from_json(kind: Any, value: Any) -> Any:
    """A dataclass, or one of a union of them, as :func:`as_json` gives it; other keys are passed over.

    Raises:
        KeyError: A key without a default is missing.
        ValueError: A value of an enumeration is none of its members.
    """
    return _reader(kind)(value)


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """What makes a value of a type from JSON types."""
    arguments = get_args(kind)
    if isinstance(kind, UnionType):
        return _union_reader([kind for kind in arguments if kind is not NoneType])
    if get_origin(kind) is tuple:
        element = _reader(arguments[0])
        return lambda values: tuple(map(element, values))
    if is_dataclass(kind):
        return _dataclass_reader(kind)
    if kind is str:  # a word that many records share is kept once
        return sys.intern
    return kind if isinstance(kind, type) and issubclass(kind, str) else lambda value: value


def _union_reader(kinds: list[Any]) -> Callable[[Any], Any]:
    readers = [(_needed(kind) if is_dataclass(kind) else set(), _reader(kind)) for kind in kinds]

    def read(value: Any) -> Any:
        if value is None:
            return None
        fitting = (reader for keys, reader in readers if not keys or keys <= value.keys())
        return next(fitting, readers[0][1])(value)

    return read


def _dataclass_reader(kind: Any) -> Callable[[Any], Any]:
    hints, needed = get_type_hints(kind), _needed(kind)
    readers = {part.name: _reader(hints[part.name]) for part in fields(kind)}
    inlined = {part.name for part in fields(kind) if "inline" in part.metadata}

    def read(value: Any) -> Any:
        return kind(
            **{
                name: reader(value if name in inlined else value[name])
                for name, reader in readers.items()
                if name in value or name in needed or name in inlined
            }
        )

    return read


def _needed(kind: Any) -> set[str]:
    """The keys that a dataclass cannot do without."""
    return {
        part.name
        for part in fields(kind)
        if part.default is part.default_factory is MISSING and "inline" not in part.metadata
    }


def conforms(kind: Any, value: Any) -> bool:
    """Whether a value is of a type in all its parts; texts without what is no character, finite numbers."""
    arguments = get_args(kind)
    if isinstance(kind, UnionType):
        return any(conforms(argument, value) for argument in arguments)
    if kind is Any:
        return True
    if kind in (int, float):
        numbers = (int, float) if kind is float else int
        return isinstance(value, numbers) and not isinstance(value, bool) and math.isfinite(value)
    if kind is str:
        return isinstance(value, str) and not _SURROGATES.search(value)
    if get_origin(kind) is Literal:
        return value in arguments
    if get_origin(kind) is tuple:
        if not isinstance(value, tuple):
            return False
        kinds = arguments[:1] * len(value) if arguments[-1] is Ellipsis else arguments
        return len(kinds) == len(value) and all(map(conforms, kinds, value))
    if get_origin(kind) is dict:
        return isinstance(value, dict) and all(conforms(arguments[1], part) for part in value.values())
    if not isinstance(value, kind):
        return False
    hints = get_type_hints(kind) if is_dataclass(kind) else {}
    return (
        all(conforms(hints[part.name], getattr(value, part.name)) for part in fields(kind)) if hints else True
    )
