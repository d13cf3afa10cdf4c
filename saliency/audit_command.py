"""What ``python -m saliency audit`` does: a set of photos in; files, a summary and an exit code out."""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import shutil
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from saliency.area import read_area
from saliency.audit.job import PHOTOS
from saliency.audit.outputs import summary, write
from saliency.audit.run import Audit, audit, start
from saliency.audit.shelf import begun
from saliency.audit.source import Source, gather
from saliency.audit.tables import SPOT, Named
from saliency.audit.unpack import unpack
from saliency.classifier import Classifier
from saliency.errors import SaliencyError

HELP = "ask the same questions of a whole set of photos, and say what the set shows"
FOUND = 3
"""Exit code with ``--fail-on depends`` where something is found."""

_REDRAW = 1.0  # seconds between two lines of progress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("source", type=Path, metavar="FOLDER|ZIP", help="the photos")
    parser.add_argument("--model", default="showroom", help="a model's name, or a folder with your own")
    parser.add_argument("--method", default="grad-cam", help="see python -m saliency methods")
    parser.add_argument("--second", default="", metavar="METHOD", help="a second view to compare with")
    parser.add_argument("--framing", choices=["whole", "crop"], default="whole")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--labels", metavar="CSV|folders", help="file,label; or the sub-folders' names")
    parser.add_argument("--areas", type=Path, metavar="CSV", help="file,x,y,w,h[,name], as shares")
    parser.add_argument(
        "--area", action="append", default=[], metavar="[NAME=]X,Y,W,H", help="a box in all photos, as shares"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where results are kept")
    parser.add_argument("--resume", action="store_true", help="go on with the audit in DIR")
    parser.add_argument("--expires", type=int, metavar="DAYS", help="after which the audit may be deleted")
    parser.add_argument(
        "--fail-on",
        choices=["depends"],
        help="exit code 3 if guesses depend on a place that is neither the middle nor named product",
    )


def run(options: argparse.Namespace, load: Callable[[], Classifier]) -> int:
    """The command; the exit code.

    Args:
        options: As :func:`add_arguments` reads them.
        load: Gives the model.

    Raises:
        SaliencyError: The input is not usable, or there is an audit already.
    """
    everywhere = [_area(text) for text in options.area]
    if begun(options.out) and not options.resume:
        raise SaliencyError(
            f"There is an audit in “{options.out}” already. Add --resume to go on with it, "
            "or choose another folder."
        )
    source = _source(options, everywhere)
    classifier = load()
    expires = None
    if options.expires is not None:
        expires = datetime.date.today() + datetime.timedelta(days=options.expires)
    job = start(
        options.out,
        classifier,
        source,
        method=options.method,
        second=options.second,
        framing=options.framing,
        seed=options.seed,
        expires=expires,
    )
    with job:
        found = audit(job, classifier, source.folder, on_progress=_Meter())
        name = options.source.resolve()
        _say(write(job, found, options.out, source.folder, name.stem if name.is_file() else name.name), found)
    return FOUND if options.fail_on and found.depends else 0


def _say(written: list[Path], found: Audit) -> None:
    files = [str(path) for path in written]
    for file, problem in found.problems:
        print(f"{file}: {problem}", file=sys.stderr)
    for one in found.found:
        print(f"{one.verdict}: {one.record()['sentence']}", file=sys.stderr)
    print(json.dumps({**summary(found), "files": files}, ensure_ascii=False), flush=True)


def _source(options: argparse.Namespace, everywhere: list[Named]) -> Source:
    """The photos; of a ZIP, unpacked into the job's folder once."""
    folder, refused, packed = options.source, {}, ""
    if folder.is_file():
        folder = options.out / PHOTOS
        if not zipfile.is_zipfile(options.source):
            raise SaliencyError(f"“{options.source.name}” is neither a folder nor a ZIP with photos.")
        if not begun(options.out):
            options.out.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(folder, ignore_errors=True)
            refused = unpack(options.source, folder)
        with options.source.open("rb") as file:
            packed = hashlib.file_digest(file, "sha256").hexdigest()
    elif not folder.is_dir():
        raise SaliencyError(f"There is no folder or ZIP “{folder}”. Please check its name.")
    return gather(
        folder,
        labels=options.labels,
        boxes=options.areas,
        everywhere=everywhere,
        refused=refused,
        packed=packed,
    )


def _area(text: str) -> Named:
    name, equals, box = text.rpartition("=")
    if equals and not name:
        raise SaliencyError(
            f"--area needs a name before “=”, such as badge=0.8,0.8,0.2,0.2; it was “{text}”."
        )
    return Named(name or SPOT, read_area(box).boxes[0])


class _Meter:
    """Lines of progress on standard error, no more than one a second."""

    def __init__(self) -> None:
        self._last, self._began, self._step, self._first = 0.0, 0.0, "", 0

    def __call__(self, step: str, done: int, total: int) -> None:
        now = time.monotonic()
        if step != self._step:
            self._step, self._began, self._first, self._last = step, now, done, 0.0
        if total == 0 or (now - self._last < _REDRAW and done < total):
            return
        self._last = now
        computed = done - self._first
        left = (now - self._began) / computed * (total - done) if computed else None
        what = {"photos": "photos", "spots": "photos with places to test"}[step]
        tail = "" if left is None or done == total else f", about {left:.0f} s left"
        print(f"{done} of {total} {what}{tail}", file=sys.stderr, flush=True)
