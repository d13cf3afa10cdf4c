from __future__ import annotations

import dataclasses
import json
import re

import numpy as np
import pytest
from PIL import Image
from stand_in import LABELS, make_model, text

import models
from ui.guide import examples, typesetting, words
from ui.guide.examples import KINDS, MISLEADING, RIGHT, SHORTCUT, UNDECIDED, WRONG
from ui.widgets import samples
from ui.words import LIMITS


@pytest.fixture
def labelled(stand_in, monkeypatch):
    """Gives the stand-in's samples labels, masks and badges, and takes whatever comes out as an example."""
    path = stand_in / "samples" / "samples.json"
    before = path.read_text(encoding="utf-8")
    entries = json.loads(before)
    for entry, label in zip(entries, (LABELS[0], LABELS[1], LABELS[2]), strict=True):
        mask = np.zeros((320, 320), np.uint8)
        mask[80:160, 80:160] = 255
        Image.fromarray(mask).save(path.parent / "mask.png")
        entry |= {"label": label, "mask": "mask.png"}
    entries[1]["badge"] = [0.8, 0.8, 0.16, 0.16]
    path.write_text(json.dumps(entries), encoding="utf-8")
    monkeypatch.setattr(examples, "PRODUCTS", ("not-there", "sample-0"))
    monkeypatch.setattr(examples, "BANNERS", (("sample-0", "sample-1", "sample-2"),))
    monkeypatch.setattr(examples, "MISLED", (("sample-2", "not-there"), ("sample-2", "gradient")))
    monkeypatch.setattr(examples, "_ON_PRODUCT", 1.0)
    monkeypatch.setattr(examples.Example, "holds", True)
    yield
    path.write_text(before, encoding="utf-8")


@pytest.fixture
def twin(tmp_path, monkeypatch, stand_in):
    """A second built-in model in the place of the one that was trained wrong on purpose."""
    folder = make_model(tmp_path / "twin", seed=1, name="Twin", sentence="Trained wrong on purpose.")

    def add():
        built_in = {models.SHOWROOM: stand_in, models.SHORTCUT: folder}
        monkeypatch.setattr("models.inventory.BUILT_IN", built_in)

    return add


def guide(page, **link):
    app = page()
    app.switch_page("pages/guide.py")
    for name, value in link.items():
        app.query_params[name] = value
    return app.run()


def everything(app):
    """What the page says, large type included."""
    return text(app) + "\n".join(element.proto.body for element in app.get("html"))


def heading(app):
    """The heading of meeting mode."""
    (found,) = (part.proto.body for part in app.get("html") if "<h1" in part.proto.body)
    return re.sub("<.+?>", "", found)


def test_the_guide_shows_all_examples(page, labelled, twin):
    app = page()
    twin()
    app.switch_page("pages/guide.py").run()
    assert not app.exception
    assert not app.error
    for number, kind in enumerate(KINDS, 1):
        assert words.heading(number, kind) in text(app)
    assert text(app).count(words.TO_DO) == len(KINDS)
    assert words.MISSING not in text(app)
    assert len(app.image) == 1 + 2 * len(KINDS)
    assert all(image.proto.imgs[0].alt for image in app.image)
    assert LIMITS in text(app)
    assert words.IS in text(app)
    assert "Model: Twin" in text(app)


def test_without_the_twin_its_examples_are_said_to_be_missing(page, labelled):
    app = guide(page)
    assert not app.exception
    assert words.MISSING in text(app)
    assert len(app.image) == 1 + 2 * (len(KINDS) - 2)
    assert words.heading(2, UNDECIDED) in text(app)


def test_an_example_that_does_not_come_out_is_left_out(page):
    app = guide(page)  # none of the samples the examples are made of is there
    assert not app.exception
    assert not app.error
    assert [info.value for info in app.info] == [words.LEFT_OUT] * (len(KINDS) - 2)


def test_the_guide_without_its_model_still_explains(page, stand_in):
    (stand_in / "labels.txt").rename(stand_in / "labels.away")
    try:
        app = page().switch_page("pages/guide.py").run()
        assert len(app.error) == len(KINDS) - 2
        assert words.IS in text(app)
    finally:
        (stand_in / "labels.away").rename(stand_in / "labels.txt")


@pytest.mark.slow
def test_examples_are_computed_once_for_everybody(page, labelled, monkeypatch):
    app = guide(page)
    monkeypatch.setattr(examples, "explain", None)  # would fail if anything were computed again
    app.run()
    assert not app.error
    app.toggle(key="meeting").set_value(True).run()
    assert not app.error


def test_meeting_mode_goes_forth_and_back(page, labelled):
    app = guide(page)
    app.toggle(key="meeting").set_value(True).run()
    assert not app.exception
    assert not app.file_uploader
    titles = [words.heading(n, kind) for n, kind in enumerate((RIGHT, UNDECIDED, MISLEADING), 1)]
    assert heading(app) == titles[0]
    assert app.button(key="previous").disabled
    app.button(key="next").click().run()
    app.button(key="next").click().run()
    assert heading(app) == titles[2]
    assert app.button(key="next").disabled
    assert words.TO_DO in everything(app)
    assert words.IS not in everything(app)
    app.button(key="previous").click().run()
    assert heading(app) == titles[1]
    app.toggle(key="meeting").set_value(False).run()
    assert words.IS in everything(app)


def test_a_link_opens_meeting_mode(page, labelled):
    app = guide(page, meeting="true")
    assert not app.exception
    assert words.heading(1, RIGHT) in everything(app)
    assert words.IS not in everything(app)


def test_meeting_mode_without_its_model_says_so(page, stand_in):
    (stand_in / "labels.txt").rename(stand_in / "labels.away")
    try:
        assert len(guide(page, meeting="true").error) == 1
    finally:
        (stand_in / "labels.away").rename(stand_in / "labels.txt")


def test_coming_back_finds_what_was_chosen(page):
    app = page(sample="sample-2", view="gradient")
    app.switch_page("pages/guide.py").run()
    app.switch_page("pages/explain.py").run()
    assert not app.warning
    answer = next(reversed(app.session_state["spotlight"].results.values()))
    assert (answer.photo.name, answer.method) == ("sample-2.jpg", "gradient")


def test_an_example_leads_to_the_explain_page(page, labelled):
    app = page(sample="sample-1")  # the page's own link, which must not keep the new one from being read
    app.switch_page("pages/guide.py").run()
    links = [link.proto for link in app.get("page_link")]
    assert len(links) == 2  # of the three examples, one is no sample
    app.session_state["spotlight"].choose_photo("sample-2")
    app.session_state["spotlight"].open("guide")  # as ui.main does, which AppTest leaves out for other pages
    app.switch_page("pages/explain.py")
    app.session_state["spotlight"].open("")
    app.query_params["sample"] = "sample-1"
    app.run()
    assert app.session_state["spotlight"].photo == "sample-1"


def test_large_type_shows_labels_as_they_are():
    drawn = typesetting.large_type({"Map": r"The \<b\>mug\</b\> is a\*b & **on the product**."})
    assert "The &lt;b&gt;mug&lt;/b&gt; is a*b &amp; <strong>on the product</strong>." in drawn


def test_a_score_of_nothing_still_has_a_bar():
    assert "width:0.5%" in typesetting.bars("mug", {words.COVERED: 0.0}, large=True)
    assert "&lt;mug&gt;" in typesetting.bars("<mug>", {}, large=False)


def test_articles():
    assert [words.a(label) for label in ("mug", "umbrella")] == ["a mug", "an umbrella"]


@pytest.fixture
def real_samples():
    """The real samples."""
    samples.samples.clear()
    yield samples.samples()
    samples.samples.clear()


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_each_example_still_shows_what_it_says(kind, real_samples):
    """With the real models: the first candidate has to hold, and the sentences have to be true of it."""
    key = models.SHORTCUT if kind in examples.TWIN else models.SHOWROOM
    if key not in {choice.key for choice in models.choices()}:
        pytest.skip("the model with a built-in shortcut is not here")
    classifier = models.load(key)
    first = next(iter(examples._MAKERS[kind](classifier, real_samples)))
    if kind in (SHORTCUT, WRONG):  # samples with a badge, of which one product is given away by it
        made = [found for found in examples._MAKERS[kind](classifier, real_samples) if found.holds]
        assert made
        first = made[0]
    assert first.holds
    said = words.map_shows(first) + words.test_shows(first) + words.to_do(first)
    assert "{" not in said
    if kind != UNDECIDED:
        assert first.inside.share.value > 1.5 * first.inside.area
    if kind == WRONG:
        assert first.next_guess == first.truth
    if kind == RIGHT:
        assert first.inside.share.value > 0.5
    if kind == UNDECIDED:
        assert "undecided" in said
        assert all(score.score > 0.15 for score in first.explanation.scores[:3])
    assert not dataclasses.replace(first, sample=None, kind=RIGHT).holds
