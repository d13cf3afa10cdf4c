"""A model behind an address on the command line: what it costs, where photos go, and its budget."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from scoring_service import ADDRESSES, Service, served
from stand_in import draw

from commands.main import main
from models.endpoint import client as clients

LABELS = ["blue", "green", "red"]


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setenv("no_proxy", "*")
    with served(lambda pictures: (6 * pictures.mean((2, 3))).softmax(1), LABELS) as service:
        yield service


@pytest.fixture
def model(tmp_path: Path, service: Service) -> Callable[[int], str]:
    def written(budget: int) -> str:
        endpoint = {
            "preset": "torchserve",
            "address": service.address + ADDRESSES["torchserve"],
            "requests_a_second": 1000,
            "budget": budget,
        }
        (tmp_path / "ours").mkdir(exist_ok=True)
        about = {"crop_size": 64, "resize_size": 64, "endpoint": endpoint}
        (tmp_path / "ours/model.json").write_text(json.dumps(about))
        return str(tmp_path / "ours")

    return written


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    (tmp_path / "photos").mkdir()
    for seed in range(3):
        draw(40, 40, seed).save(tmp_path / "photos" / f"{seed}.png")
    return tmp_path / "photos"


def test_what_it_costs_is_said_first(
    model: Callable[[int], str], photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", str(photos), "--model", model(5000), "--out", str(tmp_path / "out")]) == 0
    told = capsys.readouterr()
    assert "the photo and changed copies of it are sent there" in told.err
    assert "about up to 42 pictures; 2 were asked about so far. 4,998 more are allowed." in told.err
    records = [json.loads(line) for line in told.out.splitlines()]
    assert len(records) == 3
    assert all("are sent there" in record["warning"] for record in records)
    assert all("asked at 127.0.0.1:" in record["weights_source"] for record in records)


def test_at_the_budget_it_stops_and_keeps_what_is_finished(
    model: Callable[[int], str], photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", str(photos), "--model", model(20), "--out", str(tmp_path / "out")]) == 2
    told = capsys.readouterr()
    assert "so it may stop before its end" in told.err
    assert told.err.count("may be asked about 20") == 1
    assert len(told.out.splitlines()) == 1
    assert list((tmp_path / "out").glob("0-overlay.png"))
    arguments = ["check", str(photos / "2.png"), "--model", model(21), "--area", "0.2,0.2,0.3,0.3"]
    assert main([*arguments, "--area", "0.5,0.5,0.3,0.3"]) == 2
    assert capsys.readouterr().err.count("may be asked about 21") == 1


def test_an_audit_stops_at_the_budget_and_goes_on_later(
    model: Callable[[int], str],
    photos: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out, name = str(tmp_path / "audit"), model(20)
    assert main(["audit", str(photos), "--model", name, "--out", out]) == 2
    told = capsys.readouterr()
    assert "more for each place that is tested in a photo" in told.err
    assert "may be asked about 20" in told.err
    monkeypatch.setattr(clients, "_CLIENTS", {})  # as when it is started anew
    main(["audit", str(photos), "--model", name, "--out", out, "--resume"])
    monkeypatch.setattr(clients, "_CLIENTS", {})
    assert main(["audit", str(photos), "--model", name, "--out", out, "--resume"]) == 0
    findings = json.loads((tmp_path / "audit/findings.json").read_text())
    assert findings["photos"] == 3
    assert "are sent there" in (tmp_path / "audit/report.html").read_text()
