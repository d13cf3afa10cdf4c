"""A folder whose model.json names an address: loaded, checked, added, listed, and refused of visitors."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scoring_service import ADDRESSES, Service, served
from torch import Tensor

import models
from commands import models as command
from models.endpoint.client import client_of
from models.errors import ModelError
from models.inventory import facts
from models.sources.adding import add
from models.sources.draft import draft
from models.sources.folder import check_folder, folder_report
from models.sources.statements import Wishes
from saliency.checks.check import check
from saliency.classifier import OutputKind
from saliency.errors import UnansweredError
from saliency.explanation import explain
from saliency.photo.area import Area
from saliency.photo.reading import Photo, read_photo

LABELS = ("blue", "green", "red")


def colours(pictures: Tensor) -> Tensor:
    """Shares of three colours, the middle of a picture counting most."""
    height, width = pictures.shape[2:]
    middle = pictures[:, :, height // 4 : -height // 4, width // 4 : -width // 4]
    return (8 * middle.mean((2, 3))).softmax(1).flip(1)


@pytest.fixture
def service() -> Iterator[Service]:
    with served(colours, LABELS) as service:
        yield service


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setenv("AZURE_PREDICTION_KEY", "secret")


def folder(where: Path, service: Service, preset: str = "azure-custom-vision", **more: Any) -> Path:
    """A folder that is in order but for what is stated beside."""
    endpoint = {
        "preset": preset,
        "address": service.address + ADDRESSES[preset],
        "requests_a_second": 1000,
        "timeout": 5,
        **more.pop("endpoint", {}),
    }
    labels = more.pop("labels", None)
    where.mkdir(parents=True)
    described = {"name": "Our colours", "crop_size": 32, "resize_size": 32, "endpoint": endpoint, **more}
    (where / "model.json").write_text(json.dumps(described))
    if labels:
        (where / "labels.txt").write_text("\n".join(labels))
    return where


def photo() -> Photo:
    pixels = np.zeros((48, 64, 3), np.uint8)
    pixels[16:32, 24:40, 0] = 255
    return read_photo(pixels)


def test_it_is_a_classifier_like_others(service: Service, tmp_path: Path) -> None:
    classifier = models.load(folder(tmp_path / "ours", service))
    assert classifier.labels == LABELS
    assert classifier.outputs.kind is OutputKind.PROBABILITIES
    explanation = explain(classifier, photo(), method="occlusion", target="red")
    assert explanation.target.label == "red"
    sentence = (
        f"asked at {service.address.removeprefix('http://')}: the photo and changed copies of it are sent"
    )
    assert sentence in classifier.warning
    assert sentence in explanation.record()["warning"]
    assert "JPEG of quality 95" in classifier.warning
    assert "behind an address" in classifier.graph.outside
    area = check(classifier, photo(), Area.box(0.3, 0.3, 0.4, 0.4), explanation=explanation)
    assert area.record()


def test_scores_are_those_of_the_service(service: Service, tmp_path: Path) -> None:
    classifier = models.load(folder(tmp_path / "ours", service, endpoint={"send": {"picture": "png"}}))
    received, _ = classifier.receive(photo(), "whole")
    here = colours(torch.from_numpy(received.copy()).permute(2, 0, 1)[None] / 255)[0].tolist()
    scores = {score.label: score.score for score in classifier.predict(photo())}
    assert scores == pytest.approx(dict(zip(LABELS, here, strict=True)), abs=1e-4)


def test_a_service_with_logits_by_tensors_gets_them_as_model_json_says(
    service: Service, tmp_path: Path
) -> None:
    service.model = lambda pictures: 3 * pictures.mean((2, 3))
    stated = {"mean": [0.5, 0.25, 0.5], "std": [0.5, 0.5, 0.25], "channels": "bgr", "labels": LABELS}
    own = folder(tmp_path / "ours", service, "triton", endpoint={"send": {"input": "pixels"}}, **stated)
    classifier = models.load(own)
    assert classifier.outputs.kind is OutputKind.SOFTMAX
    service.asked.clear()
    classifier.predict(photo())
    (sent,) = service.asked
    assert sent.shape == (1, 3, 32, 32)
    assert sent.amin((2, 3))[0].tolist() == pytest.approx([-2, -0.5, -1])  # black, blue before green and red


def test_of_a_service_that_names_the_likeliest_the_others_share_the_rest(
    service: Service, tmp_path: Path
) -> None:
    service.top = 1
    own = folder(tmp_path / "ours", service, labels=LABELS, endpoint={"answer": {"top_only": True}})
    scores = [score.score for score in models.load(own).predict(photo())]
    assert sum(scores) == pytest.approx(1)
    assert scores[1] == pytest.approx(scores[2]) == pytest.approx((1 - scores[0]) / 2)


def test_tags_that_may_all_be_true(service: Service, tmp_path: Path) -> None:
    service.model = lambda pictures: pictures.mean((2, 3)).sigmoid()
    with pytest.raises(
        ModelError, match=r"add up to 1\.\d+ for a picture\. Say what they are in model\.json"
    ):
        models.load(folder(tmp_path / "unsaid", service))
    classifier = models.load(folder(tmp_path / "ours", service, outputs="labels"))
    assert classifier.outputs.kind is OutputKind.LABELS
    assert all(0.4 < score.score < 0.8 for score in classifier.predict(photo()))


def test_two_loads_share_answers_and_budget(service: Service, tmp_path: Path) -> None:
    own = folder(tmp_path / "ours", service, endpoint={"budget": 6})
    first, second = models.load(own), models.load(own)
    client = client_of(first.digest)
    assert client is client_of(second.digest)
    assert client is not None
    assert client.asked == 2
    with pytest.raises(UnansweredError, match="may be asked about 6"):
        explain(
            second,
            read_photo(np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)),
            method="rise",
        )


def test_at_the_budget_a_view_gives_what_it_has_and_says_so(service: Service, tmp_path: Path) -> None:
    classifier = models.load(folder(tmp_path / "ours", service, endpoint={"budget": 160}))
    noise = read_photo(np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8))
    explanation = explain(classifier, noise, method="hsic")
    assert explanation.estimate is not None
    assert 64 <= explanation.estimate.samples < 160
    sentence = f"This map is made of {explanation.estimate.samples} samples only. The service at"
    assert explanation.stopped.startswith(sentence)
    assert explanation.stopped in explanation.cautions
    assert explanation.record()["stopped"] == explanation.stopped
    client = client_of(classifier.digest)
    assert client is not None
    assert client.asked <= 160
    with pytest.raises(UnansweredError, match="may be asked about 160"):
        explain(classifier, photo(), method="occlusion")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"mean": [0.5, 0.5, 0.5]}, "prepares it itself. Leave out mean, std and channels"),
        ({"channels": "bgr"}, "prepares it itself. Leave out mean, std and channels"),
        ({"endpoint": {"address": "https://a.example:x"}}, "“endpoint.address” has to be an address"),
        ({"endpoint": {"headers": {"Prediction-Key": "abc"}}}, "looks like a secret"),
        ({"labels": ["red", "green"]}, "named “blue”, which is not among the labels"),
        ({"labels": ["red"]}, "one class only"),
    ],
)
def test_what_is_wrong_with_the_folder_is_said(
    service: Service, tmp_path: Path, change: dict[str, Any], sentence: str
) -> None:
    problems = check_folder(folder(tmp_path / "ours", service, **change))
    assert sentence in problems[0]


def test_an_endpoint_has_to_be_an_object(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text('{"endpoint": "https://a.example"}')
    assert check_folder(tmp_path) == ["In model.json, “endpoint” has to be an object with an address: { … }."]


def test_the_command_line_asks_it_once_and_reports(
    service: Service, tmp_path: Path, own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder(own / "ours", service)
    assert command.main(["check", "ours"]) == 0
    said = capsys.readouterr().out
    assert "ours is in order. The service at 127.0.0.1:" in said
    assert "about 2 pictures. Its 3 labels: “blue”, “green”, “red”." in said
    assert "It may be asked about 10,000 pictures" in said
    service.behaviours = [500]
    assert command.main(["check", str(folder(tmp_path / "other", service, endpoint={"tries": 1}))]) == 2
    assert "is out of order (HTTP 500)" in capsys.readouterr().err


def test_it_is_listed_as_here_and_says_where_photos_go(service: Service, own: Path) -> None:
    folder(own / "ours", service)
    choice = next(choice for choice in models.choices() if choice.key == "ours")
    assert choice.present
    assert not choice.problem
    host = service.address.removeprefix("http://")
    assert choice.technical == f"asked at {host}"
    assert choice.sentence.startswith(f"This model is asked at {host}: the photo")
    assert facts(choice).source == f"a service at {host}"
    assert not service.requests


def test_it_can_be_added_on_the_server_but_by_no_visitor(service: Service, tmp_path: Path, own: Path) -> None:
    given = folder(tmp_path / "ours", service, labels=LABELS)
    packed = tmp_path / "ours.zip"
    with zipfile.ZipFile(packed, "w") as file:
        for path in given.iterdir():
            file.write(path, f"inside/{path.name}")
    for wishes in (Wishes(), Wishes(labels=given / "labels.txt"), Wishes(name="Mine")):
        with pytest.raises(ModelError, match="Only whoever runs this server can add it"):
            add(packed, wishes, uploaded=True)
        looked = draft(packed, wishes, tmp_path / "made", tmp_path / "none.png")
        assert "Only whoever runs this server can add it" in looked.problems[0]
    assert not service.requests
    with pytest.raises(ModelError, match=r"stands in its model\.json"):
        add(given, Wishes(name="Mine"))
    added = add(packed, Wishes(key="colours"))
    assert models.load(added.key).labels == LABELS
    assert any("answered in" in note for note in added.notes)


@pytest.mark.parametrize("text", ['{"\\u0065ndpoint": {}}', '\ufeff{"endpoint": null, "format": "onnx"}'])
def test_no_writing_of_it_gets_past_the_refusal(tmp_path: Path, own: Path, text: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("deep/er/model.json", text)
    with pytest.raises(ModelError, match="Only whoever runs this server can add it"):
        add(tmp_path / "a.zip", Wishes(), uploaded=True)


def test_what_went_wrong_is_in_the_report(service: Service, tmp_path: Path) -> None:
    service.behaviours = ["html"]
    assert "web page" in folder_report(folder(tmp_path / "ours", service)).problems[0]
