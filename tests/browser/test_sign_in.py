"""Signing in, with a provider of its own in this process; `pip install -r requirements-auth-dev.txt`."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest
from browsing import ready, shop_zip
from playwright.sync_api import expect

from ui.audit import words as audit_words
from ui.audit.ownership import access
from ui.audit.ownership import words as ownership_words
from ui.audit.results import words as results_words
from ui.models.words import NOT_THIS_ROLE
from ui.people import words
from ui.people.roles import Role
from ui.sharing import words as sharing_words
from ui.words import PAGES

pytest.importorskip("authlib", reason="Authlib is not installed: pip install -r requirements-auth.txt")
provider = pytest.importorskip("oidc_provider_mock", reason="pip install -r requirements-auth-dev.txt")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # the provider's own, of Authlib
]

LONGEST = 100_000  # milliseconds
BRIEF = 25  # seconds that the second provider's statement holds
PEOPLE = [
    provider.User(sub="ana", claims={"name": "Ana Lima", "email": "Ana@example.com", "email_verified": True}),
    provider.User(sub="bo", claims={"name": "Bo *Chen*", "email": "bo@example.com", "email_verified": True}),
    provider.User(sub="cy", claims={"name": "Cy Ode", "email": "cy@example.com", "email_verified": True}),
    provider.User(sub="vi", claims={"name": "Vi Guest", "email": "vi@elsewhere.example"}),
]
SETTINGS = """
[auth]
redirect_uri = "http://localhost:{{port}}/oauth2callback"
cookie_secret = "{secret}"

[auth.company]
client_id = "spotlight"
client_secret = "spotlight"
server_metadata_url = "http://localhost:{company}/.well-known/openid-configuration"

[auth.brief]
client_id = "spotlight"
client_secret = "spotlight"
server_metadata_url = "http://localhost:{brief}/.well-known/openid-configuration"

[spotlight.roles]
owners = ["ana@example.com"]
members = ["@example.com"]
"""


@pytest.fixture(scope="module")
def closed_server(tmp_path_factory, serving):
    """Address of an app where people have to sign in with one of two providers."""
    folder = tmp_path_factory.mktemp("closed")
    with contextlib.ExitStack() as stack:
        ports = [
            stack.enter_context(provider.run_server_in_thread(access_token_max_age=age, user_claims=PEOPLE))
            for age in (timedelta(hours=1), timedelta(seconds=BRIEF))
        ]
        secrets = folder / "secrets.toml"
        company, brief = (server.server_port for server in ports)
        secrets.write_text(SETTINGS.format(secret="s" * 40, company=company, brief=brief), encoding="utf-8")
        yield stack.enter_context(serving(folder, "--secrets.files", str(secrets)))


@pytest.fixture
def visit(browser, closed_server):
    """Opens pages of that app in browsers of their own; no error may happen in them."""
    contexts, errors = [], []
    expect.set_options(timeout=LONGEST)

    def opened(path="", context=None):
        if context is None:
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(LONGEST)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(closed_server + path)
        ready(page)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not errors


def sign_in(page, sub, *, provider="Company", deny=False):
    page.get_by_role("button", name=words.SIGN_IN_WITH.format(provider=provider)).click()
    page.get_by_placeholder("sub").fill(sub)
    page.get_by_role("button", name="Deny" if deny else "Authorize", exact=True).last.click()
    page.wait_for_url("http://localhost:*/**")
    ready(page)


def sign_out(page, name):
    page.get_by_test_id("stTopNavSection").filter(has_text=name).click()
    page.get_by_role("menuitem", name=words.SIGN_OUT).click()
    page.get_by_role("button", name="End session").click()  # the provider's


def offered(page):
    return page.get_by_role("button", name=words.SIGN_IN_WITH.format(provider="Company"))


def test_signing_in_leads_back_and_signing_out_holds_for_all_tabs(visit):
    page = visit("/guide?from=a%20friend")
    expect(page.get_by_role("link", name=PAGES["audit"][0], exact=True)).to_have_count(0)
    expect(page.get_by_text(words.NO_PASSWORD)).to_be_visible()
    sign_in(page, "ana")
    assert page.url.endswith("/guide?from=a+friend")
    for title, _, _ in PAGES.values():
        expect(page.get_by_role("link", name=title, exact=True).first).to_be_visible()
    other = visit("/models", page.context)
    expect(other.get_by_test_id("stFileUploader")).to_be_visible()  # an owner adds models
    other.get_by_test_id("stTopNavSection").click()
    other.get_by_role("menuitem", name=words.ACCOUNT).click()
    expect(other.get_by_text(words.ROLES[Role.OWNER])).to_be_visible()
    expect(other.get_by_text("Ana Lima · ana")).to_be_visible()
    sign_out(page, "Ana Lima")
    expect(offered(page)).to_be_visible()
    other.get_by_role("link", name=PAGES["compare"][0], exact=True).click()
    expect(offered(other)).to_be_visible()
    expect(visit("/audit", page.context).get_by_text(words.NO_PASSWORD)).to_be_visible()


def test_roles_open_pages(visit):
    member = visit("/models")
    sign_in(member, "bo")
    expect(member.get_by_test_id("stTopNavSection").get_by_text("Bo *Chen*")).to_be_visible()
    expect(member.get_by_text(NOT_THIS_ROLE)).to_be_visible()
    visitor = visit("/audit")
    sign_in(visitor, "vi")
    expect(visitor.get_by_text(words.REFUSED["audit"])).to_be_visible()
    expect(visitor.get_by_role("link", name=PAGES["audit"][0], exact=True)).to_have_count(0)
    expect(visitor.get_by_role("link", name=PAGES["guide"][0], exact=True)).to_be_visible()


def test_a_sign_in_that_runs_out_leads_to_a_sentence_and_back(visit):
    page = visit("/guide")
    sign_in(page, "bo", provider="Brief")
    expect(page.get_by_role("link", name=PAGES["audit"][0], exact=True)).to_be_visible()
    expect(page.get_by_text(words.OVER)).to_be_visible()  # by itself
    expect(page.get_by_role("link", name=PAGES["audit"][0], exact=True)).to_have_count(0)
    expect(visit("/audit", page.context).get_by_text(words.OVER)).to_be_visible()
    sign_in(page, "bo")
    assert page.url.endswith("/guide")
    expect(page.get_by_text(words.OVER)).to_have_count(0)


def test_who_is_refused_by_the_provider_is_told(visit, closed_server):
    page = visit("/account")  # somebody's own page, who is signed out
    expect(offered(page)).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.goto(f"{closed_server}/guide")
    sign_in(page, "bo", deny=True)
    expect(page.get_by_text(words.FAILED)).to_be_visible()
    sign_in(page, "bo")
    assert page.url.endswith("/guide")


def test_a_result_is_shared_by_a_link_with_who_signs_in_until_it_is_taken_back(visit):
    mine = visit("/")
    sign_in(mine, "bo")
    mine.get_by_role("button", name=sharing_words.SHARE).click()
    mine.get_by_role("button", name=sharing_words.MAKE).click()
    expect(mine.get_by_text("Send this link to your colleagues")).to_be_visible()
    link = mine.locator("[data-testid=stCode] code").inner_text()
    path = link[link.index("/shared/") :]

    nobody = mine.context.browser.new_page()
    nobody.goto(link)
    expect(nobody.get_by_role("heading", name=sharing_words.SIGN_IN_FIRST)).to_be_visible()
    nobody.close()

    owner = visit("/account")
    sign_in(owner, "ana")
    owner.goto(link)
    expect(owner.get_by_text("espresso").first).to_be_visible()
    owner.goto(link.removesuffix(path) + "/account")
    ready(owner)
    expect(owner.get_by_text(sharing_words.OTHERS.format(count=1))).to_be_visible()
    owner.get_by_role("button", name=sharing_words.TAKE_BACK).click()
    expect(owner.get_by_text(sharing_words.TAKEN_BACK)).to_be_visible()
    mine.goto(link)
    expect(mine.get_by_text(sharing_words.NOT_HERE)).to_be_visible()


def test_an_audit_is_open_to_a_colleague_once_it_is_shared_and_not_after(visit, tmp_path):
    mine = visit("/audit")
    sign_in(mine, "bo")
    mine.locator("input[type=file]").first.set_input_files(shop_zip(tmp_path / "shop.zip", 6))
    mine.get_by_role("button", name=audit_words.START).click()
    expect(mine.get_by_role("heading", name=results_words.RESULTS)).to_be_visible(timeout=600_000)
    ready(mine)
    address = mine.url[mine.url.index("/audit") :]

    other = visit(address)
    sign_in(other, "cy")
    expect(other.get_by_text(access.REFUSED)).to_be_visible()

    mine.get_by_role("button", name=ownership_words.SHARE, exact=True).click()
    mine.get_by_role("radio", name=ownership_words.KINDS["named"]).click()
    addresses = mine.get_by_role("textbox", name=ownership_words.NAMED)
    addresses.fill("cy@example.com")
    addresses.press("Control+Enter")
    ready(mine)  # else the press below comes before what was written
    mine.get_by_role("button", name=ownership_words.SAVE, exact=True).click()
    ready(mine)
    other.reload()
    expect(other.get_by_role("heading", name=results_words.RESULTS)).to_be_visible()
    expect(other.get_by_role("button", name=audit_words.DELETE)).to_have_count(0)

    mine.reload()
    ready(mine)
    mine.get_by_role("button", name=ownership_words.SHARE, exact=True).click()
    mine.get_by_role("button", name=ownership_words.TAKE_BACK).click()
    ready(mine)
    other.reload()
    expect(other.get_by_text(access.REFUSED)).to_be_visible()
