"""What ``python -m saliency explain`` does: the map of each photo as files, and a record of each."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from commands import photos
from commands.arguments import setting
from commands.page import only_one, page
from commands.terminal import complain, show
from saliency.explanation import explain
from saliency.methods.registry import find, usual
from saliency.photo.reading import Photo


def run(options: argparse.Namespace) -> int:
    """The command; the exit code.

    Raises:
        SaliencyError: There is no such method, setting, model or class, or --page has several photos.
    """
    only_one(options)
    classifier = photos.load(options)
    method = options.method or usual(classifier.graph)
    chosen = dict(map(setting, options.settings))
    checked = find(method).check(chosen)
    settings: dict[str, Any] = {name: checked[name] for name in chosen}
    photos.say_cost(classifier, options, method, settings=settings)
    used: set[str] = set()

    def work(path: Path, photo: Photo) -> int:
        explanation = explain(
            classifier,
            photo,
            method=method,
            target=options.target,
            rather_than=options.rather_than,
            framing=options.framing,
            seed=options.seed,
            **settings,
        )
        _ = explanation.familiarity  # so that the record has it
        unique = replace(explanation, photo=replace(photo, name=_unused(photo.name, used)))
        files = [str(file) for file in unique.save(options.out)]
        made = page(options, explanation)
        show({**explanation.record(), "photo": str(path), "files": files, **made})
        return complain(f"{path}: {explanation.stopped}") if explanation.stopped else 0

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
