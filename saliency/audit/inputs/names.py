"""Files by the names that people give them, in a table or as those of masks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from saliency.names import folded, readable

Find = Callable[[str], str | None]
"""The photo that a name means; ``None`` if there is none, or more than one."""


def name_finder(files: Iterable[str]) -> Find:
    """Finds a file by its path or, where only one has it, by its bare name.

    The name as it is goes first; then how it is composed in Unicode does not matter (a Mac takes letters
    apart), nor marks that cannot be seen; then upper and lower case neither; each where only one file fits.

    Args:
        files: Paths with forward slashes.
    """
    forms: tuple[Callable[[str], str], ...] = (str, readable, folded)
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
