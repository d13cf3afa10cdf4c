"""The examples of docs/endpoints.md are right."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from models.endpoint.presets import PRESETS
from models.endpoint.settings import read_endpoint

_PAGE = Path(__file__).parents[3] / "docs/endpoints.md"
_EXAMPLES = [
    json.loads(text) for text in re.findall(r"```json\n(.*?)```", _PAGE.read_text("utf-8"), re.DOTALL)
]


@pytest.mark.parametrize("example", _EXAMPLES, ids=lambda example: example["endpoint"].get("preset", "all"))
def test_an_example_can_be_read(example: dict[str, dict[str, str]]) -> None:
    endpoint = read_endpoint(example["endpoint"])
    assert endpoint.host in example["endpoint"]["address"].lower()


def test_every_preset_has_its_example() -> None:
    assert {example["endpoint"].get("preset") for example in _EXAMPLES} == {*PRESETS, None}
