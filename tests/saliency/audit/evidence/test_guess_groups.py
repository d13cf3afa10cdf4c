"""Halves: what is tested was not used to discover, and large groups are tested in no more than is needed."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from fake_audit import covered, planted
from hypothesis import given
from hypothesis import strategies as st

from saliency.audit.evidence import guess_groups as grouping
from saliency.audit.evidence.findings import findings
from saliency.audit.evidence.guess_groups import cover_plans, guess_groups
from saliency.audit.reports.sentences import finding_sentence


def test_what_is_tested_was_not_used_to_discover() -> None:
    (group,) = guess_groups(planted(41, 1.0))
    discovery, test = group.half(discover=True, seed=0), group.half(discover=False, seed=0)
    assert sorted(discovery + test) == list(range(41))
    assert abs(len(discovery) - len(test)) == 1
    assert group.half(discover=True, seed=1) != discovery
    assert set(cover_plans([group])[0].numbers) <= set(test)


def test_without_a_planted_corner_there_is_nothing_to_test() -> None:
    groups = guess_groups(planted(60, 0.0))
    assert cover_plans(groups) == []
    assert findings(groups, [], {}) == []


def test_large_groups_are_tested_in_as_many_photos_as_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "TESTED", 7)
    monkeypatch.setattr(grouping, "SEARCHED", 11)
    groups = guess_groups(planted(60, 1.0))
    (plan,) = cover_plans(groups)
    assert plan.hot_spot.discovery.pictures == 11
    assert (plan.pictures, plan.gathered, len(plan.numbers)) == (30, 30, 7)
    (finding,) = findings(groups, [plan], covered([plan], lambda _: True))
    assert "In 30 of the 30 pictures" in finding_sentence(finding)
    assert "changed the answer in 7 of 7" in finding_sentence(finding)


def prints(groups: list[int]) -> list[str]:
    """Fingerprints that are the same within a group, and far apart between groups."""
    bits = [np.random.default_rng(group).integers(0, 2, 256, dtype=np.uint8) for group in groups]
    return [np.packbits(row).tobytes().hex() for row in bits]


def grouped(groups: list[int] | None, count: int):
    """A guess group whose photos are near copies within these groups; without any, without prints."""
    photos = planted(count, 1.0)
    if groups is not None:
        texts = prints(groups)
        photos = [
            photo._replace(row=replace(photo.row, fingerprint=text))
            for photo, text in zip(photos, texts, strict=True)
        ]
    (group,) = guess_groups(photos)
    return group


@given(st.lists(st.integers(0, 12), min_size=2, max_size=40), st.integers(0, 3))
def test_near_copies_are_never_in_both_halves(groups: list[int], seed: int) -> None:
    group = grouped(groups, len(groups))
    discovery, test = (group.half(discover=discover, seed=seed) for discover in (True, False))
    assert sorted(discovery + test) == list(range(len(groups)))
    assert not {groups[number] for number in discovery} & {groups[number] for number in test}
    largest = max(groups.count(own) for own in groups)
    assert abs(len(discovery) - len(test)) <= largest
    assert group.half(discover=True, seed=seed) == discovery


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from("abc")), min_size=2, max_size=40), st.booleans())
def test_nor_are_near_copies_with_several_guesses(photos: list[tuple[int, str]], every: bool) -> None:
    texts = prints([copies for copies, _ in photos])
    made = [
        photo._replace(row=replace(photo.row, fingerprint=text, guess=guess))
        for photo, text, (_, guess) in zip(planted(len(photos), 1.0), texts, photos, strict=True)
    ]
    halves = {
        discover: {
            photos[number][0]
            for group in guess_groups(made)
            for number in group.half(discover=discover, seed=3, every=every)
        }
        for discover in (True, False)
    }
    assert not halves[True] & halves[False]


@pytest.mark.parametrize("seed", [0, 7])
def test_without_near_copies_halves_are_every_other_photo_as_ever(seed: int) -> None:
    before, now = grouped(None, 41), grouped(list(range(41)), 41)
    for discover in (True, False):
        assert now.half(discover=discover, seed=seed) == before.half(discover=discover, seed=seed)
    order = [
        number
        for pair in zip(now.half(discover=True, seed=seed), now.half(discover=False, seed=seed), strict=False)
        for number in pair
    ]
    digests = [
        hashlib.sha256(f"{seed} {now.rows[number].photo_sha256}".encode()).hexdigest() for number in order
    ]
    assert digests == sorted(digests)


def test_where_all_photos_are_nearly_the_same_nothing_can_be_tested() -> None:
    group = grouped([1] * 20, 20)
    assert not group.searched(0)
    assert cover_plans([group]) == []
    assert group.near_copies == 20
    assert grouped(None, 9).searched(0)
    assert not grouped(None, 8).searched(0)
