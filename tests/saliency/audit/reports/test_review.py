"""Pictures worth a person's eyes, with their reasons."""

from __future__ import annotations

from fake_audit import area_row, cover_outcome, covered, finished, photo_row, planted

from saliency.agreement import AgreementLevel
from saliency.audit.evidence.findings import findings
from saliency.audit.evidence.guess_groups import cover_plans, guess_groups
from saliency.audit.evidence.rows import LabelScore, SecondView
from saliency.audit.reports.review import review
from saliency.heat.scale import MapKind


def test_pictures_worth_a_persons_eyes() -> None:
    rows = [
        photo_row(0, label="lamp", right=False),
        photo_row(1),
        photo_row(2, scores=(LabelScore("mug", 0.3),)),
        photo_row(3, second_view=SecondView(AgreementLevel.DISAGREE, 0.0, 0.1, 0.0)),
        photo_row(4, unknown=True, map=MapKind.EMPTY),
    ]
    groups = guess_groups(finished(number, row) for number, row in enumerate(rows))
    entries = review(groups, [], {})
    assert [entry.file for entry in entries] == ["000.jpg", "003.jpg", "004.jpg", "002.jpg"]
    assert entries[0].reasons == ("The guess is “mug” (score 0.90), but the label is “lamp”.",)


def test_those_that_depend_on_a_hot_spot_come_first_and_their_like_after_them() -> None:
    groups = guess_groups(planted(60, 0.5))
    plans = cover_plans(groups)
    outcomes = covered(plans, lambda number: number < 30)
    (finding,) = findings(groups, plans, outcomes)
    entries = review(groups, [finding], outcomes)
    assert {entry.file for entry in entries[: finding.summary.changed]} == set(finding.files)
    assert entries[0].reasons == ("With the lower right corner covered, the guess changes.",)
    assert any("as in pictures whose guess depends on it" in entry.reasons[0] for entry in entries)


def test_neither_a_place_without_evidence_nor_the_thing_itself_is_a_reason() -> None:
    groups = guess_groups(planted(60, 0.5))
    plans = cover_plans(groups)
    outcomes = covered(plans, lambda _: False)
    assert review(groups, findings(groups, plans, outcomes), outcomes) == []
    areas = (area_row("product", cover_outcome(True)),)
    groups = guess_groups(finished(number, photo_row(number, areas=areas)) for number in range(12))
    (finding,) = findings(groups, [], {})
    assert finding.verdict == "depends"
    assert review(groups, [finding], {}) == []


def test_an_area_that_all_guesses_depend_on_is_a_reason_in_each_class() -> None:
    areas = (area_row("badge", cover_outcome(True)),)
    groups = guess_groups(finished(n, photo_row(n, guess=f"class {n}", areas=areas)) for n in range(12))
    assert len(review(groups, findings(groups, [], {}), {})) == 12
