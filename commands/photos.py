"""What the commands that ask about single photos share: their arguments, the model, photo after photo."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import models
from commands.terminal import Meter, add_device_arguments, complain, say
from saliency.classifier import Classifier
from saliency.errors import SaliencyError
from saliency.photo.framing import Framing
from saliency.photo.reading import SUFFIXES, Photo, read_photo


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that say what is asked, of which photos."""
    parser.add_argument("photos", nargs="+", type=Path, metavar="PHOTO", help="a photo, or a folder of them")
    parser.add_argument("--model", default="showroom", help="a model's name, or a folder with your own")
    parser.add_argument("--method", default="grad-cam", help="see python -m saliency methods")
    parser.add_argument("--target", help="the class to explain; the model's top guess if not given")
    parser.add_argument("--rather-than", metavar="LABEL", help="explain the lead over this class instead")
    parser.add_argument("--framing", choices=list(map(str, Framing)), default="whole")
    parser.add_argument("--seed", type=int, default=0)
    add_device_arguments(parser)


def load(options: argparse.Namespace) -> Classifier:
    """The model asked for.

    Raises:
        SaliencyError: There is no such model or device, or the model lacks a class asked for, which is wrong
            for every photo.
    """
    classifier = models.load(
        options.model, on_progress=Meter(), device=options.device, precision=options.precision
    )
    for label in (options.target, options.rather_than):
        if label is not None:
            classifier.index(label)
    return classifier


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
        except SaliencyError as error:
            worst = complain(f"{path}: {error.message}")
    return worst


def files(paths: Sequence[Path]) -> Iterator[Path]:
    """The files named, and those in the folders named, in order; an empty folder is an error of its own."""
    for path in paths:
        inside = path.iterdir() if path.is_dir() else ()
        yield from sorted(p for p in inside if p.suffix.lower() in SUFFIXES and p.is_file()) or [path]
