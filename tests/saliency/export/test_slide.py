"""The slide of one explanation: nothing overflows, whatever the photo and the words."""

from __future__ import annotations

import numpy as np
import pytest
from explanations import explanation
from PIL import Image

from saliency.export.page import BOTTOM, SIDE, TOP
from saliency.export.slide import slide
from saliency.export.slide_words import SlideWords
from saliency.photo.framing import Framing
from saliency.verdict.words import LEGEND


def words(label: str = "mug") -> SlideWords:
    return SlideWords(
        title="What does the model respond to?",
        finding=f"The model’s clear favourite is {label} (score 0.97).",
        details=f"Model: Showroom · View: Quick view · Influence on: {label} · 23 November 2026",
        limits="One picture only. This does not tell you whether the model is right, fair or safe.",
        captions=("What the model received", "Heat map", "Both together"),
        legend=LEGEND,
    )


def assert_margins_are_white(picture: Image.Image) -> None:
    pixels = np.asarray(picture)
    assert pixels.shape == (1080, 1920, 3)
    for margin in (
        pixels[: TOP - 2],
        pixels[-BOTTOM + 2 :],
        pixels[:, : SIDE - 2],
        pixels[:, -SIDE + 2 :],
    ):
        assert (margin == 255).all()


@pytest.mark.parametrize("size", [(120, 80), (80, 120), (400, 40), (40, 400), (16, 16)])
@pytest.mark.parametrize("framing", list(Framing))
def test_the_slide_is_right_for_every_photo(size: tuple[int, int], framing: Framing) -> None:
    assert_margins_are_white(slide(explanation(size, framing=framing), words()))


@pytest.mark.parametrize(
    "label",
    [
        "x" * 400,
        "W" * 60,
        "a label of very many short words " * 12,
        "杯子 😀 <b>mug</b>",
        "كوب شاي",
        "",
        "\u202e\u0000\n\t",
        "杯" * 300,
    ],
)
def test_no_label_overflows_the_slide(label: str) -> None:
    said = words(label)
    said = SlideWords(label, said.finding, said.details, label, (label,) * 3, (label, label))
    assert_margins_are_white(slide(explanation(signed=True), said))


def test_the_pictures_on_the_slide_are_equal_in_size_and_the_last_follows_the_strength() -> None:
    e = explanation()
    faint, strong = (np.asarray(slide(e, words(), strength)) for strength in (0.1, 0.9))
    rows, columns = np.nonzero((faint != strong).any(axis=2))
    assert columns.min() > 1920 - SIDE - 560
    assert np.ptp(rows) > 50


def test_the_slide_reads_in_greyscale() -> None:
    bright = np.asarray(slide(explanation(), words()).convert("L"))
    assert bright[:, : SIDE + 300].min() < 60  # ink
    assert bright[TOP : TOP + 40, SIDE : SIDE + 700].min() < 110
