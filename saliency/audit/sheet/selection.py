"""Which photos of a finished audit are on a sheet, in which order, and one page of it.

Everything is looked up in rows that are in memory; no file is opened, so ten thousand photos take
milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, Protocol, TypeVar, get_args

from saliency.audit.evidence.hygiene.set_hygiene import SetHygiene
from saliency.audit.evidence.rows import PhotoRow
from saliency.audit.evidence.wrong_photos import LOOKS, quarter
from saliency.audit.reports.review import UNDECIDED

Doubt = Literal["right", "wrong", "unsure", "label", "unknown"]
"""Whether the guess is right or wrong, or unsure; whether the label is doubtful, the photo unfamiliar."""

Order = Literal["worth", "surest", "least", "file"]
"""Worth a look first (as they are handed over), by score from the top or from the bottom, by file."""

AREA, FLAW, COPIES = "area:", "flaw:", "copies"
"""What the names of properties begin with that are a named area, or a flaw; and that of copies."""


class ListedPhoto(Protocol):
    """A photo of a sheet.

    Attributes:
        number: Its number in the set.
        row: What is kept of it.
        shows: What it shows, by the model's name where that is known; ``None`` without a label.
    """

    @property
    def number(self) -> int: ...  # noqa: D102
    @property
    def row(self) -> PhotoRow: ...  # noqa: D102
    @property
    def shows(self) -> str | None: ...  # noqa: D102


P = TypeVar("P", bound=ListedPhoto)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetQuery:
    """What a person asked to see; what is empty leaves nothing out.

    Attributes:
        guess: Photos with this guess.
        label: Photos that show this.
        files: Only these; ``None`` for all.
        property: Photos with a property, by its name.
        doubt: Photos of one kind only.
        order: How they are sorted.
    """

    guess: str = ""
    label: str = ""
    files: frozenset[str] | None = None
    property: str = ""
    doubt: Doubt | Literal[""] = ""
    order: Order = "worth"


@dataclass(frozen=True, slots=True)
class SheetPage(Generic[P]):
    """One page of a sheet.

    Attributes:
        photos: The photos on it.
        first: Place of the first one in the sheet, from 1; 0 of an empty sheet.
        total: How many photos the sheet has.
        number: The page's number, from 1.
        pages: How many pages there are, at least 1.
    """

    photos: Sequence[P]
    first: int
    total: int
    number: int
    pages: int

    @property
    def last(self) -> int:
        """Place of the last one in the sheet; 0 of an empty sheet."""
        return self.first + len(self.photos) - 1 if self.photos else 0


def selected(
    photos: Sequence[P],
    query: SheetQuery,
    *,
    properties: Mapping[str, frozenset[int]],
    doubtful: frozenset[str] = frozenset(),
) -> list[P]:
    """The photos that fit, sorted; the same photos and query give the same order.

    Args:
        photos: All, those worth a person's eyes first.
        query: What is asked for.
        properties: The numbers of the photos with each property, as :func:`photo_properties` gives them.
        doubtful: The files whose label is doubtful.
    """
    having = properties.get(query.property, frozenset()) if query.property else None
    fitting = [
        photo
        for photo in photos
        if (not query.guess or photo.row.guess == query.guess)
        and (not query.label or photo.shows == query.label)
        and (query.files is None or photo.row.file in query.files)
        and (having is None or photo.number in having)
        and (not query.doubt or has_doubt(photo.row, query.doubt, doubtful))
    ]
    key = _KEYS.get(query.order)
    return fitting if key is None else sorted(fitting, key=lambda photo: key(photo.row))


def page_of(photos: Sequence[P], number: int, size: int) -> SheetPage[P]:
    """A page of so many photos; the nearest one that there is where there is no such page."""
    pages = max(1, -(-len(photos) // size))
    number = min(max(1, number), pages)
    start = (number - 1) * size
    return SheetPage(photos[start : start + size], start + 1 if photos else 0, len(photos), number, pages)


def has_doubt(row: PhotoRow, doubt: Doubt, doubtful: frozenset[str]) -> bool:
    """Whether a photo is of a kind."""
    match doubt:
        case "right":
            return row.right is True
        case "wrong":
            return row.right is False
        case "unsure":
            return row.score < UNDECIDED
        case "label":
            return row.file in doubtful
        case "unknown":
            return row.strange


def doubts(photos: Sequence[ListedPhoto], doubtful: frozenset[str]) -> frozenset[Doubt]:
    """The kinds of which there is a photo."""
    kinds: tuple[Doubt, ...] = get_args(Doubt)
    return frozenset(kind for kind in kinds if any(has_doubt(photo.row, kind, doubtful) for photo in photos))


def photo_properties(
    photos: Sequence[ListedPhoto], hygiene: SetHygiene | None = None
) -> dict[str, frozenset[int]]:
    """The numbers of the photos with each property that some have, by its name.

    A quarter of all photos is the darkest, the brightest and so on; without how they look, in audits of
    earlier programs, there are only the smallest, the widest and the tallest.
    """
    rows = {photo.number: photo.row for photo in photos}
    having: dict[str, set[int]] = {}
    if rows:
        looked = all(row.look is not None for row in rows.values())
        for name, key in LOOKS.items():
            if looked or name in ("smallest", "widest", "tallest"):
                inside = quarter({number: key(row) for number, row in rows.items()})
                having[name] = {number for number, yes in inside.items() if yes}
    numbers = {row.file: number for number, row in rows.items()}
    for number, row in rows.items():
        for area in row.areas:
            having.setdefault(f"{AREA}{area.name}", set()).add(number)
    if hygiene is not None:
        for photo in hygiene.flawed:
            if photo.file in numbers:
                having.setdefault(f"{FLAW}{photo.flaw}", set()).add(numbers[photo.file])
        copies = (photo.file for group in hygiene.copies for photo in group.photos)
        having[COPIES] = {numbers[file] for file in copies if file in numbers}
    return {name: frozenset(members) for name, members in having.items() if members}


_KEYS: dict[str, Callable[[PhotoRow], Any]] = {
    "surest": lambda row: (-row.score, row.file),
    "least": lambda row: (row.score, row.file),
    "file": lambda row: row.file,
}
