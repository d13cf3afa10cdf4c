"""Where the server keeps what outlives it."""

from __future__ import annotations

import os
from pathlib import Path

AUDITS = "SPOTLIGHT_AUDITS"
"""Variable of the environment that says where audits are kept."""


def audits_folder() -> Path:
    """Where audits are kept."""
    return Path(os.environ.get(AUDITS) or Path.home() / ".spotlight" / "audits")


def secret_file() -> Path:
    """Where the server's secret is kept: beside the audits, whose owners it tells apart."""
    return audits_folder().parent / "browser-secret"


def shared_folder() -> Path:
    """Where pages are kept that people share by a link: beside the audits."""
    return audits_folder().parent / "shared"
