"""What ``python -m saliency audit`` does: a set of photos in; files, a summary and an exit code out."""

from __future__ import annotations

import argparse
import contextlib
import datetime
import hashlib
import json
import os
import shutil
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from saliency.audit.inputs.archive import unpack
from saliency.audit.inputs.masks import PRODUCT
from saliency.audit.inputs.source import Source, gather
from saliency.audit.inputs.tables import SPOT, NamedArea
from saliency.audit.job import MASKS, PHOTOS, Job
from saliency.audit.job_folders import begun
from saliency.audit.reports.files import summary, write
from saliency.audit.run import Audit, audit, start
from saliency.audit.workers.pool import Pool
from saliency.audit.workers.ray_cluster import Cluster
from saliency.audit.workers.ray_connection import connected
from saliency.audit.workers.ray_worker import Load
from saliency.classifier import Classifier
from saliency.errors import SaliencyError
from saliency.photo.area import read_area

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
    parser.add_argument(
        "--masks",
        type=Path,
        metavar="FOLDER|ZIP",
        help="a mask a photo, of the photo's name; white is the area",
    )
    parser.add_argument("--mask-name", metavar="NAME", help=f"of the masks' area; {PRODUCT} if not given")
    parser.add_argument(
        "--ray",
        nargs="?",
        const="",
        metavar="HOST:PORT",
        help="compute on a Ray cluster: the one at this address, or the one that runs here, or a new one",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where results are kept")
    parser.add_argument("--resume", action="store_true", help="go on with the audit in DIR")
    parser.add_argument("--expires", type=int, metavar="DAYS", help="after which the audit may be deleted")
    parser.add_argument(
        "--fail-on",
        choices=["depends"],
        help="exit code 3 if guesses depend on a place that is neither the middle nor named product",
    )


def run(options: argparse.Namespace, load: Load, load_there: Load) -> int:
    """The command; the exit code.

    Args:
        options: As :func:`add_arguments` reads them.
        load: Gives the model.
        load_there: The same on another computer: it can be pickled.

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
    with contextlib.ExitStack() as opened:
        with _pool(options.ray, load_there) as pool:
            classifier = load()
            job = opened.enter_context(_begun(options, classifier, source))
            found = audit(job, classifier, source.folder, on_progress=_Meter(), pool=pool)
        name = options.source.resolve()
        title = name.stem if name.is_file() else name.name
        _say(job, write(job, found, options.out, source.folder, title), found)
    return FOUND if options.fail_on and found.depends else 0


def _begun(options: argparse.Namespace, classifier: Classifier, source: Source) -> Job:
    expires = None
    if options.expires is not None:
        expires = datetime.date.today() + datetime.timedelta(days=options.expires)
    return start(
        options.out,
        classifier,
        source,
        method=options.method,
        second=options.second,
        framing=options.framing,
        seed=options.seed,
        expires=expires,
    )


@contextlib.contextmanager
def _pool(address: str | None, load: Load) -> Iterator[Pool | None]:
    """A cluster if one is asked for; what Ray prints on standard output, where results go, is dropped."""
    if address is None:
        yield None
        return
    with (
        Path(os.devnull).open("w") as nowhere,
        contextlib.redirect_stdout(nowhere),
        connected(address) as nodes,
    ):
        yield Cluster(nodes, load)


def _say(job: Job, written: list[Path], found: Audit) -> None:
    files = [str(path) for path in written]
    for file, problem in found.problems:
        print(f"{file}: {problem}", file=sys.stderr)
    for sentence in _areas_left_out(job):
        print(sentence, file=sys.stderr)
    for one in found.found:
        print(f"{one.verdict}: {one.record()['sentence']}", file=sys.stderr)
    print(json.dumps({**summary(found), "files": files}, ensure_ascii=False), flush=True)


def _areas_left_out(job: Job) -> list[str]:
    """A sentence a name of areas some of which could not be used; each is said of its photo in the files."""
    found: dict[str, list[tuple[str, str]]] = {}
    for _, row, _ in job.rows():
        for area in row.get("areas", ()):
            if "problem" in area:
                found.setdefault(area["name"], []).append((row["file"], area["problem"]))
    return [
        f"“{name}” is left out of {len(files)} photo{'s' * (len(files) > 1)}: {files[0][0]}: {files[0][1]}"
        f"{' Of the others see results.csv.' if len(files) > 1 else ''}"
        for name, files in found.items()
    ]


def _source(options: argparse.Namespace, everywhere: list[NamedArea]) -> Source:
    """The photos and masks; of a ZIP, unpacked into the job's folder once."""
    if options.mask_name is not None and options.masks is None:
        raise SaliencyError("--mask-name is the name of masks, so it needs --masks too.")
    folder, refused, packed = _unpacked(options.source, options.out, PHOTOS)
    masks = None
    if options.masks is not None:
        masks, others, digest = _unpacked(options.masks, options.out, MASKS)
        refused, packed = {**refused, **others}, packed + digest
    return gather(
        folder,
        labels=options.labels,
        boxes=options.areas,
        everywhere=everywhere,
        masks=masks,
        mask_name=PRODUCT if options.mask_name is None else options.mask_name,
        refused=refused,
        packed=packed,
    )


def _unpacked(source: Path, out: Path, name: str) -> tuple[Path, dict[str, str], str]:
    """A folder with pictures, what was left out of a ZIP, and its SHA-256; a folder is used as it is."""
    if source.is_dir():
        return source, {}, ""
    if not source.is_file():
        raise SaliencyError(f"There is no folder or ZIP “{source}”. Please check its name.")
    if not zipfile.is_zipfile(source):
        raise SaliencyError(f"“{source.name}” is neither a folder nor a ZIP with {name}.")
    folder, refused = out / name, {}
    if not begun(out):
        out.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        refused = unpack(source, folder)
    with source.open("rb") as file:
        return folder, refused, hashlib.file_digest(file, "sha256").hexdigest()


def _area(text: str) -> NamedArea:
    name, equals, box = text.rpartition("=")
    if equals and not name:
        raise SaliencyError(
            f"--area needs a name before “=”, such as badge=0.8,0.8,0.2,0.2; it was “{text}”."
        )
    return NamedArea(name or SPOT, read_area(box).boxes[0])


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
