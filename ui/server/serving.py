"""How ``app.py`` serves the page: what every request goes through, and what runs beside."""

from __future__ import annotations

from starlette.middleware import Middleware

from ui.server.headers import SecurityHeaders
from ui.server.hosts import HostCheck

MIDDLEWARE = [Middleware(SecurityHeaders), Middleware(HostCheck)]
"""From the outside in; Streamlit's own comes after."""
