"""What a set shows: closed forms of the statistics, planted places found, nothing found in noise."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from saliency.audit.evidence.findings import class_record, findings
from saliency.audit.evidence.guess_groups import candidates, classes
from saliency.audit.evidence.hot_spots import average, gathers, normal, overlap, spots
from saliency.audit.evidence.review import review
from saliency.audit.evidence.sentences import place
from saliency.audit.evidence.statistics import at_least, benjamini_hochberg, bootstrap, how_many
from saliency.audit.evidence.verdicts import Verdict, tally, verdict

CORNER = (0.75, 0.75, 0.25, 0.25)


def blob(y: float, x: float, r: np.random.Generator) -> np.ndarray:
    """A map of one bump on a little noise."""
    rows, columns = np.mgrid[:16, :16]
    bump = np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / 6)
    return (bump + 0.02 * r.random((16, 16))).astype(np.float32)


def anywhere(r: np.random.Generator) -> np.ndarray:
    return blob(*r.uniform(1, 15, 2), r)


def row(at: int, guess: str = "mug", **more) -> dict:
    return {
        "file": f"{at:03}.jpg",
        "state": "done",
        "photo_sha256": f"{at:064x}",
        "guess": guess,
        "label": None,
        "right": None,
        "unknown": False,
        "scores": [{"label": guess, "score": 0.9}],
        "map": "spots",
        "second_view": None,
        "areas": [],
    } | more


def outcome(changed: bool, *, elsewhere: float = 0.0, enough: bool = False) -> dict:
    return {
        "finding": "depends" if changed else "little",
        "changed": changed,
        "changed_elsewhere": elsewhere,
        "controls": 19,
        "enough_alone": enough,
        "stays_alone_elsewhere": 0.0,
    }


def planted(count: int, share: float, seed: int = 0) -> list[tuple]:
    """Rows of one class; in the first of them the influence gathers in the lower right corner."""
    r = np.random.default_rng(seed)
    maps = [blob(13.5, 13.5, r) if at < share * count else anywhere(r) for at in range(count)]
    return [(at, row(at), cells) for at, cells in enumerate(maps)]


def covered(asked, depends) -> dict:
    return {one.spot.key: {at: outcome(depends(at)) for at in one.numbers} for one in asked}


def test_benjamini_hochberg_as_in_their_paper() -> None:
    # Benjamini and Hochberg 1995, section 4.1: fifteen p-values, of which the first four hold at 5 %.
    p_values = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
    p_values += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]
    found = benjamini_hochberg(p_values)
    assert sum(q <= 0.05 for q in found) == 4
    assert found[3] == pytest.approx(0.0095 * 15 / 4)
    assert found == sorted(found)
    shuffled = np.random.default_rng(0).permutation(15)
    again = benjamini_hochberg([p_values[i] for i in shuffled])
    assert again == [found[i] for i in shuffled]
    assert benjamini_hochberg([]) == []


def test_bootstrap_of_a_share_is_that_of_the_binomial() -> None:
    found = bootstrap([1.0] * 30 + [0.0] * 70, draws=4000)
    error = math.sqrt(0.3 * 0.7 / 100)
    assert found.mean == pytest.approx(0.3)
    assert found.low == pytest.approx(0.3 - 1.96 * error, abs=0.015)
    assert found.high == pytest.approx(0.3 + 1.96 * error, abs=0.015)
    assert bootstrap([1.0] * 12).low == pytest.approx(0.025 ** (1 / 12))  # Clopper and Pearson's
    assert bootstrap([0.0] * 12).high == pytest.approx(1 - 0.025 ** (1 / 12))
    assert bootstrap([1.0, 1.0]).high == 1.0
    assert bootstrap([0.0, 0.0]).low == 0.0
    assert bootstrap([0, 1, 1], seed=3) == bootstrap([0, 1, 1], seed=3)


def test_chances_are_those_of_counting_all_cases() -> None:
    assert at_least(2, 3, 0.25) == pytest.approx(3 * 0.25**2 * 0.75 + 0.25**3)
    assert at_least(0, 3, 0.25) == 1
    assert at_least(400, 1000, 0.05) < 1e-100
    chances = np.array([0.1, 0.5, 0.7])
    expected = np.zeros(4)
    for case in itertools.product((0, 1), repeat=3):
        expected[sum(case)] += math.prod(c if yes else 1 - c for c, yes in zip(chances, case, strict=True))
    assert how_many(chances) == pytest.approx(expected)
    assert how_many(np.full(7, 0.3))[5:].sum() == pytest.approx(at_least(5, 7, 0.3))


@pytest.mark.parametrize("share", [1.0, 0.5, 0.3])
def test_a_planted_corner_is_discovered(share: float) -> None:
    maps = normal([cells for _, _, cells in planted(40, share)])
    (found,) = spots(maps)
    assert place(found.box) == "lower right corner"
    assert overlap(found.box, CORNER) > 0.8
    assert found.hits >= 40 * share
    assert found.by_chance < 5
    assert gathers(maps, found.box).sum() == found.hits


def test_beside_a_thing_in_the_middle_both_are_discovered() -> None:
    r = np.random.default_rng(1)
    maps = [blob(*r.normal(7.5, 1, 2), r) + 0.9 * blob(13.5, 13.5, r) * (at % 2) for at in range(40)]
    assert {place(found.box) for found in spots(normal(maps))} == {"middle", "lower right corner"}


def test_in_maps_that_lie_anywhere_nothing_is_discovered() -> None:
    r = np.random.default_rng(2)
    found = [spots(normal([anywhere(r) for _ in range(30)])) for _ in range(60)]
    assert sum(map(bool, found)) <= 6  # 3 in the long run
    assert spots(normal([blob(13, 13, r)] * 4)) == []  # too few


def test_an_even_map_gathers_nowhere() -> None:
    even = normal([np.ones((16, 16), np.float32)] * 20)
    assert spots(even) == []
    assert average(even).error == 0


def test_the_average_map_beside_its_null() -> None:
    r = np.random.default_rng(3)
    maps = normal([anywhere(r) for _ in range(50)])
    shifted = [
        np.mean([np.roll(m, r.integers(0, 16, 2), (0, 1)) for m in maps], 0)[0, 0] for _ in range(2000)
    ]
    assert average(maps).error == pytest.approx(np.std(shifted), rel=0.1)
    assert average(maps).peak < 5 < average([c for _, _, c in planted(50, 0.5)]).peak


def test_a_planted_corner_that_matters_is_found_with_its_sentence() -> None:
    groups = classes(planted(60, 0.5))
    asked = candidates(groups)
    tests = covered(asked, lambda at: at < 30)
    (found,) = findings(groups, asked, tests)
    assert found.verdict is Verdict.DEPENDS
    assert found.box is not None
    record = found.record()
    assert record["pictures"] == 30
    assert record["gathered"] == record["tested"] >= record["changed"] == record["depends"] >= 10
    assert record["sentence"].startswith(
        f"In {record['gathered']} of 30 pictures with the guess “mug”, kept for testing, "
        "the influence gathers in the lower "
        f"right corner. Covering it changed the guess in {record['changed']} of {record['tested']}; covering "
        "equal areas elsewhere in none."
    )
    assert "If “mug” itself is there, this is as it should be" in record["next"]
    listed = review(groups, [found], tests)
    assert {entry["file"] for entry in listed[: record["changed"]]} == set(found.files)
    assert listed[0]["reasons"] == ["With the lower right corner covered, the guess changes."]
    assert any("as in pictures whose guess depends on it" in entry["reasons"][0] for entry in listed)


def test_what_is_tested_was_not_used_to_discover() -> None:
    (group,) = classes(planted(41, 1.0))
    one, other = group.half(discover=True, seed=0), group.half(discover=False, seed=0)
    assert sorted(one + other) == list(range(41))
    assert abs(len(one) - len(other)) == 1
    assert group.half(discover=True, seed=1) != one
    assert set(candidates([group])[0].numbers) <= set(other)


def test_a_corner_that_does_not_matter_is_no_evidence() -> None:
    groups = classes(planted(60, 0.5))
    asked = candidates(groups)
    (found,) = findings(groups, asked, covered(asked, lambda _: False))
    assert found.verdict is Verdict.NO_EVIDENCE
    assert review(groups, [found], {}) == []


def test_without_a_planted_corner_there_is_no_finding() -> None:
    groups = classes(planted(60, 0.0))
    assert candidates(groups) == []
    assert findings(groups, [], {}) == []


def test_the_middle_is_said_to_be_where_the_thing_usually_is() -> None:
    r = np.random.default_rng(4)
    groups = classes([(at, row(at), blob(7.5, 7.5, r)) for at in range(30)])
    asked = candidates(groups)
    tests = covered(asked, lambda _: True)
    (found,) = findings(groups, asked, tests)
    assert (found.verdict, found.expected) == (Verdict.DEPENDS, True)
    assert "usually is the thing itself" in found.record()["next"]
    assert review(groups, [found], tests) == []


@pytest.mark.parametrize(
    ("depends", "count", "expected"),
    [
        (12, 12, "depends"),
        (3, 10, "suggestive"),
        (2, 40, "no evidence"),
        (0, 12, "no evidence"),
        (2, 2, "suggestive"),
    ],
)
def test_verdicts(depends: int, count: int, expected: str) -> None:
    found = tally([outcome(at < depends) for at in range(count)])
    assert found is not None
    assert found.p_value == pytest.approx(min(1.0, 2 * at_least(depends, count, 0.05)))
    assert verdict(found, found.p_value) == expected


def test_a_place_that_is_enough_alone_counts_too() -> None:
    found = tally([outcome(False, enough=True)] * 10)
    assert found is not None
    assert verdict(found, found.p_value) is Verdict.DEPENDS
    assert tally([outcome(False) | {"controls": 0, "changed_elsewhere": None}]) is None


def test_fewer_controls_make_a_weaker_case() -> None:
    few = tally([outcome(True) | {"controls": 4}] * 4)
    assert few is not None
    assert few.p_value == pytest.approx(2 * 0.2**4)


def test_named_areas_are_adjusted_for_how_many_there_are() -> None:
    def rows(names: list[str]) -> list[tuple]:
        areas = [
            [
                {"name": name, "influence": {"lift": 4.0}, "cover": outcome(name == "badge" and at < 4)}
                for name in names
            ]
            for at in range(20)
        ]
        return [(at, row(at, areas=areas[at]), None) for at in range(20)]

    (alone,) = findings(classes(rows(["badge"])), [], {})
    assert (alone.verdict, alone.gathered, alone.tally.depends) == (Verdict.SUGGESTIVE, 20, 4) or (
        alone.verdict is Verdict.DEPENDS
    )
    many = findings(classes(rows(["badge", *map(str, range(30))])), [], {})
    assert many[0].place == "badge"
    assert many[0].q_value == pytest.approx(min(1.0, 31 * alone.q_value))
    assert many[0].verdict is Verdict.SUGGESTIVE
    product = findings(
        classes(
            [
                (at, row(at, areas=[dict(rows(["badge"])[0][1]["areas"][0], name="Product")]), None)
                for at in range(9)
            ]
        ),
        [],
        {},
    )
    assert product[0].expected


def test_pictures_worth_a_persons_eyes() -> None:
    rows = [
        row(0, label="lamp", right=False),
        row(1),
        row(2, scores=[{"label": "mug", "score": 0.3}]),
        row(3, second_view={"verdict": "disagree"}),
        row(4, unknown=True, map="empty"),
    ]
    groups = classes([(at, one, None) for at, one in enumerate(rows)])
    listed = review(groups, [], {})
    assert [entry["file"] for entry in listed] == ["000.jpg", "003.jpg", "004.jpg", "002.jpg"]
    assert listed[0]["reasons"] == ["The guess is “mug” (score 0.90), but the label is “lamp”."]
    record = class_record(groups[0])
    assert (record["wrong"], record["with_map"], record["average_map"]) == (1, 0, None)


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ((0, 0, 0.2, 0.2), "upper left corner"),
        ((0.4, 0.8, 0.2, 0.2), "middle of the lower edge"),
        ((0.4, 0.4, 0.2, 0.2), "middle"),
        ((0.8, 0.4, 0.2, 0.2), "middle of the right edge"),
    ],
)
def test_places_in_words(box, expected: str) -> None:
    assert place(box) == expected


def test_large_classes_are_tested_in_as_many_photos_as_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    from saliency.audit.evidence import guess_groups as grouping

    monkeypatch.setattr(grouping, "TESTED", 7)
    monkeypatch.setattr(grouping, "SEARCHED", 11)
    groups = classes(planted(60, 1.0))
    (one,) = candidates(groups)
    assert (one.spot.count, one.pictures, one.gathered, len(one.numbers)) == (11, 30, 30, 7)
    (found,) = findings(groups, [one], covered([one], lambda _: True))
    assert "In 30 of 30 pictures" in found.record()["sentence"]
    assert "changed the guess in 7 of 7" in found.record()["sentence"]


def test_small_classes_are_asked_about_together() -> None:
    area = {"name": "badge", "influence": None, "cover": outcome(True)}
    rows = [(at, row(at, guess=f"class {at}", areas=[area]), None) for at in range(12)]
    groups = classes(rows)
    (found,) = findings(groups, [], {})
    assert (found.record()["guess"], found.verdict, found.tally.tested) == (None, Verdict.DEPENDS, 12)
    assert found.record()["sentence"].startswith("Covering “badge” changed the guess in 12 of 12 pictures; ")
    assert "If the thing itself is there" in found.record()["next"]
    assert len(review(groups, [found], {})) == 12
