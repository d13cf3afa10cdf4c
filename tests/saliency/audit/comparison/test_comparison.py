"""Whole comparisons of audits by models of which it can be said beforehand what they answer by."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import torch
from corner import SIDE, Corner, classifier
from PIL import Image
from pypdf import PdfReader
from torch import Tensor, nn

from saliency.audit import Audit, Job, audit, gather, start
from saliency.audit.comparison.comparison import AuditComparison, Outcome, compare
from saliency.audit.comparison.cross_trials import run_cross_trials
from saliency.audit.comparison.finding_states import FindingState
from saliency.audit.comparison.photos import Change
from saliency.audit.comparison.same_set import same_set
from saliency.audit.comparison.side import read_side
from saliency.audit.judgements import entry_of, keep
from saliency.audit.reports.comparison import files
from saliency.audit.reports.comparison.report import AuditNames, comparison_report
from saliency.audit.reports.comparison.verdict import comparison_verdict
from saliency.errors import SaliencyError
from saliency.verdict.advice import AreaRole, Merit

pytestmark = pytest.mark.slow  # whole audits

METHOD = "input-x-gradient"
BRIGHT, DARK = 20, 8


class Middle(nn.Module):
    """Logits: how bright the middle of the picture is, 20·mean − 15; 0; and −9."""

    def forward(self, x: Tensor) -> Tensor:
        bright = 20 * x[:, :, 12:20, 12:20].mean((1, 2, 3)) - 15
        return torch.stack([bright, 0 * bright, 0 * bright - 9], 1)


def named(module: nn.Module, name: str):
    """A classifier with a name and weights of its own."""
    return replace(classifier(module), name=name, digest=name.encode().hex().ljust(64, "0"))


BY_CORNER, BY_MIDDLE = named(Corner(), "By the corner"), named(Middle(), "By the middle")


def make(folder: Path) -> Path:
    """Bright pictures have a white middle, most of them a white corner too; two dark ones have only that."""
    r = np.random.default_rng(0)
    for kind, count in (("bright", BRIGHT), ("dark", DARK)):
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            pixels = r.integers(0, 60, (SIDE, SIDE, 3), dtype=np.uint8)
            if kind == "bright":
                pixels[12:20, 12:20] = 255
            if number < (BRIGHT - 4 if kind == "bright" else 3):
                pixels[: SIDE // 4, : SIDE // 4] = 255
            Image.fromarray(pixels).save(folder / kind / f"{number:02}.png")
    return folder


def audited(folder: Path, model, source) -> Audit:
    with start(folder, model, source, method=METHOD, begun="2026-03-01T12:00:00") as job:
        return audit(job, model, source.folder)


def tried(old: Path, new: Path, photos: Path, new_model, old_model=None, **more) -> None:
    with Job(new) as job:
        run_cross_trials(
            job, read_side(old), read_side(new), photos, new_model=new_model, old_model=old_model, **more
        )


@pytest.fixture(scope="module")
def audits(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """The photos, an audit by the model that answers by the corner, and one by the sound one."""
    home = tmp_path_factory.mktemp("audits")
    photos = make(home / "photos")
    source = gather(photos, labels="folders")
    audited(home / "old", BY_CORNER, source)
    audited(home / "new", BY_MIDDLE, same_set(home / "old"))
    return photos, home / "old", home / "new"


@pytest.fixture(scope="module")
def compared(audits) -> AuditComparison:
    photos, old, new = audits
    tried(old, new, photos, BY_MIDDLE, BY_CORNER)
    return compare(old, new)


def test_the_corner_is_gone_and_named_first(compared) -> None:
    first = compared.findings[0]
    assert first.state is FindingState.GONE
    assert (first.place, first.guess, first.found_in) == ("upper left corner", "bright", "old")
    assert first.answers.old == first.answers.photos >= 6
    assert first.answers.new == 0
    assert compared.outcome is Outcome.BETTER
    assert not compared.worse
    verdict = comparison_verdict(compared)
    assert verdict.sentence.startswith(
        "The new model is better: answers “bright” no longer depend on the upper left corner"
    )
    assert verdict.sentence.endswith("But answers “dark” still depend on the darkness")  # both models do
    assert verdict.merit is Merit.MIXED


def test_right_answers_are_counted_in_pairs(compared) -> None:
    right = compared.right
    assert (right.photos, right.old, right.new, right.lost, right.won) == (28, 21, 28, 0, 7)
    assert right.p_value == pytest.approx(2 / 2**7, rel=1e-2)
    assert compared.count(Change.WON) == len(compared.changed) == 7


def test_the_other_way_round_it_is_worse_and_what_was_lost_comes_first(audits, tmp_path: Path) -> None:
    photos, old, new = audits
    shutil.copytree(old, tmp_path / "again")
    tried(new, tmp_path / "again", photos, BY_CORNER, BY_MIDDLE)
    swapped = compare(new, tmp_path / "again")
    assert swapped.outcome is Outcome.WORSE
    assert swapped.worse
    assert swapped.findings[0].state is FindingState.NEW
    assert [photo.change for photo in swapped.changed] == [Change.LOST] * 7
    scores = [photo.new_score for photo in swapped.changed]
    assert scores == sorted(scores, reverse=True)
    assert comparison_verdict(swapped).merit is Merit.BAD


def test_without_the_trials_a_finding_is_not_tested_and_nothing_is_claimed_of_it(audits, tmp_path) -> None:
    photos, old, _ = audits
    audited(tmp_path / "new", BY_MIDDLE, same_set(old))
    raw = compare(old, tmp_path / "new")
    assert {finding.state for finding in raw.findings} == {FindingState.NOT_TESTED}
    assert raw.untested == len(raw.findings) > 0
    assert "not tested" in " ".join(answer for _, answer in comparison_verdict(raw).answers)
    calls: list[tuple[int, int]] = []

    class Stop(Exception):
        pass

    def stop(done: int, total: int) -> None:
        calls.append((done, total))
        if done == 3:
            raise Stop

    with pytest.raises(Stop):
        tried(old, tmp_path / "new", photos, BY_MIDDLE, on_progress=stop)
    first = calls[0][1]
    calls.clear()
    tried(old, tmp_path / "new", photos, BY_MIDDLE, on_progress=lambda *at: calls.append(at))
    assert calls[0] == (0, first - 3)  # what was done is not done again
    shown = compare(old, tmp_path / "new").findings
    corner = next(finding for finding in shown if finding.place == "upper left corner")
    assert (corner.answers.old, corner.answers.new) == (corner.answers.photos, 0)
    assert corner.answers.photos >= 6
    only_new = [finding for finding in shown if finding.found_in == "new"]  # the old model was not there
    assert all(finding.state is FindingState.NOT_TESTED for finding in only_new)


def test_the_same_model_twice_is_equal(audits, tmp_path: Path) -> None:
    _, old, _ = audits
    audited(tmp_path / "again", BY_CORNER, same_set(old))
    same = compare(old, tmp_path / "again")
    assert same.outcome is Outcome.SAME
    assert same.same_model
    assert same.changed == ()
    assert (same.right.lost, same.right.won) == (0, 0)
    assert {finding.state for finding in same.findings} == {FindingState.STILL}
    assert comparison_verdict(same).sentence.startswith("The same model was asked twice: no answer differs")


def test_photos_are_matched_by_their_bytes_and_others_left_out(audits, tmp_path: Path) -> None:
    photos, old, _ = audits
    for number, path in enumerate(sorted(photos.rglob("*.png"))[2:]):
        (tmp_path / "set" / path.parent.name).mkdir(parents=True, exist_ok=True)
        shutil.copy(path, tmp_path / "set" / path.parent.name / f"renamed {number}.png")
    Image.new("RGB", (40, 40), "white").save(tmp_path / "set" / "dark" / "one more.png")
    audited(tmp_path / "new", BY_MIDDLE, gather(tmp_path / "set", labels="folders"))
    other = compare(old, tmp_path / "new")
    assert other.photos == BRIGHT + DARK - 2
    assert len(other.only_old) == 2
    assert other.only_new == ("dark/one more.png",)
    assert all(photo.old_file for photo in other.changed)
    (tmp_path / "strange").mkdir()
    Image.new("RGB", (50, 40), "red").save(tmp_path / "strange" / "a.png")
    audited(tmp_path / "nothing", BY_MIDDLE, gather(tmp_path / "strange"))
    with pytest.raises(SaliencyError, match="no photo in common"):
        compare(old, tmp_path / "nothing")


def test_labels_that_one_model_lacks_are_left_out_and_said(audits, tmp_path: Path) -> None:
    _, old, _ = audits
    lacking = replace(BY_MIDDLE, labels=("bright", "black", "none"))
    audited(tmp_path / "new", lacking, same_set(old))
    other = compare(old, tmp_path / "new")
    assert other.right.photos == BRIGHT
    assert other.not_judged == DARK
    report = comparison_report(other, AuditNames("A", "B"), date(2026, 11, 28))
    texts = str(report.sections)
    assert "8 photos with a label are left out of right answers" in texts


def test_a_label_that_only_the_new_model_lacks_goes_before_everything_else(audits, tmp_path: Path) -> None:
    _, old, _ = audits
    audited(tmp_path / "new", replace(BY_MIDDLE, labels=("bright", "black", "none")), same_set(old))
    other = compare(old, tmp_path / "new")
    assert (other.labels, other.old_known.lacking, other.new_known.lacking) == (2, (), ("dark",))
    assert (other.new_known.photos, other.worse) == (DARK, True)
    verdict = comparison_verdict(other)
    assert verdict.merit is Merit.BAD
    assert verdict.sentence.startswith(
        "The new model does not know 1 of the 2 labels of these photos, so it cannot be right about them"
    )
    dark = [finding for finding in other.findings if finding.guess == "dark" and finding.found_in == "old"]
    assert {finding.state for finding in dark} <= {FindingState.NO_ANSWER}


def test_a_model_that_knows_no_label_is_worse_wherever_it_is_said(audits, tmp_path: Path) -> None:
    photos, old, _ = audits
    strange = replace(BY_MIDDLE, labels=("kettle", "shoe", "none"), digest="77" * 32)
    audited(tmp_path / "new", strange, same_set(old))
    tried(old, tmp_path / "new", photos, strange, BY_CORNER)
    other = compare(old, tmp_path / "new")
    assert other.outcome is Outcome.WORSE
    assert (other.new_known.photos, other.new_known.other_right) == (BRIGHT + DARK, 21)
    assert other.count(Change.UNKNOWN) == 21
    of_old = [finding for finding in other.findings if finding.found_in == "old"]
    assert of_old
    assert {finding.state for finding in of_old if finding.guess} == {FindingState.NO_ANSWER}
    assert not any(finding.better for finding in other.findings)
    begins = (
        "The new model does not know 2 of the 2 labels of these photos, so it cannot be right about them: "
        "do not use it for them"
    )
    verdict = comparison_verdict(other)
    assert verdict.sentence.startswith(begins)
    assert verdict.merit is Merit.BAD
    said = " ".join(answer for _, answer in verdict.answers)
    assert "Nothing is shown to be worse" not in said
    assert "28 photos are wrong for that reason" in said
    assert "still depend" not in said
    both = files.read_both(old, tmp_path / "new")
    made = files.writers(both, photos, AuditNames("March", "May"), date(2026, 11, 28))
    files.write_comparison(made, tmp_path / "files")
    assert " ".join(begins.split()) in " ".join(
        PdfReader(tmp_path / "files" / files.PDF).pages[0].extract_text().split()
    )
    page = (tmp_path / "files" / files.HTML).read_text()
    assert begins in page
    assert "Still there, with both models" not in page
    told = json.loads((tmp_path / "files" / files.RECORD).read_text())
    assert (told["outcome"], told["new_known"]["lacking"]) == ("worse", ["bright", "dark"])
    assert told["sentence"].startswith(begins)


def test_the_other_way_round_it_is_the_old_model_that_does_not_know_them(audits, tmp_path: Path) -> None:
    photos, old, new = audits
    strange = replace(BY_MIDDLE, labels=("kettle", "shoe", "none"), digest="77" * 32)
    audited(tmp_path / "old", strange, same_set(old))
    shutil.copytree(new, tmp_path / "new")
    tried(tmp_path / "old", tmp_path / "new", photos, BY_MIDDLE, strange)
    other = compare(tmp_path / "old", tmp_path / "new")
    assert not other.worse
    assert other.count(Change.KNOWN) == BRIGHT + DARK
    verdict = comparison_verdict(other)
    assert verdict.sentence.startswith("The old model does not know 2 of the 2 labels of these photos")
    assert verdict.merit in (Merit.GOOD, Merit.MIXED)
    again = replace(strange, name="Its twin", digest="78" * 32)
    audited(tmp_path / "twin", again, same_set(old))
    neither = compare(tmp_path / "old", tmp_path / "twin")
    assert comparison_verdict(neither).merit is Merit.BAD
    assert comparison_verdict(neither).sentence.startswith(
        "Neither model knows any of the 2 labels of these photos, so neither can be right about them"
    )


def test_what_people_called_it_is_said_and_what_is_the_product_is_no_alarm(audits, tmp_path: Path) -> None:
    photos, old, new = audits
    shutil.copytree(old, tmp_path / "old")
    finding = next(f for f in read_side(old).findings if f.place == "upper left corner")
    keep(tmp_path / "old", [entry_of(finding, AreaRole.OTHER, name="badge", at="2026-11-28T10:00:00+00:00")])
    tried(old, new, photos, BY_MIDDLE, BY_CORNER)
    sentence = comparison_verdict(compare(tmp_path / "old", new)).sentence
    assert "the upper left corner (“badge”)" in sentence
    keep(tmp_path / "old", [entry_of(finding, AreaRole.PRODUCT, at="2026-11-28T11:00:00+00:00")])
    as_hoped = next(f for f in compare(tmp_path / "old", new).findings if f.place == "upper left corner")
    assert not as_hoped.alarming
    assert not as_hoped.better


def test_every_file_says_which_is_better(audits, compared, tmp_path: Path) -> None:
    photos, old, new = audits
    both = files.read_both(old, new)
    written = files.write_comparison(
        files.writers(both, photos, AuditNames("March", "May"), date(2026, 11, 28)), tmp_path
    )
    assert {path.name for path in written} == {
        "comparison.pdf", "comparison.html", "comparison.png", "comparison.json", "changed.csv",
    }  # fmt: skip
    first = " ".join(PdfReader(tmp_path / files.PDF).pages[0].extract_text().split())
    assert "The new model is better: answers “bright” no longer depend on the upper left corner" in first
    told = json.loads((tmp_path / files.RECORD).read_text())
    assert told["outcome"] == "better"
    assert told["sentence"].startswith("The new model is better")
    assert told["right"]["p_value"] == pytest.approx(compared.right.p_value, rel=1e-2)
    table = (tmp_path / files.CHANGED).read_text().splitlines()
    assert len(table) == 1 + 7
    assert "wrong to right" in table[1]
    page = (tmp_path / files.HTML).read_text()
    assert "Is the new one better?" in page
    assert page.count("<img") > 4
    with Image.open(tmp_path / files.SLIDE) as slide:
        assert slide.size == (1920, 1080)


def test_what_has_to_be_said_of_a_model_is_said_with_the_comparison(audits, tmp_path: Path) -> None:
    photos, old, _ = audits
    warned = replace(BY_MIDDLE, warning="Made for a test.")
    with start(tmp_path / "new", warned, same_set(old), method=METHOD) as job:
        audit(job, warned, photos)
    shown = compare(old, tmp_path / "new")
    assert (shown.old_warning, shown.new_warning) == (None, "Made for a test.")
    report = comparison_report(shown, AuditNames("March", "May"), date(2026, 11, 28))
    assert report.warning == "New model: Made for a test."


def test_an_audit_that_is_not_finished_cannot_be_compared(audits, tmp_path: Path) -> None:
    _, old, _ = audits
    with start(tmp_path / "begun", BY_MIDDLE, same_set(old), method=METHOD):
        pass
    with pytest.raises(SaliencyError, match="not finished"):
        compare(old, tmp_path / "begun")
