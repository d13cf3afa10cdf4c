"""What the first visitors see: the skeleton, then a finished result, however early they come."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Error, expect

from ui.start.front_end import fonts, listed, scripts
from ui.start.skeleton import TITLES
from ui.words import APP, PAGES, page_title

pytestmark = pytest.mark.browser

LONGEST = 300  # seconds, as in conftest.py


def shown(page):
    """Whether the skeleton is seen."""
    return page.locator("#skeleton").evaluate("skeleton => getComputedStyle(skeleton).display") != "none"


def open_early(page, address):
    """Opens a page as somebody does who tries until the server answers."""
    page.set_default_timeout(1000 * LONGEST)
    for _ in range(20 * LONGEST):
        try:
            return page.goto(address, wait_until="commit")
        except Error:  # nobody listens yet
            time.sleep(0.05)
    raise AssertionError("the server did not start")


@pytest.mark.parametrize(
    ("name", "scheme", "width"),
    [
        ("explain", "light", 1440),
        ("explain", "dark", 390),
        ("compare", "dark", 1440),
        ("guide", "light", 390),
    ],
)
def test_title_and_places_are_there_before_any_script(browser, server, name, scheme, width):
    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    context.set_default_timeout(1000 * LONGEST)
    page = context.new_page()
    page.route("**/static/js/**", lambda route: route.abort())
    page.goto(f"{server}/{'' if name == 'explain' else name}")
    assert page.title() == page_title(PAGES[name][0])
    expect(page.get_by_role("heading", name=TITLES[name])).to_be_visible()
    expect(page.locator("#skeleton section > *").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    background = page.locator("#skeleton").evaluate("skeleton => getComputedStyle(skeleton).backgroundColor")
    assert background == {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 22, 28)"}[scheme]
    context.close()


def test_the_page_takes_the_place_of_the_skeleton(tab):
    page = tab()
    assert not shown(page)
    expect(page.get_by_role("heading", name=APP)).to_have_count(1)


_LOADED = """performance.getEntriesByType("resource").map(
  e => [new URL(e.name).pathname.slice(1), e.startTime, e.encodedBodySize, e.decodedBodySize]
)"""


def test_all_that_the_first_result_needs_is_named_in_the_page_and_comes_packed(tab):
    page = tab()
    page.wait_for_function("document.querySelector('img[alt*=\"under the colours\"]')?.naturalWidth > 0")
    loaded = page.evaluate(_LOADED)
    seen = min(begun for name, begun, _, _ in loaded if name.startswith("media/") and name.endswith(".jpg"))
    early = {name for name, begun, _, _ in loaded if name.endswith(".js") and begun < seen}
    assert early <= {*listed(), *scripts()}
    sizes = {name: (packed, whole) for name, _, packed, whole in loaded}
    assert sizes.keys() >= {*scripts(), *fonts()}
    packed, whole = (sum(sizes[name][part] for name in scripts()) for part in (0, 1))
    assert packed < 0.5 * whole


def test_the_skeleton_stays_until_the_page_has_something_and_goes_where_it_cannot_connect(browser, server):
    page = browser.new_page()
    page.set_default_timeout(1000 * LONGEST)
    page.add_init_script("window.WebSocket = class extends EventTarget { close() {} send() {} }")
    page.goto(server)
    page.wait_for_selector("[data-testid=stApp]")
    assert shown(page)
    page.evaluate("document.body.append(Object.assign(document.createElement('p'), {role: 'dialog'}))")
    assert not shown(page)
    page.close()


@pytest.mark.slow
@pytest.mark.parametrize("visitors", [1, 2, 3])
def test_whoever_comes_at_once_gets_a_finished_page(browser, fresh_server, visitors):
    pages = [browser.new_page() for _ in range(visitors)]
    for page in pages:
        open_early(page, fresh_server)
    for page in pages:
        both = page.get_by_alt_text("under the colours of its heat map")
        expect(both).to_be_visible(timeout=1000 * LONGEST)
        expect(page.get_by_test_id("stAlert")).to_have_count(0)
        assert not shown(page)
        page.close()
