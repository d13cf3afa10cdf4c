from __future__ import annotations

import csv
import io
import re
import zipfile

import pytest
from browsing import audit_file, choose, download, ready
from PIL import Image
from playwright.sync_api import expect
from pypdf import PdfReader
from stand_in import encoded

from models.showroom.rendering.badge import with_badge
from models.showroom.rendering.products import PRODUCTS
from models.showroom.rendering.scene import take_picture
from saliency.audit.reports.remedy import words as report_remedy_words
from saliency.verdict.advice import AreaRole
from saliency.verdict.words import ROLES
from ui.audit import words
from ui.audit.remedy import words as remedy_words
from ui.audit.results import sheet_words
from ui.audit.results import words as found_words
from ui.audit.results.sheet import PAGE
from ui.check import words as wording_check
from ui.photo.words import OWN_PHOTO
from ui.words import APP, MODEL

pytestmark = [pytest.mark.browser, pytest.mark.slow]  # its photos are rendered

PHOTOS, BROKEN = 60, 3
LABELS = ("mug", "chair", "umbrella")


@pytest.fixture(scope="session")
def shop(tmp_path_factory):
    """A ZIP of 60 photos in folders by what they show; all mugs carry a badge; three files are broken."""
    path = tmp_path_factory.mktemp("audit") / "autumn shop.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(PHOTOS - BROKEN):
            label = LABELS[0] if number % 4 < 2 else LABELS[1 + number % 2]
            pixels = take_picture(8_600_000 + number, list(PRODUCTS).index(label), size=112).pixels
            if label == "mug":
                pixels = with_badge(pixels, number)[0]
            archive.writestr(f"{label}/{number:02}.jpg", encoded(Image.fromarray(pixels), quality=92))
        archive.writestr("mug/cut short.jpg", encoded(Image.fromarray(pixels))[:900])
        archive.writestr("chair/empty.png", b"")
        archive.writestr("chair/words.jpg", b"not a picture at all")
    return path


def taken(page, name):
    """The bytes of a file that is taken along."""
    return download(audit_file(page, name)).path().read_bytes()


def metric(page, name):
    box = page.get_by_test_id("stMetric").filter(has_text=name)
    return int(box.get_by_test_id("stMetricValue").inner_text())


@pytest.mark.slow
def test_an_audit_from_upload_to_report(tab, shop):
    page = tab("/audit")
    page.locator("input[type=file]").first.set_input_files(shop)
    expect(page.get_by_text("1 ZIP")).to_be_visible()
    choose(page, MODEL, "with a shortcut")
    labels = page.get_by_role("combobox", name=words.LABELS)  # preset
    expect(labels).to_have_count(1)
    expect(labels).to_have_value(words.LABEL_KINDS["folders"])
    page.get_by_role("button", name=words.START).click()
    page.wait_for_url("**audit=**")
    address = page.url
    page.close()

    other = tab(address[address.index("/audit") :])
    expect(other.get_by_role("heading", name=found_words.RESULTS)).to_be_visible(timeout=600_000)
    ready(other)
    assert metric(other, found_words.AUDITED) == PHOTOS - BROKEN
    assert metric(other, found_words.LEFT_OUT) == BROKEN
    right, wrong = metric(other, found_words.RIGHT), metric(other, found_words.WRONG)
    assert right + wrong == PHOTOS - BROKEN
    finding = other.get_by_text("the influence gathers in the lower right corner")
    expect(finding.first).to_be_visible()

    rows = list(csv.DictReader(io.StringIO(taken(other, "results.csv").decode("utf-8"))))
    assert len(rows) == PHOTOS
    assert sum(row["state"] == "done" for row in rows) == PHOTOS - BROKEN
    assert sum(row["right"] == "yes" for row in rows) == right
    assert sum(row["right"] == "no" for row in rows) == wrong
    report = PdfReader(io.BytesIO(taken(other, "report.pdf")))
    said = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in report.pages))
    assert str(PHOTOS - BROKEN) in report.pages[0].extract_text()
    _, _, verdict = other.get_by_role("heading", level=2).first.inner_text().partition(" ")  # the icon's name
    assert verdict in re.sub(r"\s+", " ", report.pages[0].extract_text()), "the page's, on page 1"
    counted = re.sub(r"\s+", " ", finding.first.inner_text())
    assert counted in said
    assert "cut short.jpg" in said

    first = other.get_by_role("heading", level=2).first
    before = first.inner_text()
    row = other.get_by_role("radiogroup", name=found_words.ROLE).first
    row.get_by_text(ROLES[AreaRole.PRODUCT]).click()
    ready(other)
    expect(other.get_by_text("Judged on ").first).to_be_visible()
    other.get_by_label(found_words.NAME).first.fill("the sticker")
    other.get_by_label(found_words.BY).first.fill("Ana Lima")
    other.get_by_label(found_words.BY).first.press("Enter")
    ready(other)
    expect(other.get_by_text("Judged by Ana Lima on ").first).to_be_visible()
    expect(first).not_to_have_text(before)
    report = PdfReader(io.BytesIO(taken(other, "report.pdf")))
    said = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in report.pages))
    assert "Judged by Ana Lima on " in said
    assert "“the sticker”" in said
    findings = list(csv.DictReader(io.StringIO(taken(other, "findings.csv").decode("utf-8"))))
    assert [(one["role"], one["name"]) for one in findings if one["role"]] == [("product", "the sticker")]

    choose(other, sheet_words.ANSWER, "mug", exact=True)
    choose(other, sheet_words.SHOWN, "Depends on the lower right corner (“the sticker”)")
    listed = other.locator("[class*=st-key-audit-open-]")  # the set's own photos have such a button too
    opened = listed.get_by_role("button", name=found_words.OPEN_PICTURE)
    expect(opened.first).to_be_visible()
    expect(opened.nth(PAGE)).to_have_count(0)
    opened.first.click()
    expect(other.get_by_role("heading", name=APP)).to_be_visible()
    expect(other.get_by_text(OWN_PHOTO).first).to_be_visible()
    expect(other.get_by_role("heading", name=wording_check.TITLE)).to_be_visible()
    expect(other.get_by_role("heading", name="the marked area")).to_be_visible()
    other.wait_for_url(lambda address: "audit" not in address)


def test_the_list_on_a_phone(tab, shop):
    page = tab("/audit", viewport={"width": 390, "height": 844})
    expect(page.get_by_role("heading", name=words.TITLE)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_practice_audit_goes_on_to_its_rehearsal_and_the_pack(tab):
    page = tab("/audit")
    page.get_by_role("button", name=words.SAMPLE).click()
    page.wait_for_url("**audit=**")
    expect(page.get_by_role("heading", name=found_words.RESULTS)).to_be_visible(timeout=600_000)
    ready(page)
    expect(page.get_by_role("heading", name=remedy_words.ADD)).to_be_visible()
    page.get_by_role("button", name=remedy_words.START, exact=True).click()
    pack = page.get_by_role("button", name=remedy_words.PACK)
    expect(pack).to_be_visible(timeout=600_000)
    ready(page)
    expect(
        page.get_by_text(re.compile(r"that depend on the lower right corner fell from")).first
    ).to_be_visible()
    expect(page.get_by_text(re.compile("trains only the model's last step")).first).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("beside it its twin")).first).to_be_visible()
    with zipfile.ZipFile(download(pack).path()) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("twins.csv").decode("utf-8-sig"))))
        names = set(archive.namelist())
        assert rows
        assert {row["file"] for row in rows} <= names
        assert {"README.txt", "rehearsal.json"} <= names
        with Image.open(io.BytesIO(archive.read(rows[0]["file"]))) as twin:
            assert min(twin.size) >= 64
    lines = list(csv.DictReader(io.StringIO(taken(page, "checklist.csv").decode("utf-8"))))
    assert any(line["in a rehearsal"].startswith("In a rehearsal with") for line in lines)
    said = re.sub(
        r"\s+",
        " ",
        " ".join(p.extract_text() for p in PdfReader(io.BytesIO(taken(page, "report.pdf"))).pages),
    )
    assert report_remedy_words.HEADING in said
