"""What a verdict speaks of and must show: ways of covering that differ, other places that count as much."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from saliency.checks.check import AreaTest
from saliency.checks.controls import Kind
from saliency.checks.cover import Reason
from saliency.export.outline import ELSEWHERE, line_around, outlined

MOST = 3
"""Places that are outlined at most: more of them would lie over each other."""

_ROWS, _COLUMNS = ("upper", "middle", "lower"), ("left", "middle", "right")


def as_much_elsewhere(test: AreaTest) -> bool:
    """Whether other places count as much, so that they are to be shown."""
    cover = test.cover
    little = cover.reason is Reason.IN_BETWEEN and cover.exceedances > 0 and not cover.outputs.is_score
    return cover.reason is Reason.AS_MUCH_ELSEWHERE or little


def ways_differ(test: AreaTest) -> bool:
    """Whether the two ways of covering come to another finding, or another answer: both are to be shown."""
    blurred, grown = test.cover.fills.values()
    question = test.probe.question
    answers = question.outputs.exclusive and question.rather_than is None
    other = answers and blurred.after.top != grown.after.top
    return test.cover.reason is Reason.FILLS_DISAGREE or other or blurred.after.ahead != grown.after.ahead


def outlined_elsewhere(picture: Image.Image, test: AreaTest) -> Image.Image:
    """A picture in the photo's frame with lines around a tested area and the places that do as much."""
    for inside in _masks(test, picture.size):
        picture = line_around(picture, inside, ELSEWHERE)
    return outlined(picture, test.probe.area)


def places(test: AreaTest) -> tuple[str, ...]:
    """Where in the photo these places lie, in words: "upper left", "middle", each once.

    Empty where they are scattered, or go on at the other edge, so that they have no one place.
    """
    if test.probe.controls.kind is not Kind.MOVED:
        return ()
    return tuple(dict.fromkeys(_ninth(inside) for inside in _masks(test, (60, 60))))


def _masks(test: AreaTest, size: tuple[int, int]) -> Iterable[NDArray[np.bool_]]:
    """The first few of these places, ``(H, W)`` in a frame of the photo of such a size."""
    probe = test.probe
    shape = (*probe.mask.shape, 3)
    blank = np.asarray(probe.question.in_photo(np.zeros(shape, np.uint8), size).convert("L"), np.int16)
    for number in test.cover.as_much[:MOST]:
        place = probe.controls.masks[number].cpu().numpy()
        pixels = np.broadcast_to(place[..., None], shape).astype(np.uint8) * np.uint8(255)
        shown = np.asarray(probe.question.in_photo(pixels, size).convert("L"), np.int16)
        yield shown - blank > 127


def _ninth(inside: NDArray[np.bool_]) -> str:
    """The part of the photo that the middle of a place lies in."""
    rows, columns = np.nonzero(inside)
    height, width = inside.shape
    row, column = (
        min(2, int(3 * (values.mean() + 0.5) / side)) if len(values) else 1
        for values, side in ((rows, height), (columns, width))
    )
    if column == 1:
        return _ROWS[row] if row == 1 else f"{_ROWS[row]} middle"
    return f"{_ROWS[row]} {_COLUMNS[column]}" if row != 1 else _COLUMNS[column]
