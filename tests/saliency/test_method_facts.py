"""What is read of the methods without running their modules is what the registry has."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from saliency import METHODS, method_facts
from saliency.method_facts import MethodFacts, stated_facts


def test_facts_read_are_those_of_the_registry() -> None:
    stated = stated_facts()
    assert stated is not None
    assert list(stated) == list(METHODS)
    for key, entry in METHODS.items():
        for field in fields(MethodFacts):
            assert getattr(stated[key], field.name) == getattr(entry, field.name), (key, field.name)


@pytest.mark.parametrize(
    ("passes", "readable"), [("2", True), ("2 * COST", True), ("measured()", False), ("ELSEWHERE", False)]
)
def test_what_is_no_constant_is_left_to_the_registry(
    passes: str, readable: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "saliency" / "methods"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text('_ORDER = ("mine",)\n')
    (folder / "costs.py").write_text("COST = 3\n")
    (folder / "mine.py").write_text(
        "from saliency.methods.costs import COST\n"
        f"@method(key='mine', name='Mine', sentence='Marks.', paper='Me', passes={passes}, needs=set())\n"
        "def mine(graph, x, objective): ...\n"
    )
    monkeypatch.setattr(method_facts, "__file__", str(tmp_path / "saliency" / "method_facts.py"))
    facts = stated_facts.__wrapped__()
    assert (facts is not None) is readable
    if facts is not None:
        assert facts["mine"].passes == (6 if "COST" in passes else 2)
