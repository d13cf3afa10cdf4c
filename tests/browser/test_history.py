"""Back, Forward, a page's address and loading it anew: each shows what it should, own photos included."""

from __future__ import annotations

import pytest
from browsing import ready
from playwright.sync_api import expect

from ui.compare import words as compare_words
from ui.explain.words import BOTH
from ui.photo.words import OWN_GONE, SAMPLES
from ui.words import PAGES

pytestmark = pytest.mark.browser


def sample(page, title):
    """The thumbnail of a sample."""
    return page.get_by_role("group", name=SAMPLES).get_by_role("button", name=title)


def shows(page, title):
    expect(sample(page, title)).to_have_attribute("aria-pressed", "true")
    ready(page)


def received(page, name):
    return page.get_by_alt_text(f"The photo '{name}' as the model received it")


@pytest.mark.slow
def test_back_and_forward_lead_through_photos_and_pages_and_loading_anew_says_what_is_gone(tab, photo):
    page = tab("/?sample=plant&model=showroom&view=quick")
    shows(page, "A plant in its pot")
    sample(page, "Headphones by a wall").click()
    page.wait_for_url("**sample=headphones**")
    shows(page, "Headphones by a wall")
    page.locator("input[type=file]").first.set_input_files(photo)
    page.wait_for_url("**photo=own**")
    expect(received(page, photo.name)).to_be_visible()
    ready(page)
    page.go_back()
    shows(page, "Headphones by a wall")
    page.go_back()
    shows(page, "A plant in its pot")
    page.go_forward()
    shows(page, "Headphones by a wall")
    page.go_forward()
    expect(received(page, photo.name)).to_be_visible()
    ready(page)
    page.get_by_role("link", name=PAGES["compare"][0]).click()
    expect(page.get_by_role("heading", name=compare_words.DIFFERENCE).first).to_be_visible()
    ready(page)
    assert photo.name not in page.url
    page.reload()
    expect(page.get_by_text(OWN_GONE)).to_be_visible()
    ready(page)
    page.locator("input[type=file]").first.set_input_files(photo)
    expect(page.get_by_alt_text(f"Difference of the two maps of '{photo.name}'")).to_be_visible()
    expect(page.get_by_text(OWN_GONE)).to_have_count(0)


@pytest.mark.slow
def test_back_leads_through_comparisons(tab):
    page = tab("/Compare")  # as people may write it
    expect(page.get_by_role("heading", name=compare_words.DIFFERENCE).first).to_be_visible()
    shows(page, "A teapot with a badge")
    page.get_by_role("radio", name=compare_words.DIFFERS["guesses"]).click()
    page.wait_for_url("**differ=guesses**")
    ready(page)
    page.go_back()
    expect(page.get_by_role("radio", name=compare_words.DIFFERS["models"])).to_be_checked()
    ready(page)
    page.go_forward()
    expect(page.get_by_role("radio", name=compare_words.DIFFERS["guesses"])).to_be_checked()


@pytest.mark.slow
def test_a_side_of_a_comparison_is_tested_on_the_explain_page(tab):
    page = tab("/compare")
    page.get_by_role("link", name=compare_words.TEST_IT).nth(1).click()
    expect(page.get_by_role("heading", name=BOTH).first).to_be_visible()
    page.wait_for_url("**model=shortcut**")
    shows(page, "A teapot with a badge")
