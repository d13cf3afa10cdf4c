from __future__ import annotations

import pytest
from browsing import choose, download, ready, seen
from PIL import Image
from playwright.sync_api import expect

from ui.compare import words as wording_compare
from ui.guide import words as wording_guide
from ui.words import LIMITS, PAGES, SLIDE

pytestmark = pytest.mark.browser


def within_its_width(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    beyond = page.evaluate(
        "[...document.querySelectorAll('[data-testid=stMain] img, [data-testid=stMain] button')]"
        ".filter(e => e.getBoundingClientRect().right > innerWidth + 1).length"
    )
    assert beyond == 0


@pytest.mark.slow
def test_two_models_are_compared_and_the_slide_is_taken_along(tab, photo):
    page = tab()
    page.get_by_role("link", name=PAGES["compare"][0]).click()
    expect(page.get_by_role("heading", name=wording_compare.DIFFERENCE).first).to_be_visible()
    page.locator("input[type=file]").first.set_input_files(photo)
    expect(page.get_by_alt_text(f"Difference of the two maps of '{photo.name}'")).to_be_visible()

    choose(page, wording_compare.RIGHT, "Shelf inspector")
    page.wait_for_url("**right=shelves**")
    expect(page.get_by_role("heading", name="Shelf inspector", exact=True)).to_be_visible()
    ready(page)
    assert "sample" not in page.url
    with Image.open(download(page.get_by_role("button", name=SLIDE)).path()) as opened:
        assert opened.size == (1920, 1080)
        opened.verify()

    page.get_by_role("radio", name=wording_compare.DIFFERS["guesses"]).click()
    page.wait_for_url("**differ=guesses**")
    ready(page)
    expect(seen(page, "a colour stands for the same amount")).to_be_visible()


@pytest.mark.slow
def test_a_link_leads_others_to_the_same_comparison(tab):
    page = tab("/compare?differ=views&sample=plant&right=gradient")
    expect(page.get_by_role("heading", name="Gradient", exact=True)).to_be_visible()
    other = tab(page.url[page.url.index("/compare") :])
    expect(other.get_by_role("heading", name="Gradient", exact=True)).to_be_visible()


@pytest.mark.slow
def test_meeting_mode_by_pointer_and_by_keyboard(tab):
    page = tab()
    page.get_by_role("link", name=PAGES["guide"][0]).click()
    page.get_by_text(wording_guide.MEETING).click()
    first = wording_guide.heading(1, "right")
    expect(page.get_by_role("heading", name=first, level=1)).to_be_visible()
    expect(page.get_by_text("The model's clear favourite is mug").first).to_be_visible()
    expect(page.get_by_text(wording_guide.IS_TITLE, exact=True)).to_have_count(0)

    page.get_by_role("button", name=wording_guide.NEXT).click()
    expect(page.get_by_role("heading", name="2. ", level=1)).to_be_visible()
    ready(page)
    previous = page.get_by_role("button", name=wording_guide.PREVIOUS)
    previous.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=first, level=1)).to_be_visible()
    ready(page)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name="2. ", level=1)).to_be_visible()
    page.wait_for_function(  # pixels, on a screen of 1440
        "([title, size]) => [...document.querySelectorAll('h2')]"
        ".some(e => e.innerText === title && parseFloat(getComputedStyle(e).fontSize) >= size)",
        arg=[wording_guide.MAP, 26],
    )


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/compare?differ=guesses", "/guide", "/guide?meeting=true"])
def test_a_phone_shows_everything_in_its_width(tab, path):
    page = tab(path, color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_text(LIMITS).first).to_be_attached()
    ready(page)
    within_its_width(page)
