"""What the commands that ask about single photos share: their arguments, the model, photo after photo."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import models
from commands.terminal import Meter, complain, say
from models.endpoint.cost import cost_of_views
from saliency.classifier import Classifier, OutputKind
from saliency.errors import SaliencyError, UnansweredError
from saliency.photo.reading import SUFFIXES, Photo, read_photo

_NOT_COMPARED = {
    OutputKind.LABELS: "This model gives tags, and of tags several may be true, so none is given rather than "
    "another. Leave --rather-than out.",
    OutputKind.SCORE: "This model gives one number, so there is nothing to compare it with. Leave "
    "--rather-than out.",
}


def load(options: argparse.Namespace) -> Classifier:
    """The model asked for.

    Raises:
        SaliencyError: There is no such model or device, or the model lacks a class asked for, which is wrong
            for every photo.
    """
    classifier = models.load(
        options.model, on_progress=Meter(), device=options.device, precision=options.precision
    )
    if options.rather_than is not None and not classifier.outputs.exclusive:
        raise SaliencyError(_NOT_COMPARED[classifier.outputs.kind])
    for label in (options.target, options.rather_than):
        if label is not None:
            _check_label(classifier, label)
    return classifier


def say_cost(classifier: Classifier, options: argparse.Namespace, method: str, **about: Any) -> None:
    """Says, of a model behind an address, where photos are sent and about how many pictures it is asked."""
    spent = cost_of_views(classifier, [method], len(list(files(options.photos))), **about)
    if spent:
        say(f"{classifier.warning} {spent}")


def _check_label(classifier: Classifier, label: str) -> None:
    """Refuses what the model does not know; where there is one number, by its name."""
    try:
        classifier.index(label)
    except SaliencyError:
        if not classifier.outputs.is_score:
            raise
        raise SaliencyError(
            f"This model gives one number, “{classifier.labels[0]}”, so there is nothing else to ask for. "
            "Leave --target out."
        ) from None


def for_each_photo(paths: Sequence[Path], work: Callable[[Path, Photo], int]) -> int:
    """Do something with each photo; what is wrong with one is said, and the next ones go on.

    Args:
        paths: Photos and folders of photos.
        work: Told where each photo was and what it is; gives an exit code.

    Returns:
        The largest exit code.
    """
    worst = 0
    for path in files(paths):
        try:
            photo = read_photo(path)
            for note in photo.notes:
                say(f"{path}: {note}")
            worst = max(worst, work(path, photo))
        except UnansweredError as error:  # nor would it answer about the next photo
            return complain(f"{path}: {error.message}")
        except SaliencyError as error:
            worst = complain(f"{path}: {error.message}")
    return worst


def files(paths: Sequence[Path]) -> Iterator[Path]:
    """The files named, and those in the folders named, in order; an empty folder is an error of its own."""
    for path in paths:
        inside = path.iterdir() if path.is_dir() else ()
        yield from sorted(p for p in inside if p.suffix.lower() in SUFFIXES and p.is_file()) or [path]
