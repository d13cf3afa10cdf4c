from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from saliency.classifier import Score
from saliency.explanation import Explanation
from saliency.export.files import archive, parts, stem
from saliency.export.page import BOTTOM, SIDE, TOP
from saliency.export.slide import SlideWords, slide
from saliency.photo.framing import Framing, model_pixels, place
from saliency.photo.reading import Photo


def explanation(
    size: tuple[int, int] = (120, 80),
    *,
    framing: Framing = Framing.WHOLE,
    signed: bool = False,
    name: str = "mug.jpg",
) -> Explanation:
    pixels = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), np.uint8)
    photo = Photo(pixels, name, "0" * 64, ())
    placement = place(size, framing, crop_size=64, resize_size=72, any_size=False)
    target = Score(label="mug", score=0.97, index=3, logit=9.0)
    attribution = np.zeros((13, 13), np.float32)
    attribution[4:8, 5:9] = 1.0
    attribution[10, 10] = -0.7
    return Explanation(
        photo=photo,
        placement=placement,
        framing=framing,
        received=model_pixels(photo, placement, interpolation="bilinear", resize_size=72),
        attribution=attribution,
        scores=(target,),
        target=target,
        rather_than=None,
        method="grad-cam",
        signed=signed,
        settings={"steps": 50},
        layer="features",
        seed=0,
        seconds=0.1,
        estimate=None,
        model="Showroom",
        weights="f" * 64,
        source="ours",
    )


def words(label: str = "mug") -> SlideWords:
    return SlideWords(
        title="What does the model respond to?",
        finding=f"The model’s clear favourite is {label} (score 0.97).",
        details=f"Model: Showroom · View: Quick view · Influence on: {label} · 23 November 2026",
        limits="One picture only. This does not tell you whether the model is right, fair or safe.",
        captions=("What the model received", "Heat map", "Both together"),
        legend=("less influence", "more influence (within this picture only)"),
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


@given(st.text(max_size=300))
def test_file_names_are_safe_everywhere(name: str) -> None:
    safe = stem(name)
    assert 0 < len(safe) <= 66
    assert not set(safe) & set('<>:"/\\|?*. \n\t\0')
    assert safe == safe.strip("-")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mug.jpg", "mug"),
        ("my mug (final).v2.JPEG", "my-mug-final-v2"),
        ("../../etc/passwd", "etc-passwd"),
        ("C:\\photos\\mug.png", "C-photos-mug"),
        ("con.png", "photo-con"),
        ("LPT1", "photo-LPT1"),
        ("😀.png", "photo"),
        ("<b>mug</b>.png", "b-mug-b"),
        ("Tasse für Émile.png", "Tasse-für-Émile"),
        ("", "photo"),
        ("a" * 90 + ".png", "a" * 60),
    ],
)
def test_file_names(name: str, expected: str) -> None:
    assert stem(name) == expected


@pytest.mark.parametrize("signed", [False, True])
def test_the_zip_holds_overlay_heat_map_values_and_record(signed: bool) -> None:
    e = explanation(framing=Framing.CROP, signed=signed, name="Mug 😀.jpg")
    with zipfile.ZipFile(io.BytesIO(archive(e))) as folder:
        assert folder.testzip() is None
        files = {entry: folder.read(entry) for entry in folder.namelist()}
    assert list(files) == ["Mug-overlay.png", "Mug-heat-map.png", "Mug-heat-map.npy", "Mug.json"]
    np.testing.assert_array_equal(np.load(io.BytesIO(files["Mug-heat-map.npy"])), e.heat_map)
    assert e.heat_map.shape == (80, 120)
    for name, picture in (("Mug-overlay.png", e.overlay()), ("Mug-heat-map.png", e.heat_image())):
        opened = Image.open(io.BytesIO(files[name]))
        np.testing.assert_array_equal(opened, picture)
        assert "within this picture only" in opened.text["Description"]
    assert json.loads(files["Mug.json"])["target"] == "mug"


def test_the_same_result_gives_the_same_bytes() -> None:
    e = explanation()
    assert archive(e) == archive(e)
    assert parts(e) == parts(e)
