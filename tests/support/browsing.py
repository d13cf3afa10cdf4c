"""What browser tests do on any page: wait until it has been drawn, choose from a list."""

from __future__ import annotations


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
