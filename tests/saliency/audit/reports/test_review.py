"""Pictures worth a person's eyes, with their reasons."""

from __future__ import annotations

from fake_audit import area_row, cover_outcome, covered, finished, photo_row, planted

from saliency.agreement import AgreementLevel
from saliency.audit.evidence.findings import findings
from saliency.audit.evidence.guess_groups import cover_plans, guess_groups
from saliency.audit.evidence.rows import LabelScore, SecondView
from saliency.audit.reports.review import ReviewEntry, ReviewKind, of_class_first, review, varied
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
    assert [entry.file for entry in entries] == ["000.jpg", "002.jpg", "003.jpg", "004.jpg"]
    assert entries[0].reasons == (
        "The answer is “mug” (score 0.90), but the label is “lamp”. Is the label right?",
    )
    assert [entry.kind for entry in entries] == ["wrong", "undecided", "doubtful", "doubtful"]


def test_wrong_ones_go_before_all_others_the_most_certain_first() -> None:
    """Behind 24 right pictures that rest on a badge, nobody found the five that were wrong."""
    photos = planted(60, 0.5)
    photos += [
        finished(n, photo_row(n, "lamp", 0.5 + n / 1000, label="mug", right=False)) for n in range(60, 65)
    ]
    groups = guess_groups(photos)
    plans = cover_plans(groups)
    outcomes = covered(plans, lambda number: number < 30)
    entries = review(groups, findings(groups, plans, outcomes), outcomes)
    assert [entry.file for entry in entries[:5]] == ["064.jpg", "063.jpg", "062.jpg", "061.jpg", "060.jpg"]
    assert {entry.kind for entry in entries[5:]} == {"doubtful"}


def test_photos_of_the_class_that_the_headline_names_go_first() -> None:
    def entry(file: str, label: str | None) -> ReviewEntry:
        return ReviewEntry(file, "lamp", 0.9, label, False, 1.0, (), "wrong")

    entries = [entry("a", "jug"), entry("b", "Coffee_Mug"), entry("c", None), entry("d", "coffee mug")]
    assert [one.file for one in of_class_first(entries, "coffee mug")] == ["b", "d", "a", "c"]
    assert of_class_first(entries, "") == entries


def test_of_those_that_say_the_same_the_second_waits_for_one_of_each() -> None:
    def entry(file: str, kind: ReviewKind, guess: str, score: float, *reasons: str) -> ReviewEntry:
        return ReviewEntry(file, guess, score, "mug", kind != "wrong", 1.0, reasons, kind)

    entries = [
        entry("a", "wrong", "lamp", 0.9, "It is 0.9."),
        entry("b", "wrong", "lamp", 0.8, "It is 0.8."),
        entry("c", "wrong", "chair", 0.7, "It is 0.7."),
        *(
            entry(f"badge {n}", "doubtful", "mug", 1.0, "With the badge covered, it changes.")
            for n in range(20)
        ),
        entry("z", "doubtful", "mug", 1.0, "Two views differ."),
    ]
    assert [one.file for one in varied(entries, 6)] == ["a", "c", "b", "badge 0", "z", "badge 1"]
    assert [one.file for one in varied(entries, 2)] == ["a", "c"]


def test_those_that_depend_on_a_hot_spot_come_first_and_their_like_after_them() -> None:
    groups = guess_groups(planted(60, 0.5))
    plans = cover_plans(groups)
    outcomes = covered(plans, lambda number: number < 30)
    (finding,) = findings(groups, plans, outcomes)
    entries = review(groups, [finding], outcomes)
    assert {entry.file for entry in entries[: finding.summary.changed]} == set(finding.files)
    assert entries[0].reasons == ("With the lower right corner covered, the answer changes.",)
    assert any("as in pictures whose answer depends on it" in entry.reasons[0] for entry in entries)


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
