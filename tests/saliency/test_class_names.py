"""A classifier's classes by name and number."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from saliency.classifier import Classifier, Preprocessing
from saliency.errors import SaliencyError


def classifier(*labels: str) -> Classifier:
    module = nn.Sequential(nn.Conv2d(3, len(labels), 3), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    return Classifier.build(module, Preprocessing(crop_size=32, resize_size=32), labels, "m", "here")


def test_a_class_by_its_name_or_number() -> None:
    dogs = classifier("Cardigan", "cardigan", "caf\u00e9", "caf\u00e9 au lait", "2")
    assert [dogs.index(name) for name in ("Cardigan", "cardigan", " Cafe\u0301 ", "cafe\u0301_au_lait")] == [
        0,
        1,
        2,
        3,
    ]
    assert dogs.index("2") == 4
    assert dogs.index(2) == dogs.index(np.int64(2)) == dogs.index(torch.tensor(2)) == 2
    assert dogs.index("3") == 3


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("CARDIGAN", "“CARDIGAN” can mean “Cardigan” (number 0) or “cardigan” (number 1)."),
        ("cat", "This model does not know “cat”. It knows, for example: "),
        ("", "This model does not know “”. It knows, for example: "),
        ("9", "This model knows classes 0 to 4; there is no 9."),
        ("9" * 5000, "This model knows classes 0 to 4; there is no 99999"),
        ("x" * 50_000, "This model does not know “xxx"),
        (9, "This model knows classes 0 to 4; there is no 9."),
        (-1, "This model knows classes 0 to 4; there is no -1."),
    ],
)
def test_a_class_that_there_is_not(target: str | int, sentence: str) -> None:
    with pytest.raises(SaliencyError) as raised:
        classifier("Cardigan", "cardigan", "caf\u00e9", "caf\u00e9 au lait", "2").index(target)
    assert str(raised.value).startswith(sentence)
    assert len(str(raised.value)) < 300


def test_labels_that_are_not_as_many_as_scores() -> None:
    module = nn.Sequential(nn.Conv2d(3, 2, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    with pytest.raises(SaliencyError, match=r"scores and the labels differ in number: 2 and 1\."):
        Classifier.build(module, Preprocessing(crop_size=32, resize_size=32), ["a"], "m", "here")
