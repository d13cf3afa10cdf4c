"""What ``python -m saliency explain`` does: the map of each photo as files, and a record of each."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from commands import photos
from commands.terminal import show
from saliency.errors import SaliencyError
from saliency.explanation import explain
from saliency.methods.registry import find
from saliency.photo.reading import Photo

HELP = "explain photos and write overlay, heat map and record"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    photos.add_arguments(parser)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="settings")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where files are written")


def run(options: argparse.Namespace) -> int:
    """The command; the exit code.

    Raises:
        SaliencyError: There is no such method, setting, model or class.
    """
    settings: dict[str, Any] = dict(find(options.method).check(dict(map(_setting, options.settings))))
    classifier = photos.load(options)
    used: set[str] = set()

    def work(path: Path, photo: Photo) -> int:
        explanation = explain(
            classifier,
            photo,
            method=options.method,
            target=options.target,
            rather_than=options.rather_than,
            framing=options.framing,
            seed=options.seed,
            **settings,
        )
        _ = explanation.familiarity  # so that the record has it
        unique = replace(explanation, photo=replace(photo, name=_unused(photo.name, used)))
        files = [str(file) for file in unique.save(options.out)]
        show({**explanation.record(), "photo": str(path), "files": files})
        return 0

    return photos.for_each_photo(options.photos, work)


def _unused(name: str, used: set[str]) -> str:
    """A photo's name that no earlier photo's files have: photos of one name may come from two folders."""
    stem, suffix = Path(name).stem, Path(name).suffix
    candidate, count = stem, 1
    while candidate.casefold() in used:
        count += 1
        candidate = f"{stem}-{count}"
    used.add(candidate.casefold())
    return candidate + suffix


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise SaliencyError(f"--set needs NAME=VALUE, such as samples=50; it was “{text}”.")
    return name, value
