"""A day in small, after which nothing of what was handed over is on the disk, nor in the log."""

from __future__ import annotations

import re
import zipfile

import pytest
from browsing import audit_file, download, ready
from PIL import Image
from playwright.sync_api import expect
from stand_in import draw, encoded

from ui.audit import words as audit_words
from ui.audit.results import words as found_words
from ui.explain.words import BOTH, MORE_FILES, ZIP
from ui.models import words as models_words
from ui.words import SLIDE

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAME, NOTE = "quokka-on-monday", "taken by Zaphod Quux"
AUDIT = "wombat-shelves"
PATIENCE = 300_000  # milliseconds: the computer may be busy


class Traces:
    """What a photo could be found by: its name, its EXIF, the bytes of its file, its pixels as they are."""

    def __init__(self, folder):
        """Makes the photo and everything else that is handed over."""
        exif = Image.Exif()
        exif[0x010E] = NOTE
        picture = draw(320, 320, seed=3)
        content = encoded(picture, quality=92, exif=exif)
        folder.mkdir()
        self.photo = folder / f"{NAME}.jpg"
        self.photo.write_bytes(content)
        self.photos = folder / f"{AUDIT}.zip"
        with zipfile.ZipFile(self.photos, "w") as archive:
            for number in range(4):
                archive.writestr(f"{NAME}-{number}.jpg", encoded(draw(200, 200, number), exif=exif))
        self.model = content
        pixels = picture.tobytes()
        self.parts = {
            "name": NAME.encode(),
            "name of the set": AUDIT.encode(),
            "EXIF": NOTE.encode(),
            "file": content[len(content) // 2 :][:48],
            "pixels": pixels[len(pixels) // 2 :][:48],
        }

    def below(self, folder):
        """Which of them are where below a folder, in names and contents of files."""
        found = []
        for path in folder.rglob("*"):
            place = path.relative_to(folder).as_posix()
            content = path.read_bytes() if path.is_file() else b""
            found += [(place, what) for what, part in self.parts.items() if part in content + place.encode()]
        return found


def explained(page, traces):
    page.locator("input[type=file]").first.set_input_files(traces.photo)
    expect(page.get_by_alt_text(f"The photo '{traces.photo.name}' as the model received it")).to_be_visible()
    ready(page)
    expect(page.get_by_role("heading", name=BOTH)).to_be_visible()
    run = page.get_by_role("button", name="Run this test")
    if run.count():  # the computer is too busy to answer at once
        run.first.click()
        ready(page)
    for button in (SLIDE, ZIP):
        if button == ZIP:
            page.get_by_role("button", name=MORE_FILES).click()
        assert download(page.get_by_role("button", name=button)).path().stat().st_size > 1000


def audited(page, traces):
    page.locator("input[type=file]").first.set_input_files(traces.photos)
    expect(page.get_by_text("1 ZIP")).to_be_visible()
    ready(page)
    page.get_by_role("button", name=audit_words.START).click()
    expect(page.get_by_role("heading", name=found_words.RESULTS)).to_be_visible(timeout=600_000)
    ready(page)
    assert download(audit_file(page, "report.pdf")).path().stat().st_size > 1000


def deleted(page):
    page.get_by_role("button", name=audit_words.DELETE).click()
    page.get_by_role("button", name=audit_words.DELETE_YES).click()
    expect(page.get_by_text(audit_words.DELETED)).to_be_visible()


def began_to_add_a_model(page, traces):
    file = {"name": "slow.onnx", "mimeType": "application/octet-stream", "buffer": traces.model}
    uploader = page.get_by_test_id("stFileUploader").filter(has_text=models_words.FILES)
    uploader.locator("input[type=file]").set_input_files([file])
    expect(page.get_by_text("Looking into the model").first).to_be_visible()
    page.wait_for_timeout(1000)  # what moved as the bar came stands still


def test_nothing_of_a_day_is_left(browser, server_alone, tmp_path_factory):
    server, folder = server_alone
    traces = Traces(tmp_path_factory.mktemp("handed-over") / "files")
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    try:
        page.goto(server)
        ready(page)
        explained(page, traces)
        assert traces.below(folder) == [], "a single photo is nowhere but in memory"

        page.goto(f"{server}/audit")
        ready(page)
        audited(page, traces)
        here = traces.below(folder)
        assert here, "else nothing would be found anywhere"
        assert {place.split("/")[0] for place, _ in here} == {"audits"}
        deleted(page)
        assert traces.below(folder) == []

        page.goto(f"{server}/models")
        ready(page)
        began_to_add_a_model(page, traces)
        assert {place.split("/")[0] for place, _ in traces.below(folder)} <= {"own", "tmp"}
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_text("Stopped. Nothing was changed.")).to_be_visible()
        page.get_by_role("button", name=models_words.START_OVER).click()
        ready(page)
    finally:
        context.close()
    assert traces.below(folder) == []
    files = [path.relative_to(folder).parts for path in folder.rglob("*") if path.is_file()]
    temporary = [parts[-1] for parts in files if parts[0] == "tmp"]
    assert temporary == ["lock"], "which says that this server is at work"
    assert {parts[0] for parts in files} == {"log", "own", "tmp"}, "else models of one's own, and the log"
    assert list((folder / "audits").iterdir()) == []
    assert not re.search(r"\d{1,3}(\.\d{1,3}){3}", (folder / "log").read_text(encoding="utf-8"))
