"""python -m models: what it prints and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import models as command
from models.catalogue import CATALOGUE, CatalogueEntry
from models.errors import ModelError
from models.sources.folder import FolderReport
from models.weights import weights_folder
from saliency.progress import Progress


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    try:
        code = command.main(arguments)
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, *capsys.readouterr()


@pytest.fixture(autouse=True)
def _empty_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    weights_folder().mkdir(parents=True)
    (weights_folder() / CATALOGUE["resnet50"].file_name).touch()
    code, out, err = run(capsys, "list")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].split() == ["NAME", "KEY", "MB", "HERE", "LICENCE"]
    (row,) = [line for line in lines if " resnet50 " in line]
    assert row.split()[:5] == ["Balanced", "(ResNet-50)", "resnet50", "102.5", "yes"]
    assert row.endswith(f"  {CATALOGUE['resnet50'].licence}")
    assert len(lines) > 80


def test_list_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "list", "--json")
    assert code == 0
    rows = {row["key"]: row for row in json.loads(out)}
    assert rows["swin_t"]["name"] == "Windowed transformer"
    assert rows["swin_t"]["present"] is False
    assert all(row["licence"].endswith(".") for row in rows.values() if row["kind"] != "own")
    assert "Apache" in rows["everyday"]["licence"]


def test_download(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fetched(entry: CatalogueEntry, on_progress: Progress) -> Path:
        for done in range(0, 101, 5):
            on_progress(done * 10**6, 100 * 10**6)
        return Path("here") / entry.file_name

    monkeypatch.setattr("models.weights.download", fetched)
    code, out, err = run(capsys, "download", "resnet18", "swin_t", "resnet18")
    assert code == 0
    assert "ResNet-18: 46.8 MB from https://" in out
    assert out.count("resnet18-f37072fd.pth") == 2  # where from, where to; once
    assert err.splitlines()[0] == "10.0 of 100.0 MB"
    assert len(err.splitlines()) == 20


def test_download_without_network(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(entry: CatalogueEntry, on_progress: Progress) -> Path:
        raise ModelError("It could not be downloaded.", code="M1")

    monkeypatch.setattr("models.weights.download", fails)
    code, _, err = run(capsys, "download", "resnet18")
    assert (code, err) == (2, "It could not be downloaded.\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "arguments are required: COMMAND"),
        (("fetch",), "invalid choice"),
        (("download",), "arguments are required: NAME"),
        (("download", "resnet18", "resnt50"), "Did you mean resnet50"),
        (("list", "--yaml"), "unrecognized arguments"),
        (("check", "no/such/folder"), "There is no folder no/such/folder."),
    ],
)
def test_wrong_use_is_one_line(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], sentence: str
) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert sentence in err
    assert err.count("\n") == 1


def test_check(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.json").write_text('{"architecture": "resnet50"}')
    code, out, err = run(capsys, "check", str(tmp_path))
    assert code == 2
    assert err.count("\n") == 1
    assert "There is no labels.txt" in err
    assert len(out.splitlines()) == 2
    report = FolderReport([], ("The averaged weights are used.",))
    monkeypatch.setattr("models.sources.folder.folder_report", lambda folder: report)
    assert run(capsys, "check", "x") == (0, "x is in order. The averaged weights are used.\n", "")
