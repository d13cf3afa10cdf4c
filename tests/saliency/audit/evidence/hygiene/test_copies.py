"""Copies: those under different labels first, a photo of each label at their beginning."""

from __future__ import annotations

import numpy as np
from fake_set import set_photo

from saliency.audit.evidence.hygiene.copies import copy_list
from saliency.audit.evidence.rows import LeftOutRow


def twin(file: str, label: str | None, of: str) -> LeftOutRow:
    return LeftOutRow(file=file, label=label, state="twin", problem="The same.", twin=of)


def test_same_files_and_near_copies() -> None:
    photos = [set_photo(number, label) for number, label in enumerate(("cat", "cat", "cat", "dog", "dog"))]
    rows = [twin("again.jpg", "Dog", "003.jpg"), twin("other.jpg", "hat", "004.jpg")]
    copies = np.asarray([0, 0, 0, 3, 4])
    across, *same = copy_list(photos, copies, rows)
    assert (across.exact, across.across) == (True, True)
    assert [photo.file for photo in across.photos] == ["004.jpg", "other.jpg"]
    assert [(group.exact, group.across, len(group.photos)) for group in same] == [
        (False, False, 3), (True, False, 2),
    ]  # fmt: skip
    assert copy_list(photos, np.arange(5), []) == ()


def test_of_many_copies_one_of_each_label_comes_first() -> None:
    photos = [set_photo(number, label) for number, label in enumerate(("cat", "cat", None, "dog"))]
    (group,) = copy_list(photos, np.zeros(4, int), [])
    assert [photo.label for photo in group.photos] == ["cat", "dog", "cat", None]
