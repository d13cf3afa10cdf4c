from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
from corner import Corner, CornerNumber, bright_corner, classifier, scale, tags
from PIL import Image

import saliency
from saliency.classifier import Score
from saliency.comparison import CELLS, Unit, compare
from saliency.errors import SaliencyError
from saliency.explanation import Explanation
from saliency.export.comparison_slide import CompareWords, compare_slide
from saliency.photo.framing import Framing, model_pixels, place
from saliency.photo.reading import Photo
from saliency.verdict.words import ONE_SCALE


def explanation(
    attribution: np.ndarray,
    *,
    size: tuple[int, int] = (120, 80),
    label: str = "mug",
    seed: int = 0,
    framing: Framing = Framing.WHOLE,
    **changed: object,
) -> Explanation:
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), np.uint8)
    photo = Photo(pixels, "mug.jpg", str(seed) * 64, ())
    placement = place(size, framing, crop_size=64, resize_size=72, any_size=False)
    target = Score(label=label, score=0.97, index=3, logit=9.0)
    made = Explanation(
        photo=photo,
        placement=placement,
        framing=framing,
        received=model_pixels(photo, placement, interpolation="bilinear", resize_size=72),
        attribution=attribution.astype(np.float32),
        scores=(target,),
        target=target,
        rather_than=None,
        method="grad-cam",
        signed=False,
        settings={},
        layer="features",
        seed=0,
        seconds=0.1,
        estimate=None,
        model="Showroom",
        weights="ab" * 32,
        source="Trained by us.",
    )
    return dataclasses.replace(made, **changed)


def spot(row: int, column: int, height: float = 1.0, side: int = 8) -> np.ndarray:
    values = np.zeros((side, side))
    values[row : row + 2, column : column + 2] = height
    return values


def test_two_classes_of_one_model_are_compared_as_they_are() -> None:
    found = compare(explanation(spot(1, 1, 4.0)), explanation(spot(1, 1, 1.0), label="lamp"))
    assert found.unit is Unit.SCORE
    left, right = found.heat_maps()
    assert left.max() == pytest.approx(1.0, abs=0.01)
    assert right.max() == pytest.approx(0.25, abs=0.01)
    assert found.ratio == pytest.approx(0.25)
    assert not found.faint(found.right)
    weak = compare(found.left, explanation(spot(1, 1, 0.9), label="lamp"))
    assert [weak.faint(side) for side in weak.sides] == [False, True]
    assert found.difference().min() == pytest.approx(-0.75, abs=0.01)


@pytest.mark.parametrize("changed", [{"method": "gradient"}, {"weights": "cd" * 32, "model": "Twin"}])
def test_two_views_or_two_models_are_compared_by_where_their_influence_lies(
    changed: dict[str, object],
) -> None:
    found = compare(explanation(spot(1, 1, 4.0)), explanation(spot(1, 1, 0.001), **changed))
    assert found.unit is Unit.DENSITY
    assert found.ratio is None
    assert np.abs(found.difference()).max() < 1e-5
    assert found.values[0].mean() == pytest.approx(1.0)  # what an even map would have everywhere


def test_a_map_spread_wide_is_paler_than_one_in_a_single_spot() -> None:
    wide = np.zeros((8, 8))
    wide[:, :4] = 1.0
    left, right = compare(explanation(spot(3, 3)), explanation(wide, method="gradient")).heat_maps()
    assert left.max() == pytest.approx(1.0, abs=0.01)
    assert right.max() == pytest.approx(1 / 8, abs=0.01)  # 4 of 64 cells beside 32


def test_the_density_is_that_of_the_photo_also_where_a_part_was_cut_off() -> None:
    kept = {"size": (200, 80), "framing": Framing.CROP}
    found = compare(explanation(spot(3, 3), **kept), explanation(spot(1, 1), method="gradient", **kept))
    received = 1 - found.left.placement.cut_share
    assert received < 0.5
    assert found.values[0].mean() * received == pytest.approx(1.0)


def test_a_fine_map_is_averaged_to_the_grain_of_a_coarse_one() -> None:
    fine = np.zeros((64, 64))
    fine[20, 20] = 1.0
    found = compare(explanation(fine), explanation(spot(2, 2), method="gradient"))
    assert [values.shape for values in found.values] == [(8, 8), (8, 8)]
    assert found.values[0].mean() == pytest.approx(found.values[1].mean())
    both = compare(explanation(fine), explanation(fine, method="gradient"))
    assert both.values[0].shape == (CELLS, CELLS)


def test_swapping_the_sides_turns_the_difference_around() -> None:
    one, other = explanation(spot(1, 1)), explanation(spot(4, 4), method="gradient")
    there, back = compare(one, other), compare(other, one)
    assert np.allclose(there.difference(), -back.difference())
    assert there.difference()[30, 30] < 0 < there.difference()[50, 80]
    assert there.agreement.verdict == "disagree"


def test_signed_maps_keep_their_sign_only_if_both_have_one() -> None:
    both_ways = spot(1, 1) - spot(5, 5)
    signed = explanation(both_ways, signed=True)
    two = compare(signed, explanation(both_ways, signed=True, method="occlusion"))
    assert two.signed
    assert two.heat_maps()[0].min() < -0.9
    mixed = compare(signed, explanation(spot(1, 1), method="hires-cam"))
    assert not mixed.signed
    assert mixed.heat_maps()[0].min() == 0.0
    assert np.abs(mixed.difference()).max() < 1e-5


def test_nothing_is_made_of_a_map_without_a_finding() -> None:
    empty, full = explanation(np.zeros((8, 8))), explanation(spot(1, 1), method="gradient")
    found = compare(empty, full)
    assert not found.heat_maps()[0].any()
    assert found.heat_maps()[1].max() == pytest.approx(1.0, abs=0.01)
    assert found.agreement.verdict == "empty"
    nothing = compare(empty, explanation(np.ones((8, 8)), method="gradient"))
    assert not nothing.difference().any()
    assert nothing.difference_image((60, 40)).size == (60, 40)


def test_what_only_one_model_received_is_no_difference() -> None:
    wide = {"size": (200, 80)}
    whole = explanation(np.ones((8, 8)) + spot(3, 0, 5.0), **wide)
    crop = explanation(spot(3, 3), framing=Framing.CROP, weights="cd" * 32, **wide)
    found = compare(whole, crop)
    assert found.heat_maps()[0][40, 5] > 0
    assert found.difference()[40, 5] == 0


def test_pictures_have_the_size_asked_for() -> None:
    found = compare(explanation(spot(1, 1)), explanation(spot(4, 4), method="gradient"))
    for picture in (*found.overlays(0.6, (90, 60)), found.difference_image((90, 60))):
        assert picture.size == (90, 60)
    assert found.difference_image().size == (120, 80)


def test_two_photos_cannot_be_compared() -> None:
    with pytest.raises(SaliencyError, match="different photos"):
        compare(explanation(spot(1, 1)), explanation(spot(1, 1), seed=1))


def test_the_record_is_json() -> None:
    found = compare(explanation(spot(1, 1)), explanation(spot(4, 4), label="lamp"))
    record = json.loads(json.dumps(found.record()))
    assert record["unit"] == "score"
    assert record["agreement"]["verdict"] == "disagree"


def words(label: str = "mug") -> CompareWords:
    return CompareWords(
        title="Two maps of one photo",
        finding=f"The two maps of {label} mark different places.",
        captions=(f"Left: {label}", f"Right: {label}", "Difference"),
        findings=(f"{label}, score 0.97", f"{label}, score 0.97", "right minus left"),
        scale="Each map is shown by where its influence lies, on one scale.",
        details=f"Photo: {label} · 24 November 2026",
        limits="One picture only. This does not tell you whether the model is right, fair or safe.",
        legend=ONE_SCALE,
        difference_legend=("more left", "more right"),
    )


@pytest.mark.parametrize("size", [(120, 80), (80, 120), (300, 40)])
@pytest.mark.parametrize("label", ["mug", "a very long name that goes on and on " * 4])
def test_the_slide_fits_every_photo_and_label(size: tuple[int, int], label: str) -> None:
    found = compare(explanation(spot(1, 1), size=size), explanation(spot(4, 4), size=size, method="gradient"))
    page = compare_slide(found, words(label))
    assert (page.size, page.mode) == ((1920, 1080), "RGB")
    pixels = np.asarray(page)
    for margin in (pixels[:40], pixels[-40:], pixels[:, :90], pixels[:, -90:]):
        assert (margin == 255).all()


def test_the_difference_reads_in_greyscale() -> None:
    """Which side has more is told by the line: dashed on the left, solid on the right."""
    found = compare(explanation(spot(1, 1)), explanation(spot(5, 5), method="gradient"))
    grey = np.asarray(found.difference_image((480, 320)).convert("L"), np.int16)
    flipped = compare(found.right, found.left).difference_image((480, 320))
    assert np.abs(grey - np.asarray(flipped.convert("L"), np.int16)).max() > 60
    assert isinstance(flipped, Image.Image)


def test_numbers_of_different_kinds_are_said_to_be_no_comparison() -> None:
    photo = bright_corner()
    tag, other, number, wide = (
        saliency.explain(one, photo, method="input-x-gradient")
        for one in (tags(Corner()), tags(Corner(), 0.9), scale(CornerNumber()), scale(CornerNumber(), 0, 50))
    )
    usual = saliency.explain(classifier(Corner()), photo, method="input-x-gradient")
    assert compare(usual, usual).caution == compare(tag, other).caution == ""
    tags_and = "The left model gives tags, of which several may be true; the right model gives "
    assert compare(tag, number).caution.startswith(f"{tags_and}a number on a scale.")
    assert compare(tag, usual).caution.startswith(f"{tags_and}one answer.")
    both = compare(number, wide)
    assert both.caution == "The two numbers are on different scales, usually 0 to 10 and 0 to 50."
    assert both.record()["caution"] == both.caution
