from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from browsing import answered, download, ready, seen, still
from PIL import Image
from playwright.sync_api import expect
from stand_in import ROOT

from saliency.verdict.advice import AreaRole
from saliency.verdict.words import HEADLINES, ROLES, TO_DO
from ui.check import words
from ui.check.more import words as more_words
from ui.explain.words import MORE_FILES, TEST_SLIDE, ZIP
from ui.photo.words import SAMPLES
from ui.widgets.words import FINGER
from ui.words import DETAILS, SLIDE
from ui.work.words import CANCEL

pytestmark = pytest.mark.browser

ANOTHER = words.MARK_ANOTHER[1:].partition(" area")[0]  # the link, as far as it reads the same
DEPENDS, LITTLE = (HEADLINES[key].partition("} ")[2] for key in ("depends", "not"))
FIRST = "/?sample=plant&area=none"  # the first of the products, with nothing marked
PLANT = (0.24, 0.3, 0.52, 0.48)  # in it
CORNER = (0.72, 0.02, 0.26, 0.26)
FOLDER = ROOT / "models" / "showroom" / "samples"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def frame(page):
    """The picture to draw on, in view."""
    picture = page.locator(".frame")
    expect(picture).to_be_visible()
    expect(page.get_by_text(DETAILS)).to_be_visible()
    ready(page)
    return still(picture)


def corners(page, box):
    around = frame(page)
    left, top, width, height = box
    x, y = around["x"] + left * around["width"], around["y"] + top * around["height"]
    return (x, y), (x + width * around["width"], y + height * around["height"])


def drag(page, box):
    (x, y), (u, v) = corners(page, box)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move((x + u) / 2, (y + v) / 2)
    page.mouse.move(u, v, steps=3)
    page.mouse.up()


def touch(page, box):
    """A finger that draws a box."""
    draw = page.get_by_role("button", name=FINGER)
    if draw.get_attribute("aria-pressed") == "false":
        draw.tap()
    swipe(page, box)


def swipe(page, box):
    """A finger moved across the picture, as the browser itself gets it."""
    (x, y), (u, v) = corners(page, box)
    finger = page.context.new_cdp_session(page)

    def send(kind, *points):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    send("touchStart", {"x": x, "y": y})
    for step in range(1, 6):
        send("touchMove", {"x": x + (u - x) * step / 5, "y": y + (v - y) * step / 5})
    send("touchEnd")


def drawn(page):
    """The line around what is marked."""
    return page.locator(".frame path.line").get_attribute("d")


def says(page, sentence):
    answered(page, page.get_by_role("heading", name=sentence))


def overflows(page):
    return page.evaluate(
        "[...document.querySelectorAll('[data-testid=stMain] img, [data-testid=stMain] button, "
        "[data-testid=stMain] canvas')]"
        ".filter(e => e.getBoundingClientRect().right > innerWidth + 1).length"
    )


@pytest.mark.slow
def test_a_box_is_drawn_with_the_mouse(tab):
    page = tab(FIRST)
    expect(page.get_by_text(words.NOTHING_MARKED)).to_be_visible()
    drag(page, PLANT)
    says(page, DEPENDS)
    expect(page.get_by_text("Covered: the score goes from")).to_be_visible()
    expect(page.get_by_text("% of the influence lies in the area")).to_be_visible()
    expect(page.get_by_alt_text(words.SHARE_ALT)).to_be_visible()
    x, y, width = (float(part) for part in drawn(page)[1:].replace("h", " ").split("v")[0].split())
    assert (x, y, width) == pytest.approx(PLANT[:3], abs=0.01)
    drag(page, CORNER)
    says(page, LITTLE)
    expect(page.get_by_role("heading", name=DEPENDS)).to_have_count(0)
    page.get_by_role("button", name=words.CLEAR).click()
    expect(page.get_by_text(words.NOTHING_MARKED)).to_be_visible()
    assert drawn(page) == ""


@pytest.mark.slow
def test_a_result_is_said_and_takes_the_place_that_was_lost(tab):
    page = tab(FIRST)
    frame(page)
    assert page.evaluate("document.activeElement === document.body")  # nobody has touched anything yet
    drag(page, PLANT)
    says(page, DEPENDS)
    expect(page.get_by_role("status").filter(has_text=DEPENDS)).to_be_attached()
    heading = page.get_by_role("heading", name=DEPENDS)
    expect(heading).to_be_focused()
    field = page.get_by_role("toolbar", name=words.FIELD_ROWS[2]).get_by_role("button", name="Right")
    page.get_by_text(words.WITHOUT_POINTER).click()
    field.click()
    says(page, LITTLE)
    expect(page.get_by_role("status").filter(has_text=LITTLE)).to_be_attached()
    expect(field).to_be_focused()  # whoever works with the keyboard stays there


@pytest.mark.slow
def test_the_verdict_in_slides_and_files_is_the_pages_whatever_the_area_is(tab):
    """Before and after a person says what the marked area is; the slides carry their text."""
    page = tab("/?sample=plant")
    answered(page, page.get_by_text(TO_DO).last)
    frame(page)
    for role in ("", ROLES[AreaRole.PRODUCT], ROLES[AreaRole.OTHER]):
        if role:
            choices = (page.get_by_role(kind, name=role, exact=True) for kind in ("radio", "button"))
            next(choices).or_(next(choices)).first.click()
            page.wait_for_url(f"**area-is={'product' if role == ROLES[AreaRole.PRODUCT] else 'other'}**")
            ready(page)
        blocks = page.locator("[data-testid=stVerticalBlock]")
        lines = blocks.filter(has=page.locator("h2"), has_text=TO_DO).last.locator("h2, p").all_inner_texts()
        _, _, title = lines[0].partition(" ")  # an icon is a word of its font
        (place,) = [place for place, line in enumerate(lines) if line.startswith(TO_DO)]
        reason, (advice, _, _) = lines[place - 1], lines[place].partition(ANOTHER)
        said = []
        for button in (SLIDE, TEST_SLIDE, ZIP):
            if button == TEST_SLIDE:
                page.get_by_role("button", name=MORE_FILES).click()
            file = download(page.get_by_role("button", name=button, exact=True)).path()
            if button == ZIP:
                with zipfile.ZipFile(file) as archive:
                    name = next(name for name in archive.namelist() if name.endswith("-answer.txt"))
                    said.append(archive.read(name).decode())
            else:
                with Image.open(file) as slide:
                    said.append(slide.text["Description"])
        page.keyboard.press("Escape")
        assert len(set(said)) == 1
        for part in (title, reason, advice):
            assert part.strip() in said[0]


@pytest.mark.slow
def test_a_tap_is_no_box(tab):
    page = tab(FIRST)
    (x, y), _ = corners(page, PLANT)
    page.mouse.click(x, y)
    ready(page)
    expect(page.get_by_text(words.NOTHING_MARKED)).to_be_visible()
    assert drawn(page) == ""


@pytest.mark.slow
def test_almost_the_whole_photo_gets_a_sentence(tab):
    page = tab(FIRST)
    drag(page, (0.005, 0.005, 0.99, 0.99))
    expect(seen(page, "The area is almost the whole photo")).to_be_visible()
    drag(page, PLANT)
    says(page, DEPENDS)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_box_is_drawn_with_a_finger_on_a_phone(tab, scheme):
    page = tab(FIRST, color_scheme=scheme, **PHONE)
    before = frame(page)
    touch(page, PLANT)
    says(page, DEPENDS)
    assert page.locator(".frame").bounding_box()["width"] == before["width"]
    for name in (more_words.NAMES[key] for key in ("keep", "paste", "hide")):
        page.get_by_role("radio", name=name).click()
        ready(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert overflows(page) == 0


@pytest.mark.slow
def test_a_finger_on_the_picture_scrolls_the_page_until_it_may_draw(tab):
    page = tab(FIRST, **PHONE)
    frame(page)
    assert page.locator(".frame").evaluate("e => getComputedStyle(e).touchAction") == "auto"
    scrolled = "document.querySelector('[data-testid=stMain]').scrollTop"
    before = page.evaluate(scrolled)
    swipe(page, (0.5, 0.9, 0.01, -0.8))
    page.wait_for_function(f"{scrolled} > {before + 50}")
    expect(page.get_by_text(words.NOTHING_MARKED)).to_be_visible()
    assert drawn(page) == ""
    page.get_by_role("button", name=FINGER).tap()
    assert page.locator(".frame").evaluate("e => getComputedStyle(e).touchAction") == "none"


@pytest.mark.slow
def test_an_area_is_marked_by_keyboard_alone(tab):
    page = tab(FIRST)
    frame(page)
    opener = page.get_by_text(words.WITHOUT_POINTER)
    opener.locator("xpath=ancestor::summary").focus()
    page.keyboard.press("Enter")
    rows = page.get_by_role("toolbar", name=words.FIELD_ROWS[1])
    middle = rows.get_by_role("button", name="Middle")
    middle.focus()
    page.keyboard.press("Space")
    says(page, DEPENDS)
    slider = page.get_by_role("slider", name=words.ACROSS).first
    slider.focus()
    slider.press("ArrowLeft")
    expect(page.locator(".frame path.line")).to_have_attribute("d", re.compile(r"M0\.32"))
    says(page, DEPENDS)


def badge():
    """The sample with a badge on a mug: its key, and where the badge is."""
    entries = json.loads((FOLDER / "samples.json").read_text(encoding="utf-8"))
    entry = next(entry for entry in entries if entry.get("badge") and entry["label"] == "mug")
    return Path(entry["file"]).stem, entry["badge"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("model", "sentence"), [("shortcut", DEPENDS), ("showroom", LITTLE)], ids=["shortcut", "sound"]
)
@pytest.mark.parametrize("way", ["mouse", "finger", "fields"])
def test_the_badge_carries_the_guess_of_the_model_with_a_shortcut_only(tab, way, model, sentence):
    sample, box = badge()
    page = tab(f"/?sample={sample}&model={model}", **(PHONE if way == "finger" else {}))
    if way == "fields":
        frame(page)
        page.get_by_text(words.WITHOUT_POINTER).locator("xpath=ancestor::summary").focus()
        page.keyboard.press("Enter")
        lower = page.get_by_role("toolbar", name=words.FIELD_ROWS[2])
        lower.get_by_role("button", name="Right").focus()
        page.keyboard.press("Space")
    else:
        (drag if way == "mouse" else touch)(page, box)
    says(page, sentence)


@pytest.mark.slow
def test_the_hiding_slider_answers_at_once(tab):
    page = tab(FIRST)
    page.get_by_role("radio", name=more_words.NAMES["hide"]).click()
    answered(page, seen(page, "With the strongest 20 % hidden"))
    slider = page.get_by_role("slider", name=more_words.HIDE_LEVEL)
    slider.focus()
    slider.press("ArrowRight")
    expect(seen(page, "With the strongest 25 % hidden")).to_be_visible()
    expect(page.get_by_role("status").get_by_text("With the strongest 25 % hidden")).not_to_contain_text("**")
    expect(page.get_by_alt_text(more_words.HIDDEN_ALT.format(level=25))).to_be_visible()


@pytest.mark.slow
def test_a_check_that_was_run_leaves_no_button_behind(tab):
    page = tab(FIRST)
    drag(page, PLANT)
    says(page, DEPENDS)
    page.get_by_role("radio", name=more_words.NAMES["paste"]).click()
    button = page.get_by_role("button", name="Run this test")
    button.click()
    expect(seen(page, "that the model had called something else")).to_be_visible()
    expect(button).to_have_count(0)
    expect(page.get_by_role("button", name=CANCEL)).to_have_count(0)


@pytest.mark.slow
def test_changed_settings_leave_no_old_check(tab):
    page = tab(FIRST)
    drag(page, PLANT)
    says(page, DEPENDS)
    before = drawn(page)
    page.get_by_role("group", name=SAMPLES).get_by_role("button").nth(4).click()
    expect(page.locator(".frame path.line")).not_to_have_attribute("d", before)  # its own strongest place
    page.get_by_role("group", name=SAMPLES).get_by_role("button").nth(3).click()
    expect(page.locator(".frame path.line")).to_have_attribute("d", before)
    says(page, DEPENDS)
