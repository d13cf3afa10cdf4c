"""What people hand over for an audit on the page, and audits on disk made of it."""

from __future__ import annotations

import io
import time
import zipfile
from dataclasses import replace

from stand_in import draw, encoded

import models
from ui.audit import store, uploads
from ui.audit.store import RUNNING, AuditRequest

BEGUN = "2026-11-25T10:00:00"
LABELS = ("mug", "bottle", "lamp", "chair")


class Upload(io.BytesIO):
    """A file that was handed over."""

    def __init__(self, name, content):
        super().__init__(content)
        self.name, self.size = name, len(content)


def packed(count=6, broken=0, folder=""):
    """A ZIP of photos, the last ones broken."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for number in range(count):
            good = encoded(draw(96, 96, seed=number))
            archive.writestr(
                f"{folder}{LABELS[number % 4]}/{number:02}.jpg",
                good if number < count - broken else b"no photo",
            )
    return content.getvalue()


def kept(**values):
    """A new audit on disk, with the photos of a ZIP."""
    folder = store.make()
    refused = uploads.keep_photos(folder, [Upload("set.zip", packed())])
    asked = AuditRequest(
        "A set", models.SHOWROOM, "hires-cam", begun="2026-11-25T10:00:00", refused=refused, days=3000
    )
    store.write(folder, replace(asked, **values))
    return folder


def until(condition, seconds=240):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def finished(folder):
    until(lambda: store.read(folder).state != RUNNING)
    return store.read(folder)
