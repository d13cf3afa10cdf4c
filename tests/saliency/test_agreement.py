"""Do two maps point to the same places?"""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from corner import Corner, CornerNumber, Deaf, bright_corner, classifier, dark, scale, tags

import models
import saliency
from saliency.agreement import AgreementLevel, agreement, agreement_of_maps, unmoved
from saliency.errors import SaliencyError


def noise(seed: int, cells: int = 16) -> torch.Tensor:
    return torch.rand(cells, cells, generator=torch.Generator().manual_seed(seed))


def test_a_map_agrees_with_itself() -> None:
    found = agreement_of_maps(noise(0), noise(0))
    assert found.overlap == 1
    assert found.correlation == pytest.approx(1)
    assert found.beyond_chance == pytest.approx(1)
    assert found.verdict is AgreementLevel.AGREE


def test_unrelated_maps_overlap_by_chance_only() -> None:
    """Two random fifths: a ninth of what is in either is in both."""
    found = [agreement_of_maps(noise(i), noise(100 + i)) for i in range(20)]
    assert sum(one.chance for one in found) / 20 == pytest.approx(1 / 9, abs=0.01)
    assert all(abs(one.beyond_chance) < 0.15 for one in found)
    assert all(one.verdict is AgreementLevel.DISAGREE for one in found)


def test_maps_that_avoid_each_other_disagree() -> None:
    one = torch.zeros(16, 16)
    one[:4] = 1
    found = agreement_of_maps(one, one.flip(0))
    assert (found.overlap, found.verdict) == (0, AgreementLevel.DISAGREE)


def test_half_of_it_is_partly() -> None:
    one, other = torch.zeros(16, 16), torch.zeros(16, 16)
    one[:4, :13] = 1
    other[2:6, :13] = 1
    found = agreement_of_maps(one, other)
    assert found.overlap == pytest.approx(1 / 3, abs=0.02)
    assert found.verdict is AgreementLevel.PARTLY


@pytest.mark.parametrize("ground", [0.0, 1e-9])
@pytest.mark.parametrize(("moved", "overlap"), [((0, 0), 1), ((5, 7), 0)])
def test_one_hot_cell_agrees_with_itself_and_with_no_other(
    ground: float, moved: tuple[int, int], overlap: float
) -> None:
    """A ground of rounding noise is no part of either map."""
    one, other = ground * noise(0), ground * noise(1)
    one[4, 4] = other[4 + moved[0], 4 + moved[1]] = 1
    found = agreement_of_maps(one, other)
    assert found.overlap == overlap
    assert found.verdict is (AgreementLevel.AGREE if overlap else AgreementLevel.DISAGREE)


def test_two_views_two_classes_two_models_of_one_photo() -> None:
    photo = bright_corner(96)
    one, other = classifier(Corner()), models.load("showroom")
    first = saliency.explain(one, photo, method="input-x-gradient")
    second = saliency.explain(one, photo, method="occlusion", window=4, stride=4)
    assert agreement(first, second).verdict is AgreementLevel.AGREE
    third = saliency.explain(other, photo, method="grad-cam", framing="crop")
    assert agreement(first, third).verdict in AgreementLevel
    assert agreement(third, first).record()["verdict"] in list(AgreementLevel)


def test_an_empty_map_agrees_with_nothing() -> None:
    photo = bright_corner()
    first = saliency.explain(classifier(Corner()), photo, method="gradient")
    second = saliency.explain(classifier(Deaf()), photo, method="gradient")
    assert agreement(first, second).verdict is AgreementLevel.EMPTY


def test_two_photos_cannot_be_agreement_of_maps() -> None:
    one = classifier(Corner())
    first, second = (saliency.explain(one, photo, method="gradient") for photo in (bright_corner(), dark()))
    with pytest.raises(SaliencyError, match="different photos"):
        agreement(first, second)


def test_a_covering_view_that_nothing_moves_has_nothing_to_measure() -> None:
    """A map so faint that no square can have lowered the score by a tenth."""
    photo = bright_corner(96)
    one = classifier(Corner())
    first = saliency.explain(one, photo, method="input-x-gradient")
    second = saliency.explain(one, photo, method="occlusion", window=4, stride=4)
    assert not unmoved(first)
    assert unmoved(replace(second, attribution=0.01 * second.attribution))
    assert not unmoved(replace(second, attribution=10 * second.attribution))
    elsewhere = 0.01 * second.attribution[::-1, ::-1].copy()
    assert agreement(first, replace(second, attribution=elsewhere)).verdict is AgreementLevel.UNMOVED
    assert agreement(first, replace(second, attribution=1000 * elsewhere)).verdict is AgreementLevel.DISAGREE
    cooler = replace(first, attribution=first.attribution[::-1, ::-1].copy())
    assert agreement(first, cooler).verdict is AgreementLevel.DISAGREE


def test_a_covering_view_of_a_tag_or_a_number_has_something_to_measure_or_not() -> None:
    """A tag falls by its own share, whatever the others do; a number moves within its usual range."""
    photo = bright_corner(96)
    for one in (tags(Corner()), scale(CornerNumber())):
        view = saliency.explain(one, photo, method="occlusion", window=4, stride=4)
        assert not unmoved(replace(view, attribution=10 * view.attribution))
        assert unmoved(replace(view, attribution=0.01 * view.attribution))
    raised = replace(view, attribution=-10 * view.attribution)
    assert not unmoved(raised), "what lowers a number counts, too"
