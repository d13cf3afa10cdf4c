"""The page as axe-core judges it, state by state in both themes, and what it cannot see: titles, focus."""

from __future__ import annotations

import zipfile

import pytest
import torch
from accessibility import findings
from browsing import answered, choose, ready, shop_zip
from playwright.sync_api import expect

from models.torchvision_guard import import_torchvision
from saliency.verdict.words import HEADLINES
from ui.audit import words as audit_words
from ui.audit.results import words as found_words
from ui.compare import words as compare_words
from ui.explain.words import BOTH, ELSE, MORE_VIEWS, UNKNOWN_THING
from ui.guide import words as guide_words
from ui.models import words as models_words
from ui.sharing.words import PAGE, SHARE
from ui.words import PAGES, page_title

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TESTED = "/?sample=plant&area=0.24,0.3,0.52,0.48"
TAKEN_AS = "is what a person said; it was not measured"
DEPENDS = HEADLINES["depends"].partition("} ")[2]
BACKGROUNDS = {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 22, 28)"}


@pytest.fixture(scope="session")
def shop(tmp_path_factory):
    """A ZIP of twelve photos in folders by what they show, and a broken one."""
    path = shop_zip(tmp_path_factory.mktemp("accessible") / "small shop.zip", 12)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("mug/words.jpg", b"not a picture at all")
    return path


@pytest.fixture(scope="session")
def weights(tmp_path_factory):
    """Weights of a small model, in a file without the names of its three classes."""
    path = tmp_path_factory.mktemp("weights") / "products.pth"
    torch.manual_seed(0)
    torch.save(import_torchvision().models.squeezenet1_1(num_classes=3).state_dict(), path)
    return path


def first_page(page, request):
    expect(page.get_by_role("heading", name=BOTH).first).to_be_visible()


def own_photo(page, request):
    photo = request.getfixturevalue("photo")
    page.locator("input[type=file]").first.set_input_files(photo)
    expect(page.get_by_alt_text(f"The photo '{photo.name}' as the model received it")).to_be_visible()


def other_views(page, request):
    page.get_by_role("button", name=MORE_VIEWS).click()
    expect(page.get_by_text("Grad-CAM++", exact=False).first).to_be_visible()


def area_tested(page, request):
    answered(page, page.get_by_role("heading", name=DEPENDS))


def verdict_of_merit(page, request):
    answered(page, page.get_by_text(TAKEN_AS).first)


def no_such_answer(page, request):
    field = page.get_by_role("textbox", name=ELSE)
    field.fill("garden gnome")
    field.press("Enter")
    expect(page.get_by_text(UNKNOWN_THING).first).to_be_visible()


def sharing(page, request):
    page.get_by_role("button", name=SHARE).click()
    expect(page.get_by_role("button", name=PAGE)).to_be_visible()


def refused_upload(page, request):
    file = {"name": "notes.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}
    page.locator("input[type=file]").first.set_input_files([file])
    expect(page.get_by_role("alert").first).to_be_visible()


def compared(page, request):
    expect(page.get_by_role("heading", name=compare_words.DIFFERENCE).first).to_be_visible()


def guide(page, request):
    expect(page.get_by_text(guide_words.MAP_PICTURE).last).to_be_visible()


def audit_form(page, request):
    expect(page.get_by_role("button", name=audit_words.START)).to_be_visible()


def finished_audit(page, request):
    page.locator("input[type=file]").first.set_input_files(request.getfixturevalue("shop"))
    expect(page.get_by_text("1 ZIP")).to_be_visible()
    ready(page)
    choose(page, audit_words.LABELS, audit_words.LABEL_KINDS["folders"])
    page.get_by_role("button", name=audit_words.START).click()
    expect(page.get_by_role("heading", name=found_words.RESULTS)).to_be_visible(timeout=600_000)
    ready(page)
    page.get_by_role("button", name=audit_words.DELETE).click()
    expect(page.get_by_role("button", name=audit_words.DELETE_YES)).to_be_visible()


def models_page(page, request):
    expect(page.get_by_role("heading", name=models_words.ADD)).to_be_visible()
    page.get_by_text(models_words.VIEWS).first.click()
    expect(page.get_by_text("by hiding parts and asking again")).to_be_visible()
    page.get_by_role("button", name=models_words.RENAME).first.click()
    expect(page.get_by_role("button", name=models_words.RENAME_YES)).to_be_visible()


def refused_model(page, request):
    file = {"name": "model.pkl", "mimeType": "application/octet-stream", "buffer": b"anything"}
    page.locator("input[type=file]").first.set_input_files([file])
    expect(page.get_by_text("can carry code").first).to_be_visible()


def model_with_photos(page, request):
    page.locator("input[type=file]").first.set_input_files(request.getfixturevalue("weights"))
    names = page.get_by_label(models_words.LABELS)
    names.fill("mug\nchair\nlamp")
    page.get_by_role("button", name=models_words.LABELS_USE).click()
    photos = page.get_by_test_id("stFileUploader").filter(has_text=models_words.PHOTOS)
    photos.locator("input[type=file]").set_input_files(request.getfixturevalue("photo"))
    choose(page, models_words.SHOWS.partition("{")[0], "mug", exact=True)
    page.get_by_role("button", name=models_words.PROVE.start).click()
    expect(page.get_by_text("of your photos are right").first).to_be_visible()
    ready(page)


STATES = {
    "first page": ("", first_page),
    "own photo": ("", own_photo),
    "other views": ("", other_views),
    "tested area": (TESTED, area_tested),
    "a good verdict": (f"{TESTED}&area-is=product", verdict_of_merit),
    "a mixed verdict": (f"{TESTED}&area-is=detail", verdict_of_merit),
    "a bad verdict": (f"{TESTED}&area-is=other", verdict_of_merit),
    "no such answer": ("", no_such_answer),
    "sharing": ("", sharing),
    "refused upload": ("", refused_upload),
    "compare": ("/compare", compared),
    "guide": ("/guide", guide),
    "meeting": ("/guide?meeting=true", guide),
    "audit form": ("/audit", audit_form),
    "finished audit": ("/audit", finished_audit),
    "models": ("/models", models_page),
    "refused model": ("/models", refused_model),
    "model with photos": ("/models", model_with_photos),
}


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_grave_in_either_theme(tab, request, state):
    path, reach = STATES[state]
    page = tab(path, bypass_csp=True, color_scheme="light")
    reach(page, request)
    page.mouse.move(0, 0)  # what is under the pointer as the theme changes keeps the colour of the one before
    for scheme, background in BACKGROUNDS.items():
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(
            "colour => getComputedStyle(document.querySelector('[data-testid=stApp]'))"
            ".backgroundColor === colour",
            arg=background,
        )
        ready(page)
        page.wait_for_timeout(500)  # what fades in has faded in
        assert findings(page) == [], scheme


def test_each_page_has_a_title_of_its_own(tab):
    page = tab()
    titles = []
    for name, _, _ in PAGES.values():
        page.get_by_role("link", name=name).first.click()
        page.wait_for_function("title => document.title === title", arg=page_title(name))
        titles.append(page.title())
    assert len(set(titles)) == len(PAGES)


def test_the_keyboards_place_is_seen_in_the_navigation(tab):
    page = tab()
    link = page.get_by_role("link", name=PAGES["guide"][0])
    for _ in range(20):
        page.keyboard.press("Tab")
        if PAGES["guide"][0] in page.evaluate("document.activeElement.innerText"):
            break
    style = link.evaluate("e => [getComputedStyle(e).outlineStyle, getComputedStyle(e).outlineWidth]")
    assert style == ["solid", "2px"]
