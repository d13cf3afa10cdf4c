"""The page of one result in a browser that has no network: the slider, both themes, a phone, paper."""

from __future__ import annotations

from datetime import date

import pytest
from accessibility import findings
from corner import Corner, bright_corner, classifier, tags

import saliency
from saliency.export.checked_area import CheckedArea
from saliency.export.result_page import result_page
from saliency.export.slide_words import slide_words
from saliency.export.words import STRENGTH
from saliency.photo.area import Area
from saliency.verdict.conclusion import conclusion_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MODELS = {"classes": classifier, "tags": tags}
OPACITY = "getComputedStyle(document.getElementById('colours')).opacity"


@pytest.fixture(scope="module", params=MODELS)
def file(request, tmp_path_factory):
    """A page that somebody was sent."""
    model, photo = MODELS[request.param](Corner()), bright_corner(64)
    check = saliency.check(model, photo, Area.box(0, 0, 0.25, 0.25), method="input-x-gradient")
    e = check.explanation
    area = CheckedArea(check.test, conclusion_of(check, familiarity=e.familiarity))
    path = tmp_path_factory.mktemp("sent") / "result.html"
    path.write_bytes(result_page(e, slide_words(e, date(2026, 11, 28)), checked=area))
    return path


@pytest.fixture
def opened(browser, file):
    """Opens it; nothing may be asked for, and no error may reach the console."""
    contexts, said = [], []

    def open_page(**options):
        contexts.append(browser.new_context(offline=True, **options))
        page = contexts[-1].new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda asked: asked.url.startswith(("data:", "file:")) or said.append(asked.url))
        page.goto(file.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []


def test_the_slider_moves_with_the_keyboard_and_the_picture_follows(opened):
    page = opened()
    slider = page.get_by_label(STRENGTH)
    assert (slider.input_value(), page.evaluate(OPACITY)) == ("60", "0.6")
    slider.focus()
    for _ in range(15):
        page.keyboard.press("ArrowRight")
    assert (slider.input_value(), page.evaluate(OPACITY)) == ("75", "0.75")
    assert page.locator("output").inner_text() == slider.get_attribute("aria-valuetext") == "75 %"
    page.keyboard.press("Home")
    assert page.evaluate(OPACITY) == "0"


def test_without_scripts_the_colours_stay_as_they_were_and_there_is_no_slider(opened):
    page = opened(java_script_enabled=False)
    assert not page.get_by_label(STRENGTH).is_visible()
    assert page.get_by_role("heading", level=1).is_visible()
    assert page.locator("#colours").is_visible()


def test_a_finger_moves_it_on_a_phone_and_nothing_is_wider_than_that(opened):
    page = opened(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    box = page.get_by_label(STRENGTH).bounding_box()
    assert box["height"] >= 44
    page.get_by_label(STRENGTH).scroll_into_view_if_needed()
    box = page.get_by_label(STRENGTH).bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)
    assert float(page.evaluate(OPACITY)) > 0.9


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_grave(opened, scheme):
    page = opened(color_scheme=scheme, bypass_csp=True)
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 22, 28)"
    assert dark == (scheme == "dark")
    assert findings(page) == []


def test_on_paper_it_is_black_on_white_with_three_pictures_in_a_row(opened):
    page = opened(color_scheme="dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    tops = (
        page.locator(".row")
        .first.locator("h3")
        .evaluate_all("all => all.map(h => Math.round(h.getBoundingClientRect().top))")
    )
    assert len(set(tops)) == 1
    assert not page.get_by_label(STRENGTH).is_visible()
    assert page.pdf().startswith(b"%PDF")
