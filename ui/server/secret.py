"""The secret with which the server signs what browsers keep, so that nobody makes it up."""

from __future__ import annotations

import logging
import os
import secrets
from functools import lru_cache
from pathlib import Path

from filelock import FileLock

from ui.server.places import secret_file

SECRET = "SPOTLIGHT_SECRET"
"""Variable of the environment that has the secret, for servers that share one or keep no files."""

_SHORTEST = 32  # characters
_LOG = logging.getLogger("spotlight")


def secret() -> str:
    """The secret: the environment's, or the one in a file that only this account of the computer reads.

    Where the file can be neither read nor written there is one until the server ends.
    """
    given = os.environ.get(SECRET, "").strip()
    if given and len(given) < _SHORTEST:
        _LOG.warning("%s has fewer than %s characters, and is left out", SECRET, _SHORTEST)
        given = ""
    return given or _kept(secret_file())


@lru_cache(maxsize=8)
def _kept(path: Path) -> str:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock", timeout=30, mode=0o600):
            known = path.read_text(encoding="ascii").strip() if path.exists() else ""
            if len(known) < _SHORTEST:
                known = secrets.token_urlsafe(48)
                path.unlink(missing_ok=True)
                with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                    file.write(known)
            return known
    except (OSError, ValueError):
        _LOG.warning(
            "The secret of the server cannot be kept in %s: browsers are new to it when it starts again", path
        )
        return secrets.token_urlsafe(48)
