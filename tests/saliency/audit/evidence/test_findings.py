"""What a set shows: planted places are found, and the more that is asked, the more it takes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fake_audit import area_row, blob, cover_outcome, covered, finished, photo_row, planted

from saliency.audit.evidence.findings import findings
from saliency.audit.evidence.guess_groups import cover_plans, guess_groups
from saliency.audit.evidence.rows import AreaInfluence
from saliency.audit.evidence.verdicts import Verdict
from saliency.audit.reports.sentences import finding_sentence, next_step
from saliency.checks.influence import ChanceFigure


def test_p_values_are_adjusted_as_in_benjamini_and_hochbergs_paper(monkeypatch) -> None:
    # 1995, section 4.1: fifteen p-values, of which the first four hold at 5 %.
    p_values = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
    p_values += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]
    names = [f"{number:02}" for number in np.random.default_rng(0).permutation(15)]
    areas = tuple(area_row(name, cover_outcome(False)) for name in names)
    given = iter(p_values)  # areas are asked about in the order of their names
    from saliency.audit.evidence import findings as module

    real = module.cover_summary
    monkeypatch.setattr(
        module, "cover_summary", lambda *args, **more: replace(real(*args, **more), p_value=next(given))
    )
    photos = [finished(number, photo_row(number, areas=areas)) for number in range(5)]
    by_name = {finding.place: finding.q_value for finding in findings(guess_groups(photos), [], {})}
    q_values = [by_name[name] for name in sorted(names)]
    assert sum(q <= 0.05 for q in q_values) == 4
    assert q_values[3] == pytest.approx(0.0095 * 15 / 4)
    assert q_values == sorted(q_values)


def test_a_planted_corner_that_matters_is_found_with_its_sentence() -> None:
    groups = guess_groups(planted(60, 0.5))
    plans = cover_plans(groups)
    (finding,) = findings(groups, plans, covered(plans, lambda number: number < 30))
    summary = finding.summary
    assert finding.verdict is Verdict.DEPENDS
    assert finding.box is not None
    assert finding.pictures == 30
    assert finding.gathered == summary.tested >= summary.changed == summary.depends >= 10
    assert len(finding.files) == summary.depends
    assert finding_sentence(finding).startswith(
        f"In {finding.gathered} of the 30 pictures with the answer “mug” that were kept for testing, "
        "the influence gathers in the lower "
        f"right corner. Covering it changed the answer in {summary.changed} of {summary.tested}; covering "
        "equal areas elsewhere changed it in none."
    )
    assert "If you see “mug” at this place, this is as it should be" in next_step(finding)


def test_a_corner_that_does_not_matter_is_no_evidence() -> None:
    groups = guess_groups(planted(60, 0.5))
    plans = cover_plans(groups)
    (finding,) = findings(groups, plans, covered(plans, lambda _: False))
    assert finding.verdict is Verdict.NO_EVIDENCE


def test_the_middle_is_said_to_be_where_the_thing_usually_is() -> None:
    r = np.random.default_rng(4)
    groups = guess_groups([finished(n, photo_row(n), blob(7.5, 7.5, r)) for n in range(30)])
    plans = cover_plans(groups)
    (finding,) = findings(groups, plans, covered(plans, lambda _: True))
    assert (finding.verdict, finding.expected) == (Verdict.DEPENDS, True)
    assert "usually in the middle" in next_step(finding)


def test_named_areas_are_adjusted_for_how_many_there_are() -> None:
    figure = ChanceFigure(0.4, 0.1, 0.01)
    influence = AreaInfluence(0.1, figure, 4.0, figure, False)

    def photos(names: list[str], count: int = 20) -> list:
        return [
            finished(
                number,
                photo_row(
                    number,
                    areas=tuple(
                        replace(
                            area_row(name, cover_outcome(name in ("badge", "Product") and number < 4)),
                            influence=influence,
                        )
                        for name in names
                    ),
                ),
            )
            for number in range(count)
        ]

    (alone,) = findings(guess_groups(photos(["badge"])), [], {})
    assert (alone.gathered, alone.summary.depends) == (20, 4)
    assert alone.verdict is not Verdict.NO_EVIDENCE
    many = findings(guess_groups(photos(["badge", *map(str, range(30))])), [], {})
    assert many[0].place == "badge"
    assert many[0].q_value == pytest.approx(min(1.0, 31 * alone.q_value))
    assert many[0].verdict is Verdict.SUGGESTIVE
    (product,) = findings(guess_groups(photos(["Product"], 9)), [], {})
    assert product.expected


def test_small_classes_are_asked_about_together() -> None:
    areas = (area_row("badge", cover_outcome(True)),)
    photos = [finished(n, photo_row(n, guess=f"class {n}", areas=areas)) for n in range(12)]
    (finding,) = findings(guess_groups(photos), [], {})
    assert (finding.guess, finding.verdict, finding.summary.tested) == (None, Verdict.DEPENDS, 12)
    assert finding_sentence(finding).startswith("Covering “badge” changed the answer in 12 of 12 pictures; ")
    assert "If you see the thing at this place" in next_step(finding)
