"""The table of settings in docs/operations.md lists what is read, and nothing else."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
CODE = [
    path for room in ("saliency", "models", "commands", "ui", "deploy") for path in (ROOT / room).rglob("*.*")
]
_OPTIONS = re.compile(r"get_option\(\s*\"([\w.]+)\"|\"((?:server|browser|client|logger)\.[A-Za-z]+)\"")


def texts():
    """What every file says that could read a setting."""
    kinds = {".py", ".yaml", ".service"}
    return {path: path.read_text(encoding="utf-8") for path in CODE if path.suffix in kinds}


def rows(cell):
    """What the tables list in their first columns, by a pattern."""
    first = re.findall(r"(?m)^\| ([^|]+) \|", DOCS)
    return [name for column in first for name in re.findall(cell, column)]


def test_every_variable_that_is_read_is_in_the_table_and_the_other_way_round():
    read = {name for text in texts().values() for name in re.findall(r"\bSPOTLIGHT_[A-Z_]*[A-Z]\b", text)}
    told = rows(r"`(SPOTLIGHT_\w+)`")
    assert len(told) == len(set(told)), "each once"
    assert read == set(told)


def test_every_option_of_streamlit_that_is_read_is_in_the_table():
    read = {
        a or b for path, text in texts().items() if path.suffix == ".py" for a, b in _OPTIONS.findall(text)
    }
    assert read
    assert read <= set(rows(r"`(\w+\.\w+)`"))


def test_options_of_the_server_that_ship_changed_are_in_the_table():
    shipped = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    named = {f"server.{option}" for option in shipped["server"]} - _OF_STREAMLIT
    assert named <= set(rows(r"`(\w+\.\w+)`"))


_OF_STREAMLIT = {"server.fileWatcherType", "server.enableXsrfProtection", "server.enableCORS"}
"""What nobody has a reason to change."""
