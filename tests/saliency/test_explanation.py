"""One question asked of one photo, and what is remembered for the next."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from small_models import CLASSES, SMALL, Residual, lively, small_graph, small_module
from sweeps import sweep
from torch import Tensor, fx, nn

import saliency
from saliency import (
    Cancelled,
    Classifier,
    Explanation,
    Framing,
    Photo,
    PreparedPhoto,
    Preprocessing,
    SaliencyError,
)
from saliency.methods.registry import METHODS

LABELS = ("mug", "Bottle", "lamp", "chair", "none of these")
PASSES: list[tuple[int, ...]] = []


def counted(x: Tensor) -> Tensor:
    """Nothing, but it is noted that a picture came by; on the meta device none does."""
    if x.device.type != "meta":
        PASSES.append(tuple(x.shape))
    return x


fx.wrap("counted")


class Counting(nn.Module):
    """A model that notes how often its first stage is run."""

    def __init__(self) -> None:
        super().__init__()
        self.rest = lively(Residual())

    def forward(self, x: Tensor) -> Tensor:
        return self.rest(counted(x))


def classifier(name: str = "plain", **more: str) -> Classifier:
    recipe = Preprocessing(crop_size=SMALL[name].size, resize_size=SMALL[name].size + 4)
    return Classifier.build(small_module(name), recipe, LABELS, "Small", "random weights", **more)


def photo(width: int = 90, height: int = 60, seed: int = 0) -> Photo:
    pixels = np.random.default_rng(seed).integers(0, 256, (height // 6, width // 6, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).resize((width, height), Image.Resampling.BICUBIC).save(file, "PNG")
    return saliency.read_photo(file.getvalue(), name="random.png")


@pytest.fixture
def counting() -> Classifier:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        module = Counting()
    recipe = Preprocessing(crop_size=32, resize_size=36)
    built = Classifier.build(module, recipe, LABELS, "Counting", "random weights")
    PASSES.clear()
    return built


def test_the_first_question_is_about_the_top_guess() -> None:
    c, p = classifier(), photo()
    e = saliency.explain(c, p)
    assert e.scores == tuple(c.predict(p))
    assert e.target == e.scores[0]
    assert e.rather_than is None
    assert (e.method, e.framing, e.signed) == ("grad-cam", Framing.WHOLE, False)
    assert e.attribution.dtype == np.float32
    assert e.attribution.shape == (8, 12)  # 32 × 48 of the whole photo, a quarter of it
    assert e.heat_map.shape == (60, 90)
    assert e.overlay().size == (90, 60)
    assert e.layer == c.graph.layers[-1].name
    assert e.received.shape == (32, 48, 3)
    assert e.seconds > 0


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("framing", Framing)
def test_the_map_is_that_of_the_bare_method(name: str, framing: Framing) -> None:
    c, p = classifier(name), photo()
    x, placement = c.prepare(p, framing)
    e = saliency.explain(c, p, method="hires-cam", target=3, rather_than="lamp", framing=framing)
    expected = saliency.attribute(c.graph, x, 3, method="hires-cam", rather_than=2)[0].numpy()
    np.testing.assert_allclose(e.attribution, expected, rtol=1e-4, atol=1e-6)
    assert e.placement == placement
    assert (e.target.label, e.rather_than.label if e.rather_than else "") == ("chair", "lamp")
    assert e.heat_map.min() >= 0
    assert e.heat_map.max() <= 1


def test_a_class_is_asked_for_by_label_or_number() -> None:
    c, p = classifier(), photo()
    for target in ("bottle", "Bottle", " BOTTLE ", "1", 1, np.int64(1)):
        assert saliency.explain(c, p, target=target).target.index == 1
    for target in ("bottel", "", 5, -1, "5"):
        with pytest.raises(SaliencyError) as caught:
            saliency.explain(c, p, target=target)
        assert caught.value.message.endswith(".")
    with pytest.raises(SaliencyError, match="It knows, for example: Bottle"):
        saliency.explain(c, p, target="bottel")


def test_settings_seed_and_layer_are_kept() -> None:
    c, p = classifier(), photo()
    earlier = c.graph.layers[0].name
    e = saliency.explain(c, p, method="layer-cam", at=earlier, depths="1")
    assert (e.layer, e.settings) == (earlier, {"depths": 1})
    noisy = saliency.explain(c, p, method="smooth-grad", samples=4, seed=7)
    again = saliency.explain(c, p, method="smooth-grad", samples=4, seed=7)
    other = saliency.explain(c, p, method="smooth-grad", samples=4, seed=8)
    assert noisy.settings == {"samples": 4, "noise": 0.15, "stop": "settled"}
    assert (noisy.seed, noisy.layer) == (7, "")
    np.testing.assert_array_equal(noisy.attribution, again.attribution)
    assert not np.allclose(noisy.attribution, other.attribution)


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "grad-camm"},
        {"method": "transformer-attribution"},
        {"framing": "half"},
        {"samples": 3},
        {"method": "layer-cam", "depths": 0},
        {"at": "nowhere"},
        {"method": "gradient", "at": "4"},
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(wrong: dict[str, object]) -> None:
    with pytest.raises(SaliencyError) as caught:
        saliency.explain(classifier(), photo(), **wrong)
    assert caught.value.message.endswith((".", "?"))


def test_labels_have_to_match_the_model() -> None:
    with pytest.raises(SaliencyError, match="differ in number: 5 and 3"):
        Classifier.build(small_module("plain"), Preprocessing(crop_size=32), LABELS[:3], "Small", "none")


def test_scores_are_probabilities_at_the_temperature() -> None:
    c, p = classifier(), photo()
    logits = c.graph.logits(c.prepare(p)[0])[0]
    for temperature in (1.0, 2.5):
        warm = Classifier(c.graph, c.preprocessing, LABELS, "Small", "none", temperature=temperature)
        found = warm.predict(p)
        assert sum(s.score for s in found) == pytest.approx(1, abs=1e-6)
        assert [s.score for s in found] == sorted((s.score for s in found), reverse=True)
        assert {s.label for s in found} == set(LABELS)
        for s in found:
            assert s.score == pytest.approx(float((logits / temperature).softmax(0)[s.index]), abs=1e-6)
            assert s.logit == pytest.approx(float(logits[s.index]), abs=1e-5)
            assert LABELS[s.index] == s.label


def test_the_baseline_black_is_the_preprocessings() -> None:
    recipe = Preprocessing(crop_size=32, mean=(0.5, 0.4, 0.3), std=(0.5, 0.2, 0.1))
    c = Classifier.build(small_module("plain"), recipe, LABELS, "Small", "none")
    torch.testing.assert_close(c.graph.black, torch.tensor([-1.0, -2.0, -3.0]))
    dark = c.normalised(np.zeros((4, 4, 3), np.uint8))
    torch.testing.assert_close(dark[0, :, 0, 0], c.graph.black)


@pytest.mark.parametrize("key", sweep(METHODS, every=3))
def test_known_gives_what_a_fresh_question_gives(key: str) -> None:
    name = "vit" if METHODS[key].needs <= SMALL["vit"].offers else "plain"
    c, p = classifier(name), photo()
    settings = {name: s.low for name, s in METHODS[key].settings.items() if name == "samples"}
    prepared = PreparedPhoto(c, p)
    for target in (0, 3):
        found = saliency.explain(c, p, method=key, target=target, prepared=prepared, **settings)
        fresh = saliency.explain(c, p, method=key, target=target, **settings)
        np.testing.assert_allclose(found.attribution, fresh.attribution, rtol=1e-4, atol=1e-6)
        assert [s.index for s in found.scores] == [s.index for s in fresh.scores]


def test_another_method_or_class_costs_no_second_pass(counting: Classifier) -> None:
    p = photo()
    prepared = PreparedPhoto(counting, p)
    assert PASSES == []
    first = saliency.explain(counting, p, prepared=prepared)
    assert PASSES == [(1, 3, 32, 48)]
    for key in ("grad-cam", "grad-cam-plus-plus", "hires-cam"):
        for target in range(CLASSES):
            saliency.explain(counting, p, method=key, target=target, prepared=prepared)
    assert len(PASSES) == 1
    saliency.explain(counting, p, method="layer-cam", target=0, prepared=prepared)
    assert len(PASSES) == 2  # up to the earlier stage, which was not needed before
    saliency.explain(counting, p, method="layer-cam", target=1, prepared=prepared)
    assert len(PASSES) == 2
    again = saliency.explain(counting, p, prepared=prepared)
    np.testing.assert_array_equal(again.attribution, first.attribution)
    saliency.explain(counting, p)
    assert len(PASSES) == 3


def test_scores_and_slow_methods_do_not_repeat_the_plain_pass(counting: Classifier) -> None:
    p = photo()
    prepared = PreparedPhoto(counting, p)
    assert prepared.scores == tuple(counting.predict(p))
    PASSES.clear()
    saliency.explain(counting, p, method="occlusion", window=16, stride=16, prepared=prepared)
    assert sum(shape[0] for shape in PASSES) == 2 * 3  # the patches, and not the picture itself


def test_known_of_another_photo_or_model_is_refused() -> None:
    c = classifier()
    for prepared in (PreparedPhoto(c, photo(seed=1)), PreparedPhoto(classifier(), photo())):
        with pytest.raises(SaliencyError, match="another photo or model"):
            saliency.explain(c, photo(), prepared=prepared)


def test_known_survives_a_cancel() -> None:
    c, p = classifier(), photo()
    prepared = PreparedPhoto(c, p)

    def stop(done: int, total: int) -> None:
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        saliency.explain(c, p, method="rise", prepared=prepared, on_progress=stop)
    found = saliency.explain(c, p, method="rise", samples=16, prepared=prepared)
    fresh = saliency.explain(c, p, method="rise", samples=16)
    np.testing.assert_allclose(found.attribution, fresh.attribution, rtol=1e-4, atol=1e-6)


def test_the_record_is_json_and_complete() -> None:
    c, p = classifier(digest="ab" * 32), photo()
    e = saliency.explain(c, p, method="smooth-grad", samples=4, framing="crop", rather_than=0, target=1)
    record = json.loads(json.dumps(e.record()))
    assert record["photo"] == "random.png"
    assert len(record["photo_sha256"]) == len(hashlib.sha256().hexdigest())
    assert record["photo_size"] == [90, 60]
    assert record["input_size"] == [32, 32]
    assert 0 < record["cut_share"] < 1
    assert (record["target"], record["rather_than"]) == ("Bottle", "mug")
    assert record["method"] == "smooth-grad"
    assert record["settings"] == {"samples": 4, "noise": 0.15, "stop": "settled"}
    assert record["weights_sha256"] == "ab" * 32
    assert len(record["scores"]) == CLASSES
    assert {"torch", "pillow", "numpy"} <= set(record["versions"])


def test_save_writes_what_it_returns(tmp_path: Path) -> None:
    e = saliency.explain(classifier(), photo())
    written = e.save(tmp_path / "new" / "folder")
    assert {p.suffix for p in written} == {".png", ".npy", ".json"}
    assert all(p.is_file() for p in written)
    arrays = [np.load(p) for p in written if p.suffix == ".npy"]
    np.testing.assert_array_equal(arrays[0], e.heat_map)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SaliencyError, match="could not be written"):
        e.save(tmp_path / "file")


def test_no_evidence_is_said_to_be_empty() -> None:
    module = nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Conv2d(4, 5, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()
    )
    nn.init.constant_(module[2].bias, -1e3)
    c = Classifier.build(module, Preprocessing(crop_size=32), LABELS, "Empty", "none")
    e = saliency.explain(c, photo())
    assert e.empty
    assert not e.heat_map.any()
    assert isinstance(e, Explanation)


def test_small_graphs_are_as_they_were() -> None:
    """The shared graphs of these tests hold no gradients after all that."""
    for name in SMALL:
        assert not any(p.requires_grad for p in small_graph(name).module.parameters())
