"""A model that a tab is adding: its files on the disk for as long, and what the person has said about it."""

from __future__ import annotations

import re
import shutil
import threading
import time
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from models.errors import ModelError
from models.sources import keeping
from models.sources.apart import draft_apart
from models.sources.draft import Draft
from models.sources.keeping import WorkingFolder
from models.sources.preparation import MOST_PHOTOS, Photos
from models.sources.read_model import Outputs as OutputsName
from models.sources.statements import Wishes
from saliency.audit.inputs.archive import ArchiveLimits, unpack
from saliency.errors import SaliencyError
from saliency.names import positions, readable
from saliency.photo.reading import Photo, read_photo
from saliency.progress import Progress
from ui.audit.uploads import keep, safe
from ui.models import words
from ui.session import Cache, Key
from ui.widgets.samples import thumbnail
from ui.widgets.uploader import Upload
from ui.work.slow_work import Task

PART = "add-model"
_MOST, _IDLE = 4, 1800.0  # models that are being added at once; seconds after which one makes room for others
_MOST_FILES, _MOST_BYTES = 50, 16_000_000  # of a model, by hand; of a list of names
_LISTS = (".txt", ".csv")

Answered = Photos | Path | None
"""Photos with their right answers, or a folder of them."""

_OPEN: weakref.WeakSet[Addition] = weakref.WeakSet()
_LOCK = threading.Lock()


@dataclass(frozen=True)
class AnsweredPhoto:
    """A photo that was handed over, of which the right answer is asked."""

    name: str
    path: Path
    thumbnail: str


@dataclass(eq=False)
class Addition:
    """Files and answers; the folder goes with it, whatever ends it.

    Attributes:
        working: Where all its files are.
        path: The file, the folder or the ZIP of the model.
        names: Its files, as they were called.
        labels: Names of the classes, where a person gave them.
        own_labels: Those that the files give, if any, where a person may give others.
        side: Of its pictures, where a person said it.
        outputs: What its numbers are, where a person said it.
        threshold: Share from which a label is given.
        usual_range: Where a score usually lies.
        photos: Photos that were handed over one by one.
        answers: The right answers to these, by their numbers: positions among the labels.
        archive: The folder of photos that came as a ZIP.
        archived: Photos and folders in it.
        drafts: What was found out.
        photo_errors: Why some photos could not be used.
        error: What was wrong with what was given last.
        uploads: How many times photos were given; each leaves the uploader empty for the next.
        touched: When somebody was at it last, in seconds of `time.monotonic`.
    """

    working: WorkingFolder
    path: Path
    names: tuple[str, ...]
    labels: tuple[str, ...] = ()
    own_labels: tuple[str, ...] = ()
    side: int = 0
    outputs: OutputsName | None = None
    threshold: float = 0.5
    usual_range: tuple[float, float] | None = None
    photos: list[AnsweredPhoto] = field(default_factory=list)
    answers: dict[int, int] = field(default_factory=dict)
    archive: Path | None = None
    archived: tuple[int, int] = (0, 0)
    drafts: Cache[Draft] = field(default_factory=partial(Cache, 8))
    photo_errors: tuple[str, ...] = ()
    error: str = ""
    uploads: int = 0
    touched: float = 0.0

    def __post_init__(self) -> None:
        """Sees to it that nothing stays on the disk."""
        self.close = weakref.finalize(self, self.working.delete)
        self.touch()

    def touch(self) -> None:
        """Notes that somebody is at it."""
        self.touched = time.monotonic()

    @property
    def folder(self) -> Path:
        """Where all its files are."""
        return self.working.path

    @property
    def stem(self) -> str:
        """What the model is called until somebody names it."""
        return readable(PurePosixPath(self.path.name).stem.replace("_", " "))

    def answered(self) -> Answered:
        """The photos with their answers, where there are some and all are answered."""
        if self.archive is not None:
            return self.archive
        if not self.photos or len(self.answers) < len(self.photos):
            return None
        return Photos(
            tuple(photo.path for photo in self.photos),
            tuple(self.answers[number] for number in range(len(self.photos))),
        )

    def key(self, photos: Answered) -> Key:
        """Everything that a draft depends on."""
        given = (photos.paths, photos.answers) if isinstance(photos, Photos) else photos
        numbers = (self.outputs, self.threshold, self.usual_range)
        return (PART, str(self.folder), self.labels, self.side, numbers, given)

    def made(self, photos: Answered) -> Path:
        """Where the model's folder is written."""
        return self.folder / ("made-with-photos" if photos else "made")

    def task(self, photos: Answered, sample: Photo) -> Task[Draft]:
        """The work of finding out about it."""

        def work(on_progress: Progress) -> Draft:
            for key in [key for key in self.drafts if photos is None or key[-1] is not None]:
                del self.drafts[key]  # its folder is written over
            shown = self.folder / "sample.png"
            if not shown.is_file():
                sample.image.save(shown)
            side = (self.side, self.side) if self.side else None
            wishes = Wishes(labels=self._label_file(), photos=photos, size=side)
            if self.outputs:
                wishes = replace(
                    wishes, outputs=self.outputs, threshold=self.threshold, usual_range=self.usual_range
                )
            return draft_apart(self.path, wishes, self.made(photos), shown, on_progress)

        part, *inputs = self.key(photos)
        task_words = words.PROVE if photos else words.LOOK
        return Task(str(part), tuple(inputs), "", 0.0, words.PROVE_OFFER, work, task_words)

    def name_classes(self, text: str) -> None:
        """Takes the names of the classes, one a line; those of the files are no names that a person gave."""
        names = tuple(map(readable, text.strip().splitlines()))
        self.error = "" if names else words.LABELS_NONE
        given = () if names == self.own_labels else names
        if names and given != self.labels:
            self.labels, self.answers = given, self._answers_by_name(names)

    def take_photos(self, uploads: Sequence[Upload], labels: Sequence[str]) -> None:
        """Takes photos, or a ZIP of photos in folders named after classes; those before are forgotten.

        Photos that are called like one of the labels, such as “mug-2.jpg”, are answered by that.
        """
        self.forget_photos()
        packed = [upload for upload in uploads if upload.name.lower().endswith(".zip")]
        try:
            if packed:
                self._take_archive(packed[0])
                return
            if len(uploads) > MOST_PHOTOS:
                text = words.TOO_MANY_PHOTOS.format(count=len(uploads), most=MOST_PHOTOS)
                raise SaliencyError(text)
            self._take_each(uploads)
            self.answers = self._answers_by_name(labels)
        except SaliencyError as error:
            self.photo_errors = (error.message,)

    def forget_photos(self) -> None:
        """Deletes the photos."""
        self.uploads += 1
        self.photos, self.answers, self.archive, self.photo_errors = [], {}, None, ()
        shutil.rmtree(self.folder / "photos", ignore_errors=True)

    def keep(self, name: str, photos: Answered) -> str:
        """Makes a model of it, which every list has from then on; returns its key.

        Raises:
            ModelError: It cannot be.
        """
        name = readable(name)
        if not name:
            raise ModelError(words.NAME_MISSING, field="name")
        try:
            key = keeping.free_key(name, numbered=True)
        except ModelError:  # a name that is all signs
            key = keeping.free_key("model", numbered=True)
        keeping.keep(self.made(photos), key, name)
        self.close()
        return key

    def _answers_by_name(self, labels: Sequence[str]) -> dict[int, int]:
        """The answers of photos that are called like one of the labels alone, but for a number behind it."""
        stems = (re.sub(r"[\W_]*\d*$", "", PurePosixPath(photo.name).stem) for photo in self.photos)
        found = (positions(stem.replace("-", " "), labels) for stem in stems)
        return {number: meant[0] for number, meant in enumerate(found) if len(meant) == 1}

    def _label_file(self) -> Path | None:
        if not self.labels:
            return None
        path = self.folder / "labels" / "labels.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(self.labels), encoding="utf-8")
        return path

    def _take_archive(self, upload: Upload) -> None:
        archive, inside = self.folder / "photos" / "photos.zip", self.folder / "photos" / "unpacked"
        archive.parent.mkdir()
        keep(upload, archive)
        unpack(archive, inside, ArchiveLimits(count=10 * MOST_PHOTOS, total=2**30))
        archive.unlink()
        while len(below := list(inside.iterdir())) == 1 and any(path.is_dir() for path in below[0].glob("*")):
            inside = below[0]
        folders = [path for path in inside.iterdir() if path.is_dir()]
        self.archived = (sum(path.is_file() for folder in folders for path in folder.iterdir()), len(folders))
        self.archive = inside

    def _take_each(self, uploads: Sequence[Upload]) -> None:
        (self.folder / "photos").mkdir()
        problems = []
        for number, upload in enumerate(uploads):
            path = self.folder / "photos" / f"{number}{PurePosixPath(safe(upload.name)).suffix.lower()}"
            try:
                photo = read_photo(upload.getvalue(), name=upload.name)
            except SaliencyError as error:
                problems.append(f"“{readable(upload.name)}”: {error.message}")
                continue
            keep(upload, path)
            self.photos.append(AnsweredPhoto(readable(upload.name), path, thumbnail(photo)))
        self.photo_errors = tuple(problems)


def begin(uploads: Sequence[Upload]) -> Addition:
    """Writes what was handed over into a folder of its own.

    Raises:
        SaliencyError: There is too much, or no room for it.
    """
    with _LOCK:
        since = time.monotonic() - _IDLE
        for idle in [one for one in _OPEN if one.touched < since]:
            idle.close()
        if sum(one.close.alive for one in _OPEN) >= _MOST:
            raise SaliencyError(words.BUSY.format(count=_MOST))
        if len(uploads) > _MOST_FILES:
            raise SaliencyError(words.TOO_MANY_FILES.format(count=len(uploads), most=_MOST_FILES))
        keeping.tidy()
        working = keeping.new_working_folder()
        addition = Addition(working, working.path, tuple(readable(upload.name) for upload in uploads))
        _OPEN.add(addition)
    try:
        addition.path = _written(working.path, uploads)
    except BaseException:
        addition.close()
        raise
    return addition


def close_all() -> None:
    """Deletes the files of all that are not finished: the server stops."""
    for addition in list(_OPEN):
        addition.close()


def names_in(upload: Upload) -> str:
    """The text of a file with names.

    Raises:
        SaliencyError: It is no text in UTF-8, or too large.
    """
    data: bytes = upload.getvalue()
    try:
        if len(data) > _MOST_BYTES:
            raise SaliencyError(f"“{upload.name}” is larger than 16 MB. List only the names, one per line.")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SaliencyError(f"“{upload.name}” is no text. Save it as text in UTF-8, a name a line.") from None


def _written(folder: Path, uploads: Sequence[Upload]) -> Path:
    """Writes the files; returns the one file, or the folder of several."""
    lists = [upload for upload in uploads if PurePosixPath(upload.name).suffix.lower() in _LISTS]
    others = [upload for upload in uploads if upload not in lists]
    largest: Any = max(others or uploads, key=lambda upload: upload.size)
    alone = len(uploads) == 1
    target = folder / "given"
    target = target if alone else target / (PurePosixPath(safe(largest.name)).stem or "model")
    target.mkdir(parents=True)
    names = set()
    for upload in uploads:
        name = PurePosixPath(safe(upload.name)).name
        if upload in lists and len(lists) == 1 and others:
            name = "labels.txt"
        if name in names or not name:
            raise SaliencyError(
                f"Two of the files are called “{readable(name)}”. Pack them as a ZIP instead."
            )
        names.add(name)
        keep(upload, target / name)
    return target / next(iter(names)) if alone else target
