"""Photos that are nearly the same: re-saved, made smaller, brighter, mirrored, or cut a little.

A photo's fingerprint is a difference hash: whether each of 16 × 16 places is brighter than the one to its
left (Krawetz 2013, Kind of Like That). Two photos are nearly the same if few of the bits set in either are
set in one of them only: a plain background sets none, so that photos of different things on white, which
differ in few bits, are told apart too. Files with the same bytes need none of this: an audit leaves out all
but the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

_SIDE = 16
NEAR = 0.16
"""Of the bits set in both fingerprints together, the share that may differ (``docs/audits.md``)."""

_MIRRORED = 0.125  # the same for a mirrored copy
_FEWEST, _FEWEST_MIRRORED = 16, 80  # bits that have to be set: fewer say too little
_ROWS, _COLUMNS = 128, 2048  # photos compared at a time

Bits = NDArray[np.float32]


def fingerprint(image: Image.Image) -> str:
    """256 bits, written in hexadecimal digits."""
    luma = np.asarray(image.convert("L").resize((_SIDE + 1, _SIDE), Image.Resampling.BOX), np.int16)
    return np.packbits(luma[:, 1:] > luma[:, :-1]).tobytes().hex()


def copy_groups(fingerprints: Sequence[str | None]) -> NDArray[np.intp]:
    """For each photo the first photo that it is nearly the same as, itself if there is none before it.

    Photos that are nearly the same as a third one are in one group. A photo without a fingerprint is alone.
    Time grows with the square of their number: 10,000 take a few seconds; memory is bounded.
    """
    known = [number for number, text in enumerate(fingerprints) if text]
    packed = np.frombuffer(bytes.fromhex("".join(text for text in fingerprints if text)), np.uint8)
    group = np.arange(len(known))
    for first, second in _near_pairs(packed.reshape(-1, _SIDE * _SIDE // 8)):
        links = coo_array((np.ones(len(first)), (group[first], group[second])), shape=(len(known),) * 2)
        _, labels = connected_components(links, directed=False)
        _, starts = np.unique(labels, return_index=True)
        group = starts[labels][group]
    groups = np.arange(len(fingerprints))
    places = np.asarray(known, np.intp)
    groups[places] = places[group]
    return groups


def near_copies(groups: NDArray[np.intp]) -> int:
    """How many photos are nearly the same as another one, of photos grouped by :func:`copy_groups`."""
    _, sizes = np.unique(groups, return_counts=True)
    return int(sizes[sizes > 1].sum())


def _near_pairs(packed: NDArray[np.uint8]) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """The places of photos that are nearly the same, a part of the pairs at a time."""
    for row in range(0, len(packed), _ROWS):
        own = _bits(packed[row : row + _ROWS])
        mirrored = 1 - own.reshape(-1, _SIDE, _SIDE)[:, :, ::-1].reshape(len(own), -1)
        for column in range(row, len(packed), _COLUMNS):
            others = _bits(packed[column : column + _COLUMNS])
            near = _near(own, others, NEAR, _FEWEST) | _near(mirrored, others, _MIRRORED, _FEWEST_MIRRORED)
            first, second = np.nonzero(np.triu(near, row - column + 1))  # each pair once, none with itself
            if len(first):
                yield first + row, second + column


def _near(own: Bits, others: Bits, share: float, fewest: int) -> NDArray[np.bool_]:
    """Which of some photos are nearly the same as which others."""
    count, other_count = own.sum(1), others.sum(1)
    both = count[:, None] + other_count
    near: NDArray[np.bool_] = both - 2 * (own @ others.T) <= share * both
    near &= (count >= fewest)[:, None] & (other_count >= fewest)
    return near


def _bits(packed: NDArray[np.uint8]) -> Bits:
    return np.unpackbits(packed, axis=1).astype(np.float32)
