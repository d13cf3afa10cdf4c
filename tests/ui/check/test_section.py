from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest
from stand_in import draw, encoded, text
from sweeps import sweep

import saliency.checks.check as area_check
from commands.main import main
from saliency.agreement import Agreement, AgreementLevel
from saliency.checks import paste
from saliency.checks.controls import Kind
from saliency.checks.cover import Finding, Reason
from saliency.checks.sanity import RandomisationTest
from saliency.methods.registry import LearningDependence
from saliency.verdict import words as verdict_words
from saliency.verdict.advice import AreaRole, Merit
from saliency.verdict.conclusion import conclude
from saliency.verdict.evidence import Verdict
from saliency.verdict.rightness import IF_RIGHT, IS_RIGHT, UNKNOWN
from ui.check import first_area, panels, words
from ui.check.more import curve, evidence, second_view
from ui.check.more import words as more_words
from ui.explain.words import BOTH
from ui.session import OWN
from ui.widgets.marks import Mark, box_mark
from ui.words import LIMITS, plain
from ui.work import explanations
from ui.work.words import CANCELLED


@pytest.fixture(autouse=True)
def quick(pace, monkeypatch):
    """A computer that is quick, whatever else it does."""
    pace.forward("showroom", 0.001)
    monkeypatch.setattr(pace, "took", lambda *measured: None)


def state(app):
    return app.session_state["spotlight"]


def digest(app):
    return next(reversed(state(app).results.values())).photo.digest


def mark(app, what):
    state(app).mark(digest(app), what)
    return app.run()


def found(app):
    """What covering the area did."""
    return next(value for key, value in reversed(state(app).checks.items()) if key[0] == "cover")


def tells_a_finding(app):
    return state(app).checked is not None and plain(state(app).checked.conclusion.headline) in text(app)


def shown(app):
    """What the page's verdict rests on."""
    about = state(app).checked.test
    inside = next(value for key, value in state(app).checks.items() if key[0] == "share")
    known = next(iter(state(app).prepared.values())).familiarity
    return {"cover": about.cover, "keep": about.keep, "influence": inside, "familiarity": known}


def parts(app):
    """Which checks were computed."""
    return [key[0] for key in state(app).checks if key[0] != "share"]


def test_nothing_marked_says_what_to_do_and_computes_nothing(page):
    app = page()
    assert words.NOTHING_MARKED in text(app)
    assert not tells_a_finding(app)
    assert app.button(key="clear-mark").disabled
    assert not state(app).checks


def test_a_field_is_covered_and_the_page_says_what_that_shows(page):
    app = page()
    app.pills(key="fields-1").set_value([4]).run()
    assert not app.error
    assert state(app).marks[digest(app)] == Mark(fields=(4,))
    assert tells_a_finding(app)
    assert words.NOTHING_MARKED not in text(app)
    assert "Covered: the score " in text(app)
    assert ", which is 11 % of the picture; by chance " in text(app)
    assert app.slider(key="across").value == (33, 67)
    alts = [image.proto.imgs[0].alt for image in app.image]
    assert words.SHARE_ALT in alts
    assert sum("with the marked area covered" in alt for alt in alts) == 3
    app.pills(key="fields-2").set_value([8]).run()
    assert state(app).marks[digest(app)] == Mark(fields=(4, 8))
    assert parts(app) == ["cover", "cover"]


def test_sliders_mark_a_box(page):
    app = page()
    app.slider(key="across").set_value((10, 40)).run()
    app.slider(key="down").set_value((20, 70)).run()
    assert state(app).marks[digest(app)] == box_mark(0.1, 0.2, 0.3, 0.5)
    assert tells_a_finding(app)


def test_a_suggestion_is_taken_and_given_up(page):
    app = page()
    app.pills(key="suggestion").set_value("0").run()
    assert state(app).marks[digest(app)].box
    assert app.pills(key="suggestion").value == "0"
    assert tells_a_finding(app)
    app.button(key="clear-mark").click().run()
    assert state(app).marks[digest(app)] is None
    assert app.pills(key="suggestion").value is None
    assert words.NOTHING_MARKED in text(app)


def test_only_a_sample_with_an_outline_offers_it(page):
    app = page(sample="sample-1")
    assert words.OUTLINE not in app.pills(key="suggestion").options
    app = page()
    assert words.OUTLINE in app.pills(key="suggestion").options
    app.pills(key="suggestion").set_value("outline").run()
    assert tells_a_finding(app)
    assert found(app).probe.area.mask is not None


def test_an_outline_goes_with_its_photo(page):
    app = page()
    mark(app, Mark(outline=True))
    state(app).choose_photo("sample-1")
    app.run()
    mark(app, Mark(outline=True))
    assert not app.error
    assert words.NOTHING_MARKED in text(app)


@pytest.mark.parametrize(
    ("box", "sentence"),
    [
        ((0.0, 0.0, 1.0, 1.0), "almost the whole photo"),
        ((0.2, 0.2, 0.0, 0.3), "has no size"),
        ((1.2, 0.2, 0.3, 0.3), "outside the photo"),
        ((0.2, 0.2, 0.001, 0.001), "too small"),
    ],
)
def test_a_bad_area_gets_its_sentence_in_place(page, box, sentence):
    app = page()
    mark(app, box_mark(*box) if min(box[2:]) != 0.001 else Mark(box=box))
    assert not app.exception
    assert len(app.error) == 1
    assert sentence in app.error[0].value
    assert not tells_a_finding(app)
    assert BOTH in text(app)
    assert app.get("download_button")
    app.button(key="clear-mark").click().run()
    assert not app.error


def test_an_area_that_was_cut_off_says_so(page):
    app = page()
    app.file_uploader[0].upload("wide.jpg", encoded(draw(640, 320))).run()
    app.segmented_control(key="framing").set_value("crop").run()
    mark(app, box_mark(0.0, 0.2, 0.1, 0.3))
    assert "did not receive this part of the photo" in app.error[0].value


def test_what_goes_wrong_in_a_check_leaves_the_page(page, monkeypatch):
    def broken(*args, **keywords):
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(area_check, "cover", broken)
    app = page()
    mark(app, box_mark(0.2, 0.2, 0.3, 0.3))
    assert app.error[0].value.startswith("Something went wrong on our side.")
    assert "secret" not in text(app)
    assert BOTH in text(app)


@pytest.fixture
def judged(monkeypatch):
    """Has every test of an area end in this finding."""
    original = area_check.cover

    def judge(finding, reason, **more):
        def cover(*args, **keywords):
            return replace(original(*args, **keywords), finding=finding, reason=reason, **more)

        monkeypatch.setattr(area_check, "cover", cover)

    return judge


CASES = [
    (Finding.DEPENDS, Reason.GUESS_CHANGES),
    (Finding.DEPENDS, Reason.SCORE_FALLS),
    (Finding.LITTLE, Reason.SMALL_CHANGE),
    (Finding.INCONCLUSIVE, Reason.FILLS_DISAGREE),
    (Finding.INCONCLUSIVE, Reason.AS_MUCH_ELSEWHERE),
    (Finding.INCONCLUSIVE, Reason.IN_BETWEEN),
    (Finding.INCONCLUSIVE, Reason.SCORE_RISES),
    (Finding.INCONCLUSIVE, Reason.LOW_SCORE),
]


@pytest.mark.parametrize(
    ("finding", "reason"), sweep(CASES, every=2), ids=[str(reason) for _, reason in CASES]
)
def test_every_finding_comes_with_its_reason_and_what_to_do(page, judged, finding, reason):
    judged(finding, reason)
    app = page()
    mark(app, box_mark(0.3, 0.3, 0.3, 0.3))
    said, conclusion = text(app), state(app).checked.conclusion
    assert conclusion == conclude(found(app).probe, **shown(app))
    known = shown(app)["familiarity"]
    doubt = conclusion.own_doubt.replace(known.sentence if known.strange else "", "").strip()
    for part in (conclusion.headline, conclusion.because, doubt, conclusion.advice):
        assert not part or said.count(plain(part)) == 1
    assert not known.strange or said.count(known.sentence) == 0, "the finding above says it"
    for entry in conclusion.evidence:
        assert f"{words.BEARINGS[entry.bearing]} {plain(entry.sentence)}" in said
    assert said.count(LIMITS) == 1


def test_a_guess_that_is_not_the_models_is_called_a_score(page, judged):
    judged(Finding.DEPENDS, Reason.SCORE_FALLS)
    app = page()
    other = next(reversed(state(app).results.values())).scores[1]
    app.pills(key="guess").set_value(other.index).run()
    mark(app, box_mark(0.3, 0.3, 0.3, 0.3))
    assert f"The score for “{other.label}” depends " in text(app)


def test_an_area_too_large_to_compare_needs_no_controls(page):
    app = page()
    mark(app, box_mark(0.0, 0.0, 0.7, 0.9))
    assert tells_a_finding(app)
    assert words.NO_CONTROLS in text(app)
    assert " elsewhere covered it is " not in text(app)
    assert found(app).cover.kind is Kind.NONE


def test_p_is_explained(page):
    app = page()
    mark(app, box_mark(0.3, 0.3, 0.3, 0.3))
    assert "**p = " in text(app)
    assert "with 19 areas it cannot be smaller than 0.05" in text(app)


def test_the_record_of_a_check_is_that_of_the_command_line(page, stand_in, capsys):
    app = page()
    mark(app, box_mark(0.3, 0.3, 0.3, 0.3))
    assert "check-record" in {button.key for button in app.get("download_button")}
    result = next(reversed(state(app).results.values()))
    inside = next(answer for key, answer in state(app).checks.items() if key[0] == "share")
    here = json.loads(panels.record(result, found(app), inside, state(app).checked.conclusion))
    sample = str(stand_in / "samples" / "sample-0.jpg")
    capsys.readouterr()
    assert main(["check", sample, "--area", "0.3,0.3,0.3,0.3", "--method", result.method]) == 0
    there = json.loads(capsys.readouterr().out)
    assert there.pop("photo") == sample
    assert there.pop("hide")  # on the page it is asked for on its own
    assert here.pop("hide") is None
    assert there["conclusion"]["evidence"].pop()["test"] == "hide"
    for record in (here, there):
        record["explanation"].pop("seconds")
    assert here == there


def test_the_area_stays_with_its_photo_and_results_with_everything_they_depend_on(page):
    app = page()
    mark(app, box_mark(0.3, 0.3, 0.3, 0.3))
    first = found(app)
    app.segmented_control(key="framing").set_value("crop").run()
    assert parts(app) == ["cover", "cover"]
    app.segmented_control(key="framing").set_value("whole").run()
    app.radio(key="other-view").set_value("gradient").run()
    assert found(app) is first  # another view: the same cover test, another share of influence
    assert parts(app).count("cover") == 2
    other = next(reversed(state(app).results.values())).scores[1].index
    app.pills(key="guess").set_value(other).run()
    assert found(app) is not first
    state(app).choose_photo("sample-1")
    app.run()
    assert words.NOTHING_MARKED in text(app)
    assert not tells_a_finding(app)
    state(app).choose_photo("sample-0")
    app.run()
    assert tells_a_finding(app)


def test_an_own_photo_takes_its_marks_and_checks_along_when_it_goes(page):
    app = page()
    app.file_uploader[0].upload("one.jpg", encoded(draw(seed=4))).run()
    own = digest(app)
    mark(app, box_mark(0.3, 0.3, 0.3, 0.3))
    assert any(own in key for key in state(app).checks)
    app.file_uploader[0].upload("two.jpg", encoded(draw(seed=5))).run()
    assert state(app).photo == OWN
    assert own not in state(app).marks
    assert not any(own in key for key in state(app).checks)
    assert words.NOTHING_MARKED in text(app)


def test_a_slow_check_waits_for_a_click_and_leaves_no_old_finding(page, pace):
    app = page()
    mark(app, box_mark(0.3, 0.3, 0.3, 0.3))
    pace._seconds["showroom", "cover"] = 60.0
    mark(app, box_mark(0.1, 0.1, 0.3, 0.3))
    assert not tells_a_finding(app)
    assert "This takes about 60 s" in text(app)
    app.button(key="run-cover").click().run()
    assert tells_a_finding(app)
    assert state(app).started is None


def test_a_started_check_of_another_area_does_not_start_by_itself(page, pace):
    app = page()
    pace._seconds["showroom", "cover"] = 60.0
    mark(app, box_mark(0.3, 0.3, 0.3, 0.3))
    state(app).start((("cover", "something else"),))
    app.run()
    assert state(app).started is None
    assert not tells_a_finding(app)
    state(app).stop()
    app.run()
    assert CANCELLED in text(app)


@pytest.mark.parametrize("check", ["keep", "paste"])
def test_some_checks_need_an_area(page, check):
    app = page()
    app.pills(key="more-check").set_value(check).run()
    assert app.info[0].value == more_words.MARK_FIRST


def test_keep_only_it(page):
    app = page()
    mark(app, box_mark(0.3, 0.3, 0.3, 0.3))
    app.pills(key="more-check").set_value("keep").run()
    assert "With everything but the marked area covered, the score is " in text(app)
    assert parts(app) == ["cover"]
    assert sum("only the marked area kept" in image.proto.imgs[0].alt for image in app.image) == 2


def test_samples_that_the_model_does_not_know_are_not_pasted_into(page):
    app = page()
    mark(app, box_mark(0.3, 0.3, 0.3, 0.3))
    app.pills(key="more-check").set_value("paste").run()
    app.button(key="run-paste-6").click().run()
    assert more_words.PASTED_NONE_KNOWN in text(app)
    assert more_words.paste_left_out(2) in text(app)


def test_paste_elsewhere(page, monkeypatch):
    monkeypatch.setattr(paste, "knows", lambda *asked: True)
    app = page()
    mark(app, box_mark(0.3, 0.3, 0.3, 0.3))
    app.pills(key="more-check").set_value("paste").run()
    assert paste_samples(app).options == ["Sample 1", "Sample 2"]
    assert parts(app) == ["cover"]
    app.button(key="run-paste-6").click().run()
    assert not app.error
    said = text(app)
    assert any(
        s in said
        for s in (
            more_words.CARRIES,
            more_words.CARRIES_NOT,
            more_words.CARRIES_PARTLY,
            more_words.PASTED_ALL.format(label=found_label(app)),
        )
    )
    assert "Sample 1: " in said
    paste_samples(app).set_value([]).run()
    assert app.info[0].value == more_words.PASTE_NONE


def paste_samples(app):
    return next(pills for pills in app.pills if pills.key.startswith("paste-samples"))


def test_other_samples_are_offered_for_another_photo(page):
    app = page()
    mark(app, box_mark(0.3, 0.3, 0.3, 0.3))
    app.pills(key="more-check").set_value("paste").run()
    state(app).choose_photo("sample-1")
    app.run()
    assert app.info[0].value == more_words.MARK_FIRST
    mark(app, box_mark(0.3, 0.3, 0.3, 0.3))
    assert paste_samples(app).value == ["sample-0", "sample-2"]
    assert not app.error


def found_label(app):
    return next(reversed(state(app).results.values())).target.label


def test_paste_into_ones_own_photos(page):
    app = page()
    mark(app, box_mark(0.3, 0.3, 0.3, 0.3))
    app.pills(key="more-check").set_value("paste").run()
    paste_samples(app).set_value([]).run()
    uploader = app.file_uploader(key="paste-upload").upload("bad.jpg", b"no picture")
    for n in range(8):
        uploader.upload(f"own {n}.png", encoded(draw(120, 90, seed=n), "PNG"))
    app.run()
    assert len(state(app).others) == 7
    assert "bad.jpg: " in app.error[0].value
    assert more_words.PASTE_TOO_MANY.format(most=8) in app.error[0].value
    app.button(key="run-paste-21").click().run()
    assert "own 1.png: " in text(app)


def test_hiding_follows_the_slider_without_asking_again(page, monkeypatch):
    app = page()
    app.pills(key="more-check").set_value("hide").run()
    assert parts(app) == ["hide"]
    assert "With the strongest 20 % hidden, the score is **" in text(app)
    monkeypatch.setattr(evidence, "hide", lambda *question, **options: pytest.fail("asked again"))
    monkeypatch.setattr(curve, "_chart", lambda *drawn: pytest.fail("drawn again"))
    for percent in (0, 55, 100):
        app.slider(key="hide-level").set_value(percent).run()
        assert not app.error
        assert f"With the strongest {percent} % hidden, the score is **" in text(app)


def test_nothing_to_hide_on_an_empty_map(page, monkeypatch):
    def nothing(*args, **keywords):
        answer = original(*args, **keywords)
        answer.attribution[:] = 0
        return answer

    original = explanations.explain
    monkeypatch.setattr(explanations, "explain", nothing)
    app = page()
    app.pills(key="more-check").set_value("hide").run()
    assert app.info[0].value == more_words.HIDE_EMPTY
    mark(app, box_mark(0.3, 0.3, 0.3, 0.3))
    assert verdict_words.NO_MAP in text(app)
    assert tells_a_finding(app)
    assert words.SPOTS[0] not in text(app)


@pytest.mark.parametrize("verdict", list(AgreementLevel))
def test_do_two_views_agree(page, monkeypatch, verdict):
    answer = Agreement(0.4, 0.1, 0.5, verdict)
    monkeypatch.setattr(second_view, "agreement", lambda first, second: answer)
    app = page()
    app.pills(key="more-check").set_value("agree").run()
    assert more_words.VERDICTS[verdict] in text(app)
    assert "Second view: Occlusion" in text(app)
    assert "overlap by 40 % (by chance: 10 %)" in text(app)


def test_the_second_view_is_of_another_kind_and_remembered(page):
    app = page()
    app.pills(key="more-check").set_value("agree").run()
    assert {r.method for r in state(app).results.values()} == {"hires-layer-cam", "occlusion"}
    app.segmented_control(key="view").set_value("careful").run()
    assert "Second view: Occlusion" in text(app)
    app.radio(key="other-view").set_value("occlusion").run()
    assert "Second view: Quick view" in text(app)


def test_a_model_without_a_second_view_says_so(page, monkeypatch):
    monkeypatch.setattr(second_view, "second", lambda method, offered: None)
    app = page()
    app.pills(key="more-check").set_value("agree").run()
    assert app.info[0].value == more_words.AGREE_NONE


@pytest.mark.parametrize(
    ("likeness", "verdict"),
    [
        ((0.1, 0.1), LearningDependence.DEPENDS),
        ((0.9, 0.1), LearningDependence.HARDLY_ON_THE_GUESS),
        ((0.9, 0.9), LearningDependence.DOES_NOT),
    ],
)
def test_does_this_view_depend_on_what_the_model_learned(page, monkeypatch, likeness, verdict):
    monkeypatch.setattr(
        evidence, "randomisation_test", lambda *args, **keywords: RandomisationTest(*likeness)
    )
    app = page()
    app.pills(key="more-check").set_value("agree").run()
    assert more_words.LEARNED_SAID[verdict] not in text(app)
    app.button(key="run-learned-hires-layer-cam").click().run()
    assert more_words.LEARNED_SAID[verdict] in text(app)


def test_forgetting_for_real(page):
    app = page()
    app.pills(key="more-check").set_value("agree").run()
    app.button(key="run-learned-hires-layer-cam").click().run()
    assert not app.error
    assert any(said in text(app) for said in more_words.LEARNED_SAID.values())


def test_what_a_person_typed_that_the_photo_shows_decides_whether_the_answer_is_praised(
    page, judged, describe
):
    """A ballet flat that is called a clog, of which the page said that one would hope for it."""
    describe(sure_from=0.1)
    judged(Finding.DEPENDS, Reason.GUESS_CHANGES)
    app = page()
    mark(app, box_mark(0.3, 0.3, 0.3, 0.3))
    checked = state(app).checked
    top, other = checked.test.probe.question.target.label, state(app).checked.conclusion.advice
    assert "If the answer is right" in other

    def shows(name: str) -> None:
        state(app).shown = name
        app.run()

    shows("*ballet* flat")
    assert state(app).checked.conclusion.advice == UNKNOWN.format(shown="*ballet* flat", answer=top)
    assert "“\\*ballet\\* flat”" in text(app)
    assert "hope for" not in text(app)
    app.segmented_control(key="area-is").set_value(AreaRole.PRODUCT).run()
    assert state(app).checked.conclusion.merit is Merit.MIXED
    shows(top)
    assert state(app).checked.conclusion.merit is Merit.GOOD
    assert IS_RIGHT in text(app)
    shows("*ballet* flat")
    shows("")
    assert state(app).checked.conclusion.meaning.endswith(IF_RIGHT)


def test_what_the_marked_area_is_is_said_with_a_click_and_everything_follows(page, judged, describe):
    describe(sure_from=0.1)
    judged(Finding.DEPENDS, Reason.GUESS_CHANGES)
    app = page()
    mark(app, box_mark(0.3, 0.3, 0.3, 0.3))
    assert state(app).checked.conclusion.merit is Merit.OPEN
    merits = {AreaRole.PRODUCT: Merit.OPEN, AreaRole.DETAIL: Merit.MIXED, AreaRole.OTHER: Merit.BAD}
    for role, merit in merits.items():
        app.segmented_control(key="area-is").set_value(role).run()
        conclusion = state(app).checked.conclusion
        assert (conclusion.role, conclusion.merit) == (role, merit)
        coloured = merit is not Merit.OPEN  # green only where somebody has said that the answer is right
        icon = words.MERIT_ICONS[merit] if coloured else words.ICONS[conclusion.verdict]
        said = f"{icon} {conclusion.meaning}"
        assert (f":{words.COLOURS[merit]}[{said}]" if coloured else f"## {said}") in text(app)
        assert text(app).count(conclusion.headline) == 1, "what it rests on stands below"
        assert app.query_params["area-is"] == role
        assert app.query_params["area"] == "0.3,0.3,0.3,0.3"
    app.segmented_control(key="area-is").set_value(AreaRole.BOTH).run()
    assert state(app).checked.conclusion.merit is Merit.OPEN
    assert "mark the product alone" in text(app)
    app.segmented_control(key="area-is").set_value(AreaRole.OTHER).run()
    marked = box_mark(0.3, 0.3, 0.3, 0.3)
    mark(app, box_mark(0.5, 0.5, 0.3, 0.3))
    assert state(app).checked.conclusion.role is None
    mark(app, marked)
    assert state(app).checked.conclusion.role is AreaRole.OTHER, "what was said is not forgotten"
    app.segmented_control(key="area-is").set_value(None).run()
    assert state(app).checked.conclusion.role is None
    assert "area-is" not in app.query_params


@pytest.mark.parametrize("after", [box_mark(0.1, 0.1, 0.6, 0.6), None])
def test_what_a_person_said_of_an_area_is_not_lost_when_another_is_marked(page, judged, after):
    judged(Finding.DEPENDS, Reason.GUESS_CHANGES)
    app = page()
    first = box_mark(0.3, 0.3, 0.3, 0.3)
    mark(app, first)
    assert words.BACK_TO_IT not in [button.label for button in app.button]
    app.segmented_control(key="area-is").set_value(AreaRole.DETAIL).run()
    mark(app, after)
    assert words.SAID_BEFORE.format(role=verdict_words.ROLES[AreaRole.DETAIL]) in text(app)
    app.button(key="back-to-area").click().run()
    assert state(app).marks[digest(app)] == first
    assert app.segmented_control(key="area-is").value == AreaRole.DETAIL
    assert "back-to-area" not in {button.key for button in app.button}


def test_what_was_said_of_an_area_is_not_said_of_another_and_comes_with_a_link(page, judged):
    judged(Finding.DEPENDS, Reason.GUESS_CHANGES)
    app = page(sample="sample-0", area="0.3,0.3,0.3,0.3", **{"area-is": "other"})
    assert state(app).checked.conclusion.role is AreaRole.OTHER
    mark(app, box_mark(0.5, 0.5, 0.3, 0.3))
    assert state(app).checked.conclusion.role is None
    mark(app, Mark(outline=True))
    assert state(app).checked.conclusion.role is AreaRole.PRODUCT
    app = page(sample="sample-0", area="0.3,0.3,0.3,0.3", **{"area-is": "badge"})
    assert "what the marked area is 'badge'" in text(app)


def test_marks_and_fields_meet_in_the_sliders(page):
    app = page()
    app.pills(key="fields-0").set_value([2]).run()
    app.slider(key="down").set_value((0, 50)).run()
    assert state(app).marks[digest(app)].box[2:] == (0.33, 0.5)
    assert app.pills(key="fields-0").value == []


def test_the_heat_map_can_lie_under_the_mark(page):
    app = page()
    app.toggle(key="heat-over").set_value(True).run()
    assert not app.exception
    assert not app.error


class TestTheStrongestPlace:
    @pytest.fixture
    def tested_at_once(self):
        return True

    def test_it_is_tested_by_itself_and_the_verdict_stands_below_the_pictures(self, page):
        app = page()
        assert not app.error
        assert tells_a_finding(app)
        assert not state(app).marks  # nobody has marked anything
        assert any(words.COVERED in element.value for element in app.markdown)
        said = text(app)
        assert said.index(BOTH) < said.index(plain(state(app).checked.conclusion.headline))
        assert words.TITLE in [header.value for header in app.header]

    def test_where_it_leaves_it_open_all_places_together_are_tested_and_shown(self, page):
        app = page()
        tests = [value for key, value in state(app).checks.items() if key[0] == "cover"]
        alone, together, *_ = sorted(tests, key=lambda test: len(test.probe.area.boxes))
        assert app.pills(key="suggestion").value == "all"
        assert conclude(alone.probe, cover=alone.cover, keep=alone.keep).verdict is Verdict.DOES_NOT
        assert state(app).checked.test is together
        assert len(together.probe.area.boxes) == len(app.pills(key="suggestion").options) - 3 > 1
        assert (together.probe.mask | ~alone.probe.mask).all()
        assert words.TOGETHER in text(app)
        app.pills(key="suggestion").set_value("0").run()
        assert state(app).checked.test is alone
        assert words.TOGETHER not in text(app)

    def test_what_was_tested_stays_though_the_test_turned_out_to_be_slow(self, page, pace):
        app = page()
        tested = state(app).checked.test
        pace._seconds["showroom", "cover"] = first_area.PATIENCE + 1
        app.run()
        assert app.pills(key="suggestion").value == "all"
        assert state(app).checked.test is tested

    def test_all_places_are_not_tested_without_a_click_where_that_is_slow(self, page, pace, monkeypatch):
        monkeypatch.setattr(first_area, "PATIENCE", 0.0)
        app = page()
        assert app.pills(key="suggestion").value == "0"

    def test_where_it_decides_nothing_else_is_tested(self, page, monkeypatch):
        sure = SimpleNamespace(verdict=Verdict.DEPENDS)
        monkeypatch.setattr(first_area, "concluded", lambda *what: sure)
        app = page()
        assert app.pills(key="suggestion").value == "0"
        assert words.TOGETHER not in text(app)

    @pytest.mark.parametrize("what", ["agree", "hide"])
    def test_what_was_tried_joins_the_one_verdict_at_once(self, page, what):
        app = page()
        before = len(state(app).checked.conclusion.evidence)
        app.pills(key="more-check").set_value(what).run()
        conclusion = state(app).checked.conclusion
        assert len(conclusion.evidence) == before + 1
        assert text(app).count(f"## {words.ICONS[conclusion.verdict]}") == 1
        assert plain(conclusion.evidence[-1].sentence) in text(app)

    def test_nothing_is_tested_once_it_was_cleared(self, page):
        app = page()
        app.button(key="clear-mark").click().run()
        assert words.NOTHING_MARKED in text(app)
        assert not tells_a_finding(app)
