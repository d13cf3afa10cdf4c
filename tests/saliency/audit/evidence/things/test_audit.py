"""Whole audits of a model that answers by coloured marks, wherever they are."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from marks import GREEN, MAGENTA, YELLOW, classifier, make_set, on_mark

from saliency.audit import Audit, Job, audit, gather, start
from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.pasted import PastedThing
from saliency.audit.evidence.things.pasting import FEWEST, PIECES
from saliency.audit.evidence.verdicts import Verdict
from saliency.audit.json_types import as_json, conforms, from_json
from saliency.audit.reports.crops import crop_sheet, shown_crops
from saliency.audit.reports.files import FINDINGS, write
from saliency.audit.reports.key_figures import figures
from saliency.audit.reports.record import audit_record
from saliency.audit.reports.sentences import finding_sentence
from saliency.audit.reports.summary_words import more
from saliency.audit.reports.verdict import audit_verdict, beside
from saliency.verdict.advice import Merit

MUGS, LAMPS = 14, 10


def audited(folder: Path, photos: Path) -> tuple[Job, Audit]:
    job = start(folder, classifier(), gather(photos))
    return job, audit(job, classifier(), photos)


def things(found: Audit) -> dict[str | None, AuditFinding]:
    return {finding.guess: finding for finding in found.findings if finding.kind == "thing"}


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list]]:
    """Mugs by magenta marks; lamps by green ones, with yellow marks that the model ignores."""
    folder = tmp_path_factory.mktemp("marks") / "photos"
    return folder, make_set(folder, (MUGS, (MAGENTA,)), (LAMPS, (GREEN, YELLOW)), (2, ()))


@pytest.fixture(scope="module")
def found(photos, tmp_path_factory: pytest.TempPathFactory):
    job, found = audited(tmp_path_factory.mktemp("job") / "job", photos[0])
    with job:
        yield job, found


def test_a_mark_is_found_wherever_it_is_and_covering_it_changes_the_answer(found, photos) -> None:
    by_guess = things(found[1])
    assert by_guess.keys() == {"mug", "lamp"}
    for guess, count in (("mug", MUGS), ("lamp", LAMPS)):
        finding = by_guess[guess]
        assert finding.verdict is Verdict.DEPENDS
        assert finding.pictures == finding.gathered == finding.summary.tested == count // 2
        assert finding.summary.changed >= count // 2 - 1
        assert finding.summary.changed_elsewhere < 1
        assert finding.discovered is not None
        assert finding.discovered.gathered == count // 2
        assert finding.box is None
        assert finding.crops is not None
        for crop in finding.crops:  # the first mark is what the model answers by; it ignores the second one
            assert on_mark(crop.box, photos[1][crop.file][0]) > 0.9
            assert all(on_mark(crop.box, corner) < 0.3 for corner in photos[1][crop.file][1:])


def test_pasted_into_photos_with_other_answers_it_makes_the_answer_or_not_and_both_are_said(found) -> None:
    job, shown = found
    by_guess = things(shown)
    rows = {photo.number: photo.row for photo in job.finished()}
    made = {}
    for guess, finding in by_guess.items():
        (key,) = (key for key in shown.outcomes if key.startswith("thing") and key.endswith(f'"{guess}"'))
        kept, pasted = job.pasted(key), finding.pasted
        assert pasted is not None
        assert pasted.photos == len(kept) >= FEWEST
        assert pasted.made_elsewhere == 0
        for number, outcome in kept.items():
            assert isinstance(outcome, PastedThing)
            assert rows[number].guess != guess
            assert outcome.pasted_from in {crop.file for crop in finding.crops or ()}
            assert outcome.pieces == PIECES
            assert outcome.after > outcome.before
            assert outcome.made is (rows[number].file in pasted.files)
        said = finding_sentence(finding)
        assert (
            f"Put into {pasted.photos} pictures with other answers, it made the answer “{guess}” in "
            f"{pasted.made or 'none'}; equal pieces of the same pictures, put there instead, made it in none."
        ) in said
        assert finding.verdict is Verdict.DEPENDS, "whatever pasting did"
        made[guess] = pasted.made
    assert made == {"mug": LAMPS // 2, "lamp": 0}, "beside a mark of its own, magenta wins"


def test_only_a_person_can_tell_what_it_is_so_a_question_is_asked_and_no_alarm_raised(found) -> None:
    _, shown = found
    assert all(finding.asks and not finding.to_look_into for finding in things(shown).values())
    record = audit_record(replace(shown, findings=list(things(shown).values())))
    assert record.depends_on == ()
    main = audit_verdict(record)
    assert main.merit is Merit.OPEN
    assert "is it the thing itself?" in main.sentence
    assert ("2", "findings to be judged") in figures(record)
    assert beside(record) == "", "the main finding says it already"
    missed = replace(record, right=4, wrong=10)
    assert audit_verdict(missed).sentence == "Do not rely on this model yet: only 4 of 14 answers are right"
    assert "is it the thing itself?" in beside(missed), "what answers depend on is not lost behind wrong ones"
    assert beside(missed) in more(missed, [])
    sentence = next(finding.sentence for finding in record.findings if finding.guess == "mug")
    assert sentence.startswith(
        "In 7 of the 7 pictures with the answer “mug” that were kept for testing, the influence lies on "
        "something like this. Covering it changed the answer in"
    )


def test_the_crops_show_it(found, photos) -> None:
    finding = things(found[1])["mug"]
    sheet = crop_sheet(photos[0], shown_crops(finding))
    assert sheet is not None
    pixels = np.asarray(sheet, int)
    magenta = (pixels[..., 0] > 200) & (pixels[..., 1] < 80) & (pixels[..., 2] > 200)
    assert magenta.mean() > 0.1
    assert crop_sheet(photos[0] / "gone", shown_crops(finding)) is None


def test_it_is_in_every_report_and_can_be_read_back(found, photos, tmp_path: Path) -> None:
    job, shown = found
    write(job, shown, tmp_path, photos[0])
    finding = next(
        f for f in json.loads((tmp_path / FINDINGS).read_text())["findings"] if f["kind"] == "thing"
    )
    again: AuditFinding = from_json(AuditFinding, finding)
    assert conforms(AuditFinding, again)
    assert as_json(again) == finding
    assert again.crops
    page = (tmp_path / "report.html").read_text()
    assert page.count("Something like this: where") >= 2
    assert "something like this" in page


def test_gone_on_with_after_a_stop_the_result_is_the_same(found, photos, tmp_path: Path) -> None:
    class Stop(Exception):
        pass

    calls = 0

    def stop(step: str, done: int, total: int) -> None:
        nonlocal calls
        calls += 1
        if calls % 97 == 0:
            raise Stop

    shown = None
    while shown is None:
        with start(tmp_path / "job", classifier(), gather(photos[0])) as job:
            try:
                shown = audit(job, classifier(), photos[0], on_progress=stop)
            except Stop:
                continue
    assert calls > 97
    assert shown.findings == found[1].findings


def test_a_job_of_an_earlier_program_opens_and_has_no_things(found, photos, tmp_path: Path) -> None:
    shutil.copytree(found[0].folder, tmp_path / "job")
    with Job(tmp_path / "job") as job:
        job._base.execute("DROP TABLE spots")
        job._base.commit()
    with start(tmp_path / "job", classifier(), gather(photos[0])) as job:
        again = audit(job, classifier(), photos[0])
    assert things(again) == {}


def test_where_the_model_answers_by_nothing_in_particular_there_is_nothing(tmp_path: Path) -> None:
    make_set(tmp_path / "photos", (20, (YELLOW,)), (10, ()))
    job, shown = audited(tmp_path / "job", tmp_path / "photos")
    with job:
        assert things(shown) == {}
