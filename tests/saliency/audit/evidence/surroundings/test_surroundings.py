"""Audits of products with other surroundings, by models of which it is known what they look at."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from corner import counted
from fake_audit import area_row, cover_outcome, finished, photo_row
from photo_set import METHOD
from scipy.stats import false_discovery_control
from surrounded import Ground, Product, boxed, classifier, make_masks, make_set

from saliency.audit import Item, Job, audit, gather, start
from saliency.audit.evidence.guess_groups import guess_groups
from saliency.audit.evidence.judgement import Judgement
from saliency.audit.evidence.surround import Surround
from saliency.audit.evidence.surroundings.figures import PairedTest, SurroundingsRecord, SurroundingsVerdict
from saliency.audit.evidence.surroundings.plan import (
    DESCRIBED,
    IN_ALL,
    OF_A_CLASS,
    OF_A_CLASS_AT_LEAST,
    SurroundingsTask,
    surroundings_plan,
)
from saliency.audit.evidence.surroundings.record import adjusted
from saliency.audit.evidence.verdicts import Verdict
from saliency.audit.inputs.areas import NamedBox
from saliency.audit.json_types import as_json, from_json
from saliency.audit.reports.judged_record import judged_record
from saliency.audit.reports.record import AuditRecord, audit_record
from saliency.audit.workers.pool import LocalPool
from saliency.errors import Cancelled, SaliencyError
from saliency.verdict.advice import AreaRole


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_set(tmp_path_factory.mktemp("surrounded") / "photos")


def record(folder: Path, source, module, photos: Path) -> AuditRecord:
    judge = classifier(module)
    with start(folder, judge, source, method=METHOD, controls=1) as job:
        return audit_record(audit(job, judge, photos))


def counts(surroundings: SurroundingsRecord, label: str | None) -> dict[str, tuple[int, int]]:
    (group,) = (group for group in surroundings.groups if group.label == label)
    fields = ("own", "greyed", "blurred", "same", "other", "alone", "without")
    return {field: (getattr(group, field).hits, getattr(group, field).photos) for field in fields}


def test_a_model_that_goes_by_the_ground_loses_its_answers_elsewhere(photos: Path, tmp_path: Path) -> None:
    found = record(tmp_path, boxed(photos, labels="folders"), Ground(), photos)
    surroundings = found.surroundings
    assert surroundings is not None
    assert (surroundings.judged, surroundings.photos, surroundings.boxed) == (True, 12, 12)
    assert {group.label for group in surroundings.depends} == {"square", "dot"}
    kept = counts(surroundings, "square")
    assert kept["own"] == kept["same"] == kept["without"] == (6, 6)
    assert kept["other"] == (0, 6)
    assert counts(surroundings, None)["other"] == (0, 12)
    square = next(group for group in surroundings.groups if group.label == "square")
    assert square.own_or_elsewhere.p_value == pytest.approx(2 * 0.5**6, rel=0.01)
    assert square.sentence == (
        "With the surroundings of photos of other things, 0 of 6 photos of “square” are recognised; with "
        "those of other “square” photos, 6 of 6; with their own, 6 of 6. Shown only the surroundings, "
        "the model still says “square” in 6 of 6."
    )
    assert square.example is not None
    assert square.example.guesses["other"] == "dot"
    assert square.example.other is not None
    assert square.example.other.startswith("dot/")
    assert "photos of “square” in other places" in {item.which for item in found.shopping_list}
    (finding,) = (f for f in found.findings if (f.kind, f.guess) == ("surroundings", "square"))
    assert (finding.verdict, finding.to_look_into, len(finding.files)) == (Verdict.DEPENDS, True, 6)
    assert finding.sentence == (
        "In the surroundings of other things, 6 of 6 “square” photos lose the answer that they have in their "
        "own; in those of other “square” photos, 0."
    )
    assert finding.q_value == max(test.q_value for test in square.tests)
    assert finding.key in {item.finding for item in found.shopping_list}
    assert {dependence.kind for dependence in found.depends_on} == {"surroundings"}


def test_its_p_values_are_adjusted_together_with_all_others(photos: Path, tmp_path: Path) -> None:
    """What is asked beside it makes each question weaker, and it makes these weaker."""
    judge = classifier(Ground())
    with start(tmp_path, judge, boxed(photos, labels="folders"), method=METHOD, controls=1) as job:
        found = audit(job, judge, photos)
    assert found.surroundings is not None
    others = [finding for finding in found.findings if finding.kind != "surroundings"]
    together = [*found.surroundings.p_values, *(finding.summary.p_value for finding in others)]
    q_values = dict(zip(together, false_discovery_control(together).tolist(), strict=True))
    for test in (test for group in found.surroundings.groups for test in group.tests):
        assert test.q_value == pytest.approx(q_values[test.p_value])
    for finding in others:
        assert finding.q_value == pytest.approx(q_values[finding.summary.p_value])
    weaker = adjusted(found.surroundings, [1.0] * 200)
    assert not weaker.depends  # 6 of 6 photos are too few among so many questions


def test_a_person_who_says_that_it_belongs_to_the_product_ends_the_alarm(
    photos: Path, tmp_path: Path
) -> None:
    found = record(tmp_path, boxed(photos, labels="folders"), Ground(), photos)
    keys = [finding.key for finding in found.findings if finding.kind == "surroundings"]
    judged = judged_record(found, {key: Judgement(AreaRole.PRODUCT) for key in keys})
    assert found.to_be_judged == len(keys) == 2
    assert not judged.depends_on
    assert judged.to_be_judged == 0
    assert not any("other places" in item.which for item in judged.shopping_list)
    assert all(f.next.startswith("Nothing to do") for f in judged.findings if f.kind == "surroundings")


def test_a_large_set_is_asked_by_a_sample_that_the_seed_draws() -> None:
    areas = (area_row("product", cover_outcome(changed=False)),)
    rows = [finished(n, photo_row(n, f"thing {n % 3}", areas=areas)) for n in range(300)]
    groups = guess_groups(rows)
    item = Item("a.jpg", areas=(NamedBox("product", (0.1, 0.1, 0.3, 0.3)),))

    def drawn(seed: int) -> tuple[SurroundingsTask, ...]:
        return surroundings_plan(groups, (), lambda _: item, seed=seed).tasks

    tasks = drawn(0)
    assert Counter(task.number % 3 for task in tasks) == dict.fromkeys(range(3), OF_A_CLASS)
    assert sum(task.described for task in tasks) == 3 * DESCRIBED
    assert tasks == drawn(0) != drawn(1)
    many = guess_groups(finished(n, photo_row(n, f"thing {n % 50:02}", areas=areas)) for n in range(1000))
    drawn_of = Counter(task.number % 50 for task in surroundings_plan(many, (), lambda _: item).tasks)
    assert (len(drawn_of), set(drawn_of.values())) == (IN_ALL // OF_A_CLASS_AT_LEAST, {OF_A_CLASS_AT_LEAST})


def test_a_model_that_goes_by_the_product_keeps_them(photos: Path, tmp_path: Path) -> None:
    masks = make_masks(photos, tmp_path / "masks")
    found = record(tmp_path / "job", gather(photos, labels="folders", masks=masks), Product(), photos)
    surroundings = found.surroundings
    assert surroundings is not None
    assert surroundings.boxed == 0
    assert not surroundings.depends
    kept = counts(surroundings, "square")
    assert {kept[field] for field in ("own", "greyed", "blurred", "same", "other", "alone")} == {(6, 6)}
    assert kept["without"] == (0, 6)
    assert {group.verdict for group in surroundings.groups} == {SurroundingsVerdict.NO_EVIDENCE}
    assert not any("other places" in item.which for item in found.shopping_list)


def test_without_labels_it_is_counted_how_often_the_answer_stays(photos: Path, tmp_path: Path) -> None:
    surroundings = record(tmp_path, boxed(photos, "Object"), Ground(), photos).surroundings
    assert surroundings is not None
    assert not surroundings.judged
    square = next(group for group in surroundings.groups if group.label == "square")
    assert square.sentence.startswith(
        "With the surroundings of photos with other answers, 0 of 6 answers “square” stay; "
    )


def test_of_one_class_only_the_surroundings_of_its_other_photos_are_there(tmp_path: Path) -> None:
    photos = make_set(tmp_path / "photos", labels=("square",))
    surroundings = record(tmp_path / "job", boxed(photos), Ground(), photos).surroundings
    assert surroundings is not None
    (group,) = surroundings.groups
    assert (group.label, group.other, group.same_or_other) == ("square", None, None)
    assert group.sentence.startswith("With the surroundings of other photos, 6 of 6 answers “square” stay; ")


@pytest.mark.parametrize("name", ["badge", "productive"])
def test_nothing_is_asked_where_no_product_is_named(name: str, photos: Path, tmp_path: Path) -> None:
    found = record(tmp_path, boxed(photos, name), Ground(), photos)
    assert found.surroundings is None
    assert "surroundings" not in as_json(found)
    with Job(tmp_path, alone=False) as job:
        assert job.surroundings() == {}


def test_results_of_earlier_programs_are_read(photos: Path, tmp_path: Path) -> None:
    written = as_json(record(tmp_path, boxed(photos), Ground(), photos))
    del written["surroundings"]
    earlier: AuditRecord = from_json(AuditRecord, written)
    assert earlier.surroundings is None


class _Packed(LocalPool):
    """Computes as a node of a cluster does, last things first."""

    def results(self, job, folder, tasks, on_progress):
        import pickle

        for result in super().results(job, folder, pickle.loads(pickle.dumps(tasks[::-1])), on_progress):
            yield pickle.loads(pickle.dumps(result))


def test_stopped_anywhere_or_computed_in_another_order_the_result_is_the_same(photos, tmp_path) -> None:
    source, judge = boxed(photos, labels="folders"), classifier(Ground())

    def findings(name: str, pool: LocalPool, stop_at: int | None = None) -> str:
        def stop(step: str, done: int, total: int) -> None:
            if (step, done) == ("spots", stop_at):
                raise Cancelled("Stopped.")

        folder = tmp_path / name
        if stop_at is not None:
            with start(folder, judge, source, method=METHOD, controls=1) as job, pytest.raises(Cancelled):
                audit(job, judge, photos, on_progress=stop)
            with Job(folder, alone=False) as job:
                assert 0 < len(job.surroundings()) < 12
        with start(folder, judge, source, method=METHOD, controls=1) as job:
            return json.dumps(as_json(audit_record(audit(job, judge, photos, pool=pool))))

    whole = findings("whole", LocalPool(judge))
    assert json.loads(whole)["surroundings"]["photos"] == 12
    tested = sum(
        finding["tested"]
        for finding in json.loads(whole)["findings"]
        if finding["kind"] == "place" and not finding["named"]
    )
    assert findings("stopped", LocalPool(judge), tested + 5) == whole
    assert findings("packed", _Packed(judge)) == whole


def test_a_photo_that_is_lost_meanwhile_is_left_out_and_a_changed_one_stops(photos, tmp_path) -> None:
    judge = classifier(Ground())
    source = boxed(photos, labels="folders")
    with start(tmp_path, judge, source, method=METHOD, controls=1) as job:
        audit(job, judge, photos)
        work = LocalPool(judge)
        plan = surroundings_plan(guess_groups(job.finished(), job.coarse_map), judge.labels, job.item)
        task = plan.tasks[0]
        assert isinstance(task, SurroundingsTask)
        assert task.other is not None
        assert {scene.file for scene in task.scenes} == {task.file, task.same.file, task.other.file}

        def answer(task):
            (result,) = work.results(job, photos, [task], lambda *_: None)
            return result.outcome

        given = counted(judge)
        assert set(answer(task).guesses) == set(Surround)
        assert sum(given) == len(Surround) == 7  # no more passes than that

        lost = answer(replace(task, other=replace(task.other, file="gone.png")))
        assert lost.other is None
        assert "other" not in lost.guesses
        assert answer(replace(task, own=replace(task.own, file="gone.png"))).photo_unreadable
        with pytest.raises(SaliencyError, match="has changed since the audit began"):
            answer(replace(task, other=replace(task.other, digest="0" * 64)))


def test_a_small_or_one_sided_difference_is_not_clear() -> None:
    assert not PairedTest(60, 3, 0, 0.25, 0.25).clear
    assert not PairedTest(60, 0, 30, 1e-9, 1e-9).clear
    assert PairedTest(60, 17, 0, 1e-5, 1e-5).clear
