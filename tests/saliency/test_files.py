"""An explanation as files: safe names, what is in them, equal bytes for equal results."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pytest
from explanations import explanation
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from saliency.files import archive, stem
from saliency.photo.framing import Framing


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
    with zipfile.ZipFile(io.BytesIO(archive(e.parts()))) as folder:
        assert folder.testzip() is None
        files = {entry: folder.read(entry) for entry in folder.namelist()}
    assert list(files) == ["Mug-overlay.png", "Mug-heat-map.png", "Mug-heat-map.npy", "Mug.json"]
    np.testing.assert_array_equal(np.load(io.BytesIO(files["Mug-heat-map.npy"])), e.heat_map)
    assert e.heat_map.shape == (80, 120)
    for name, picture in (("Mug-overlay.png", e.overlay()), ("Mug-heat-map.png", e.heat_image())):
        opened = Image.open(io.BytesIO(files[name]))
        np.testing.assert_array_equal(opened, picture)
        assert "this picture only" in opened.text["Description"]
    assert json.loads(files["Mug.json"])["target"] == "mug"


def test_the_same_result_gives_the_same_bytes() -> None:
    e = explanation()
    assert archive(e.parts()) == archive(e.parts())
    assert e.parts() == explanation().parts()
