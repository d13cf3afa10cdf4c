"""The sheet of photos: what is chosen is in the address, and the address leads back to it."""

from __future__ import annotations

import pytest
from stand_in import text

from ui.audit.results import sheet_words
from ui.audit.results.sheet import PAGE
from ui.audit.results.sheet_query import SheetAddress


@pytest.fixture
def opened(page, corner):
    """Opens the sheet of an audit of 64 photos of mugs and lamps, ten of them wrong, with an address."""

    def make(**parts):
        app = page().switch_page("pages/audit.py")
        app.query_params.update({"audit": corner().name, **parts})
        app.run()
        assert not app.exception
        return app

    return make


def cards(app):
    return [button.key for button in app.button if (button.key or "").startswith("audit-open-")]


def parts(app):
    return {name: value for name, value in app.query_params.items() if name != "audit"}


def test_filters_are_in_the_address_and_can_be_taken_away(opened):
    app = opened()
    assert len(cards(app)) == 10, "the wrong ones first"
    assert sheet_words.shown(1, 10, 10) in text(app)
    app.selectbox(key="audit-what").select("all").run()
    assert len(cards(app)) == PAGE
    assert sheet_words.shown(1, PAGE, 64) in text(app)
    app.selectbox(key="audit-guess").select("mug").run()
    assert parts(app) == {"show": "all", "answer": "mug"}
    assert sheet_words.shown(1, PAGE, 32) in text(app)
    app.selectbox(key="audit-label").select("lamp").run()
    app.selectbox(key="audit-right").select("right").run()
    assert parts(app) == {"show": "all", "answer": "mug", "label": "lamp", "doubt": "right"}
    assert not cards(app)
    assert sheet_words.NOTHING in [info.value for info in app.info]
    app.button(key="audit-no-filters").click().run()
    assert parts(app) == {"show": "all"}
    assert sheet_words.shown(1, PAGE, 64) in text(app)


def test_an_address_leads_to_filters_and_page(opened):
    app = opened(show="all", sort="file", page="3")
    assert sheet_words.shown(2 * PAGE + 1, 64, 64) in text(app)
    assert cards(app) == [f"audit-open-{number}" for number in range(2 * PAGE, 64)]
    app.selectbox(key="audit-sort").select("surest").run()
    assert parts(app) == {"show": "all", "sort": "surest"}, "from the first page on"


@pytest.mark.parametrize("number", ["0", "999", "-1", "1e9", "٣", "9" * 50, ""])
def test_a_page_that_is_not_there_is_the_nearest(opened, number):
    app = opened(show="all", page=number)
    assert cards(app)


def test_what_is_not_there_is_not_asked_for(opened):
    app = opened(
        show="finding-99", answer="no such class", doubt="<b>", sort="?", looks="area:none", photo="x"
    )
    assert len(cards(app)) == 10


def test_an_address_is_what_is_left_of_it():
    address = SheetAddress("a", {"show": "all", "page": "3", "photo": "7"})
    assert address.with_parts(answer="mug").whole == {"audit": "a", "show": "all", "answer": "mug"}
    assert address.with_parts(show="").whole == {"audit": "a"}
    assert address.on_page(1).whole == {"audit": "a", "show": "all"}
    assert address.on_page(2).whole == {"audit": "a", "show": "all", "page": "2"}
    assert address.at_photo(5).whole == {"audit": "a", "show": "all", "page": "3", "photo": "5"}
