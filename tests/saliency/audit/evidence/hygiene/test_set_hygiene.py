"""All of it together: from rows and traces, of which some may be missing, to what is said of the set."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from fake_audit import finished, photo_row
from fake_set import LOOK, vectors

from saliency.audit.evidence.hygiene.set_hygiene import set_hygiene
from saliency.audit.evidence.origin import PhotoOrigin
from saliency.audit.evidence.rows import LabelScore, LeftOutRow
from saliency.audit.evidence.traces import PhotoTrace

NAMES = ("cat", "dog", "fish")
CLASSES = [number % 3 for number in range(60)]


def rows(labels):
    made = []
    for number, label in enumerate(labels):
        guess = NAMES[CLASSES[number]]
        scores = (LabelScore(guess, 0.9), LabelScore(NAMES[(CLASSES[number] + 1) % 3], 0.06))
        made.append(
            finished(number, replace(photo_row(number, guess), label=label, scores=scores, look=LOOK))
        )
    return made


def traces(numbers):
    given = vectors(CLASSES)
    return [PhotoTrace(number, PhotoOrigin("JPEG"), given[number]) for number in numbers]


TRUE = [NAMES[number] for number in CLASSES]


def test_a_clean_set_says_nothing() -> None:
    photos = rows(TRUE)
    hygiene = set_hygiene(lambda: photos, traces(range(60)), NAMES)
    assert (hygiene.photos, hygiene.with_neighbours, hygiene.labelled) == (60, 60, 60)
    assert not hygiene.says_something


def test_labels_are_folded_as_the_models_classes_are() -> None:
    photos = rows([label.upper() for label in TRUE])
    assert not set_hygiene(lambda: photos, traces(range(60)), NAMES).says_something


def test_traces_may_be_missing_and_photos_without_labels_are_no_neighbours_of_labels() -> None:
    labels = [None if number % 2 else label for number, label in enumerate(TRUE)]
    labels[0] = "dog"
    photos = rows(labels)
    hygiene = set_hygiene(lambda: photos, traces(range(50)), NAMES)
    assert (hygiene.photos, hygiene.with_neighbours, hygiene.labelled) == (60, 50, 25)
    (doubt,) = hygiene.doubtful
    assert (doubt.file, doubt.label, doubt.other) == ("000.jpg", "dog", "cat")
    assert all(int(file[:3]) % 2 == 0 for file in doubt.alike)
    none = set_hygiene(lambda: photos, [], NAMES)
    assert (none.with_neighbours, none.doubtful) == (0, ())


def test_a_vector_of_another_length_is_left_out() -> None:
    photos, given = rows(TRUE), traces(range(60))
    given[5] = given[5]._replace(vector=np.ones(7, np.float16))
    assert set_hygiene(lambda: photos, given, NAMES).with_neighbours == 59


def test_the_same_file_under_another_label_is_told() -> None:
    photos = rows(TRUE)
    twin = LeftOutRow(file="again.jpg", label="dog", state="twin", problem="The same.", twin="000.jpg")
    photos.append(photos[0]._replace(number=60, row=twin, coarse_map=None))
    (group,) = set_hygiene(lambda: photos, traces(range(60)), NAMES).copies
    assert (group.exact, group.across, [photo.label for photo in group.photos]) == (
        True,
        True,
        ["cat", "dog"],
    )
