"""Names that people and files give: what of them can be shown, and which of several a name means.

One letter can be written in more ways than one (``é`` as one character or as ``e`` with an accent: Unicode,
annex 15), and folders from a Mac, tables and command lines do not agree on it. So names are compared in one
form of it, NFC, everywhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from saliency.errors import SaliencyError

REPLACEMENT = "\ufffd"  # in place of what is no character
_JOINERS = "\u200c\u200d"  # between letters of Persian and parts of emoji, where they change what is read
_DIGITS = 9  # more than any position has; int() refuses thousands of them


def readable(name: str) -> str:
    """A name as it can be shown on one line, in NFC: a label, a file's name, what somebody typed.

    Line breaks and other space become one space; characters that nobody sees (control characters, marks that
    turn the direction of what follows) are left out; what is no character becomes ``�``.
    """
    spaced = " ".join(re.sub(r"[\x1c-\x1f\x85\u2028\u2029]", " ", name).split())
    kept = (
        REPLACEMENT if unicodedata.category(character) == "Cs" else character
        for character in spaced
        if character in _JOINERS or unicodedata.category(character) not in ("Cc", "Cf")
    )
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def folded(name: str) -> str:
    """A name without what people write one way or the other: case, and underscores for spaces."""
    spaced = " ".join(readable(name).replace("_", " ").split())
    caseless = unicodedata.normalize("NFD", spaced).casefold()
    return unicodedata.normalize("NFC", caseless)


def positions(name: str, names: Sequence[str]) -> tuple[int, ...]:
    """The positions of the names that a name can mean; more than one where nothing tells which.

    Those that are the very same in NFC; only if there is none, those that differ in case and underscores.
    ImageNet has both “Cardigan”, a dog, and “cardigan”.
    """
    lookup = _lookup(tuple(names))
    return lookup.same.get(readable(name)) or lookup.alike.get(folded(name), ())


def position(name: str, names: Sequence[str]) -> int | None:
    """The position meant by a name, a number, or a number behind ``#``; ``None`` if there is none.

    Raises:
        SaliencyError: The name can mean more than one.
    """
    found = positions(name, names)
    if len(found) > 1:
        either = " or ".join(f"“{names[index]}” (number {index})" for index in found[:5])
        remedy = "Write it the same way, or give" if len({names[index] for index in found}) > 1 else "Give"
        raise SaliencyError(
            f"“{readable(name)}” can mean {either}. {remedy} its number, such as {_number(found[0], names)}."
        )
    if found:
        return found[0]
    digits = readable(name).lstrip("#")
    if digits.isdecimal() and len(digits) <= _DIGITS and int(digits) < len(names):
        return int(digits)
    return None


def reference(index: int, names: Sequence[str]) -> str:
    """What :func:`position` takes for a position: its name, or its number where the name can mean another."""
    name = names[index]
    return readable(name) if positions(name, names) == (index,) else _number(index, names)


def shared(left: Sequence[str], right: Sequence[str]) -> dict[int, int]:
    """The positions of names that mean each other in two lists, left to right; only those that are clear."""
    pairs = {}
    for index, name in enumerate(left):
        found = positions(name, right)
        if len(found) == 1 and positions(right[found[0]], left) == (index,):
            pairs[index] = found[0]
    return pairs


class _Lookup(NamedTuple):
    same: Mapping[str, tuple[int, ...]]
    alike: Mapping[str, tuple[int, ...]]


@lru_cache(maxsize=32)
def _lookup(names: tuple[str, ...]) -> _Lookup:
    same: dict[str, tuple[int, ...]] = defaultdict(tuple)
    alike: dict[str, tuple[int, ...]] = defaultdict(tuple)
    for index, name in enumerate(names):
        same[readable(name)] += (index,)
        alike[folded(name)] += (index,)
    return _Lookup(dict(same), dict(alike))


def _number(index: int, names: Sequence[str]) -> str:
    number = str(index)
    while positions(number, names):
        number = f"#{number}"
    return number
