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
from models.endpoint.cost import FIRST
from models.endpoint.count import Count
from saliency.explanation.questions import questions_of

LABELS = ["blue", "green", "red"]
EACH = FIRST + questions_of("occlusion", 64, 64)  # pictures a photo, at most
ONE = 2 + EACH + 5  # enough to load it and for one photo


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
    sentence = f"about up to {3 * EACH} pictures; 2 were asked about today. 4,998 more are allowed today."
    assert sentence in told.err
    records = [json.loads(line) for line in told.out.splitlines()]
    assert len(records) == 3
    assert all("are sent there" in record["warning"] for record in records)
    assert all("asked at 127.0.0.1:" in record["weights_source"] for record in records)


def test_at_the_budget_it_stops_and_keeps_what_is_finished(
    model: Callable[[int], str], photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", str(photos), "--model", model(ONE), "--out", str(tmp_path / "out")]) == 2
    told = capsys.readouterr()
    assert "so it may stop before its end" in told.err
    assert told.err.count(f"may be asked about {ONE}") == 1
    assert len(told.out.splitlines()) == 1
    assert list((tmp_path / "out").glob("0-overlay.png"))
    arguments = ["check", str(photos / "2.png"), "--model", model(ONE + 1), "--area", "0.2,0.2,0.3,0.3"]
    assert main([*arguments, "--area", "0.5,0.5,0.3,0.3"]) == 2
    assert capsys.readouterr().err.count(f"may be asked about {ONE + 1}") == 1


def test_an_audit_stops_at_the_budget_and_goes_on_later(
    model: Callable[[int], str],
    photos: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out, name = str(tmp_path / "audit"), model(ONE)
    assert main(["audit", str(photos), "--model", name, "--out", out]) == 2
    told = capsys.readouterr()
    assert "about up to " in told.err
    assert f"may be asked about {ONE}" in told.err
    monkeypatch.setattr(clients, "_CLIENTS", {})  # as when it is started anew
    assert main(["audit", str(photos), "--model", name, "--out", out, "--resume"]) == 2
    for day in ("the next day", "the day after"):
        monkeypatch.setattr(clients, "_CLIENTS", {})
        monkeypatch.setattr(clients, "Count", lambda folder, day=day: Count(folder, lambda: day))
        code = main(["audit", str(photos), "--model", name, "--out", out, "--resume"])
    assert code == 0
    findings = json.loads((tmp_path / "audit/findings.json").read_text())
    assert findings["photos"] == 3
    assert "are sent there" in (tmp_path / "audit/report.html").read_text()
