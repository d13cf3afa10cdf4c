from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from urllib.parse import quote_plus

import numpy as np
import pytest
from browsing import choose, download, ready, seen
from PIL import Image
from playwright.sync_api import expect

from ui.explain.words import BOTH, GUESSES, MORE_FILES, MORE_VIEWS, ZIP
from ui.guide.words import TITLES
from ui.photo.words import SAMPLES
from ui.sharing.words import PAGE, SHARE
from ui.widgets.words import STRENGTH
from ui.words import MODEL, PAGES, SLIDE
from ui.work.words import CANCEL, CANCELLED, waiting

pytestmark = pytest.mark.browser


def picture(page, alt):
    """The address of a picture, which changes with its content."""
    return page.get_by_alt_text(alt).first.get_attribute("src")


def other_view(page, name):
    page.get_by_role("button", name=MORE_VIEWS).click()
    page.get_by_text(name, exact=False).first.click()
    page.keyboard.press("Escape")


@pytest.mark.slow
def test_the_main_job_on_ones_own_photo(tab, photo):
    page = tab()
    expect(page.get_by_role("heading", name=BOTH).first).to_be_visible()

    page.locator("input[type=file]").first.set_input_files(photo)
    expect(page.get_by_alt_text(f"The photo '{photo.name}' as the model received it")).to_be_visible()
    ready(page)
    assert "sample" not in page.url

    choose(page, MODEL, "Shelf inspector")
    expect(page.get_by_text("A second model.")).to_be_visible()
    page.wait_for_url("**model=shelves**")
    ready(page)
    expect(page.get_by_role("heading", name=BOTH).first).to_be_visible()

    guesses = page.get_by_test_id("stButtonGroup").filter(has_text=GUESSES).get_by_role("radio")
    second = guesses.nth(1).inner_text().split(" · ")[0]
    guesses.nth(1).click()
    expect(seen(page, f"influence on the score for '{second}'")).to_be_visible()

    other_view(page, "Grad-CAM++")
    page.wait_for_url("**view=grad-cam-plus-plus**")
    ready(page)  # until then what was drawn for the view before may stand below
    expect(page.get_by_role("heading", name=BOTH)).to_be_visible()

    heat, both = picture(page, "Heat map of"), picture(page, "under the colours")
    slider = page.get_by_role("slider", name=STRENGTH)
    slider.focus()
    for _ in range(4):
        slider.press("ArrowRight")
    expect(slider).to_have_value("80")
    page.wait_for_function(
        "before => document.querySelector('img[alt*=\"under the colours\"]').getAttribute('src') !== before",
        arg=both,
    )
    assert picture(page, "Heat map of") == heat

    with Image.open(download(page.get_by_role("button", name=SLIDE)).path()) as opened:
        assert opened.size == (1920, 1080)
        opened.verify()
    page.get_by_role("button", name=MORE_FILES).click()
    with zipfile.ZipFile(download(page.get_by_role("button", name=ZIP)).path()) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        values = np.load(io.BytesIO(archive.read(next(n for n in names if n.endswith(".npy")))))
        record = json.loads(archive.read(next(n for n in names if n.endswith(".json") and "check" not in n)))
        packed = archive.read(next(n for n in names if n.endswith(".html"))).decode()
    page.keyboard.press("Escape")
    page.get_by_role("button", name=SHARE).click()
    sent = download(page.get_by_role("button", name=PAGE))
    assert Path(sent.path()).read_text(encoding="utf-8") == packed
    assert photo.name in packed
    with Image.open(photo) as original:
        assert values.shape == (original.height, original.width)
    assert record["method"] == "grad-cam-plus-plus"
    assert record["model"] == "Shelf inspector"
    assert record["target"] == second
    assert f"class={quote_plus(second)}" in page.url


@pytest.mark.slow
def test_a_slow_view_can_be_cancelled_and_frees_the_line(tab):
    page = tab("/?view=rise")
    page.get_by_role("button", name="Start (about").click()
    expect(page.get_by_text("Measuring the influence: ")).to_be_visible()
    expect(page.get_by_text(" left.")).to_be_visible()
    page.get_by_role("button", name=CANCEL).click()
    expect(page.get_by_text(CANCELLED)).to_be_visible()
    expect(page.get_by_role("button", name="Start (about")).to_be_visible()
    expect(page.get_by_role("heading", name=BOTH).first).to_be_visible()  # the quick view's, as before
    page.get_by_role("radio", name="Quick view").click()
    expect(page.get_by_role("heading", name=BOTH).first).to_be_visible()


@pytest.mark.slow
def test_quick_questions_of_others_go_first_and_a_closed_tab_frees_the_line(tab):
    slow = tab("/?view=rise")
    slow.get_by_role("button", name="Start (about").click()
    expect(slow.get_by_text("Measuring the influence: ")).to_be_visible()
    other = tab("/?view=gradient&class=0")
    expect(other.get_by_role("heading", name=BOTH).first).to_be_visible()
    expect(slow.get_by_text("Measuring the influence: ")).to_be_visible()  # still
    other.goto(other.url.split("?")[0] + "?view=rise&class=1")
    ready(other)
    other.get_by_role("button", name="Start (about").click()
    expect(other.get_by_text(waiting(1))).to_be_visible()
    slow.close()
    expect(other.get_by_text("Measuring the influence: ")).to_be_visible()
    other.get_by_role("button", name=CANCEL).click()
    expect(other.get_by_text(CANCELLED)).to_be_visible()


@pytest.mark.slow
def test_samples_are_chosen_by_pointer_and_keyboard_and_shared_by_link(tab):
    page = tab()
    row = page.get_by_role("group", name=SAMPLES)
    thumbnails = row.get_by_role("button")
    expect(thumbnails.first).to_have_attribute("aria-pressed", "true")
    thumbnails.nth(1).click()
    expect(thumbnails.nth(1)).to_have_attribute("aria-pressed", "true")
    thumbnails.nth(2).press("Enter")
    expect(thumbnails.nth(2)).to_have_attribute("aria-pressed", "true")
    page.wait_for_url("**sample=**")
    ready(page)
    other = tab(page.url[page.url.index("/?") :])
    copies = other.get_by_role("group", name=SAMPLES).get_by_role("button")
    expect(copies.nth(2)).to_have_attribute("aria-pressed", "true")


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_everything_in_its_width(tab, scheme):
    page = tab("", color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_role("heading", name=BOTH).first).to_be_attached()
    ready(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    beyond = page.evaluate(
        "[...document.querySelectorAll('[data-testid=stMain] img, [data-testid=stMain] button')]"
        ".filter(e => e.getBoundingClientRect().right > innerWidth + 1).length"
    )
    assert beyond == 0


@pytest.mark.slow
def test_the_guide_is_a_click_away(tab):
    page = tab()
    page.get_by_role("link", name=PAGES["guide"][0]).click()
    expect(page.get_by_role("heading", name="How to read a heat map")).to_be_visible()
    expect(page.get_by_text(TITLES["misleading"])).to_be_visible()
    page.get_by_role("link", name=PAGES["explain"][0]).click()
    expect(page.get_by_role("heading", name=BOTH).first).to_be_visible()


@pytest.mark.slow
def test_nothing_is_fetched_from_elsewhere(tab, server):
    asked = []
    page = tab()
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    ready(page)
    assert asked
    assert all(url.startswith((server, "data:", "blob:", server.replace("http", "ws"))) for url in asked)
