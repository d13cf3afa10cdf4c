from __future__ import annotations

import io

import numpy as np
from explanations import explanation
from PIL import Image

from saliency.photo.area import Area
from ui.widgets.pictures import received_jpeg


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), np.int16)


def test_the_photo_as_received_has_a_line_around_the_marked_area_and_nothing_else() -> None:
    result, area = explanation((400, 400)), Area.box(0.25, 0.25, 0.5, 0.5)
    plain, marked = pixels(received_jpeg(result)), pixels(received_jpeg(result, area))
    height, width = plain.shape[:2]
    changed = np.abs(plain - marked).max(2) > 60
    rows, columns = np.nonzero(changed)
    assert abs(rows.min() / height - 0.25) < 0.03
    assert abs(columns.max() / width - 0.75) < 0.03
    inner = (slice(int(0.3 * height), int(0.7 * height)), slice(int(0.3 * width), int(0.7 * width)))
    assert not changed[inner].any(), "what is in the area can be seen"
    assert received_jpeg(result, area) is received_jpeg(result, area), "drawn once"
