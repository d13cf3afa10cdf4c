"""A client against a service on this computer that answers well, late, wrongly, or not at all."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from scoring_service import ADDRESSES, Service, served
from torch import Tensor

from models.endpoint import exchange
from models.endpoint.client import Client
from models.endpoint.failure import BudgetReachedError, ServiceError
from models.endpoint.settings import read_endpoint
from models.errors import ModelError

LABELS = ["red", "green", "blue"]


def colours(pictures: Tensor) -> Tensor:
    """Shares of the three colours."""
    return (4 * pictures.mean((2, 3))).softmax(1)


def pictures(count: int, seed: int = 0) -> Tensor:
    return torch.rand(count, 3, 8, 12, generator=torch.Generator().manual_seed(seed))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "FIRST_PAUSE", 0.01)
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setenv("AZURE_PREDICTION_KEY", "hf_secret_token")


@pytest.fixture
def service() -> Iterator[Service]:
    with served(colours, LABELS) as service:
        yield service


def client(service: Service, preset: str = "azure-custom-vision", **more: Any) -> Client:
    labels = more.pop("labels", None)
    stated = {
        "preset": preset,
        "address": service.address + ADDRESSES[preset],
        "requests_a_second": 1000,
        "timeout": 5,
        **more,
    }
    return Client(read_endpoint(stated), labels)


def png(service: Service, **more: Any) -> Client:
    return client(service, send={"picture": "png"}, **more)


def test_scores_come_in_the_order_of_sorted_labels_whatever_order_the_service_has(service: Service) -> None:
    asked = png(service)
    scores = asked.ask(pictures(5))
    assert asked.labels == ("blue", "green", "red")
    assert torch.allclose(scores, colours((pictures(5) * 255).round() / 255).flip(1), atol=1e-6)
    assert scores.dtype == torch.float32


def test_equal_questions_are_asked_once(service: Service) -> None:
    asked = png(service, requests_at_once=3)
    twice = torch.cat([pictures(4), pictures(4)])
    first, again = asked.ask(twice).split(4)
    assert torch.equal(first, again)
    assert torch.equal(asked.ask(pictures(4)), first)
    assert len(service.asked) == asked.asked == 4


def test_equal_questions_of_several_threads_are_asked_once(service: Service) -> None:
    asked = png(service)
    threads = [threading.Thread(target=asked.ask, args=(pictures(6),)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(service.asked) == asked.asked == 6


def test_answers_are_forgotten_once_there_are_too_many(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.endpoint.client.REMEMBERED", 5 * 400)
    asked = png(service)
    for part in pictures(12).split(1):
        asked.ask(part)
    asked.ask(pictures(12)[:1])
    assert asked.asked == 13
    assert len(asked._known) <= 5


def test_no_pictures_are_no_question(service: Service) -> None:
    assert png(service, labels=LABELS).ask(pictures(0)).shape == (0, 3)
    assert not service.requests


def test_the_secret_is_sent_and_nowhere_told(service: Service) -> None:
    asked = png(service)
    asked.ask(pictures(1))
    assert service.requests[0][1]["Prediction-Key"] == "hf_secret_token"
    assert "hf_secret_token" not in repr(asked.endpoint)
    service.behaviours = [400]
    with pytest.raises(ServiceError, match=r"refuses the question \(HTTP 400\)\. It says “no, …”") as failure:
        asked.ask(pictures(1, seed=1))
    assert "hf_secret_token" not in str(failure.value)


def test_a_variable_that_is_not_set_is_named(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = png(service)
    monkeypatch.delenv("AZURE_PREDICTION_KEY")
    with pytest.raises(ModelError, match="AZURE_PREDICTION_KEY is not set"):
        asked.ask(pictures(1))
    assert not service.requests


def test_it_stops_at_its_budget_and_says_so(service: Service) -> None:
    asked = png(service, budget=5)
    first = asked.ask(pictures(4))
    with pytest.raises(
        BudgetReachedError, match=r"about 4 pictures today, .* about 5 a day; 2 more are too many"
    ) as end:
        asked.ask(pictures(6))
    assert "budget" in end.value.message
    assert len(service.asked) == asked.asked == 4
    assert asked.left == 1
    assert torch.equal(asked.ask(pictures(4)), first)  # what was answered is still known


def test_what_passes_is_tried_again_with_growing_pauses(service: Service) -> None:
    service.behaviours = [429, 503, "good"]
    asked = png(service)
    assert asked.ask(pictures(1)).shape == (1, 3)
    assert len(service.requests) == 3
    assert asked.asked == 1


def test_a_pause_that_the_service_asks_for_is_made(service: Service) -> None:
    service.behaviours, service.retry_after = [429, "good"], "1"
    begun = time.monotonic()
    png(service).ask(pictures(1))
    assert time.monotonic() - begun >= 1


@pytest.mark.parametrize(
    ("behaviour", "sentence", "requests"),
    [
        (500, r"out of order \(HTTP 500\), though it was asked 3 times", 3),
        (429, "asked too often, though it was asked 3 times", 3),
        (401, r"refuses the key \(HTTP 401\)", 1),
        (404, "nothing at that address", 1),
        ("html", "a web page, not with JSON", 1),
        ("text", "not JSON", 1),
        ("huge", "more than 16 MB", 1),
        ("elsewhere", r"sends the question on to “elsewhere\.example”", 1),
        ({"error": "none"}, r"without scores at “predictions\[\]\.probability”\. It has “error”", 1),
        ([], "without scores", 1),
        (None, "without scores", 1),
        ({"predictions": [{"tagName": "red", "probability": "0.3"}]}, "“0.3” .* is no number", 1),
        ({"predictions": [{"tagName": "red", "probability": float("nan")}]}, "not a finite number", 1),
        ({"predictions": [{"tagName": "red", "probability": True}]}, "is no number", 1),
        ({"predictions": [{"tagName": 7, "probability": 0.5}]}, "labels that are no texts", 1),
        ({"predictions": [{"tagName": "red", "probability": 0.5}] * 2}, "one label twice", 1),
        ({"predictions": [{"tagName": "red", "probability": 0.5}, {"probability": 0.5}]}, "1 label and 2", 1),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    service: Service, behaviour: Any, sentence: str, requests: int
) -> None:
    service.behaviours = [behaviour]
    with pytest.raises(ServiceError, match=sentence) as failure:
        png(service).ask(pictures(1))
    assert f"service at {service.address.removeprefix('http://')}" in failure.value.message
    assert failure.value.message.endswith(".")
    assert len(service.requests) == requests


@pytest.mark.parametrize("behaviour", ["hang", "drip", "slow headers"])
def test_a_service_that_takes_too_long_holds_nobody(service: Service, behaviour: str) -> None:
    service.behaviours = [behaviour]
    asked, begun = png(service, timeout=0.2, tries=2), time.monotonic()
    with pytest.raises(
        ServiceError, match=r"did not answer within 0\.2 seconds, though it was asked 2 times"
    ):
        asked.ask(pictures(3))
    assert time.monotonic() - begun < 5
    service.behaviours = ["good"]
    assert png(service).ask(pictures(3)).shape == (3, 3)


def test_a_computer_that_is_not_there_is_said() -> None:
    stated = {"preset": "torchserve", "address": "http://127.0.0.1:9/x", "requests_a_second": 1000}
    with pytest.raises(ServiceError, match=r"service at 127\.0\.0\.1:9 could not be reached"):
        Client(read_endpoint(stated)).ask(pictures(1))


def test_labels_that_change_are_said(service: Service) -> None:
    asked = png(service)
    asked.ask(pictures(1))
    service.labels = ["red", "green", "violet"]
    with pytest.raises(ServiceError, match="named “violet”, which is not among the labels"):
        asked.ask(pictures(1, seed=1))
    service.labels, service.top = LABELS, 2
    with pytest.raises(ServiceError, match=r"gave no score for .*top_only"):
        asked.ask(pictures(1, seed=2))


def test_of_a_service_that_names_the_likeliest_only_the_others_get_zero(service: Service) -> None:
    service.top = 2
    asked = png(service, labels=LABELS, answer={"top_only": True})
    scores = asked.ask(pictures(5))
    assert ((scores == 0).sum(1) == 1).all()
    assert torch.allclose(scores.max(1).values, colours(pictures(5)).max(1).values, atol=0.01)
    with pytest.raises(ModelError, match=r"List all of them in labels\.txt"):
        png(service, answer={"top_only": True})


def test_too_few_scores_for_the_labels_are_said(service: Service) -> None:
    asked = client(service, "tf-serving", labels=["red", "green"])
    with pytest.raises(ServiceError, match=r"gave 3 scores for a picture, but labels\.txt lists 2 labels"):
        asked.ask(pictures(2))
    with pytest.raises(ModelError, match="name no labels"):
        client(service, "tf-serving")


def test_too_few_rows_are_said(service: Service) -> None:
    service.behaviours = [{"predictions": [[0.5, 0.2, 0.3]]}]
    with pytest.raises(ServiceError, match="gave 1 row of scores for 2 pictures"):
        client(service, "tf-serving", labels=LABELS).ask(pictures(2))


def test_once_one_request_fails_the_others_are_given_up_and_can_be_asked_again(service: Service) -> None:
    service.behaviours = [400, "hang"]
    asked, begun = png(service, requests_at_once=2), time.monotonic()
    with pytest.raises(ServiceError, match="HTTP 400"):
        asked.ask(pictures(8))
    assert time.monotonic() - begun < 4
    service.behaviours = ["good"]
    assert asked.ask(pictures(8)).shape == (8, 3)


def test_no_more_requests_a_second_than_stated(service: Service) -> None:
    asked, begun = png(service, requests_a_second=20, requests_at_once=8), time.monotonic()
    asked.ask(pictures(7))
    assert time.monotonic() - begun >= 6 / 20


def test_cookies_and_logins_of_this_computer_are_not_sent(
    service: Service, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password mine")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    png(service).ask(pictures(1))
    assert "Authorization" not in service.requests[0][1]
