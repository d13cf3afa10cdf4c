"""What people said of findings, on disk: nothing of it is ever lost, whoever writes and whatever is there."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest
from fake_audit import fake
from photo_set import audited, begun, gather, make_set
from read_only import read_only

from saliency.audit import judgements
from saliency.audit.evidence.findings import AuditFinding, Crop
from saliency.audit.inputs.judgement_file import HandedJudgement
from saliency.audit.judgements import JUDGEMENTS, JudgementEntry, entry_of, keep, read, take, with_judgements
from saliency.audit.reports.shopping.causes import shortcuts
from saliency.errors import SaliencyError
from saliency.verdict.advice import AreaRole

AT = "2026-11-28T14:30:00+01:00"


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> list[AuditFinding]:
    folder = tmp_path_factory.mktemp("made")
    job, audit = fake(folder / "job", folder / "photos", 40, guesses=("mug", "lamp"), area="badge")
    job.close()
    return audit.findings


def entry(number: int, role: AreaRole | None = AreaRole.PRODUCT) -> JudgementEntry:
    return JudgementEntry(finding=f"f{number:011}", guess="mug", place="middle", role=role, by="Ana", at=AT)


def test_the_last_word_counts_and_all_that_was_said_stays(
    tmp_path: Path, findings: list[AuditFinding]
) -> None:
    first, second, *_ = findings
    assert read(tmp_path) == ({}, None)
    keep(tmp_path, [entry_of(first, AreaRole.OTHER, name=" a\n tag ", by="Ana", at=AT)])
    keep(tmp_path, [entry_of(first, AreaRole.PRODUCT, name="x" * 200, note="y" * 900, at=AT)])
    keep(tmp_path, [entry_of(second, AreaRole.DETAIL, at=AT), entry_of(second, None, at=AT)])
    said, problem = read(tmp_path)
    assert problem is None
    assert list(said) == [first.key]
    assert (said[first.key].role, len(said[first.key].name), len(said[first.key].note)) == (
        "product",
        80,
        500,
    )
    kept = json.loads((tmp_path / JUDGEMENTS).read_text(encoding="utf-8"))["judgements"]
    assert [one["role"] for one in kept] == ["other", "product", "detail", None]
    assert (kept[0]["name"], kept[0]["by"], kept[0]["at"], kept[0]["guess"]) == (
        "a tag",
        "Ana",
        AT,
        first.guess,
    )
    judged = list(with_judgements(findings, said))
    assert [finding.role for finding in judged[:2]] == [AreaRole.PRODUCT, None]


def test_findings_are_known_by_what_they_are_about(findings: list[AuditFinding]) -> None:
    keys = [finding.key for finding in findings]
    assert len(set(keys)) == len(keys) > 3
    assert all(len(key) == 12 and key[0] == "f" for key in keys)
    first = findings[0]
    assert replace(first, files=(), q_value=0.9, sentence="Other words.").key == first.key
    assert replace(first, guess="another").key != first.key
    assert replace(first, place="another").key != first.key or first.box is not None


def test_what_is_the_product_is_no_alarm_and_what_is_not_is_one(findings: list[AuditFinding]) -> None:
    finding = replace(findings[0], expected=False, judgement=None)
    usual = replace(finding, expected=True)
    assert (finding.to_look_into, finding.to_be_judged) == (True, True)
    assert (usual.to_look_into, usual.to_be_judged) == (False, False)
    for role in AreaRole:
        said = entry_of(finding, role, at=AT).judgement
        alarm = role is not AreaRole.PRODUCT
        assert replace(finding, judgement=said).to_look_into is alarm
        assert replace(usual, judgement=said).to_look_into is alarm, "a person knows better than the place"
        assert not replace(finding, judgement=said).to_be_judged


def test_of_a_thing_wherever_it_is_only_a_person_can_tell(findings: list[AuditFinding]) -> None:
    at = {"kind": "thing", "place": "something like this", "box": None, "expected": False, "judgement": None}
    one = replace(findings[0], **at, crops=(Crop("a.jpg", (0.1, 0.1, 0.2, 0.2)),))
    other = replace(findings[0], **at, crops=(Crop("a.jpg", (0.5, 0.5, 0.2, 0.2)),))
    assert one.key != other.key, "two things of one answer have the same name"
    assert (one.asks, one.to_look_into, one.to_be_judged) == (True, False, True)
    for role in AreaRole:
        said = replace(one, judgement=entry_of(one, role, name="hand", at=AT).judgement)
        assert (said.asks, said.to_be_judged) == (False, False)
        assert said.to_look_into is (role is not AreaRole.PRODUCT)
    (item,) = shortcuts(
        [replace(one, judgement=entry_of(one, AreaRole.OTHER, name="hand", at=AT).judgement)], (), None
    )
    assert "without “hand”" in item.which


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '{"judgements": 3}', '{"judgements": [{"finding": "f1"}]}', "\ud800",
     '{"judgements": [{"finding": "f1", "guess": null, "place": "", "role": "nonsense", "at": ""}]}'],
)  # fmt: skip
def test_a_damaged_file_is_said_and_kept_aside(tmp_path: Path, content: str) -> None:
    damaged = content.encode("utf-8", "surrogatepass")
    for number in (1, 2):
        (tmp_path / JUDGEMENTS).write_bytes(damaged)
        said, problem = read(tmp_path)
        assert said == {}
        assert problem is not None
        assert "Or say it anew" in problem.message
        assert (tmp_path / JUDGEMENTS).read_bytes() == damaged, "reading changes nothing"
        keep(tmp_path, [entry(1)])
        assert (tmp_path / f"judgements.damaged-{number}.json").read_bytes() == damaged
        assert list(read(tmp_path)[0]) == [entry(1).finding]


def test_a_file_that_cannot_be_read_is_not_put_aside(tmp_path: Path) -> None:
    (tmp_path / JUDGEMENTS).mkdir()
    assert read(tmp_path)[1] is not None
    with pytest.raises(SaliencyError, match="cannot be read"):
        keep(tmp_path, [entry(1)])
    assert [path.name for path in tmp_path.glob("*.json")] == [JUDGEMENTS]


def test_nothing_is_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(tmp_path, [entry(1)])

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(judgements.os, "fsync", fails)
        with pytest.raises(SaliencyError, match="no room left"):
            keep(tmp_path, [entry(2)])
    assert list(read(tmp_path)[0]) == [entry(1).finding]
    assert not list(tmp_path.glob("*.part"))


def test_where_nothing_can_be_written_or_the_audit_is_gone_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(SaliencyError, match="any more, so nothing was kept"):
        keep(tmp_path / "gone", [entry(1)])
    assert not (tmp_path / "gone").exists()
    with read_only(tmp_path), pytest.raises(SaliencyError, match="Make it writable"):
        keep(tmp_path, [entry(1)])


def _keep_ten(folder: str, first: int) -> None:
    for number in range(first, first + 10):
        keep(Path(folder), [entry(number)])


def test_of_two_who_write_at_once_nothing_is_lost(tmp_path: Path) -> None:
    barrier = threading.Barrier(2)

    def many(first: int) -> None:
        barrier.wait()
        _keep_ten(str(tmp_path), first)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(many, (0, 50)))
    assert set(read(tmp_path)[0]) == {entry(number).finding for number in (*range(10), *range(50, 60))}


@pytest.mark.slow
def test_nor_of_two_processes(tmp_path: Path) -> None:
    starts = (0, 50)
    processes = [
        get_context("spawn").Process(target=_keep_ten, args=(str(tmp_path), first)) for first in starts
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(300)
        assert process.exitcode == 0
    assert set(read(tmp_path)[0]) == {entry(number).finding for number in (*range(10), *range(50, 60))}


def handed(finding: str, role: AreaRole | None = AreaRole.PRODUCT, **more: str) -> HandedJudgement:
    return HandedJudgement("judged.csv, line 2", finding, role, **more)


def test_what_is_handed_over_is_kept_once(tmp_path: Path, findings: list[AuditFinding]) -> None:
    given = [
        handed(findings[0].key, name="tag"),
        handed("2", AreaRole.OTHER, by="Ben", at=AT),
        handed("fgone"),
    ]
    judged, missing = take(tmp_path, given, findings, "2026-12-01T00:00:00+00:00")
    assert missing == ["judged.csv, line 2: there is no finding “fgone” in this audit."]
    assert [finding.role for finding in judged[:3]] == [AreaRole.PRODUCT, AreaRole.OTHER, None]
    assert [(f.judgement.by, f.judgement.at) for f in judged[:2] if f.judgement] == [
        ("", "2026-12-01T00:00:00+00:00"),
        ("Ben", AT),
    ]
    before = (tmp_path / JUDGEMENTS).read_bytes()
    again, _ = take(tmp_path, given, judged, "2026-12-02T00:00:00+00:00")
    assert again == judged
    assert (tmp_path / JUDGEMENTS).read_bytes() == before, "the same word is not said twice"
    back, _ = take(tmp_path, [handed("2", None)], judged, AT)
    assert back[1].role is None


def test_a_line_that_is_filled_in_anew_is_not_put_into_the_mouth_of_who_said_it_before(
    tmp_path: Path, findings: list[AuditFinding]
) -> None:
    judged, _ = take(tmp_path, [handed("1", by="Ana", at=AT)], findings, AT)
    later = "2026-12-01T00:00:00+00:00"
    changed, _ = take(tmp_path, [handed("1", AreaRole.OTHER, by="Ana", at=AT)], judged, later)
    said = changed[0].judgement
    assert said is not None
    assert (said.role, said.by, said.at) == (AreaRole.OTHER, "", later)


@pytest.mark.parametrize("number", ["0", "99", "9" * 40])
def test_a_number_that_no_finding_has_is_refused_and_nothing_kept(
    tmp_path: Path, findings: list[AuditFinding], number: str
) -> None:
    with pytest.raises(SaliencyError, match=f"line 2: there is no finding {number[:20]}"):
        take(tmp_path, [handed("1"), handed(number)], findings, AT)
    assert not (tmp_path / JUDGEMENTS).exists()


def test_an_audit_knows_what_was_said_of_it_when_it_is_gone_on_with(tmp_path: Path) -> None:
    source = gather(make_set(tmp_path / "set", bright=18, dark=1, broken=0))
    (finding,) = audited(tmp_path / "job", source).depends
    keep(tmp_path / "job", [entry_of(finding, AreaRole.PRODUCT, at=AT), entry(7)])
    again = audited(tmp_path / "job", source)
    assert again.depends == []
    assert [one.role for one in again.findings if one.key == finding.key] == [AreaRole.PRODUCT]
    (tmp_path / "job" / JUDGEMENTS).write_text("{")
    damaged = audited(tmp_path / "job", source)
    assert "damaged" in damaged.unread
    assert [one.key for one in damaged.depends] == [finding.key], "what cannot be read is no word for it"
    begun(tmp_path / "job", source).close()
