"""Halves: what is tested was not used to discover, and large groups are tested in no more than is needed."""

from __future__ import annotations

import pytest
from fake_audit import covered, planted

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
