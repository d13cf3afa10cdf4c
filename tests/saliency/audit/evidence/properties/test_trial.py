"""Properties that a model in closed form depends on are found and confirmed in an audit, and no others."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np
import pytest
from fake_audit import SETTINGS
from painted_sets import GREY, LIGHT, WARMTH, audited, make_set
from PIL import Image

from saliency.audit import Audit, Job, audit, gather, start
from saliency.audit.evidence.properties.trial import SCREENED, PropertyTrial
from saliency.audit.evidence.rows import CoverOutcome, LeftOutTest
from saliency.audit.evidence.verdicts import Verdict
from saliency.audit.reports.files import FINDINGS, write
from saliency.audit.reports.record import audit_record
from saliency.audit.workers.pool import LocalPool, PhotoWork, TrialTask
from saliency.classifier import Classifier
from saliency.errors import Cancelled
from saliency.photo.reading import read_photo

WARM = np.array([0.1, 0.0, -0.1])


def bright_or_dark(pixels: np.ndarray, number: int, r: np.random.Generator) -> np.ndarray:
    return pixels + (0.2 if number % 2 else -0.2) + r.normal(0, 0.04)


def warm_or_not(pixels: np.ndarray, number: int, r: np.random.Generator) -> np.ndarray:
    return pixels + WARM * (number % 2) + r.normal(0, 0.1)


def bright_and_warm_or_dark(pixels: np.ndarray, number: int, r: np.random.Generator) -> np.ndarray:
    return bright_or_dark(pixels, number, r) + WARM * (number % 2)


def grey_or_not(pixels: np.ndarray, number: int, r: np.random.Generator) -> np.ndarray:
    colours = pixels + 0.8 * (pixels - pixels.mean(2, keepdims=True))
    return pixels.mean(2, keepdims=True).repeat(3, 2) if number % 2 else colours


def dependences(shown: Audit) -> set[tuple[str | None, str]]:
    return {(finding.guess, finding.place) for finding in shown.depends}


@pytest.fixture(scope="module")
def bright(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_set(tmp_path_factory.mktemp("bright") / "photos", bright_or_dark)


@pytest.fixture(scope="module")
def found(bright: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Audit]:
    folder = tmp_path_factory.mktemp("job") / "job"
    return folder, audited(folder, bright, LIGHT)


def test_brightness_is_found_and_confirmed_both_ways(found: tuple[Path, Audit]) -> None:
    _, shown = found
    assert dependences(shown) == {("mug", "brightness"), ("lamp", "darkness")}
    (mug,) = [finding for finding in shown.depends if finding.guess == "mug"]
    summary = mug.summary
    assert summary.tested == summary.changed == summary.depends == mug.gathered
    assert summary.given == summary.enough_alone == 12
    assert summary.changed_elsewhere == summary.enough_alone_elsewhere == 0


@pytest.mark.parametrize(
    ("paint", "model", "expected", "others"),
    [
        (warm_or_not, WARMTH, {("mug", "warm tint"), ("lamp", "cold tint")}, {"pale colours"}),
        (bright_and_warm_or_dark, LIGHT, {("mug", "brightness"), ("lamp", "darkness")}, set()),
        (grey_or_not, GREY, {("lamp", "pale colours")}, {"strong colours"}),
    ],
    ids=["warmth", "tint beside brightness", "grey"],
)
def test_what_a_model_depends_on_is_found_and_nothing_else(
    tmp_path: Path, paint, model: Classifier, expected: set, others: set
) -> None:
    photos = make_set(tmp_path / "photos", paint, 36)
    shown = audited(tmp_path / "job", photos, model)
    assert expected <= dependences(shown)
    assert {place for _, place in dependences(shown) - expected} <= others
    tried = {finding.place for finding in shown.findings}
    assert paint is not bright_and_warm_or_dark or {"warm tint", "cold tint"} <= tried  # and no evidence


def test_where_nothing_came_of_a_change_few_controls_are_asked(found: tuple[Path, Audit]) -> None:
    _, shown = found
    outcomes = [outcome for by_number in shown.outcomes.values() for outcome in by_number.values()]
    assert {outcome.controls for outcome in outcomes if outcome.screened} <= {SCREENED}
    assert {outcome.controls for outcome in outcomes if not outcome.screened} == {19}


def test_stopped_and_gone_on_with_and_from_a_pool_it_is_the_same(
    bright: Path, found: tuple[Path, Audit], tmp_path: Path
) -> None:
    folder, shown = found

    class Pickled(LocalPool):
        """Tasks and results go through pickle, in another order, as from a cluster."""

        def results(self, job, photos, tasks, on_progress):
            copies = [pickle.loads(pickle.dumps(task)) for task in reversed(tasks)]
            for result in super().results(job, photos, copies, on_progress):
                yield pickle.loads(pickle.dumps(result))

    calls = 0

    def stop(step: str, done: int, total: int) -> None:
        nonlocal calls
        calls += step == "spots"
        if calls in (5, 60):
            calls += 1
            raise Cancelled("Stopped.")

    source = gather(bright)
    for _ in range(2):
        job = start(tmp_path / "job", LIGHT, source, method="input-x-gradient")
        with job, pytest.raises(Cancelled):
            audit(job, LIGHT, bright, on_progress=stop)
    again = audited(tmp_path / "job", bright, LIGHT, Pickled(LIGHT))
    assert audit_record(again) == audit_record(shown)
    with Job(folder, alone=False) as one, Job(tmp_path / "job", alone=False) as other:
        query = "SELECT * FROM tests ORDER BY at, spot"
        assert one._base.execute(query).fetchall() == other._base.execute(query).fetchall()


def test_all_files_say_so(bright: Path, found: tuple[Path, Audit], tmp_path: Path) -> None:
    folder, shown = found
    with Job(folder) as job:
        write(job, shown, tmp_path, bright)
    record = json.loads((tmp_path / FINDINGS).read_text())
    first = record["findings"][0]
    assert (first["kind"], first["box"], first["given"]) == ("property", None, 12)
    assert first["discovered"]["auc"] == 1
    assert {one["kind"] for one in record["depends_on"]} == {"property"}
    page = (tmp_path / "report.html").read_text()
    assert "Do not rely on this model for “" in page
    assert "pictures with other answers get the answer" in page
    assert record["review"][0]["reasons"]
    assert any("add about" in item["what"].casefold() for item in record["shopping_list"])


def test_results_of_earlier_programs_are_places(found: tuple[Path, Audit]) -> None:
    from saliency.audit.evidence.findings import AuditFinding
    from saliency.audit.json_types import as_json, from_json

    record = as_json(found[1].findings[0])
    for key in ("kind", "given"):
        del record[key]
    old = from_json(AuditFinding, record)
    assert (old.kind, old.summary.given, old.verdict) == ("place", None, Verdict.DEPENDS)


def test_saving_a_coarse_jpeg_more_finely_takes_nothing_away(tmp_path: Path) -> None:
    r = np.random.default_rng(0)
    Image.fromarray(r.integers(0, 256, (64, 64, 3), np.uint8)).save(tmp_path / "one.jpg", quality=10)
    digest = read_photo(tmp_path / "one.jpg").digest
    trials = (("finer", PropertyTrial("quality", (92,))), ("coarser", PropertyTrial("quality", (5,))))
    work = PhotoWork(LIGHT, tmp_path, None, SETTINGS)
    finer, coarser = (result.outcome for result in work.results(TrialTask(0, "one.jpg", digest, trials)))
    assert isinstance(finer, LeftOutTest)
    assert finer.problem == "This photo was saved as coarsely already."
    assert isinstance(coarser, CoverOutcome)
