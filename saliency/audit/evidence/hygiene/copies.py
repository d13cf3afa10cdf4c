"""Copies in a set: files with the same bytes, and photos that are nearly the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from saliency.audit.evidence.hygiene.set_photos import SetPhoto
from saliency.audit.evidence.rows import LeftOutRow, Row
from saliency.names import folded


@dataclass(frozen=True, slots=True)
class CopyPhoto:
    """A photo of a group of copies; the fields are keys of ``findings.json``."""

    file: str
    label: str | None


@dataclass(frozen=True, slots=True)
class CopyGroup:
    """Photos that are copies of one another; the fields are keys of ``findings.json``.

    Attributes:
        exact: Whether all files have the same bytes; else the photos are nearly the same.
        across: Whether they have different labels, of which one at most is right.
        photos: The photos, one of each label first.
    """

    exact: bool
    across: bool
    photos: tuple[CopyPhoto, ...]


def copy_list(
    photos: Sequence[SetPhoto], copies: NDArray[np.intp], rows: Iterable[Row]
) -> tuple[CopyGroup, ...]:
    """All copies: those with different labels first, then the largest groups.

    Args:
        photos: The audited photos.
        copies: ``(N,)``, for each the place of the first that it is nearly the same as.
        rows: All rows, also those of files with the bytes of an earlier one.
    """
    twins: dict[str, list[CopyPhoto]] = {}
    for row in rows:
        if isinstance(row, LeftOutRow) and row.twin is not None:
            twins.setdefault(row.twin, []).append(CopyPhoto(row.file, row.label))
    members: dict[int, list[CopyPhoto]] = {}
    for photo, first in zip(photos, copies.tolist(), strict=True):
        members.setdefault(first, []).append(CopyPhoto(photo.file, photo.label))
    groups = []
    for near in members.values():
        same = [twin for photo in near for twin in twins.get(photo.file, ())]
        if len(near) + len(same) > 1:
            groups.append(_group([*near, *same], exact=len(near) == 1))
    return tuple(
        sorted(groups, key=lambda group: (not group.across, -len(group.photos), group.photos[0].file))
    )


def _group(photos: Sequence[CopyPhoto], *, exact: bool) -> CopyGroup:
    by_label: dict[str, CopyPhoto] = {}
    for photo in photos:
        if photo.label is not None:
            by_label.setdefault(folded(photo.label), photo)
    firsts = list(by_label.values())
    ordered = firsts + [photo for photo in photos if photo not in firsts]
    return CopyGroup(exact, len(by_label) > 1, tuple(ordered))
