"""Products with other surroundings: what is pasted and what is grown over, point by point."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from corner import photo_of
from surrounded import BOX, PRODUCT, Product, classifier

from saliency.audit.evidence.surround import Surround
from saliency.audit.evidence.surroundings.exchange import MarkedPicture, exchanged, guesses, marked_on_input
from saliency.errors import SaliencyError
from saliency.photo.area import Area

INSIDE = np.s_[PRODUCT[0] : PRODUCT[1], PRODUCT[0] : PRODUCT[1]]


def picture(
    ground: int, ink: int, size: tuple[int, int] = (32, 32), *, outlined: bool = True
) -> MarkedPicture:
    """A square on even ground."""
    pixels = np.full((*size, 3), ground, np.uint8)
    mask = torch.zeros(size, dtype=torch.bool)
    mask[INSIDE] = True
    pixels[INSIDE] = ink
    return MarkedPicture(pixels, mask, outlined)


@pytest.mark.parametrize("outlined", [True, False])
def test_product_and_surroundings_are_whose_they_should_be(outlined: bool) -> None:
    shown = exchanged(
        picture(60, 250, outlined=outlined), picture(90, 10, outlined=outlined), picture(180, 30)
    )
    far = np.s_[:6, :6]
    grounds = {"own": 60, "greyed": 60, "blurred": 60, "same": 90, "other": 180, "alone": 128, "without": 60}
    assert {str(surround) for surround in shown} == set(grounds)
    for surround, pixels in shown.items():
        assert pixels.shape == (32, 32, 3)
        assert np.abs(pixels[far].astype(int) - grounds[surround]).max() <= 1
        assert (pixels[INSIDE] == (60 if surround is Surround.WITHOUT else 250)).all() or (
            surround is Surround.WITHOUT and np.abs(pixels[INSIDE].astype(int) - 60).max() <= 1
        )


def test_no_trace_of_another_product_is_left_nor_of_the_old_surroundings() -> None:
    shown = exchanged(picture(60, 250), other=picture(180, 0))[Surround.OTHER].astype(int)
    outside = np.ones((32, 32), bool)
    outside[PRODUCT[0] - 1 : PRODUCT[1] + 1, PRODUCT[0] - 1 : PRODUCT[1] + 1] = False
    assert np.abs(shown[outside] - 180).max() <= 1


def test_greyed_surroundings_keep_their_brightness_and_the_product_its_colours() -> None:
    pixels = np.zeros((32, 32, 3), np.uint8)
    pixels[:] = (200, 100, 50)
    mask = torch.zeros((32, 32), dtype=torch.bool)
    mask[INSIDE] = True
    pixels[INSIDE] = (10, 200, 10)
    greyed = exchanged(MarkedPicture(pixels, mask, outlined=True))[Surround.GREYED]
    assert np.abs(greyed[0, 0].astype(int) - round(0.299 * 200 + 0.587 * 100 + 0.114 * 50)).max() <= 1
    assert (greyed[16, 16] == (10, 200, 10)).all()


def test_surroundings_of_another_size_fill_the_frame() -> None:
    shown = exchanged(picture(60, 250), other=picture(180, 0, (40, 100)))
    assert shown[Surround.OTHER].shape == (32, 32, 3)
    assert np.abs(shown[Surround.OTHER][0].astype(int) - 180).max() <= 1


def test_a_product_that_fills_its_photo_is_refused() -> None:
    mask = torch.ones((32, 32), dtype=torch.bool)
    mask[0] = False
    with pytest.raises(SaliencyError, match="hardly anything is left around it"):
        MarkedPicture(np.zeros((32, 32, 3), np.uint8), mask, outlined=True)


def test_all_areas_of_a_product_are_taken_and_each_picture_is_asked_once() -> None:
    judge = classifier(Product())
    pixels = np.zeros((32, 32, 3), np.uint8)
    pixels[INSIDE] = 255
    areas = [Area.box(*BOX), Area.box(0, 0, 0.2, 0.2)]
    marked = marked_on_input(judge, photo_of(pixels), areas, "whole")
    assert bool(marked.mask[0, 0])
    assert bool(marked.mask[16, 16])
    assert not marked.outlined
    told: list[tuple[int, int]] = []
    answers = guesses(judge, exchanged(marked, same=marked), lambda *at: told.append(at))
    assert answers == {
        **dict.fromkeys(("own", "greyed", "blurred", "alone", "same"), "square"),
        "without": "dot",
    }
    assert told[-1] == (6, 6)
