"""Showroom behind an address, by each protocol: the same scores as here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from scoring_service import ADDRESSES, Service, served
from torch import Tensor

import models
from models.endpoint.client import Client
from models.endpoint.presets import PRESETS
from models.endpoint.settings import read_endpoint
from saliency.classifier import Classifier

_JPEG = 0.05  # how far scores may be off where pictures are sent as JPEG of quality 95


@pytest.fixture(scope="module")
def showroom() -> Classifier:
    return models.load(models.SHOWROOM)


@pytest.fixture(scope="module")
def photos(showroom: Classifier) -> Tensor:
    """Smooth pictures ``(3, 3, h, w)`` in [0, 1], on the 256 levels of a picture."""
    generator = torch.Generator().manual_seed(4)
    coarse = torch.rand(3, 3, 6, 6, generator=generator)
    smooth = torch.nn.functional.interpolate(coarse, size=showroom.preprocessing.size, mode="bicubic")
    return (smooth.clamp(0, 1) * 255).round() / 255


@pytest.fixture(scope="module")
def service(showroom: Classifier) -> Iterator[Service]:
    mean, std = (
        torch.tensor(values)[:, None, None]
        for values in (showroom.preprocessing.mean, showroom.preprocessing.std)
    )

    def model(pictures: Tensor) -> Tensor:
        return showroom.graph.logits((pictures - mean) / std).softmax(1)

    with served(model, showroom.labels) as service:
        yield service


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    for name in ("AZURE_PREDICTION_KEY", "VERTEX_TOKEN", "HF_TOKEN"):
        monkeypatch.setenv(name, "secret")


_SENT = [
    (preset, kind)
    for preset, stated in PRESETS.items()
    for kind in (["tensor"] if "tensor" in stated["send"]["as"] else ["png", "jpeg"])
]


@pytest.mark.parametrize(("preset", "picture"), _SENT)
def test_scores_are_those_of_the_model_itself(
    service: Service, showroom: Classifier, photos: Tensor, preset: str, picture: str
) -> None:
    as_tensor = picture == "tensor"
    send: dict[str, Any] = {"input": "pixels"} if as_tensor else {"picture": picture}
    stated = {
        "preset": preset,
        "address": service.address + ADDRESSES[preset],
        "send": send,
        "requests_a_second": 1000,
    }
    several = preset == "vertex-ai" or as_tensor
    client = Client(read_endpoint({**stated, **({"at_once": 2} if several else {})}), showroom.labels)
    here = torch.tensor([[row[label] for label in client.labels] for row in _own(service, showroom, photos)])
    service.asked.clear()
    scores = client.ask(photos)
    assert torch.allclose(scores, here, atol=_JPEG if picture == "jpeg" else 1e-4)
    sizes = sorted(len(asked) for asked in service.asked)
    assert sizes == ([1, 2] if several else [1, 1, 1])
    if picture != "jpeg":
        received = torch.cat(sorted(service.asked, key=len))
        assert torch.allclose(received.sum(), photos.sum(), rtol=1e-5)


def _own(service: Service, showroom: Classifier, photos: Tensor) -> list[dict[str, float]]:
    with torch.no_grad():
        rows = service.model(photos).tolist()
    return [dict(zip(showroom.labels, row, strict=True)) for row in rows]
