"""The page about methods is made from the registry and kept in step with it."""

from __future__ import annotations

from benchmarks.methods_page import DOCS, page, picture
from saliency.methods.registry import METHODS


def test_the_page_says_what_the_registry_says():
    written = (DOCS / "methods.md").read_text(encoding="utf-8")
    assert written == page(), "run python -m benchmarks.methods_page --text"


def test_every_method_that_showroom_offers_has_a_picture():
    missing = [entry.key for entry in METHODS.values() if not picture(entry).is_file()]
    assert set(missing) <= {entry.key for entry in METHODS.values() if "attention" in entry.needs}
