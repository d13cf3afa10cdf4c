"""The models that come with the project, each a folder beside this module."""

from __future__ import annotations

from pathlib import Path

SHOWROOM, EVERYDAY, SHORTCUT = "showroom", "everyday", "shortcut"
BUILT_IN = {name: Path(__file__).parent / name for name in (EVERYDAY, SHOWROOM, SHORTCUT)}
