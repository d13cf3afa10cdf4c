"""Audits on a cluster of two nodes: the results are those of one computer, also when a node is lost."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from photo_set import JUDGE, begun, gather, make_set
from PIL import Image
from ray_judge import judge

from commands.main import main
from saliency.audit import Job, audit
from saliency.audit.evidence.probe import PhotoProbe
from saliency.audit.evidence.rows import FinishedPhoto, PhotoRow
from saliency.audit.evidence.traces import PhotoTrace
from saliency.audit.inputs.areas import NamedBox
from saliency.audit.inputs.source import Item
from saliency.audit.reports.files import FINDINGS, write
from saliency.audit.workers.pool import PhotoTask
from saliency.audit.workers.ray import connection
from saliency.audit.workers.ray.cluster import Cluster
from saliency.audit.workers.ray.connection import connected
from saliency.audit.workers.ray.worker import Trouble, Worker, missing_file
from saliency.errors import Cancelled, SaliencyError

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:ray"),  # it warns of its own settings
]
ROOT = Path(__file__).parents[5]
BADGE = NamedBox("badge", (0.6, 0.6, 0.25, 0.25))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory):
    """Photos, two of them the same, three files that are none, two of these the same, and masks."""
    folder = make_set(tmp_path_factory.mktemp("set") / "photos", broken=2)
    shutil.copy(folder / "bright" / "03.png", folder / "dark" / "twin.png")
    masks = folder.parent / "masks" / "bright"
    masks.mkdir(parents=True)
    for number in range(4):
        white = np.zeros((32, 32), np.uint8)
        white[4:20, 8:24] = 255 if number else 0  # the first marks nothing
        Image.fromarray(white).save(masks / f"{number:02}.png")
    return gather(folder, labels="folders", everywhere=[BADGE], masks=masks.parent)


def finished(folder: Path, source, pool=None, on_progress=None) -> dict[str, object]:
    """All results, byte for byte, and the database's."""
    with begun(folder, source) as job:
        write(job, audit(job, JUDGE, source.folder, pool=pool, on_progress=on_progress), folder)
    with Job(folder) as job:
        rows = [(n, row, None if cells is None else cells.tobytes()) for n, _, row, cells in job.finished()]
        tests = job._base.execute("SELECT * FROM tests ORDER BY at, spot").fetchall()
    files = {name: (folder / name).read_bytes() for name in ("results.json", "results.csv", FINDINGS)}
    return {"rows": rows, "tests": tests, **files}


@pytest.fixture(scope="module")
def whole(source, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    return finished(tmp_path_factory.mktemp("whole"), source)


@pytest.fixture
def nodes(monkeypatch: pytest.MonkeyPatch):
    """Two nodes of one processor each, on this computer: the cluster, and the second of them."""
    for name, value in connection._ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    pytest.importorskip("ray", reason="Ray is not installed: pip install -r requirements-ray.txt")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, (ROOT, ROOT / "tests" / "support"))))
    from ray.cluster_utils import Cluster as Machines

    quick = {
        "health_check_initial_delay_ms": 0,
        "health_check_period_ms": 500,
        "health_check_timeout_ms": 500,
    }
    options = {"num_cpus": 1, "include_dashboard": False, "object_store_memory": 100 * 2**20}
    cluster = Machines(True, head_node_args={**options, "_system_config": quick})
    try:
        yield cluster, cluster.add_node(num_cpus=1, object_store_memory=100 * 2**20)
    finally:
        cluster.shutdown()


def computed(log: Path) -> tuple[set[str], Counter[str]]:
    """The nodes that computed, and how often each thing was."""
    lines = [line.split(" ", 1) for line in log.read_text().splitlines()] if log.exists() else []
    return {node for node, _ in lines}, Counter(what for _, what in lines)


def test_two_nodes_give_what_one_computer_gives(nodes, source, whole, tmp_path: Path) -> None:
    log, seen = tmp_path / "log", []
    with connected(nodes[0].address) as there:
        pool = Cluster(there, partial(judge, log, 0.1))
        found = finished(tmp_path / "job", source, pool, lambda *told: seen.append(told))
    assert found == whole
    used, times = computed(log)
    assert len(used) == 2
    assert set(times.values()) == {1}  # and the twin is not among them
    assert "dark/twin.png" not in times
    assert {told for told in seen if told[0] == "photos"} >= {("photos", n, 24) for n in range(25)}
    assert ("spots", 9, 9) in seen


def test_a_node_killed_in_the_middle(nodes, source, whole, tmp_path: Path) -> None:
    log, killed = tmp_path / "log", []
    cluster, second = nodes

    def kill(step: str, done: int, total: int) -> None:
        if not killed and second.node_id in computed(log)[0]:
            killed.append(done)
            os.kill(second.all_processes["raylet"][0].process.pid, signal.SIGKILL)

    with connected(cluster.address) as there:
        found = finished(tmp_path / "job", source, Cluster(there, partial(judge, log, 0.3)), kill)
    assert killed[0] < 15
    assert found == whole
    assert sum(computed(log)[1].values()) <= len(computed(log)[1]) + 3  # what the node was at


def test_gone_on_with_after_it_was_stopped(nodes, source, whole, tmp_path: Path) -> None:
    log, kept = tmp_path / "log", set()
    with connected(nodes[0].address) as there:
        pool = Cluster(there, partial(judge, log, 0.05))
        for step, count in (("photos", 9), ("spots", 4)):

            def stop(*told: object, at=(step, count)) -> None:
                if told[:2] == at:
                    raise Cancelled("Stopped.")

            with pytest.raises(Cancelled):
                finished(tmp_path / "job", source, pool, stop)
            with Job(tmp_path / "job") as job:
                assert job.counts()[0] == (9 if step == "photos" else 24)
                if step == "photos":
                    kept = {photo.row.file for photo in job.finished() if isinstance(photo.row, PhotoRow)}
        assert finished(tmp_path / "job", source, pool) == whole
    assert {computed(log)[1][file] for file in kept} == {1}


def test_what_a_node_cannot_do_stops_the_audit_with_a_sentence(nodes, source, tmp_path: Path) -> None:
    with connected(nodes[0].address) as there:
        with pytest.raises(SaliencyError, match=r"The node .* cannot load the model\. \(ZeroDivisionError"):
            finished(tmp_path / "one", source, Cluster(there, partial(divmod, 1, 0)))
        with pytest.raises(SaliencyError, match=r"does not see the photos' folder “.*gone”"):
            there.check(tmp_path / "gone")


@pytest.mark.parametrize("address", ["nowhere.invalid:6379", "localhost:1", "ray://localhost:1", "here"])
def test_an_address_that_is_none(address: str, tmp_path: Path, capsys) -> None:
    pytest.importorskip("ray", reason="Ray is not installed: pip install -r requirements-ray.txt")
    make_set(tmp_path / "set", bright=1, dark=0, broken=0)
    assert main(["audit", str(tmp_path / "set"), "--out", str(tmp_path / "out"), "--ray", address]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert address in err
    assert "Traceback" not in err
    assert not (tmp_path / "out").exists()


def test_without_ray_a_sentence_says_what_to_do(tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    make_set(tmp_path / "set", bright=1, dark=0, broken=0)
    assert main(["audit", str(tmp_path / "set"), "--out", str(tmp_path / "out"), "--ray"]) == 2
    assert capsys.readouterr().err == (
        "--ray needs Ray, which is not installed. Install it: pip install -r requirements-ray.txt\n"
    )


def settings(source, tmp_path: Path):
    with begun(tmp_path / "settings", source) as job:
        return job.settings


def test_a_worker_says_what_is_wrong_with_its_node(source, tmp_path: Path, monkeypatch) -> None:
    asked, item = settings(source, tmp_path), Item("bright/00.png")
    worker, task = Worker(lambda: JUDGE, source.folder, None, asked, 1), PhotoTask(0, item)
    trace, *_, done = worker.answer(task)
    assert isinstance(trace, PhotoTrace)
    assert isinstance(done, FinishedPhoto)
    assert done.row.guess == "bright"
    file = source.folder / item.file
    size = file.stat().st_size
    assert missing_file(((str(file), size),)) == ""
    for path, bytes_there in ((str(file), size + 1), (str(tmp_path / "gone.png"), 1)):
        trouble = worker.answer(task, ((path, bytes_there),))
        assert isinstance(trouble, Trouble)
        assert "does not see" in trouble.sentence
    monkeypatch.setattr(PhotoProbe, "row", lambda *_: 1 / 0)
    assert "could not compute “bright/00.png”. (ZeroDivisionError" in worker.answer(task).sentence
    other = Worker(lambda: JUDGE, source.folder, None, replace(asked, weights="other"), 1)
    assert "other weights" in other.answer(task).sentence


def test_nothing_imports_ray_unless_it_is_asked_for() -> None:
    for path in (ROOT / "saliency").rglob("*.py"):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert not [line for line in lines if line.startswith(("import ray", "from ray"))], path
