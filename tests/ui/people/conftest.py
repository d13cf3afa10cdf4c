"""Sign-in as a server's settings and a provider's statement say, without either."""

from __future__ import annotations

import time

import pytest

from ui.people import settings, sign_in
from ui.server.secret import SECRET

AUTH = {
    "redirect_uri": "http://localhost:8501/oauth2callback",
    "cookie_secret": "c" * 40,
    "client_id": "spotlight",
    "client_secret": "…",
    "server_metadata_url": "https://login.example.com/.well-known/openid-configuration",
}
EXAMPLE = {"roles": {"owners": ["ana@example.com"], "members": ["@example.com"]}}


@pytest.fixture
def signing_in(monkeypatch):
    """Sets sign-in, and what the provider said of whoever uses the tab; None: nothing."""
    monkeypatch.setenv(SECRET, "s" * 40)
    monkeypatch.setattr(settings, "find_spec", lambda name: object())
    sign_in.signed_out.cache_clear()

    def set_so(email=None, *, auth=AUTH, spotlight=EXAMPLE, **claims):
        said = {"is_logged_in": True, "iss": "https://login.example.com", "sub": str(email), "email": email}
        said |= {
            "email_verified": True,
            "iat": time.time(),
            "exp": time.time() + 3600,
            "name": "Ana Lima",
        } | claims
        monkeypatch.setattr(settings, "_secrets", lambda: {"auth": auth, "spotlight": spotlight})
        monkeypatch.setattr(sign_in, "_said", lambda: said if email else {})

    yield set_so
    sign_in.signed_out.cache_clear()
