"""The strongest spots of a photo: where they are, and what they look like to the model."""

from __future__ import annotations

import numpy as np
import pytest
from corner import Corner, photo_of
from corner import classifier as corner_classifier
from fake_audit import blob
from marks import GREEN, MAGENTA, classifier, photo

from saliency.audit.evidence.things.appearance import Appearance, described_at, surface
from saliency.audit.evidence.things.spots import MOST, PhotoSpots, photo_spots, spot_boxes
from saliency.grids.cells import CellGrid
from saliency.photo.area import Area, box_overlap
from saliency.photo.framing import Placement
from saliency.prepared_photo import PreparedPhoto


def test_boxes_are_around_the_bumps_that_stand_out() -> None:
    r = np.random.default_rng(0)
    boxes = spot_boxes(blob(2, 3, r) + blob(12, 12, r))
    assert len(boxes) == 2
    for row, column in ((2, 3), (12, 12)):
        assert any(box_overlap(box, (column / 16, row / 16, 1 / 16, 1 / 16)) == 1 for box in boxes)


@pytest.mark.parametrize("even", [np.zeros((16, 16)), np.ones((16, 16))])
def test_there_is_none_where_nothing_stands_out(even: np.ndarray) -> None:
    assert spot_boxes(even.astype(np.float32)) == []


def test_there_are_at_most_three_and_each_lies_in_the_photo() -> None:
    r = np.random.default_rng(1)
    boxes = spot_boxes(sum(blob(*r.uniform(0, 16, 2), r) for _ in range(12)))
    assert 0 < len(boxes) <= MOST
    for box in boxes:
        Area.box(*box)
        assert box[0] + box[2] <= 1
        assert box[1] + box[3] <= 1


def test_a_box_is_described_by_the_cells_in_it_each_by_its_part() -> None:
    values = np.arange(16, dtype=np.float32).reshape(1, 4, 4)
    even = CellGrid.even((4, 4), (64, 64))
    whole = Appearance(values, even, Placement((128, 128), (0, 0, 128, 128), (64, 64)))
    assert whole.at((0.0, 0.0, 0.5, 0.25)) == pytest.approx([0.5])
    assert whole.at((0.125, 0.0, 0.25, 0.25)) == pytest.approx([0.5])
    assert whole.at((0.0, 0.0, 1.0, 1.0)) == pytest.approx(whole.whole)
    # the model received the right half: what lies in the left one looks like nothing in particular
    right = Appearance(values, even, Placement((256, 128), (128, 0, 256, 128), (64, 64)))
    assert right.at((0.5, 0.0, 0.25, 0.25)) == pytest.approx([0.5])
    assert right.at((0.0, 0.0, 0.25, 0.25)) == pytest.approx(whole.whole)


def test_marks_look_alike_wherever_they_are_and_unlike_others() -> None:
    r, model = np.random.default_rng(2), classifier()
    assert described_at(model.graph) == model.graph.layers[-1].name
    vectors = []
    for _ in range(4):
        pixels, corners = photo(r, MAGENTA, GREEN)
        appearance = Appearance.of(PreparedPhoto(model, photo_of(pixels)))
        boxes = [(column / 64, row / 64, 12 / 64, 12 / 64) for row, column in corners]
        vectors.append([appearance.at(box) - appearance.whole for box in boxes])
    magenta, green = np.array(vectors).transpose(1, 0, 2)
    cosine = np.corrcoef(np.concatenate([magenta, green]))
    assert cosine[:4, :4].min() > 0.9
    assert cosine[:4, 4:].max() < 0.2


def test_a_model_without_features_is_helped_out_by_colours_and_edges() -> None:
    model = corner_classifier(Corner())
    assert described_at(model.graph) is None
    r = np.random.default_rng(3)
    pixels, _ = photo(r, MAGENTA)
    appearance = Appearance.of(PreparedPhoto(model, photo_of(pixels[:32, :32])))
    assert appearance.values.shape == (10, 16, 16)
    red = surface(np.full((32, 32, 3), (255, 0, 0), np.uint8))
    assert red[1].min() > 0.5  # red to green
    assert np.abs(red[3:]).max() < 1e-3  # no edges, no spread
    stripes = np.zeros((32, 32, 3), np.uint8)
    stripes[:, ::4] = stripes[:, 1::4] = 255
    edges = surface(stripes)[3:7].mean((1, 2))
    assert edges.argmax() == 0  # the light changes across
    assert edges[0] > 5 * edges[1:].max()


def test_spots_are_kept_as_bytes() -> None:
    r = np.random.default_rng(4)
    pixels, _ = photo(r, MAGENTA)
    appearance = Appearance.of(PreparedPhoto(classifier(), photo_of(pixels)))
    for coarse_map in (blob(2, 3, r) + blob(12, 12, r), np.zeros((16, 16), np.float32)):
        spots = photo_spots(coarse_map, appearance)
        again = PhotoSpots.from_bytes(spots.to_bytes())
        assert again.boxes == spots.boxes
        assert (again.vectors == spots.vectors).all()
        assert again.vectors.shape == (len(spots.boxes), 4)
        assert (again.whole == spots.whole).all()
