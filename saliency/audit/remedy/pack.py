"""The pack: a ZIP to hand to whoever trains the model."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from saliency.audit.evidence.hygiene.set_hygiene import SetHygiene
from saliency.audit.inputs.files import FileError, disk_remedy
from saliency.audit.inputs.same_photo import ChangedPhotoError
from saliency.audit.job import Job
from saliency.audit.json_types import as_json
from saliency.audit.remedy import pack_words
from saliency.audit.remedy.material import Material
from saliency.audit.remedy.pictures import SIDE, TwinPicture, TwinPictures
from saliency.audit.remedy.record import REHEARSAL, read_rehearsal
from saliency.audit.remedy.twins import TwinMaker
from saliency.audit.run import Audit
from saliency.classifier import Classifier
from saliency.errors import Cancelled, SaliencyError
from saliency.export.spreadsheet import cell
from saliency.files import NEVER, stem
from saliency.names import folded
from saliency.progress import Progress, report

LARGEST = 300_000_000
"""Bytes of all twins together, at most."""

TWINS, TABLE, APART, SET, README = "twins", "twins.csv", "keep-apart.csv", "set.csv", "README.txt"
TWIN_COLUMNS = ("file", "label", "source", "made", "finding", "put_in_from")
SET_COLUMNS = ("file", "label", "kind", "other", "group")

_QUALITY = 95
_JPEG = (".jpg", ".jpeg", ".jfif", ".jpe")


def write_pack(
    job: Job,
    classifier: Classifier,
    photos: Path,
    result: Audit,
    target: Path,
    *,
    seed: int = 0,
    name: str = "",
    on_progress: Progress | None = None,
) -> int:
    """Write the pack, whole or not at all; a model that is asked from outside can have one too.

    In it: ``twins/LABEL/…`` and ``twins.csv``, made of the learning half of the photos with labels, the same
    ones that a rehearsal with this seed learns from; ``keep-apart.csv``, the photos of the judging half;
    ``set.csv``, doubtful labels and duplicates; ``rehearsal.json`` where there is one; ``README.txt``.

    Args:
        job: The finished job.
        classifier: The model that was audited, for how it receives photos.
        photos: Where the photos are.
        result: What the audit shows, with what people said of it.
        target: The ZIP.
        seed: As for the rehearsal.
        name: What people call the audit.
        on_progress: Told how many photos are done; what it raises stops the work.

    Returns:
        How many twins are in it.

    Raises:
        SaliencyError: There is nothing to make twins of, too few photos have labels, a photo has changed, or
            the file cannot be written.
    """
    material = Material.of(classifier, result, seed)
    if not material.causes:
        raise SaliencyError(" ".join([pack_words.NOTHING, *material.left_out]))
    maker = TwinMaker(classifier, photos, job.settings, material)
    part = target.with_name(f"{target.name}.part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
            pack = _Pack(archive, material, classifier.labels)
            for done, number in enumerate(material.learning):
                report(on_progress, done, len(material.learning))
                pack.add(_twins(maker, number))
            if not pack.rows:
                raise SaliencyError(pack_words.NOTHING)
            pack.close(job, result, name, seed)
        part.replace(target)
    except OSError as error:
        raise FileError("“", str(target), f"” cannot be written: {disk_remedy(error)}") from error
    finally:
        part.unlink(missing_ok=True)
    report(on_progress, len(material.learning), len(material.learning))
    return len(pack.rows)


def _twins(maker: TwinMaker, number: int) -> Iterator[TwinPicture]:
    """The twins of a photo; none of one that cannot be read any more.

    Raises:
        SaliencyError: It has changed.
    """
    try:
        yield from TwinPictures(maker).of(number)
    except (Cancelled, ChangedPhotoError):
        raise
    except SaliencyError:
        return


@dataclass(eq=False)
class _Pack:
    """A pack that is being written.

    Attributes:
        rows: The lines of ``twins.csv``.
        left_out: Twins for which there was no room.
    """

    archive: zipfile.ZipFile
    material: Material
    labels: Sequence[str]
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    left_out: int = 0
    _size: int = 0

    def __post_init__(self) -> None:
        """Give each label a folder of its own, also where names differ in what no system tells apart."""
        self._folders: dict[int, str] = {}
        taken: set[str] = set()
        for label in sorted(set(self.material.labels.values())):
            wish = own = stem(self.labels[label])
            count = 1
            while folded(own) in taken:
                count += 1
                own = f"{wish}-{count}"
            taken.add(folded(own))
            self._folders[label] = own

    def add(self, twins: Iterable[TwinPicture]) -> None:
        """Add the twins of a photo, as long as there is room."""
        for place, twin in enumerate(twins):
            row, cause = self.material.rows[twin.number], self.material.causes[twin.plan.cause]
            label = self.material.labels[twin.number]
            jpeg = row.file.lower().endswith(_JPEG)
            content = _encoded(twin.image, jpeg=jpeg)
            if self._size + len(content) > LARGEST:
                self.left_out += 1
                continue
            self._size += len(content)
            ending = "jpg" if jpeg else "png"
            short = stem(Path(row.file).name)[:40]
            file = f"{TWINS}/{self._folders[label]}/{twin.number:05}-{place}-{short}.{ending}"
            _put(self.archive, file, content, packed=True)
            donor = "" if twin.plan.donor is None else self.material.rows[twin.plan.donor].file
            made = pack_words.made(cause, twin.plan.kind)
            self.rows.append((file, self.labels[label], row.file, made, cause.finding.key, donor))

    def close(self, job: Job, result: Audit, name: str, seed: int) -> None:
        """Add the tables, the rehearsal and the README."""
        rows, labels = self.material.rows, self.material.labels
        apart = [(rows[number].file, self.labels[labels[number]]) for number in self.material.judging]
        _put(self.archive, TABLE, _table(TWIN_COLUMNS, self.rows))
        _put(self.archive, APART, _table(("file", "label"), apart))
        _put(self.archive, SET, _table(SET_COLUMNS, set_rows(result.hygiene)))
        rehearsal = read_rehearsal(job.folder)
        if rehearsal is not None and (rehearsal.digest, rehearsal.seed) != (job.settings.weights, seed):
            rehearsal = None  # it learned from other twins
        if rehearsal is not None:
            text = json.dumps(as_json(rehearsal), ensure_ascii=False, indent=1)
            _put(self.archive, REHEARSAL, text.encode("utf-8", "backslashreplace"))
        _put(self.archive, README, self._readme(result, name, seed, rehearsed=rehearsal is not None))

    def _readme(self, result: Audit, name: str, seed: int, *, rehearsed: bool) -> bytes:
        settings, causes = result.settings, self.material.causes
        title = f"PICTURES TO MEND “{settings.model}” WITH"
        text = pack_words.README.format(
            model=settings.model,
            line="=" * len(title),
            photos=result.total,
            name=f" (“{name}”)" if name else "",
            findings="\n".join(pack_words.finding_line(at, cause) for at, cause in enumerate(causes, 1)),
            count=len(self.rows),
            judging=len(self.material.judging),
            rehearsal_line=pack_words.REHEARSED if rehearsed else pack_words.NOT_REHEARSED,
            side=SIDE,
            weights=settings.weights or "not known",
            digest=settings.photos,
            framing=settings.framing,
            seed=seed,
            left_out=pack_words.LEFT_OUT.format(count=self.left_out) if self.left_out else "",
        )
        return f"{text.rstrip()}\n".replace("\n", "\r\n").encode("utf-8", "backslashreplace")


def set_rows(hygiene: SetHygiene | None) -> Iterator[tuple[Any, ...]]:
    """Doubtful labels and duplicates: file, label, kind, the label that is suggested, the group of copies."""
    if hygiene is None:
        return
    for doubt in hygiene.doubtful:
        yield doubt.file, doubt.label, "doubtful label", doubt.other, None
    for number, group in enumerate(hygiene.copies, 1):
        for copy in group.photos:
            yield copy.file, copy.label, "same file" if group.exact else "near copy", None, number


def _table(columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell("" if value is None else value) for value in row])
    return text.getvalue().encode("utf-8-sig", "backslashreplace")


def _encoded(image: Image.Image, *, jpeg: bool) -> bytes:
    content = io.BytesIO()
    if jpeg:
        image.save(content, "JPEG", quality=_QUALITY)
    else:
        image.save(content, "PNG", compress_level=6)
    return content.getvalue()


def _put(archive: zipfile.ZipFile, name: str, content: bytes, *, packed: bool = False) -> None:
    """Add a file; what is packed already is stored as it is."""
    entry = zipfile.ZipInfo(name, NEVER)
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)
