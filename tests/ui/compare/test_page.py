from __future__ import annotations

import pytest
from stand_in import draw, encoded, make_model, text
from sweeps import sweep

from models.sources import folder as custom
from saliency.agreement import Agreement, AgreementLevel
from saliency.classifier import Outputs
from ui.compare import state as compare_state
from ui.compare import words
from ui.session import OWN
from ui.views.words import UNLEARNED, not_class_specific
from ui.words import LIMITS
from ui.work import slow_work


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """No view waits for a click on a computer that has other things to do."""
    monkeypatch.setattr(slow_work, "SLOW", 1e9)


@pytest.fixture
def two(page, tmp_path):
    """A second model beside the stand-in."""
    make_model(tmp_path / "custom" / "other", seed=1, name="Other", sentence="Knows the same four products.")
    assert tmp_path / "custom" == custom.OWN_FOLDER
    return page


def opened(page, **link):
    app = page()
    app.switch_page("pages/compare.py")
    for name, value in link.items():
        app.query_params[name] = value
    return app.run()


def state(app):
    return app.session_state["spotlight"]


def shown(app):
    """Models, methods and guesses of the two sides, as the slide's pictures name them."""
    alts = [image.proto.imgs[0].alt for image in app.image]
    assert all(alts)
    return [alt for alt in alts if alt.startswith(("Left:", "Right:"))]


def finished(app):
    return not app.exception and not app.error and len(app.image) == 6 and LIMITS in text(app)


def test_opens_on_two_models(two):
    app = opened(two)
    assert finished(app)
    assert [name in shown(app)[side] for side, name in enumerate(("Stand-in", "Other"))] == [True, True]
    assert "measure in different units" in text(app)
    assert not app.query_params


def test_what_two_models_answer_is_said_first(two):
    app = opened(two)
    left, right = (str(answer.scores[0].label) for answer in state(app).results.values())
    said = words.answers(("Stand-in", "Other"), (left, right), same=left == right)
    assert any(said in heading.value for heading in app.markdown)
    app.selectbox(key="shared-guess").set_value("lamp").run()
    assert not any(said in heading.value for heading in app.markdown)


def test_each_side_leads_to_its_test(two):
    app = opened(two, differ="models", sample="sample-1")
    links = [link.proto.query_string for link in app.get("page_link")]
    assert links == [f"model={key}&view=quick&sample=sample-1" for key in ("showroom", "other")]
    app.selectbox(key="shared-guess").set_value("lamp").run()
    links = [link.proto.query_string for link in app.get("page_link")]
    assert any("class=lamp" in link for link in links)  # no part of it where it is the top guess


def test_back_shows_what_the_address_says(page):
    app = opened(page, differ="views", sample="sample-1")
    app.selectbox(key="right-view").set_value("occlusion").run()
    assert app.query_params["right"] in ("occlusion", ["occlusion"])
    app.query_params["right"] = "gradient"
    assert "Gradient" in shown(app.run())[1]
    app.query_params.clear()
    app.run()
    assert state(app).photo == "sample-0"
    assert app.segmented_control(key="differ").value == "models"
    assert not app.query_params


def test_begins_where_the_answers_differ_unless_something_was_chosen(two, monkeypatch):
    monkeypatch.setattr(compare_state, "_FIRST", "sample-2")
    app = opened(two)
    assert all("sample-2.jpg" in alt for alt in shown(app))
    assert not app.query_params
    app = two(sample="sample-1")
    app.switch_page("pages/compare.py").run()
    assert all("sample-1.jpg" in alt for alt in shown(app))


def test_a_warning_of_a_model_is_said_beside_its_map(two, describe):
    describe(warning="Trained wrong on purpose.")
    assert [warning.value for warning in opened(two).warning] == ["Trained wrong on purpose."]


def test_with_one_model_the_page_says_where_to_get_another(page):
    app = opened(page)
    assert not app.exception
    assert app.info[0].value == words.ONE_MODEL
    app.segmented_control(key="differ").set_value("views").run()
    assert finished(app)


def test_two_models_about_one_guess(two):
    app = opened(two)
    app.selectbox(key="shared-guess").set_value("lamp").run()
    assert finished(app)
    assert all("'lamp'" in alt for alt in shown(app))
    assert app.query_params["class"] in ("lamp", ["lamp"])


def test_two_views(page):
    app = opened(page, differ="views")
    assert finished(app)
    assert "Quick view" in shown(app)[0]
    assert "Careful view" in shown(app)[1]
    app.selectbox(key="right-view").set_value("occlusion").run()
    assert finished(app)
    assert words.FOR_ONLY in text(app)
    app.selectbox(key="right-view").set_value("layer-cam").run()
    assert finished(app)
    assert any(warning in text(app) for warning in UNLEARNED.values())
    assert words.FOR_ONLY not in text(app)
    assert app.query_params["right"] in ("layer-cam", ["layer-cam"])


def test_the_sides_are_never_the_same(page):
    app = opened(page, differ="views")
    app.selectbox(key="left-view").set_value("careful").run()
    assert finished(app)
    assert "Careful view" in shown(app)[0]
    assert "Quick view" in shown(app)[1]
    assert state(app).view == "careful"


def test_two_guesses_are_in_one_unit(page):
    app = opened(page, differ="guesses")
    assert finished(app)
    assert words.SCALE in text(app)
    best, second = list(state(app).results.values())[-1].scores[:2]
    assert f"'{best.label}'" in shown(app)[0]
    assert f"'{second.label}'" in shown(app)[1]
    app.selectbox(key="left-guess").set_value(second.index).run()
    assert finished(app)
    assert f"'{best.label}'" in shown(app)[1]


def test_a_view_that_is_the_same_for_every_guess_says_so(page):
    app = opened(page, differ="guesses", view="eigen-cam")
    assert finished(app)
    assert not_class_specific(Outputs()) in text(app)
    assert words.AGREE in text(app)


def test_a_slow_view_waits_for_one_click(page, pace, monkeypatch):
    monkeypatch.setattr(slow_work, "SLOW", 3.0)
    app = page()
    pace.took("showroom", "covered-cam", 21.0)
    app.switch_page("pages/compare.py")
    app.query_params["differ"] = "views"
    app.run()
    assert not app.image
    assert "takes about 20 s" in text(app)
    app.button(key="start").click().run()
    assert finished(app)
    assert state(app).started is None


def test_an_own_photo_is_compared_and_kept_out_of_the_link(two):
    app = opened(two, differ="views")
    app.file_uploader[0].upload("wide.jpg", encoded(draw(640, 320)))
    app.run()
    assert finished(app)
    assert state(app).photo == OWN
    assert "sample" not in app.query_params


def test_a_link_opens_what_it_names(two):
    app = opened(two, differ="guesses", left="lamp", right="chair", view="gradient", sample="sample-1")
    assert finished(app)
    assert not app.warning
    assert "'lamp'" in shown(app)[0]
    assert "'chair'" in shown(app)[1]
    assert "sample-1.jpg" in shown(app)[0]


@pytest.mark.parametrize("part", sweep(["differ", "sample", "left", "right", "view", "class"], every=3))
def test_a_bad_link_is_named_and_ignored(two, part):
    app = opened(two, **{part: "nonsense"})
    assert finished(app)
    assert "'nonsense'" in app.warning[0].value


def test_going_on_from_the_explain_page_and_back(two):
    app = two(sample="sample-2", view="gradient")
    app.switch_page("pages/compare.py").run()
    assert finished(app)
    assert all("sample-2.jpg" in alt for alt in shown(app))
    assert app.selectbox(key="compare-view").value == "gradient"
    app.switch_page("pages/explain.py").run()
    assert not app.warning
    assert state(app).view == "gradient"


def test_what_agreement_says():
    def found(verdict, correlation=0.5):
        return Agreement(0.42, 0.12, correlation, verdict)

    assert words.headline(found(AgreementLevel.AGREE), "models") == words.AGREE
    said = words.answers(("Sound", "Twin"), ("teapot", "mug"), same=False)
    assert words.headline(found(AgreementLevel.DISAGREE), "models", said) == (
        "Sound answers “teapot”, Twin “mug”. Their maps mark different places."
    )
    said = words.answers(("Sound", "Twin"), ("mug", "Mug"), same=True)
    assert words.headline(found(AgreementLevel.AGREE), "models", said) == (
        "Both models answer “mug”. Their maps mark much the same places."
    )
    assert words.headline(found(AgreementLevel.EMPTY), "models", said).endswith(words.NOTHING)
    assert words.headline(found(AgreementLevel.DISAGREE), "views") == (
        "Two views point to different areas. Treat this as a question, not a finding."
    )
    assert "42 %" in words.measured(found(AgreementLevel.AGREE))
    assert "in a different order" in words.measured(found(AgreementLevel.PARTLY, 0.1))
    assert "opposite" in words.measured(found(AgreementLevel.DISAGREE, -0.5))


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [
        (1.1, words.ABOUT_AS_MUCH),
        (0.5, "the map on the left holds about 2.0 times"),
        (8.2, "the map on the right holds about 8 times"),
        (0.001, "100 and more times"),
    ],
)
def test_how_much_more_influence_one_map_holds(ratio, expected):
    assert expected in words.times(ratio)
