from __future__ import annotations

import dataclasses
import json
import logging
import struct
import zlib
from itertools import product

import numpy as np
import pytest
import streamlit as st
from PIL import Image
from stand_in import LABELS, draw, encoded, make_model, text
from sweeps import sweep

import models
from models.sources import folder as custom
from saliency.errors import SaliencyError
from saliency.export.map_notes import SUPPOSED
from ui.explain.words import (
    BOTH,
    CHOSEN_FOR_OWN,
    COLOURS,
    LINE_IS,
    MEANWHILE,
    SHAPE_IS,
    SHAPES,
    SHARE,
    UNKNOWN_THING,
    no_such_answer,
    not_the_top,
)
from ui.photo.words import LINK_PARTS, OWN_GONE
from ui.session import OWN
from ui.views.words import UNLEARNED
from ui.widgets.marks import box_mark
from ui.widgets.words import ONLY_HERE
from ui.words import LIMITS, plain
from ui.work import explanations
from ui.work.words import CANCELLED


def state(app):
    return app.session_state["spotlight"]


def result(app):
    """The answer on the page."""
    return next(reversed(state(app).results.values()))


def upload(app, name, content):
    app.file_uploader[0].upload(name, content)
    return app.run()


def shows_result(app):
    return BOTH in text(app) and len(app.image) == 4


def test_opens_on_a_finished_sample(page):
    app = page()
    assert not app.exception
    assert not app.error
    assert shows_result(app)
    assert text(app).count(LIMITS) == 1
    assert "Sample 0" in text(app)
    assert not app.query_params  # a clean address
    assert result(app).method == "hires-layer-cam"


def test_another_sample(page):
    app = page()
    state(app).choose_photo("sample-2")
    app.run()
    assert shows_result(app)
    assert result(app).photo.name == "sample-2.jpg"
    assert app.query_params["sample"] == "sample-2"


def test_every_picture_says_what_it_shows(page):
    app = page()
    alts = [image.proto.imgs[0].alt for image in app.image]
    assert len(alts) == 4
    assert all(alts)


def test_choosing_a_guess_explains_it(page):
    app = page()
    for score in result(app).scores[:0:-1]:
        app.pills(key="guess").set_value(score.index).run()
        assert result(app).target.index == score.index
        assert f"'{score.label}'" in text(app)
        assert app.query_params["class"] == score.label


def test_why_one_guess_rather_than_another(page):
    app = page()
    target, other = result(app).scores[:2]
    alone = result(app).attribution.copy()
    app.radio(key="rival").set_value(other.index).run()
    assert not app.error
    assert result(app).rather_than.label == other.label
    assert not np.allclose(result(app).attribution, alone)
    assert f"'{target.label}' compared with '{other.label}'" in text(app)
    assert app.query_params["rather"] == other.label
    app.pills(key="guess").set_value(other.index).run()
    assert result(app).rather_than is None
    assert "rather" not in app.query_params


def test_a_link_may_compare_two_guesses(page):
    app = page(sample="sample-1", rather="lamp", **{"class": "mug"})
    assert (result(app).target.label, result(app).rather_than.label) == ("mug", "lamp")
    state(app).choose_photo("sample-2")
    app.run()
    assert result(app).rather_than is None


def test_changing_only_the_guess_reuses_what_is_known(page, monkeypatch):
    app = page()
    monkeypatch.setattr(explanations, "PreparedPhoto", None)  # would fail if the photo were prepared again
    app.pills(key="guess").set_value(1).run()
    assert not app.error
    assert result(app).target.index == 1


def test_every_view_can_be_shown(page):
    app = page()
    keys = app.radio(key="other-view").options
    assert len(keys) >= 7
    for method in ("gradient", "layer-cam"):
        app.radio(key="other-view").set_value(method).run()
        assert not app.error
        assert result(app).method == method
        assert app.query_params["view"] == method
        assert app.segmented_control(key="view").value is None


def test_other_views_come_with_a_sentence_each(page):
    app = page()
    radio = app.radio(key="other-view").proto
    assert len(radio.captions) == len(radio.options)
    assert all(caption.rstrip("*").endswith(".") for caption in radio.captions)


def test_a_models_licence_is_said_wherever_it_is_chosen(page, describe):
    describe(sentence="A stand-in.", licence="For *tests* only.")
    app, said = page(), r"Licence: For \*tests\* only."
    assert rf"A stand-in. {said}" in [caption.value for caption in app.caption]
    assert said in app.selectbox(key="model").help
    assert said in [caption.value for caption in app.switch_page("pages/audit.py").run().caption]
    compared = app.switch_page("pages/compare.py").run()
    assert any(said in (box.help or "") for box in compared.selectbox)


def test_back_to_the_quick_view(page):
    app = page(view="gradient")
    app.segmented_control(key="view").set_value("quick").run()
    assert result(app).method == "hires-layer-cam"


def test_a_slow_view_waits_for_a_click_and_the_quick_one_stays_until_then(page, pace):
    app = page()
    pace.took("showroom", "covered-cam", 21.0)
    app.segmented_control(key="view").set_value("careful").run()
    assert MEANWHILE in text(app)
    assert shows_result(app)
    assert "takes about 20 s" in text(app)
    assert app.button(key="start").label == "Start (about 20 s)"
    app.button(key="start").click().run()
    assert MEANWHILE not in text(app)
    assert shows_result(app)
    assert result(app).method == "covered-cam"
    assert "Orange areas spoke in favour" in text(app)


def test_leaving_a_slow_view_means_starting_it_again(page, pace):
    app = page()
    pace.took("showroom", "covered-cam", 21.0)
    app.segmented_control(key="view").set_value("careful").run()
    state(app).start((("another question",),))
    app.run()
    assert app.button(key="start")
    assert state(app).started is None
    state(app).stop()
    app.run()
    assert CANCELLED in text(app)
    app.run()
    assert CANCELLED not in text(app)


def test_views_say_how_long_they_take(page):
    app = page()
    labels = [option.content for option in app.segmented_control(key="view").proto.options]
    assert labels[0] == "Quick view (about 1 s)"
    assert labels[1].startswith("Careful view (about ")


def test_centre_crop_says_how_much_was_cut_off(page):
    app = page()
    upload(app, "wide.jpg", encoded(draw(640, 320)))
    app.segmented_control(key="framing").set_value("crop").run()
    assert "% was cut off). Nothing there can have influenced it." in text(app)
    assert app.query_params["framing"] == "crop"
    app.segmented_control(key="framing").set_value("whole").run()
    assert "cut off" not in text(app)


def test_strength_blends_anew_and_computes_nothing(page, monkeypatch):
    app = page()
    before = result(app)
    monkeypatch.setattr(explanations, "explain", None)
    app.slider(key="strength").set_value(100).run()
    assert not app.error
    assert result(app) is before
    assert state(app).strength == 100


def test_own_photo_replaces_the_sample_and_can_be_left(page):
    app = page()
    upload(app, "my **mug** 🫖 <b>.png", encoded(draw(300, 500, seed=2), "PNG"))
    assert shows_result(app)
    assert state(app).photo == OWN
    assert "my \\*\\*mug\\*\\* 🫖 \\<b\\>.png" in text(app)
    assert "sample" not in app.query_params
    state(app).choose_photo("sample-1")
    app.run()
    assert result(app).photo.name == "sample-1.jpg"
    state(app).choose_photo(OWN)
    app.run()
    assert result(app).photo.name.startswith("my ")


def png_header(width, height):
    """A PNG that claims a size and holds nothing."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = (head, b"IDAT" + zlib.compress(b""), b"IEND")
    packed = (struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


BAD = {
    "empty": ("empty.jpg", b""),
    "text": ("text.jpg", b"This is no picture at all, only a text."),
    "truncated": ("half.jpg", encoded(draw())[:3000]),
    "huge": ("huge.png", png_header(30_000, 30_000)),
    "heavy": ("heavy.jpg", encoded(draw()) + b"\0" * (20 * 2**20)),
    "svg": ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'></svg>"),
    "pdf": ("page.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"),
    "zip": ("photos.zip", b"PK\x03\x04" + b"\0" * 40),
    "dot": ("dot.png", encoded(Image.new("RGB", (1, 1)), "PNG")),
    "thread": ("thread.png", encoded(Image.new("RGB", (1, 5000)), "PNG")),
}


@pytest.mark.parametrize(("name", "content"), sweep(BAD.values(), every=4), ids=BAD)
def test_a_bad_file_gets_a_sentence_and_loses_nothing(page, name, content):
    app = page()
    upload(app, "good.jpg", encoded(draw(seed=1)))
    upload(app, name, content)
    assert not app.exception
    assert len(app.error) == 1
    assert app.error[0].value.endswith(".")
    assert "went wrong on our side" not in app.error[0].value
    assert shows_result(app)
    assert result(app).photo.name == "good.jpg"
    state(app).choose_photo("sample-1")
    app.run()
    assert not app.error


def test_every_bad_file_has_its_own_sentence(page):
    app = page()
    said = []
    for name in ("text", "truncated", "huge", "heavy", "svg", "pdf", "zip", "dot", "thread"):
        upload(app, *BAD[name])
        said.append(app.error[0].value)
    assert len(set(said)) == len(said)


def test_an_animated_picture_says_that_one_frame_is_used(page):
    app = page()
    frames = [draw(seed=seed) for seed in range(3)]
    content = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    upload(app, "moving.gif", content)
    assert shows_result(app)
    assert "animated" in text(app)


def test_a_link_opens_what_it_names(page):
    app = page(sample="sample-1", view="gradient", framing="crop", **{"class": "lamp"})
    assert not app.warning
    assert result(app).photo.name == "sample-1.jpg"
    assert result(app).method == "gradient"
    assert str(result(app).framing) == "crop"
    assert result(app).target.label == "lamp"
    assert app.query_params == {
        "model": "showroom",
        "sample": "sample-1",
        "view": "gradient",
        "framing": "crop",
        "class": "lamp",
    }


BAD_LINKS = product(
    ["nonsense", "", "999", "*<b>'\"&\u0000"], ["sample", "model", "view", "framing", "class", "rather"]
)


@pytest.mark.parametrize(("value", "part"), sweep(BAD_LINKS, every=5))
def test_a_bad_link_is_ignored_with_a_sentence(page, part, value):
    app = page(**{part: value})
    assert not app.exception
    assert not app.error
    assert shows_result(app)
    if value or part not in ("class", "rather"):
        assert len(app.warning) == 1
        assert app.warning[0].value.startswith(f"The link asked for {LINK_PARTS[part]}")
    assert part not in app.query_params
    app.run()
    assert not app.warning


def test_a_link_may_name_the_method_of_a_view_up_front(page):
    app = page(view="hires-layer-cam")
    assert app.segmented_control(key="view").value == "quick"


def test_a_class_by_its_number(page):
    assert result(page(**{"class": "3"})).target.label == LABELS[3]


def test_a_view_the_model_does_not_offer(page):
    app = page(view="transformer-attribution")
    assert "not available for the model" in app.warning[0].value
    assert shows_result(app)
    assert result(app).method == "hires-layer-cam"


@pytest.mark.parametrize(
    ("temperature", "sentence"), [(0.01, "The model's clear favourite is"), (100.0, "The model is undecided")]
)
def test_score_rules_on_the_page(page, describe, temperature, sentence):
    describe(temperature=temperature, sure_from=0.1)
    assert sentence in text(page())


CAUTION = "It knows four products; this may be none of them."


def test_none_of_these_says_what_the_model_knows(page, describe):
    app = page()
    top = result(app).scores[0].label
    describe(none_label=top, temperature=0.01, caution=CAUTION)
    assert CAUTION in text(page())


def test_a_low_score_says_what_the_model_knows(page, describe):
    describe(temperature=100.0, unsure_below=0.5, caution=CAUTION)
    assert CAUTION in text(page())


def test_known_products_do_not_get_that_sentence(page, describe):
    describe(temperature=0.01, unsure_below=0.5, caution=CAUTION)
    assert CAUTION not in text(page())


@pytest.fixture
def everyday(monkeypatch, tmp_path):
    """A second built-in model, for people's own photos."""
    folder = make_model(tmp_path / "everyday", seed=1, name="Everyday photos", sentence="Knows five things.")
    monkeypatch.setitem(models.inventory.BUILT_IN, models.EVERYDAY, folder)


def test_an_own_photo_gets_the_model_for_own_photos_and_a_sample_its_own(page, everyday):
    app = page()
    assert state(app).model == "showroom"
    upload(app, "dog.jpg", encoded(draw(seed=2)))
    assert result(app).model == "Everyday photos"
    assert app.selectbox(key="model").value == "everyday"
    assert CHOSEN_FOR_OWN in text(app)
    assert "model" not in app.query_params
    state(app).choose_photo("sample-1")
    app.run()
    assert result(app).model == "Stand-in"
    assert CHOSEN_FOR_OWN not in text(app)


def test_a_persons_own_choice_of_model_stays(page, everyday):
    app = page()
    app.selectbox(key="model").set_value("everyday").run()
    app.selectbox(key="model").set_value("showroom").run()
    upload(app, "dog.jpg", encoded(draw(seed=2)))
    assert result(app).model == "Stand-in"
    assert app.query_params["model"] == "showroom"


def test_a_link_with_the_usual_model_does_not_count_as_a_choice(page, everyday):
    app = page(sample="sample-1", model="showroom")
    upload(app, "dog.jpg", encoded(draw(seed=2)))
    assert result(app).model == "Everyday photos"
    app = page(sample="sample-1", model="everyday")
    assert result(app).model == "Everyday photos"
    state(app).choose_photo("sample-2")
    app.run()
    assert result(app).model == "Everyday photos"


def test_an_empty_map_says_so(page, monkeypatch):
    app = page()

    def nothing(*args, **keywords):
        found = original(*args, **keywords)
        found.attribution[:] = 0
        return found

    original = explanations.explain
    monkeypatch.setattr(explanations, "explain", nothing)
    app.pills(key="guess").set_value(2).run()
    assert "so there is nothing to show." in text(app)


def test_a_map_whose_places_are_supposed_says_so(page, monkeypatch):
    app = page()
    assert SUPPOSED not in text(app)

    def supposed(*args, **keywords):
        found = original(*args, **keywords)
        return dataclasses.replace(found, cells=dataclasses.replace(found.cells, derived=False))

    original = explanations.explain
    monkeypatch.setattr(explanations, "explain", supposed)
    app.pills(key="guess").set_value(2).run()
    assert SUPPOSED in text(app)


def test_own_models_are_offered(page, tmp_path):
    make_model(custom.OWN_FOLDER / "shelves", seed=1, name="Shelf inspector", sentence="Ours.")
    app = page()
    assert "Shelf inspector" in app.selectbox(key="model").options
    app.selectbox(key="model").set_value("shelves").run()
    assert shows_result(app)
    assert result(app).model == "Shelf inspector"
    assert app.query_params["model"] == "shelves"


def test_a_broken_own_model_gets_a_sentence_and_can_be_left(page):
    folder = make_model(custom.OWN_FOLDER / "broken")
    (folder / "labels.txt").unlink()
    app = page(model="broken")
    assert len(app.error) == 1
    assert "labels.txt" in app.error[0].value
    assert not shows_result(app)
    app.selectbox(key="model").set_value("showroom").run()
    assert shows_result(app)


def test_a_model_that_is_not_here_is_offered_for_download(page):
    app = page(model="resnet50")
    assert "**Balanced (ResNet-50)** is not on this computer yet. The download has 102 MB." in text(app)
    assert not shows_result(app)
    assert app.query_params["model"] == "resnet50"
    app.button(key="built-in").click().run()
    assert shows_result(app)
    assert not app.query_params


def test_no_network_gives_code_m1(page, monkeypatch):
    def refused(entry, on_progress=None):
        on_progress(10, 100)
        raise SaliencyError("It could not be downloaded. Ask your administrator (code M1).", "M1")

    monkeypatch.setattr("ui.work.loading.download", refused)
    app = page(model="resnet50")
    app.button(key="download").click().run()
    assert not app.exception
    assert "(code M1)" in app.error[0].value
    assert app.button(key="download")  # to try again
    app.button(key="built-in").click().run()
    assert shows_result(app)


def test_a_bad_link_is_named_beside_an_offer_to_download(page):
    app = page(model="resnet50", sample="nonsense")
    assert app.button(key="download")
    assert "'nonsense'" in app.warning[0].value


def test_all_other_models_are_behind_a_button(page):
    app = page()
    assert len(app.selectbox(key="other-model").options) > 60
    app.selectbox(key="other-model").set_value("resnet18").run()
    assert "not on this computer yet" in text(app)
    assert "ResNet-18 · 47 MB to download" in app.selectbox(key="model").options


def test_unexpected_errors_show_a_code_and_log_the_traceback(page, monkeypatch, caplog):
    def broken(*args, **keywords):
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(explanations, "explain", broken)
    with caplog.at_level(logging.ERROR, "spotlight"):
        app = page()
    assert not app.exception
    said = app.error[0].value
    assert said.startswith("Something went wrong on our side. Your photo was not saved. Code ")
    assert "secret detail" not in text(app)
    record = next(record for record in caplog.records if record.name == "spotlight")
    assert said.split()[-1].strip(".") in record.getMessage()
    assert record.exc_info


def test_unexpected_upload_errors_show_a_code(page, monkeypatch):
    def broken(*args, **keywords):
        raise ZeroDivisionError

    monkeypatch.setattr("ui.photo.chooser.read_photo", broken)
    app = page()
    upload(app, "photo.jpg", encoded(draw()))
    assert app.error[0].value.startswith("Something went wrong on our side.")
    assert shows_result(app)


def opened(app, key="details"):
    """The page after its box of technical details was opened."""
    app.session_state[key] = True
    return app.run()


def test_technical_details_are_sent_once_they_are_opened(page):
    app = page()
    assert not app.table
    table = opened(app).table[0].value
    said = dict(zip(table.iloc[:, 0], table.iloc[:, 1], strict=True))
    assert said["Method"].startswith("HiResCAM")
    assert len(said["Fingerprint of the weights (SHA-256)"]) == 64
    assert {"Paper", "Settings", "Time taken", "Software"} <= said.keys()
    assert "Point in the model" not in said
    table = opened(page(view="hires-cam")).table[0].value
    assert "Point in the model" in list(table.iloc[:, 0])


def test_downloads_are_made_on_demand_and_can_be_opened(page):
    from ui.explain import take_along

    app = page()
    answer = result(app)
    assert take_along.file_stem(answer) == "spotlight-sample-0-hires-layer-cam"
    keys = {button.key for button in app.get("download_button")}
    assert {"slide", "test-slide", "zip", "page"} <= keys
    record = json.loads(json.dumps(answer.record()))
    assert record["model"] == "Stand-in"


def test_a_view_that_does_not_depend_on_what_the_model_learned_says_so(page):
    assert not any(warning in text(page()) for warning in UNLEARNED.values())
    assert UNLEARNED["does not"] in text(page(view="layer-cam"))
    assert UNLEARNED["hardly on the guess"] in text(page(view="gradient"))


def test_back_shows_what_the_address_says(page):
    app = page()
    state(app).choose_photo("sample-2")
    app.run()
    app.segmented_control(key="framing").set_value("crop").run()
    assert set(app.query_params) == {"view", "model", "sample", "framing"}
    del app.query_params["framing"]
    app.run()
    assert (state(app).photo, state(app).framing) == ("sample-2", "whole")
    app.query_params.clear()
    app.run()
    assert state(app).photo == "sample-0"
    assert not app.query_params


def test_a_second_press_before_the_browser_has_the_first_ones_address_counts(page):
    app = page()
    state(app).choose_photo("sample-1")
    app.run()
    before = dict(app.query_params)
    app.segmented_control(key="framing").set_value("crop").run()
    app.query_params.clear()
    app.query_params.update(before)  # as the browser sends it that has not heard of the crop yet
    app.segmented_control(key="view").set_value("careful").run()
    assert (state(app).framing, state(app).view) == ("crop", "careful")
    assert (app.query_params["framing"], app.query_params["view"]) == ("crop", "careful")
    app.query_params.clear()
    app.query_params.update(before)
    app.run()  # nothing pressed: Back
    assert (state(app).framing, state(app).view) == ("whole", "quick")


def test_back_to_an_own_photo(page):
    app = page()
    upload(app, "mine.png", encoded(draw(seed=9)))
    state(app).choose_photo("sample-1")
    app.run()
    del app.query_params["sample"]
    del app.query_params["model"]
    app.query_params["photo"] = OWN
    app.run()
    assert state(app).photo == OWN
    assert result(app).photo.name == "mine.png"


def test_a_page_that_is_loaded_anew_says_that_the_own_photo_is_gone(page):
    app = page()
    upload(app, "mine.png", encoded(draw(seed=9)))
    app.segmented_control(key="view").set_value("careful").run()
    address = {"view": "careful", "photo": OWN}
    assert dict(app.query_params) == address
    assert "mine" not in str(app.query_params)
    again = page(**address)
    assert [warning.value for warning in again.warning] == [OWN_GONE]
    assert dict(again.query_params) == address
    assert state(again).view == "careful"
    again.run()
    assert [warning.value for warning in again.warning] == [OWN_GONE]
    upload(again, "mine.png", encoded(draw(seed=9)))
    assert not again.warning
    assert result(again).photo.name == "mine.png"
    assert dict(again.query_params) == address


def test_a_sample_that_is_chosen_ends_the_own_photo_that_is_gone(page):
    app = page(photo=OWN)
    assert app.warning[0].value == OWN_GONE
    state(app).choose_photo("sample-1")
    app.run()
    assert not app.warning
    assert "photo" not in app.query_params


def test_a_link_leads_to_the_marked_area(page):
    app = page(sample="sample-1", area="0.2,0.3,0.4,0.25")
    assert "Covered: the score " in text(app)
    assert app.query_params["area"] == "0.2,0.3,0.4,0.25"
    assert app.slider(key="across").value == (20, 60)
    app = page(sample="sample-1", area="everything")
    assert "The link asked for the marked area 'everything'" in app.warning[0].value


@pytest.mark.parametrize(("address", "sentence"), [("localhost", ONLY_HERE), ("0.0.0.0", SHARE)])
def test_where_others_can_open_the_page_it_says_what_its_address_leads_to(
    page, monkeypatch, address, sentence
):
    option = st.get_option
    monkeypatch.setattr(st, "get_option", lambda name: address if name == "server.address" else option(name))
    app = page()
    assert sentence in text(app)
    assert (ONLY_HERE in text(app)) != (SHARE in text(app))


def test_whatever_a_person_has_in_mind_can_be_looked_up_with_its_score(page, describe):
    describe(temperature=0.01)  # so that one answer is not worth a pill
    app = page()
    weakest = result(app).scores[-1]
    app.text_input(key="something-else").set_value(f" {weakest.label.upper()}s ").run()
    assert result(app).target == weakest
    assert not_the_top(weakest.label, len(LABELS), len(LABELS), "below 0.01") in text(app)
    assert app.text_input(key="something-else").value == ""
    assert state(app).shown == weakest.label
    app.pills(key="guess").set_value(result(app).scores[0].index).run()
    assert state(app).shown == weakest.label, "what the photo shows stays said of the model's own answer"


def test_what_the_model_has_no_answer_for_is_said_with_the_nearest_names(page, describe):
    describe(temperature=0.01)
    app = page()
    top, *_, weakest = result(app).scores
    app.text_input(key="something-else").set_value(f"travel {weakest.label}").run()
    assert no_such_answer(f"travel {weakest.label}", [weakest.label], len(LABELS)) in text(app)
    assert f"{weakest.label} · below 0.01" in app.pills(key="guess").options
    assert result(app).target == top, "until a person says that it means the same"
    assert state(app).shown == f"travel {weakest.label}"
    app.pills(key="guess").set_value(weakest.index).run()
    assert state(app).shown == ""
    assert result(app).target == weakest
    assert UNKNOWN_THING not in text(app)
    app.text_input(key="something-else").set_value("[*petrol*](x) `pump`").run()
    assert f"{plain('[*petrol*](x) `pump`')}”. **{UNKNOWN_THING}**" in text(app)
    state(app).choose_model(state(app).model)
    assert UNKNOWN_THING in text(app.run()), "another model may have it, so that it is asked of that as well"
    state(app).choose_photo("sample-2")
    assert UNKNOWN_THING not in text(app.run())


def test_the_lines_and_colours_of_the_pictures_are_explained_beside_them(page):
    app = page()
    assert LINE_IS in text(app)
    assert COLOURS in text(app)
    state(app).mark(result(app).photo.digest, box_mark(0.3, 0.3, 0.3, 0.3))
    assert SHAPE_IS.format(shape=SHAPES[0]) in text(app.run())


def test_a_photo_of_ones_own_is_handed_over_at_the_top(page):
    app = page()
    app.session_state["own-photo-0"] = True  # as a press on it does
    app.run()
    app.file_uploader(key="upload-above-0").upload("notes.jpg", b"no picture").run()
    assert len(app.error) == 1
    app.session_state["own-photo-1"] = True
    app.run()
    app.file_uploader(key="upload-above-1").upload("chair.jpg", encoded(draw(64, 48, seed=3))).run()
    assert not app.error
    assert result(app).photo.name == "chair.jpg"
