"""An audit belongs to the browser that made it, on a server that others can reach."""

from __future__ import annotations

import re

import pytest
from browsing import audit_file, download, ready, shop_zip
from playwright.sync_api import expect

from ui.audit import words
from ui.audit.ownership import access
from ui.audit.ownership import words as ownership_words
from ui.audit.results import words as results_words

OTHERS = ("--server.allowedHosts=localhost", "--server.allowedHosts=spotlight.example.com")
pytestmark = [pytest.mark.browser, pytest.mark.slow]  # an audit runs to its end


@pytest.fixture
def visit(browser, serving, patience, tmp_path_factory):
    """Opens pages of a server that answers under another name, too: others can come."""
    contexts = []
    with serving(tmp_path_factory.mktemp("open"), *OTHERS) as address:

        def opened(path, context=None):
            if context is None:
                context = browser.new_context(viewport={"width": 1440, "height": 900})
                contexts.append(context)
            page = context.new_page()
            page.set_default_timeout(patience)
            page.goto(address + path)
            ready(page)
            return page

        yield opened
        for context in contexts:
            context.close()


def test_another_browser_neither_lists_nor_opens_it_nor_gets_its_files(visit, tmp_path):
    mine = visit("/audit")
    expect(mine.get_by_text(ownership_words.BROWSER.strip()[:60])).to_be_visible()
    mine.locator("input[type=file]").first.set_input_files(shop_zip(tmp_path / "shop.zip", 6))
    mine.get_by_role("button", name=words.START).click()
    expect(mine.get_by_role("heading", name=results_words.RESULTS)).to_be_visible(timeout=600_000)
    ready(mine)
    address = mine.url[mine.url.index("/audit") :]
    table = download(audit_file(mine, "results.csv"))
    files = [
        mine.locator("[data-testid=stImage] img").first.evaluate("image => image.src"),
        table.url,
    ]
    assert all("/media/" in file for file in files)

    other = visit(address)
    expect(other.get_by_text(access.REFUSED)).to_be_visible()
    assert "shop" not in other.title()
    expect(other.get_by_role("button", name=words.DELETE)).to_have_count(0)
    for file in files:
        assert mine.context.request.get(file).status == 200
        assert other.context.request.get(file).status == 404
    other.get_by_role("button", name=words.BACK).click()
    expect(other.get_by_text(words.NONE_YET)).to_be_visible()

    again = visit("/audit", mine.context)  # as after the browser was closed: its cookie stays
    expect(again.get_by_text(re.compile("^shop, "))).to_be_visible()
    again.get_by_role("button", name=words.DELETE).click()
    again.get_by_role("button", name=words.DELETE_YES).click()
    expect(again.get_by_text(words.NONE_YET)).to_be_visible()
    expect(visit(address, mine.context).get_by_text(access.REFUSED)).to_be_visible()
