"""Dataclasses as JSON types and back."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

import pytest

from saliency.audit.evidence.rows import LeftOut
from saliency.audit.json_types import INLINE, as_json, conforms, from_json, optional, rounded, significant


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Point:
    x: float = rounded(2)
    p_value: float = significant(3)


@dataclass(frozen=True, kw_only=True)
class Shape:
    name: str
    note: str | None = optional()
    label: str | None
    colour: Colour
    where: Point = field(metadata=INLINE)
    corners: tuple[Point, ...]
    pairs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Problem:
    problem: str


SHAPE = Shape(
    name="a", label=None, colour=Colour.RED, where=Point(1.0, 0.5), corners=(Point(2.0, 0.25),),
    pairs=(("a", "b"),),
)  # fmt: skip
TEXT = (
    '{"name": "a", "label": null, "colour": "red", "x": 1.0, "p_value": 0.5, '
    '"corners": [{"x": 2.0, "p_value": 0.25}], "pairs": [["a", "b"]]}'
)


def test_there_and_back_in_the_order_of_the_fields() -> None:
    assert json.dumps(as_json(SHAPE)) == TEXT
    assert from_json(Shape, json.loads(TEXT)) == SHAPE
    assert from_json(Shape, json.loads(TEXT)).colour is Colour.RED


def test_numbers_are_rounded_on_the_way_out_only() -> None:
    exact = Point(1.23456, 0.000123456)
    assert as_json(exact) == {"x": 1.23, "p_value": 0.000123}
    assert exact.x == 1.23456


def test_unknown_keys_are_passed_over_and_missing_ones_take_their_default() -> None:
    values = json.loads(TEXT)
    del values["pairs"]
    assert from_json(Shape, {**values, "other": 1, "note": "n"}).note == "n"
    assert from_json(Shape, values).pairs == ()
    with pytest.raises(KeyError, match="colour"):
        from_json(Shape, {key: value for key, value in values.items() if key != "colour"})
    with pytest.raises(ValueError, match="blue"):
        from_json(Shape, {**values, "colour": "blue"})


def test_of_a_union_the_one_whose_keys_there_are() -> None:
    assert from_json(Shape | Problem, {"problem": "no"}) == Problem("no")
    assert from_json(Shape | Problem, json.loads(TEXT)) == SHAPE
    assert from_json(Problem | None, None) is None


@pytest.mark.parametrize(
    ("kind", "fitting", "others"),
    [
        (int, [0, -3], [True, 1.0, "1", None]),
        (float, [0, 1.5], [True, float("nan"), float("inf"), "1"]),
        (str, ["", "ü"], ["\ud800", 1, None, b""]),
        (str | None, [None, "a"], [1]),
        (Literal["a", "b"], ["a"], ["c", 1]),
        (tuple[int, ...], [(), (1, 2)], [[1], (1, "2")]),
        (tuple[float, float], [(1, 2.0)], [(1,), (1, 2, 3), None]),
        (dict[str, int], [{}, {"a": 1}], [{"a": "1"}, []]),
        (LeftOut, [LeftOut("a", "b")], [LeftOut("a", 1), LeftOut(None, "b"), ("a", "b")]),  # type: ignore[arg-type]
    ],
)
def test_values_conform_to_their_type_in_all_their_parts(kind, fitting, others) -> None:
    assert all(conforms(kind, value) for value in fitting)
    assert not any(conforms(kind, value) for value in others)
