"""Which of a model's answers a person means who types what a photo shows, and which have a name near to that.

People do not know how a model writes its answers: “tench” is its “tench (fish)”, “jersey” its “T-shirt or
jersey”, “gas pumps” its “gas pump”. What means none of them may still be there under a name that shares a
word: “petrol pump” is near to “gas pump”. That two names mean one thing, only a person can tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from saliency.names import folded, positions

LONGEST = 80
"""Letters that are compared of a text; nobody's product has a longer name."""

_ALIKE = 0.8  # of two words that may be one with a slip of the pen
_PART = 3  # letters that a word has at least to count as the end of a longer one: “bag” in “mailbag”
_SMALL_WORDS = frozenset(["a", "an", "and", "for", "in", "of", "on", "or", "the", "with"])


def meant(text: str, names: Sequence[str]) -> tuple[int, ...]:
    """The positions of the names that a text means, as it is written or in one of a name's forms.

    Args:
        text: What somebody typed.
        names: All names.

    Returns:
        One position; several where nothing tells which; none where no name means it.
    """
    text = text[:LONGEST]
    if found := positions(text, names):
        return found
    key = _key(text)
    return tuple(index for index, name in enumerate(names) if key and key in map(_key, _forms(name)))


def near(text: str, names: Sequence[str], count: int = 3) -> tuple[int, ...]:
    """The positions of names that share a word with a text, those first that share its last word.

    Args:
        text: What somebody typed.
        names: All names, the one that is likelier meant first where two are as near.
        count: How many at most.
    """
    wanted = _words(text[:LONGEST])
    shares = [(_nearness(wanted, _words(name)), index) for index, name in enumerate(names)]
    ranked = sorted((-share, index) for share, index in shares if share > 0)
    return tuple(index for _, index in ranked[:count])


def _forms(name: str) -> Iterator[str]:
    """A name as it may be typed: as it is, without what is in brackets, each of two joined by “or”."""
    yield name
    bare = re.sub(r"\([^)]*\)", " ", name)
    yield bare
    yield from re.split(r"\bor\b|,|/", bare)


def _key(name: str) -> str:
    return " ".join(_words(name))


def _words(name: str) -> list[str]:
    """The words of a name without case, hyphens, small words and the plural's s."""
    words = re.findall(r"[^\W_]+", folded(name))
    return [_singular(word) for word in words if word not in _SMALL_WORDS]


def _singular(word: str) -> str:
    plural = len(word) > _PART and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word[:-1] if plural else word


def _nearness(wanted: Sequence[str], there: Sequence[str]) -> float:
    """How many words of a text a name shares; the last one says what a thing is, and counts twice."""
    shared = (
        (2 if number == len(wanted) else 1) * max((_alike(word, other) for other in there), default=0.0)
        for number, word in enumerate(wanted, 1)
    )
    return sum(shared)


def _alike(word: str, other: str) -> float:
    """1 for the same word, less for one that ends in the other or may be a slip; 0 for two words."""
    if word == other:
        return 1.0
    short, long = sorted((word, other), key=len)
    if len(short) >= _PART and long.endswith(short):
        return 0.9
    if len(short) <= _PART or abs(len(long) - len(short)) > 2:
        return 0.0
    match = SequenceMatcher(None, word, other)
    return match.ratio() if match.real_quick_ratio() >= _ALIKE <= match.ratio() else 0.0
