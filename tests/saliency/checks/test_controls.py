"""Control areas: as large, elsewhere, different from each other; and what stands in for what is covered."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from corner import SIDE, Deaf, classifier
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from saliency.checks.controls import COUNT, Kind, Move, controls
from saliency.checks.fills import Fill, Filling, dilation, edge_of, inpainting, pixels, soft_masks


def box(top: int, left: int, height: int, width: int, frame: tuple[int, int] = (64, 80)) -> Tensor:
    mask = torch.zeros(frame, dtype=torch.bool)
    mask[top : top + height, left : left + width] = True
    return mask


def disc(radius: float, frame: tuple[int, int] = (64, 64)) -> Tensor:
    y, x = np.mgrid[: frame[0], : frame[1]]
    return torch.from_numpy(np.hypot(y - frame[0] / 2 + 0.5, x - frame[1] / 2 + 0.5) < radius)


@pytest.mark.parametrize(
    ("mask", "kind"),
    [
        (box(2, 2, 8, 8), Kind.MOVED),
        (box(50, 60, 14, 20), Kind.MOVED),
        (box(18, 24, 28, 32), Kind.WRAPPED),  # 17 %, in the middle: it fits nowhere as a whole
        (disc(15), Kind.WRAPPED),
        (disc(23), Kind.BLOBS),  # 41 %: too large to be put anywhere else
        (box(2, 2, 60, 50), Kind.NONE),  # 59 %
    ],
)
def test_they_never_meet_the_area_and_are_of_its_size(mask: Tensor, kind: Kind) -> None:
    found = controls(mask, 2, seed=3)
    assert found.kind is kind
    assert len(found.masks) == (0 if kind is Kind.NONE else COUNT)
    near = dilation(mask[None], 2)[0]
    for control in found.masks:
        assert int(control.sum()) == int(mask.sum())
        assert not (control & near).any()
    assert len({tuple(m.flatten().tolist()) for m in found.masks}) == len(found.masks)
    for move, control in zip(found.moves, found.masks, strict=False):
        assert torch.equal(move.there(mask), control)
        assert torch.equal(move.back(control), mask)


@given(
    st.integers(3, 40), st.integers(3, 40), st.floats(0, 1), st.floats(0, 1), st.integers(0, 3), st.integers()
)
def test_so_it_is_for_any_box(height: int, width: int, x: float, y: float, edge: int, seed: int) -> None:
    mask = box(int(y * (64 - height)), int(x * (80 - width)), height, width)
    found = controls(mask, edge, seed=abs(seed))
    near = dilation(mask[None], edge)[0]
    assert not (found.masks & near).any()
    assert (found.masks.flatten(1).sum(1) == mask.sum()).all()


def test_the_same_seed_puts_them_in_the_same_places() -> None:
    mask = box(10, 10, 9, 12)
    assert torch.equal(controls(mask, seed=1).masks, controls(mask, seed=1).masks)
    assert not torch.equal(controls(mask, seed=1).masks, controls(mask, seed=2).masks)


def test_moved_ones_keep_the_shape_in_one_piece() -> None:
    """The bounding box of each is as large as that of the area: none is cut in two by the picture's edge."""
    for control in controls(disc(6), seed=0).masks:
        rows, columns = control.any(1).nonzero(), control.any(0).nonzero()
        assert int(rows[-1] - rows[0]) == int(columns[-1] - columns[0]) == 11


def test_they_lie_all_over_the_picture() -> None:
    mask = box(0, 0, 8, 8)
    together = sum(control.int() for control in controls(mask, seed=0).masks)
    quarters = [together[:32, 40:], together[32:, :40], together[32:, 40:]]
    assert all(int(part.sum()) > 0 for part in quarters)


def test_a_move_there_and_back() -> None:
    values = torch.randn(3, 6, 7)
    move = Move((0, 1), 4, 2)
    assert torch.equal(move.back(move.there(values)), values)
    assert torch.equal(Move((), 1, 0).there(values)[:, 1:], values[:, :-1])


def test_a_soft_edge_lies_outside_the_area() -> None:
    mask = box(20, 20, 10, 10)
    soft = soft_masks(mask[None], 4)[0]
    assert (soft[mask] == 1).all()
    assert (soft[~dilation(mask[None], 4)[0]] == 0).all()
    ring = soft[25, 30:34]
    assert (ring.diff() < 0).all()
    assert 0 < float(ring[-1]) < float(ring[0]) < 1
    at_the_border = soft_masks(box(0, 0, 10, 10)[None], 4)[0]
    assert (at_the_border[:10, :10] == 1).all()
    assert torch.equal(soft_masks(mask[None], 0)[0], mask.float())


def test_how_soft() -> None:
    assert edge_of(torch.zeros(224, 300)) == 4
    assert edge_of(torch.zeros(1, 3, 300, 224), outline=True) == 11


def test_a_grown_fill_goes_on_with_the_surroundings() -> None:
    even = torch.full((1, 3, 40, 50), 0.7)
    unknown = ~box(10, 10, 15, 20, (40, 50))[None, None]
    torch.testing.assert_close(inpainting(even * unknown, unknown), even)
    slope = torch.linspace(0, 1, 50).expand(1, 3, 40, 50)
    filled = inpainting(slope * unknown, unknown)
    assert float((filled - slope).abs().max()) < 0.12  # of a slope that rises by 0.4 across the hole
    assert torch.equal(filled[unknown.expand_as(filled)], slope[unknown.expand_as(slope)])


def test_a_grown_fill_stays_within_what_is_known() -> None:
    x = torch.rand(2, 3, 33, 41)
    known = torch.rand(2, 1, 33, 41) > 0.7
    filled = inpainting(x, known)
    assert float(filled.min()) >= float(x.min())
    assert float(filled.max()) <= float(x.max())
    assert not inpainting(x, torch.zeros_like(known)).any()


@pytest.mark.parametrize("fill", Fill)
def test_nothing_changes_where_nothing_is_covered(fill: Fill) -> None:
    x = torch.rand(1, 3, 32, 32)
    masks = torch.stack([box(4, 4, 8, 8, (32, 32)), box(20, 20, 6, 6, (32, 32))])
    filled = Filling(x).pictures(masks.float(), fill)
    outside = ~masks[:, None].expand_as(filled)
    assert torch.equal(filled[outside], x.expand_as(filled)[outside])
    assert (filled[~outside] != x.expand_as(filled)[~outside]).float().mean() > 0.9


def test_pixels_are_what_was_normalised() -> None:
    shown = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
    one = classifier(Deaf())
    np.testing.assert_array_equal(pixels(one, one.normalised(shown)), shown)
