"""What browser tests do on any page: wait until it has been drawn, choose from a list, hand over a shop."""

from __future__ import annotations

import zipfile
from contextlib import suppress

from PIL import Image
from stand_in import encoded

from models.showroom.rendering.products import PRODUCTS
from models.showroom.rendering.scene import take_picture
from ui.audit.results import words as audit_words


def shop_zip(path, count):
    """A ZIP of photos in folders by what they show, mugs and chairs in turn."""
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(count):
            label = ("mug", "chair")[number % 2]
            pixels = take_picture(8_700_000 + number, list(PRODUCTS).index(label), size=112).pixels
            archive.writestr(f"{label}/{number:02}.jpg", encoded(Image.fromarray(pixels), quality=92))
    return path


def audit_file(page, name):
    """The button for a file of a finished audit; the fold that it is in is opened."""
    if name in audit_words.FILES:
        return page.get_by_role("button", name=audit_words.FILES[name][0])
    button = page.get_by_role("button", name=audit_words.FILES_FOR_EXPERTS[name][0])
    if not button.is_visible():
        fold = page.get_by_text(audit_words.FOR_EXPERTS, exact=True)
        still(fold)
        fold.click()
    return button


def download(button, **settings):
    """The file behind a button, pressed once it stands still: a press of one that moves is none."""
    button.wait_for()
    still(button)
    with button.page.expect_download(**settings) as coming:
        button.click()
    return coming.value


QUIET = 300  # milliseconds within which what was pressed reaches the server, and its first word the page
LISTENING = """
window.spotlightWire = { asked: 0, heard: 0 }  // numbers of messages
window.WebSocket = class extends WebSocket {
  constructor(...all) {
    super(...all)
    this.addEventListener("message", () => { window.spotlightWire.heard = window.spotlightWire.asked })
  }
  send(data) {
    window.spotlightWire.asked += 1
    super.send(data)
  }
}
"""
_SETTLED = """(quiet) => {
  const { asked, heard } = window.spotlightWire ?? { asked: 0, heard: 0 }
  const app = document.querySelector("[data-testid=stApp]")
  const idle = app?.dataset.testScriptState === "notRunning" && asked === heard
  window.spotlightIdle = idle ? (window.spotlightIdle ?? performance.now()) : undefined
  return idle && performance.now() - window.spotlightIdle >= quiet
}"""


def ready(page):
    """Waits until the page has been drawn, after all that was pressed.

    Streamlit calls a page idle until the server has answered a press. So it has to be idle for a while, and
    the server to have said something since it was asked last: see `LISTENING`, which a tab has to begin with.
    """
    page.evaluate("window.spotlightIdle = undefined")
    page.wait_for_function(_SETTLED, arg=QUIET)


def seen(page, text):
    """What says a text on the page; a region for screen readers alone says a result once more."""
    return page.get_by_text(text).and_(page.locator(":not([role=status])"))


def still(place):
    """Waits until a place has stopped moving, in the middle of the window, and gives its box."""
    before = None
    while before is None or before != place.bounding_box():  # pictures above it may still push it down
        place.evaluate("e => e.scrollIntoView({block: 'center'})")
        before = place.bounding_box()
        place.page.wait_for_timeout(QUIET)
    return before


def answered(page, expected):
    """Waits for something; where the computer is too busy to answer at once, the page asks for a press.

    While a page is drawn anew, an answer may stand there twice: what was drawn before goes at the end.
    """
    from playwright.sync_api import TimeoutError, expect

    expected = expected.first
    button = page.get_by_role("button", name="Run this test").first
    expect(expected.or_(button).first).to_be_visible()
    if not expected.is_visible():
        with suppress(TimeoutError):  # it is gone, or at work, as the answer comes
            button.click(timeout=10_000)
    expect(expected).to_be_visible()


def choose(page, name, option, *, exact=False):
    """Chooses from a list; one that closes, as the page is scrolled or draws itself anew, is opened again."""
    from playwright.sync_api import TimeoutError

    wanted = page.get_by_role("option", name=option, exact=exact)
    box = page.get_by_role("combobox", name=name).first
    for _ in range(20):
        box.scroll_into_view_if_needed()
        box.click()
        try:
            wanted.click(timeout=2000)
        except TimeoutError:
            continue
        ready(page)
        return
    raise AssertionError(f"{option} is not in the list {name}")
