"""Planted wrong labels are the first suggestions; right ones are hardly doubted; nothing judges itself."""

from __future__ import annotations

import numpy as np
from fake_set import set_photo, vectors

from saliency.audit.evidence.hygiene.labels import doubtful_labels
from saliency.audit.evidence.hygiene.neighbours import neighbours

NAMES = ("cat", "dog", "fish", "hat")


def doubted(classes: list[int], labels: list[str], guesses: list[str], copies=None, **more):
    photos = [
        set_photo(number, label, guess, **more)
        for number, (label, guess) in enumerate(zip(labels, guesses, strict=True))
    ]
    copies = np.arange(len(photos)) if copies is None else np.asarray(copies)
    return doubtful_labels(photos, neighbours(vectors(classes), copies), copies)


CLASSES = [number % 4 for number in range(200)]
TRUE = [NAMES[number] for number in CLASSES]
WRONG = range(0, 200, 20)


def test_planted_wrong_labels_are_the_first_suggestions() -> None:
    labels = list(TRUE)
    for number in WRONG:
        labels[number] = NAMES[(CLASSES[number] + 1) % 4]
    suggestions = doubted(CLASSES, labels, TRUE)
    assert {doubt.file for doubt in suggestions} == {f"{number:03}.jpg" for number in WRONG}
    first = suggestions[0]
    assert (first.label, first.other, first.model, first.nearest) == ("dog", "cat", True, 10)
    assert first.agreeing >= 9
    assert first.doubt > 0.8
    assert doubted(CLASSES, TRUE, TRUE) == ()


def test_labels_that_are_no_class_of_the_model_are_doubted_by_the_nearest_alone() -> None:
    labels = ["dog", *TRUE[1:]]
    (doubt,) = doubted(CLASSES, labels, ["n0123"] * 200, label_score=None)
    assert (doubt.file, doubt.other, doubt.model) == ("000.jpg", "cat", None)


def test_where_the_models_answer_is_none_of_the_labels_the_nearest_alone_doubt() -> None:
    labels = ["dog", *TRUE[1:]]
    (doubt,) = doubted(CLASSES, labels, ["ping-pong ball", *TRUE[1:]])
    assert (doubt.file, doubt.other, doubt.model) == ("000.jpg", "cat", None)


def test_what_only_the_model_or_only_the_nearest_say_is_no_suggestion() -> None:
    assert doubted(CLASSES, TRUE, ["dog", *TRUE[1:]]) == ()
    assert doubted(CLASSES, ["dog", *TRUE[1:]], ["dog", *TRUE[1:]]) == ()


def test_a_label_of_too_few_other_photos_is_not_doubted() -> None:
    classes, true = CLASSES[:40], TRUE[:40]
    assert doubted(classes, ["bird", *true[1:]], true) == ()
    copied = [0, 0, 0, 0, *range(4, 40)]  # three near copies of the photo do not count as others
    assert doubted(classes, ["bird"] * 4 + true[4:], true, copied) == ()
