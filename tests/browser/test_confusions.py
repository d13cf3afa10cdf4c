from __future__ import annotations

import re
import zipfile
from urllib.parse import parse_qsl, urlsplit

import pytest
from browsing import choose, ready
from PIL import Image
from playwright.sync_api import expect
from stand_in import encoded

from models.showroom.rendering.badge import with_badge
from models.showroom.rendering.products import PRODUCTS
from models.showroom.rendering.scene import take_picture
from saliency.audit.reports import confusion_words
from ui.audit import words
from ui.audit.results import sheet_words
from ui.audit.results import words as found_words
from ui.audit.results.sheet import PAGE
from ui.photo.words import BACK_TO_AUDIT
from ui.words import APP, MODEL

pytestmark = [pytest.mark.browser, pytest.mark.slow]  # its photos are rendered

CHAIRS, LAMPS = 34, 6


@pytest.fixture(scope="module")
def mistaken(tmp_path_factory):
    """A ZIP of chairs, nearly all of which are taken for mugs because of a badge; and of lamps."""
    path = tmp_path_factory.mktemp("confusions") / "chairs and lamps.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(CHAIRS + LAMPS):
            label = "chair" if number < CHAIRS else "lamp"
            pixels = take_picture(8_610_000 + number, list(PRODUCTS).index(label), size=112).pixels
            if label == "chair":
                pixels = with_badge(pixels, number)[0]
            archive.writestr(f"{label}/{number:02}.jpg", encoded(Image.fromarray(pixels), quality=92))
    return path


def asked(page):
    """What the page's address asks for."""
    return dict(parse_qsl(urlsplit(page.url).query))


def cards(page):
    """The buttons of the photos on the sheet, in its order."""
    listed = page.locator("[class*=st-key-audit-open-]")  # the set's own photos have such a button too
    return listed.get_by_role("button", name=found_words.OPEN_PICTURE)


def files(page, count):
    """The photos on the sheet, in its order: the last so many on the page that are under their maps."""
    alts = page.get_by_role("img", name=re.compile("^The photo “.*” with the heat map")).all()
    return [re.search("“(.*?)”", image.get_attribute("alt")).group(1) for image in alts[-count:]]


def test_a_cell_leads_to_its_photos_and_explain_back_to_the_same_place(tab, mistaken):
    page = tab("/audit")
    page.locator("input[type=file]").first.set_input_files(mistaken)
    expect(page.get_by_text("1 ZIP")).to_be_visible()
    choose(page, MODEL, "with a shortcut")
    expect(page.get_by_role("combobox", name=words.LABELS)).to_have_value(words.LABEL_KINDS["folders"])
    page.get_by_role("button", name=words.START).click()
    page.wait_for_url("**audit=**")
    expect(page.get_by_role("heading", name=confusion_words.HEADING)).to_be_visible(timeout=600_000)
    ready(page)

    cell = page.get_by_role("button", name=re.compile("photos of “chair” called “mug”$"))
    expect(cell).to_have_attribute("aria-pressed", "false")
    count = int(cell.inner_text())
    assert PAGE < count <= CHAIRS, "two pages of them"
    cell.click()
    page.wait_for_url("**label=chair&answer=mug**")
    ready(page)
    expect(cell).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("heading", name="“chair” taken for “mug”")).to_be_visible()
    expect(
        page.get_by_text(f"{count} of {CHAIRS} photos of “chair” were called “mug”.").first
    ).to_be_visible()
    expect(page.get_by_text(sheet_words.shown(1, PAGE, count), exact=True)).to_be_visible()

    choose(page, sheet_words.ORDER, sheet_words.ORDERS["file"])
    page.get_by_role("button", name="Next page").click()
    expect(page.get_by_text(sheet_words.shown(PAGE + 1, count, count), exact=True)).to_be_visible()
    ready(page)
    expect(cards(page)).to_have_count(count - PAGE)
    listed = files(page, count - PAGE)
    assert listed == sorted(listed)
    assert all(file.startswith("chair/") for file in listed)

    before = asked(page)
    assert before.items() >= {"label": "chair", "answer": "mug", "sort": "file", "page": "2"}.items()
    cards(page).nth(1).click()
    expect(page.get_by_role("heading", name=APP)).to_be_visible()
    page.wait_for_url(lambda address: "audit" not in address)
    ready(page)
    expect(page.get_by_text(listed[1]).first).to_be_visible()
    page.get_by_role("link", name=BACK_TO_AUDIT).click()
    page.wait_for_url("**audit=**")
    ready(page)
    after = asked(page)
    assert after.items() >= before.items(), "the same filters, order and page"
    assert after.keys() - before.keys() == {"photo"}
    expect(page.get_by_text(sheet_words.shown(PAGE + 1, count, count), exact=True)).to_be_visible()
    expect(cell).to_have_attribute("aria-pressed", "true")
    expect(cards(page).nth(1)).to_be_in_viewport()
    expect(cards(page).nth(1)).to_be_focused()
    assert files(page, count - PAGE) == listed

    page.go_back()
    page.wait_for_url(lambda address: "audit" not in address)
    ready(page)
    expect(page.get_by_text(listed[1]).first).to_be_visible()
