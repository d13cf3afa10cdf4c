"""Which of a model's answers a person means who types what a photo shows, and which have a name near to that.

People do not know how a model writes its answers: “tench” is its “tench (fish)”, “jersey” its “T-shirt or
jersey”, “gas pumps” its “gas pump”. What means none of them may still be there under a name that says what
kind of thing it is with the same word: “petrol pump” is near to “gas pump”, “armchair” to “rocking chair”.
Where no name does, one that has the word elsewhere is near (“sofa” and “sofa bed”). Names that are only spelt
alike are not (“jacket” and “packet”). That two names mean one thing, only a person can tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from saliency.names import folded, positions

LONGEST = 80
"""Letters that are compared of a text; nobody's product has a longer name."""

_COMPOUND = 4  # letters that a word has at least to be the end of a longer name: “shirt” in “sweatshirt”
_ENDS = frozenset(
    ["bag", "boat", "box", "chair", "coat", "cup", "hat", "pan", "pot", "shirt", "shoe", "skirt"]
)  # words that say what a longer word is, whichever of the two is typed; a “headphone” is no phone
_MISSPELT = 6  # letters of a word that may have a wrong one; “shirt” and “short” are two words
_SWAPPED = 4  # letters of a word that may have two in the wrong order
_PLURALS = (("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x"), ("s", ""))
_SMALL_WORDS = frozenset(["a", "an", "and", "for", "in", "of", "on", "or", "the", "with"])
_BEHIND = re.compile(r"\b(?:for|in|of|on|with)\b")  # what stands behind does not say what a thing is


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
    """The positions of names that say what kind of thing it is with the same word as a text.

    Args:
        text: What somebody typed.
        names: All names, the one that is likelier meant first where two are as near.
        count: How many at most.
    """
    wanted = _words(_BEHIND.split(folded(text[:LONGEST]))[0])
    if not wanted:
        return ()
    kinds = [[words[-1] for words in map(_words, _kinds(name)) if words] for name in names]
    shares = [max((_same_kind(wanted[-1], kind) for kind in each), default=0.0) for each in kinds]
    if not any(shares):
        shares = [float(wanted[-1] in map(_singular, _unbroken(name))) for name in names]
    if not any(shares):
        shares = [float(any(_slip(wanted[-1], kind) for kind in each)) for each in kinds]
    more = [share and len(set(wanted[:-1]).intersection(_words(names[i]))) for i, share in enumerate(shares)]
    ranked = sorted((-share - more[index], index) for index, share in enumerate(shares) if share)
    return tuple(index for _, index in ranked[:count])


def _unbroken(name: str) -> list[str]:
    """The words of a name where hyphens make one of several: “short-haired” has no “short”."""
    return re.findall(r"[^\W_]+(?:-[^\W_]+)*", folded(name))


def _kinds(name: str) -> Iterator[str]:
    """The parts of a name whose last word says what kind of thing it is: “cardigan (jacket)” is both."""
    yield from re.findall(r"\(([^)]*)\)", name)
    for form in _forms(re.sub(r"\([^)]*\)", " ", name)):
        yield _BEHIND.split(folded(form))[0]


def shared_kind(names: Sequence[str]) -> str:
    """The kind of thing that all names say they are, in one word; empty where they do not.

    “tabby cat” and “tiger cat (striped)” are cats, “redbone (dog)” and “vizsla (dog)” dogs.
    """
    each = [[words[-1] for words in map(_words, _kinds(name)) if words] for name in names]
    return next((kind for kind in each[0] if all(kind in kinds for kinds in each)), "") if each else ""


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
    if len(word) <= 3 or word.endswith(("ss", "us", "is")):
        return word
    ending, instead = next((pair for pair in _PLURALS if word.endswith(pair[0])), ("", ""))
    return word.removesuffix(ending) + instead if ending else word


def _same_kind(word: str, other: str) -> float:
    """1 for the same word, less where one ends in the other; 0 for two words."""
    if word == other:
        return 1.0
    short, long = sorted((word, other), key=len)
    if not long.endswith(short) or short.endswith("ing"):  # “ring” is not what “measuring” ends in
        return 0.0
    return 0.9 if short in _ENDS or (short == word and len(short) >= _COMPOUND) else 0.0


def _slip(word: str, other: str) -> bool:
    """Whether a word is another with a slip of the pen: two letters swapped, or one wrong inside."""
    if len(word) < _SWAPPED or word[:1] != other[:1] or word == other:
        return False
    pairs = enumerate(zip(word, other, strict=False))
    start = next((place for place, (one, two) in pairs if one != two), min(len(word), len(other)))
    here, there = word[start:], other[start:]
    if here[:2] == there[1::-1] and here[2:] == there[2:] and len(here) > 1:
        return True
    if max(len(word), len(other)) < _MISSPELT or word[-1] != other[-1]:
        return False
    return here[1:] == there[1:] or here[1:] == there or here == there[1:]
