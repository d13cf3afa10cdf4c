"""The pages with a model that gives tags, one that says yes or no, and one that gives a number."""

from __future__ import annotations

import re

import pytest
from stand_in import make_model, text
from sweeps import sweep

from ui.answers.words import answer, topic
from ui.check import words as check_words
from ui.compare import words as compare_words
from ui.explain import words
from ui.photo.words import LINK_PARTS
from ui.words import LIMITS, plain
from ui.work import slow_work

TAGS = ("outdoor", "people", "dog", "beach", "car", "cup", "tree")
KINDS = {
    "tags": {"labels": TAGS, "outputs": "labels", "threshold": 0.6},
    "yes-no": {"labels": ("defect",), "outputs": "yes-no"},
    "score": {"labels": ("ad score",), "outputs": "score", "usual_range": [0, 10]},
}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """No view waits for a click on a computer that has other things to do."""
    monkeypatch.setattr(slow_work, "SLOW", 1e9)


@pytest.fixture
def opened(page, tmp_path):
    """Opens a page with models of all kinds beside the stand-in."""
    for key, about in KINDS.items():
        make_model(tmp_path / "custom" / key, name=f"Gives {key}", **about)

    def open_at(script="", **link):
        app = page(**({} if script else link))
        if script:
            app.switch_page(f"pages/{script}.py")
            for name, value in link.items():
                app.query_params[name] = value
            app.run()
        assert not app.exception
        return app

    return open_at


def state(app):
    return app.session_state["spotlight"]


def prepared(app, key):
    name = f"Gives {key}"
    return next(each for each in state(app).prepared.values() if each.classifier.name == name)


def keys(app, kind):
    return {widget.key for widget in app.get(kind)}


@pytest.mark.parametrize("key", KINDS)
def test_explain_says_what_the_model_gives(opened, key):
    app = opened(model=key, sample="sample-1")
    about, outputs = prepared(app, key), prepared(app, key).classifier.outputs
    assert not app.error
    assert answer(about.scores, outputs, about.familiarity) in text(app)
    assert f"influence on {topic(about.scores[0].label, outputs)}" in text(app)
    assert LIMITS in text(app)
    assert "rival" not in keys(app, "radio")  # nothing to compare with
    assert ("guess" in {pills.key for pills in app.pills}) == (key != "score")
    gauges = [block.proto.body for block in app.get("html") if 'role="img"' in block.proto.body]
    assert ["usually 0 to 10" in gauge for gauge in gauges] == ([True] if key == "score" else [])


def test_any_tag_can_be_chosen_and_those_given_have_a_tick(opened):
    app = opened(model="tags", sample="sample-1")
    scores, outputs = prepared(app, "tags").scores, prepared(app, "tags").classifier.outputs
    given = [outputs.given(entry.score) for entry in scores]
    shown = app.pills(key="guess").options
    assert [":material/check:" in pill for pill in shown] == given[: len(shown)]
    assert words.TICK.format(threshold="0.60") in text(app)
    weakest = scores[-1]
    app.text_input(key="something-else").set_value(weakest.label).run()
    assert next(reversed(state(app).results.values())).target == weakest
    assert app.query_params["class"] == weakest.label
    assert f"the tag '{weakest.label}'" in text(app)


@pytest.mark.parametrize(
    ("key", "link", "refused"),
    sweep(
        [
            ("tags", {"class": "dog"}, []),
            ("tags", {"class": "mug", "rather": "dog"}, ["class", "rather"]),
            ("yes-no", {"class": "not defect", "rather": "defect"}, ["rather"]),
            ("score", {"class": "ad score"}, []),
            ("score", {"class": "3", "rather": "lamp"}, ["class", "rather"]),
        ],
        every=2,
    ),
)
def test_old_links_break_nothing(opened, key, link, refused):
    app = opened(model=key, sample="sample-1", **link)
    assert not app.error
    assert LIMITS in text(app)
    notices = [warning.value for warning in app.warning]
    assert len(notices) == len(refused)
    assert all(any(LINK_PARTS[part] in notice for notice in notices) for part in refused)
    if "class" not in refused:
        assert next(reversed(state(app).results.values())).target.label == link["class"]


@pytest.mark.parametrize("key", sweep(KINDS, every=2))
def test_an_area_is_tested_in_the_words_of_the_kind(opened, key):
    app = opened(model=key, sample="sample-1")
    app.pills(key="fields-1").set_value([4]).run()
    assert not app.error
    tested = state(app).checked
    target, outputs = tested.test.probe.question.target, prepared(app, key).classifier.outputs
    assert plain(tested.conclusion.headline) in text(app)
    assert f"With the area blurred, {topic(target.label, outputs)} " in text(app)
    assert check_words.chart(target.label, outputs) in text(app)
    assert ("given" in check_words.chart(target.label, outputs)) == (key == "tags")
    assert bool(re.search(r"Blurred: score \d\.\d(?!\d)", text(app))) == (key == "score")
    if key == "score":
        assert "answer" not in check_words.p_why(outputs)
    for check in ("keep", "hide"):
        app.pills(key="more-check").set_value(check).run()
        assert not app.error
        assert not app.exception
    if key != "yes-no":
        assert "top answer" not in text(app)


@pytest.mark.parametrize("key", ["tags", "score"])
def test_pasting_in_the_words_of_the_kind(opened, key):
    app = opened(model=key, sample="sample-1")
    app.pills(key="fields-1").set_value([4]).run()
    app.pills(key="more-check").set_value("paste").run()
    assert not app.error
    if start := [button for button in app.button if button.key and button.key.startswith("start")]:
        start[0].click().run()
    assert ("same tag" if key == "tags" else "move the same way") in text(app)
    assert "called something else" not in text(app)


def test_signed_maps_of_a_number_raise_and_lower(opened):
    app = opened(model="score", sample="sample-1", view="pieces")
    if not next(reversed(state(app).results.values())).signed:
        pytest.skip("the view for and against is not offered")
    assert "raised the ad score" in text(app)
    shown = text(app).replace("For and against", "")  # the view's name
    assert "against" not in shown.replace("in favour and against", "")


def test_models_of_different_kinds_are_not_compared(opened):
    app = opened("compare", differ="models", left="tags", right="score", sample="sample-1")
    (said,) = (info.value for info in app.info)
    assert "tags of which several may be true" in said
    assert "a number on a scale" in said
    assert not app.error


@pytest.mark.parametrize("key", ["tags", "score"])
def test_models_of_one_kind_are_compared(opened, tmp_path, key):
    make_model(tmp_path / "custom" / "second", seed=1, name="Second", **KINDS[key])
    app = opened("compare", differ="models", left=key, right="second", sample="sample-1")
    assert not app.error
    assert LIMITS in text(app)
    said = "Tag" if key == "tags" else "for “ad score”"
    assert any(heading.value.startswith("## ") and said in heading.value for heading in app.markdown)
    app = opened("compare", differ="models", left=key, sample="sample-1")  # of the same kind
    assert not app.info
    app = opened("compare", differ="views", model=key, sample="sample-1")
    assert not app.error
    assert LIMITS in text(app)


def test_one_number_has_no_guesses_to_compare(opened):
    app = opened("compare", differ="guesses", model="score", sample="sample-1")
    assert [info.value for info in app.info] == [compare_words.ONE_NUMBER.format(model="Gives score")]
    app = opened("compare", differ="guesses", model="tags", sample="sample-1")
    assert not app.error
    assert "Influence on the tag '" in text(app)
