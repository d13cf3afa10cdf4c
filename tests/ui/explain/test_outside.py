"""A model that is asked from outside on the page: what it offers works, nothing else is listed."""

from __future__ import annotations

import json

import pytest
from odd_onnx import odd_model
from stand_in import LABELS, text

from models.sources import folder as custom
from saliency.methods.registry import METHODS
from ui.check.more import words as more_words
from ui.explain.words import BOTH
from ui.views.words import NAMES

pytest.importorskip("onnxruntime")
OFFERED = {key for key, method in METHODS.items() if not method.needs}
NOTE = "asked from outside, because the file uses the operator GlobalLpPool"


@pytest.fixture
def asked(page, pace, monkeypatch):
    """Opens a page with such a model."""
    pace.forward("odd", 0.001)
    monkeypatch.setattr(pace, "took", lambda *measured: None)
    folder = custom.OWN_FOLDER / "odd"
    (folder / "model").mkdir(parents=True)
    odd_model(folder / "model", side=112)
    (folder / "labels.txt").write_text("\n".join(LABELS))
    about = {"format": "onnx", "crop_size": 112, "outputs": "probabilities", "name": "Odd"}
    (folder / "model.json").write_text(json.dumps(about))
    return lambda **link: page(model="odd", **link)


def state(app):
    return app.session_state["spotlight"]


def test_it_opens_on_an_answer_and_lists_only_what_it_offers(asked):
    app = asked()
    assert not app.exception
    assert not app.error
    assert BOTH in text(app)
    assert NOTE in text(app)
    result = next(reversed(state(app).results.values()))
    assert (result.method, result.model) == ("occlusion", "Odd")
    up_front, others = app.segmented_control(key="view").options, app.radio(key="other-view").options
    assert [option.partition(" (")[0] for option in up_front] == [NAMES["quick"], NAMES["pieces"]]
    names = {METHODS[key].name for key in OFFERED - {"occlusion", "kernel-shap"}}
    assert {option.partition(" (")[0] for option in others} == names


@pytest.mark.parametrize("view", ["careful", "hires-cam"])
def test_a_link_to_a_view_that_looks_inside_shows_the_quick_one_and_says_so(asked, view):
    app = asked(view=view)
    assert not app.exception
    assert "is not available for the model 'Odd'" in text(app)
    assert state(app).view == "quick"


def test_a_second_view_covers_too_and_nothing_is_shuffled(asked):
    app = asked()
    app.pills(key="more-check").set_value("agree").run()
    assert not app.exception
    assert {result.method for result in state(app).results.values()} == {"occlusion", "kernel-shap"}
    assert more_words.LEARNED not in text(app)


def test_compared_with_another_model_both_are_shown_by_one_view(asked):
    app = asked()
    app.switch_page("pages/compare.py")
    app.query_params.update({"left": "showroom", "right": "odd"})
    app.run()
    assert not app.exception
    assert not app.error
    assert NOTE in text(app)
    assert {result.method for result in state(app).results.values()} == {"occlusion"}
