"""A model on its way into the list: what is said of it at each step, here and in a process of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from models.sources.adding import UNCHECKED
from models.sources.apart import _received, _sent, draft_apart
from models.sources.draft import Draft, draft
from models.sources.preparation import Photos
from models.sources.statements import Wishes
from models.torchvision_guard import import_torchvision
from saliency.audit.json_types import as_json, from_json

LABELS = "cat\ndog\nbird"


@pytest.fixture
def look(tmp_path: Path) -> Callable[..., Draft]:
    """Looks into weights of a small model, as a page does."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        module = import_torchvision().models.squeezenet1_1(weights=None, num_classes=3)
    (tmp_path / "given").mkdir()
    torch.save(module.state_dict(), tmp_path / "given" / "shelves.pth")
    Image.new("RGB", (64, 64), "red").save(tmp_path / "sample.png")

    def looked(path: Path | None = None, apart: bool = False, **options: object) -> Draft:
        given = path or tmp_path / "given" / "shelves.pth"
        limits = {name: options.pop(name) for name in ("memory", "longest") if name in options}
        run = draft_apart if apart else draft
        wishes = Wishes(**{"size": (64, 64)} | options)
        return run(given, wishes, tmp_path / "made", tmp_path / "sample.png", **limits)

    return looked


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    path = tmp_path / "names.txt"
    path.write_text(LABELS)
    return path


def test_what_is_known_is_told_before_the_labels_are(look: Callable[..., Draft], tmp_path: Path) -> None:
    found = look()
    assert (found.classes, found.size, found.outputs, found.labels) == (3, (64, 64), "softmax", ())
    assert found.format.startswith("weights of a torchvision classifier")
    assert (found.finished, found.field) == (False, "labels")
    assert "--" not in found.problems[0]
    assert not (tmp_path / "made").exists()


def test_with_labels_it_answers(look: Callable[..., Draft], labels: Path, tmp_path: Path) -> None:
    found = look(labels=labels)
    assert found.finished
    assert {answer.label for answer in found.answers} == {"cat", "dog", "bird"}
    assert "grad-cam" in found.methods
    assert (tmp_path / "made" / "model.json").is_file()
    assert from_json(Draft, json.loads(json.dumps(as_json(found)))) == found


def test_photos_prove_the_preparation(look: Callable[..., Draft], labels: Path, tmp_path: Path) -> None:
    paths = []
    for number in range(4):
        paths.append(tmp_path / f"{number}.png")
        pixels = np.random.default_rng(number).integers(0, 256, (70, 90, 3), np.uint8)
        Image.fromarray(pixels).save(paths[-1])
    told: list[int] = []
    photos = Photos(tuple(paths), (0, 1, 2, 0))
    found = look(labels=labels, photos=photos)
    assert found.photos == 4
    assert [trial.right for trial in found.trials] == sorted((t.right for t in found.trials), reverse=True)
    assert UNCHECKED not in found.notes
    written = json.loads((tmp_path / "made" / "model.json").read_text())
    assert written["checked"].startswith(f"{found.trials[0].right} of 4 photos are right in the way")
    draft(
        tmp_path / "given" / "shelves.pth",
        Wishes(labels=labels, photos=photos, size=(64, 64)),
        tmp_path / "made",
        tmp_path / "sample.png",
        lambda done, _: told.append(done),
    )
    assert told == sorted(told)
    assert set(told) <= set(range(101))
    assert len(told) > 3


@pytest.mark.parametrize(
    ("text", "field", "said"),
    [
        ("cat\ndog", "labels", "gives 3 scores"),
        ("cat\n\ndog", "labels", "is blank"),
        ("", "labels", "is empty"),
    ],
)
def test_a_problem_says_which_field_it_is_about(
    look: Callable[..., Draft], labels: Path, text: str, field: str, said: str
) -> None:
    labels.write_text(text)
    found = look(labels=labels)
    assert (found.finished, found.field, found.classes) == (False, field, 3)
    assert said in found.problems[0]


def test_an_unreadable_photo_is_a_problem_of_the_photos(
    look: Callable[..., Draft], labels: Path, tmp_path: Path
) -> None:
    (tmp_path / "bad.jpg").write_bytes(b"no photo")
    found = look(labels=labels, photos=Photos((tmp_path / "bad.jpg",), (0,)))
    assert found.field == "photos"


@pytest.mark.parametrize("name", ["model.pt2", "model.pkl", "model.joblib", "model.mar", "run.py"])
def test_what_can_carry_code_is_refused_with_the_reason(
    look: Callable[..., Draft], tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(b"anything")
    found = look(tmp_path / name)
    assert "can carry code" in found.problems[0]
    assert "ONNX" in found.problems[0]


@pytest.mark.filterwarnings("ignore")  # torch's own
def test_torchscript_is_refused_with_the_reason(look: Callable[..., Draft], tmp_path: Path) -> None:
    traced = torch.jit.trace(torch.nn.Conv2d(3, 4, 3), torch.zeros(1, 3, 8, 8))
    torch.jit.save(traced, str(tmp_path / "model.pt"))
    assert "TorchScript, and such a file can carry code" in look(tmp_path / "model.pt").problems[0]


def test_wishes_travel_whole(tmp_path: Path) -> None:
    for photos in (None, tmp_path, Photos((tmp_path / "a",), (2,))):
        wishes = Wishes(labels=tmp_path, photos=photos, size=(28, 28), mean=(0.5,), std=(0.1, 0.2, 0.3))
        assert _received(json.loads(json.dumps(_sent(wishes)))) == wishes
    assert _received(json.loads(json.dumps(_sent(Wishes())))) == Wishes()


@pytest.mark.slow
def test_apart_it_is_the_same(look: Callable[..., Draft], labels: Path) -> None:
    assert look(labels=labels, apart=True) == look(labels=labels)


@pytest.mark.slow
def test_apart_it_ends_alone(look: Callable[..., Draft], labels: Path) -> None:
    little = look(labels=labels, apart=True, memory=150_000_000)
    assert "too large for this computer" in little.problems[0] or "more memory" in little.problems[0]
    assert "longer than" in look(labels=labels, apart=True, longest=0.1).problems[0]


@pytest.mark.slow
def test_apart_it_is_ended_by_whoever_asks(tmp_path: Path, look: Callable[..., Draft], labels: Path) -> None:
    class Stopped(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        draft_apart(
            tmp_path / "given" / "shelves.pth",
            Wishes(labels=labels),
            tmp_path / "made",
            tmp_path / "sample.png",
            stop,
        )
