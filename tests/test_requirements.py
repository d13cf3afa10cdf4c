"""The lists of what is installed agree with one another."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def pins(name: str) -> set[tuple[str, str]]:
    """Names and versions in a list of requirements."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return {(found[1].lower(), found[2]) for found in re.finditer(r"(?m)^([\w.-]+)==([\w.+-]+)", text)}


def test_what_is_asked_for_is_locked_at_the_same_version():
    assert pins("requirements.txt") <= pins("requirements.lock")


def test_what_is_locked_is_what_is_constrained():
    bound = dict(pins("constraints.txt"))
    versions = {name: {v for n, v in pins("constraints.txt") if n == name} for name in bound}
    locked = [(name, version) for name, version in pins("requirements.lock") if name in bound]
    assert locked
    assert all(version in versions[name] for name, version in locked)


def test_every_locked_file_has_a_hash():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    entries = [entry for entry in re.split(r"(?m)^(?=[A-Za-z])", text) if not entry.startswith("#")]
    assert len(entries) > 40
    assert all("--hash=sha256:" in entry for entry in entries)
