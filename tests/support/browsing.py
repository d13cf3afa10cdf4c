"""What browser tests do on any page: wait until it has been drawn, choose from a list, hand over a shop."""

from __future__ import annotations

import zipfile

from PIL import Image
from stand_in import encoded

from models.showroom.rendering.products import PRODUCTS
from models.showroom.rendering.scene import take_picture


def shop_zip(path, count):
    """A ZIP of photos in folders by what they show, mugs and chairs in turn."""
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(count):
            label = ("mug", "chair")[number % 2]
            pixels = take_picture(8_700_000 + number, list(PRODUCTS).index(label), size=112).pixels
            archive.writestr(f"{label}/{number:02}.jpg", encoded(Image.fromarray(pixels), quality=92))
    return path


def ready(page):
    """Waits until the page has been drawn."""
    page.wait_for_selector("[data-testid=stApp]")
    page.wait_for_function(
        "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"
    )


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
