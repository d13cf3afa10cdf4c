from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image
from stand_in import LABELS, text

import models
import saliency
from ui import examples, wording, wording_guide


@pytest.fixture
def labelled(stand_in):
    """Gives the stand-in's samples a label and a mask, as those of the built-in model have."""
    path = stand_in / "samples" / "samples.json"
    before = path.read_text(encoding="utf-8")
    entries = json.loads(before)
    for entry, label in zip(entries, (LABELS[0], LABELS[1], LABELS[-1]), strict=True):
        mask = np.zeros((320, 320), np.uint8)
        mask[80:160, 80:160] = 255
        Image.fromarray(mask).save(path.parent / "mask.png")
        entry |= {"label": label, "mask": "mask.png"}
    path.write_text(json.dumps(entries), encoding="utf-8")
    yield
    path.write_text(before, encoding="utf-8")


def guide(page):
    app = page()
    return app.switch_page("ui/pages/guide.py").run()


def test_the_guide_shows_examples_computed_here(page, labelled):
    app = guide(page)
    assert not app.exception
    assert not app.error
    assert wording_guide.MISLEADING_TITLE in text(app)
    assert wording.LIMITS in text(app)
    assert len(app.image) == 1 + 4  # the colour bar; two products, one without, a misleading one
    assert all(image.proto.imgs[0].alt for image in app.image)


def test_the_guide_without_its_model_still_explains(page, stand_in):
    (stand_in / "labels.txt").rename(stand_in / "labels.away")
    try:
        app = page().switch_page("ui/pages/guide.py").run()
        assert len(app.error) == 1
        assert wording_guide.IS in text(app)
    finally:
        (stand_in / "labels.away").rename(stand_in / "labels.txt")


def test_coming_back_finds_what_was_chosen(page):
    app = page(sample="sample-2", view="gradient")
    app.switch_page("ui/pages/guide.py").run()
    app.switch_page("ui/pages/explain.py").run()
    assert not app.warning
    answer = next(reversed(app.session_state["spotlight"].results.values()))
    assert (answer.photo.name, answer.method) == ("sample-2.jpg", "gradient")


def test_share_of_the_influence_inside_an_area(stand_in):
    classifier = models.load(stand_in)
    photo = saliency.read_photo(stand_in / "samples" / "sample-0.jpg")
    result = saliency.explain(classifier, photo, method="gradient")
    everything = np.ones((photo.height, photo.width), bool)
    assert examples.shares(result, everything) == (1.0, 1.0)
    assert examples.shares(result, ~everything) == (0.0, 0.0)


def test_what_the_shares_say():
    assert wording_guide.overlap(0.8, 0.2).startswith("80 % of the influence falls inside the product")
    assert wording_guide.AT_THE_PRODUCT in wording_guide.overlap(0.8, 0.2)
    assert "That is 3 times its share" in wording_guide.overlap(0.3, 0.1)
    assert wording_guide.AROUND_IT in wording_guide.overlap(0.3, 0.2)


def test_what_is_said_of_a_photo_without_a_product():
    assert "the model says so" in wording_guide.no_product("none of these", 0.9, "none of these")
    assert "that wrong guess" in wording_guide.no_product("mug", 0.3, "none of these")
