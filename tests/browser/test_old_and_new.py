"""Two audits of the practice set, by the model with a shortcut and by the sound one, beside each other."""

from __future__ import annotations

import io

import pytest
from browsing import choose, download, ready
from playwright.sync_api import expect
from pypdf import PdfReader

from saliency.audit.reports.comparison import files
from saliency.verdict.advice import AreaRole
from saliency.verdict.words import ROLES
from ui.audit import words as audit_words
from ui.audit.comparison import words
from ui.audit.results import words as results_words

pytestmark = [pytest.mark.browser, pytest.mark.slow]  # two whole audits

PATIENCE = 900_000  # milliseconds


def test_another_model_is_asked_the_same_and_the_report_says_which_is_better(tab):
    page = tab("/audit")
    page.get_by_role("button", name=audit_words.SAMPLE).click()
    page.wait_for_url("**audit=**")
    expect(page.get_by_role("heading", name=results_words.RESULTS)).to_be_visible(timeout=PATIENCE)
    ready(page)
    corner = page.get_by_role("radiogroup", name=results_words.ROLE).first
    corner.get_by_role("radio", name=ROLES[AreaRole.OTHER]).click()
    field = page.get_by_role("textbox", name=results_words.NAME).first
    field.fill("badge")
    field.press("Enter")
    ready(page)
    choose(page, words.MODEL, "Showroom")
    page.get_by_role("button", name=words.ASK).click()
    page.wait_for_url("**against=**", timeout=PATIENCE)  # once it is finished, the comparison is shown
    ready(page)
    expect(page.get_by_role("heading", name=words.TITLE)).to_be_visible()
    headline = page.get_by_role("heading", name="The new model is better")
    expect(headline).to_be_visible(timeout=60_000)
    expect(headline).to_contain_text("no longer depend on the lower right corner")
    report = download(page.get_by_role("button", name=words.FILES[files.PDF][0]), timeout=120_000)
    first = PdfReader(io.BytesIO(report.path().read_bytes())).pages[0].extract_text()
    said = " ".join(first.split())
    assert "The new model is better" in said
    assert "lower right corner (“badge”)" in said
    page.go_back()
    expect(page.get_by_role("heading", name=results_words.RESULTS)).to_be_visible(timeout=60_000)
