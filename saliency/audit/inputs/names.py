"""Names of files and labels as people compare them, however a system or a table writes them."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from saliency.photo.reading import UNPRINTABLE

Find = Callable[[str], str | None]
"""The photo that a name means; ``None`` if there is none, or more than one."""


def plain_name(text: str) -> str:
    """A name in Unicode's composed form (NFC), on one line, without marks that cannot be seen."""
    flat = " ".join(unicodedata.normalize("NFC", text).split())
    return " ".join(UNPRINTABLE.sub("", flat).split())


def name_finder(files: Iterable[str]) -> Find:
    """Finds a file by its path or, where only one has it, by its bare name.

    The name as it is goes first; then how it is composed in Unicode does not matter (a Mac takes letters
    apart), nor marks that cannot be seen; then upper and lower case neither, each where only one file fits.

    Args:
        files: Paths with forward slashes.
    """
    forms: tuple[Callable[[str], str], ...] = (str, plain_name, lambda name: plain_name(name).casefold())
    paths: list[dict[str, list[str]]] = [defaultdict(list) for _ in forms]
    names: list[dict[str, list[str]]] = [defaultdict(list) for _ in forms]
    for file in files:
        for form, by_path, by_name in zip(forms, paths, names, strict=True):
            by_path[form(file)].append(file)
            by_name[form(PurePosixPath(file).name)].append(file)

    def find(name: str) -> str | None:
        path = name.replace("\\", "/").removeprefix("./")
        for form, by_path, by_name in zip(forms, paths, names, strict=True):
            for fitting in (by_path.get(form(path)), by_name.get(form(path))):
                if fitting:
                    return fitting[0] if len(fitting) == 1 else None
        return None

    return find
