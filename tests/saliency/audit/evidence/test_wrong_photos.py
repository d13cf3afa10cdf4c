"""What wrong photos share: found where it is planted, silent where there is nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from fake_audit import area_row, blob, cover_outcome, covered, finished, photo_row
from scipy.stats import fisher_exact

from saliency.audit.evidence.findings import findings
from saliency.audit.evidence.guess_groups import cover_plans, guess_groups
from saliency.audit.evidence.look import PhotoLook
from saliency.audit.evidence.rows import PhotoRow
from saliency.audit.evidence.strata import Stratum, comparisons, exact_test
from saliency.audit.evidence.true_classes import judged_rows
from saliency.audit.evidence.wrong_photos import SharedProperty, shared_properties
from saliency.audit.reports.shared_words import shared_figure, shared_sentence

BADGE = (area_row("badge", cover_outcome(True)),)


def rows_of(
    count: int,
    is_wrong: Callable[[int, PhotoRow], bool],
    *,
    classes: int = 1,
    seed: int = 0,
    without_badge: Callable[[int], bool] = lambda number: number % 2 == 0,
) -> dict[str, dict[int, PhotoRow]]:
    """Photos of several classes that look in any way; every second one has a badge, or others."""
    r = np.random.default_rng(seed)
    by_class: dict[str, dict[int, PhotoRow]] = {}
    for number in range(count * classes):
        label = f"class {number % classes}"
        size = (int(r.integers(90, 200)), int(r.integers(90, 200)))
        row = photo_row(number, label, label=label, right=True, photo_size=size)
        row = replace(
            row,
            look=PhotoLook(*r.random(3).tolist()),
            areas=() if without_badge(number // classes) else BADGE,
        )
        if is_wrong(number, row):
            row = replace(row, guess="else", right=False)
        by_class.setdefault(label, {})[number] = row
    return by_class


def shared(by_class: dict[str, dict[int, PhotoRow]]) -> tuple[SharedProperty, ...]:
    return shared_properties(by_class, [], [])[0]


def missed_mugs() -> dict[str, dict[int, PhotoRow]]:
    """Five of thirty lack the badge, and are missed."""
    return rows_of(30, lambda _, row: not row.areas, without_badge=lambda number: number < 5)


def test_five_missed_mugs_lack_the_badge() -> None:
    (prop,) = shared(missed_mugs())
    assert (prop.kind, prop.name, prop.label, prop.present) == ("area", "badge", "class 0", False)
    assert (prop.wrong_with, prop.wrong, prop.right_with, prop.right) == (0, 5, 25, 25)
    table = [[0, 5], [25, 0]]
    assert prop.p_value == pytest.approx(2 * fisher_exact(table, alternative="less").pvalue)
    assert shared_sentence(prop) == (
        "All 5 unrecognised photos of “class 0” lack the marked area “badge”; all 25 recognised ones have it."
    )


def test_what_is_there_where_it_should_not_be() -> None:
    (prop,) = shared(rows_of(40, lambda number, row: bool(row.areas) and number % 3 != 0))
    assert (prop.kind, prop.present) == ("area", True)
    assert shared_sentence(prop) == (
        f"All {prop.wrong} unrecognised photos of “class 0” have the marked area “badge”; "
        f"{prop.right_with} of the {prop.right} recognised ones have it."
    )


@pytest.mark.parametrize(
    ("name", "sign", "value"),
    [
        ("darkest", 1, lambda row: row.look.brightness),
        ("brightest", -1, lambda row: row.look.brightness),
        ("flattest", 1, lambda row: row.look.contrast),
        ("blurriest", 1, lambda row: row.look.sharpness),
        ("smallest", 1, lambda row: row.photo_size[0] * row.photo_size[1]),
        ("tallest", 1, lambda row: row.photo_size[0] / row.photo_size[1]),
        ("widest", -1, lambda row: row.photo_size[0] / row.photo_size[1]),
    ],
)
def test_a_quarter_that_is_wrong_in_one_class_and_in_all(name: str, sign: int, value: Callable) -> None:
    all_rows = [row for rows in rows_of(40, lambda *_: False, classes=4).values() for row in rows.values()]
    edge = np.quantile([sign * value(row) for row in all_rows], 0.2)

    def is_wrong(number: int, row: PhotoRow) -> bool:
        return sign * value(row) <= edge and number % 7 != 0

    one = shared(rows_of(40, is_wrong))
    assert one[0].name == name
    assert one[0].present
    few = shared(rows_of(8, is_wrong, classes=20))  # too few of each class to tell, not of all
    assert [prop.label for prop in few if prop.name == name] == [None]


def corner_mugs(
    sharpness: Callable[[int], float] = lambda n: n % 4 / 4, *, matters: bool = True
) -> tuple[SharedProperty, ...]:
    """Of 30 mugs 25 are recognised by what is in the corner, and five lack it."""
    r = np.random.default_rng(0)
    photos = [
        finished(n, photo_row(n, "mug", label="mug", right=True), blob(13.5, 13.5, r)) for n in range(25)
    ]
    photos += [
        finished(n, photo_row(n, "lamp", label="mug", right=False), blob(3 + n % 3, 5, r))
        for n in range(25, 30)
    ]
    groups = guess_groups(photos)
    for group in groups:
        for number, row in group.rows.items():
            group.rows[number] = replace(row, look=PhotoLook(0.5, 0.5, sharpness(number)))
    plans = cover_plans(groups)
    found = findings(groups, plans, covered(plans, lambda _: matters))
    return shared_properties(judged_rows(groups, ("mug", "lamp")), groups, found)[0]


def test_a_look_that_goes_with_a_tested_place_is_no_reason() -> None:
    """A badge makes a photo sharper: those that lack it are the least sharp, and are missed for the badge."""
    (prop,) = corner_mugs(lambda n: 0.1 if n >= 25 else 0.5 + n / 100)
    assert (prop.kind, prop.tested) == ("place", True)


def test_a_place_on_which_guesses_depend_is_looked_for_in_the_missed_ones() -> None:
    (prop,) = corner_mugs()
    assert (prop.kind, prop.name, prop.guess) == ("place", "lower right corner", "mug")
    assert (prop.wrong_with, prop.wrong, prop.right_with, prop.right) == (0, 5, 25, 25)
    tested = 12  # of those recognised, the half in which the place was not found
    assert prop.p_value == pytest.approx(
        2 * fisher_exact([[0, 5], [tested, 0]], alternative="less").pvalue, rel=0.01
    )
    assert shared_sentence(prop) == (
        "The model goes by what is in the lower right corner for its answer “mug”, and does not recognise "
        "“mug” where that is lacking: the influence gathers there in none of the 5 unrecognised photos of "
        "“mug”, and in all 25 recognised ones."
    )
    assert shared_figure(prop)[0] == "0 of 5"
    assert corner_mugs(matters=False) == ()  # nothing depends on it


def test_one_in_twenty_audits_at_most_says_something_where_there_is_nothing() -> None:
    said = 0
    for seed in range(60):
        r = np.random.default_rng(1000 + seed)
        wrong = set(np.flatnonzero(r.random(200) < 0.2).tolist())
        said += bool(
            shared(rows_of(20, lambda number, _, wrong=wrong: number in wrong, classes=5, seed=seed))
        )
    assert said <= 3


def test_the_exact_test_is_fishers_and_adds_classes_up() -> None:
    p_value, least = exact_test([Stratum(5, 5, 2, 20)])
    assert p_value == pytest.approx(2 * fisher_exact([[5, 0], [2, 18]], alternative="greater").pvalue)
    assert least <= p_value
    several, _ = exact_test([Stratum(1, 1, 4, 19)] * 4)
    assert several == pytest.approx(2 * (5 / 20) ** 4)
    assert exact_test([Stratum(1, 4, 5, 20)])[0] == 1


def test_comparisons_that_could_never_be_rare_do_not_count() -> None:
    assert comparisons([]) == 1
    assert comparisons([0.5] * 99 + [0.001]) == 1
    assert comparisons([0.001] * 7) == 7


def test_jobs_of_earlier_programs_have_no_look_and_are_compared_by_the_rest() -> None:
    old = {
        label: {number: replace(row, look=None) for number, row in rows.items()}
        for label, rows in missed_mugs().items()
    }
    assert [prop.kind for prop in shared(old)] == ["area"]
