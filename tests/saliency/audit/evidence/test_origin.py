"""Where a photo comes from is read from the beginning of its file and from its edge."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from saliency.audit.evidence.origin import HEAD, PhotoOrigin, background, photo_origin

NOISE = np.random.default_rng(0).integers(0, 256, (120, 160, 3), dtype=np.uint8)


def packed(kind: str = "JPEG", **more) -> bytes:
    file = io.BytesIO()
    Image.fromarray(NOISE).save(file, kind, **more)
    return file.getvalue()


def camera(make: str, model: str) -> Image.Exif:
    exif = Image.Exif()
    exif[271], exif[272] = make, model
    return exif


def origin(data: bytes) -> PhotoOrigin:
    return photo_origin(data[:HEAD], NOISE)


def test_jpeg_tables_and_camera() -> None:
    one, same, other = (origin(packed(quality=quality)) for quality in (80, 80, 90))
    assert one == same
    assert one.form == "JPEG"
    assert len(one.tables) == 8
    assert one.tables != other.tables
    assert origin(packed(exif=camera("Canon", "EOS 5D"))).camera == "Canon EOS 5D"
    assert origin(packed(exif=camera("NIKON", "Nikon D50"))).camera == "Nikon D50"
    assert origin(packed("PNG")) == PhotoOrigin("PNG")


@pytest.mark.parametrize("keep", [0, 1, 3, 20, 25, 120, 300])
def test_a_file_cut_short_or_broken_is_none_or_of_what_is_there(keep: int) -> None:
    data = packed(exif=camera("Canon", "EOS 5D"))
    assert origin(data[:keep]).form in ("", "JPEG")
    r = np.random.default_rng(keep)
    for _ in range(50):
        broken = bytearray(data[:400])
        for place in r.integers(2, 400, 5):
            broken[place] = r.integers(0, 256)
        assert origin(bytes(broken)).camera.isprintable()


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ((255, 255, 255), "white"),
        ((3, 2, 0), "black"),
        ((120, 124, 118), "grey"),
        ((200, 30, 40), "one colour"),
    ],
)
def test_a_plain_edge(colour: tuple[int, int, int], name: str) -> None:
    photo = np.full((90, 130, 3), colour, np.uint8)
    photo[20:70, 30:100] = NOISE[:50, :70]
    assert background(photo) == name
    photo[:, :40] = NOISE[:90, :40]
    assert background(photo) == ""


@pytest.mark.parametrize("shape", [(16, 16), (16, 240), (1, 1), (3, 3)])
def test_any_photo_has_an_edge(shape: tuple[int, int]) -> None:
    assert background(np.full((*shape, 3), 255, np.uint8)) == "white"
