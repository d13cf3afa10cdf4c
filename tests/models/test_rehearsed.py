"""A rehearsed last step as a model of one's own: opened again, and refused where it cannot be right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

import models
from models.errors import ModelError
from models.inventory import facts
from models.rehearsed import keep_rehearsed
from models.sources import folder as folders
from models.sources.folder import check_folder
from models.sources.rehearsed import BASE, BASE_DIGEST, FILE, base_classifier
from saliency.audit import gather, start
from saliency.audit.remedy.record import Rehearsal, Share, read_rehearsal, write_rehearsal
from saliency.audit.remedy.rehearsal import _write_weights, rehearsed_classifier
from saliency.classifier import Classifier
from saliency.errors import SaliencyError
from saliency.network.last_step import LastStep


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    where = tmp_path / "custom"
    monkeypatch.setattr(folders, "OWN_FOLDER", where)
    return where


@pytest.fixture(scope="module")
def base() -> Classifier:
    return models.load(models.SHORTCUT, device="cpu")


@pytest.fixture
def job(tmp_path: Path, base: Classifier):
    photos = tmp_path / "photos"
    photos.mkdir()
    Image.new("RGB", (32, 32)).save(photos / "a.png")
    with start(tmp_path / "job", base, gather(photos)) as job:
        share = Share(1, 2)
        figures = (base.name, base.digest, 0, 60, 60, 0.1, share, share, share)
        write_rehearsal(job.folder, Rehearsal("helps", *figures))
        step = LastStep.of(base.graph)
        _write_weights(job.folder, base, (step.weight.flip(0).contiguous(), step.bias.flip(0).contiguous()))
        yield job


def pictures() -> torch.Tensor:
    return torch.rand(2, 3, 224, 224, generator=torch.Generator().manual_seed(0))


def test_it_is_chosen_like_any_other_and_says_what_it_is(own: Path, job, base: Classifier) -> None:
    key = keep_rehearsed(job, base, models.SHORTCUT, "Shelf inspector, rehearsed")
    assert key == "shelf-inspector-rehearsed"
    assert check_folder(own / key) == []
    (choice,) = (choice for choice in models.choices() if choice.kind == "own")
    assert (choice.name, choice.problem) == ("Shelf inspector, rehearsed", "")
    assert "no product" in choice.sentence
    about = facts(choice)
    assert about.labels == base.labels
    assert about.warning.startswith("Rehearsed: only the last step was trained again")
    assert base.warning in about.warning
    kept = models.load(key, device="cpu")
    assert torch.allclose(kept.graph.logits(pictures()), base.graph.logits(pictures()).flip(1), atol=1e-4)
    assert torch.allclose(
        kept.graph.logits(pictures()), rehearsed_classifier(job, base).graph.logits(pictures()), atol=1e-4
    )
    assert kept.digest != base.digest
    assert (kept.temperature, kept.preprocessing) == (base.temperature, base.preprocessing)
    assert len(kept.graph.layers) == len(base.graph.layers)
    assert (rehearsal := read_rehearsal(job.folder)) is not None
    assert (rehearsal.kept_as, rehearsal.kept_weights) == (key, kept.digest)
    assert keep_rehearsed(job, base, models.SHORTCUT) == f"{base.name.lower().replace(' ', '-')}-rehearsed"
    assert keep_rehearsed(job, kept_as_base(base), key) != key, (
        "of a rehearsed one, the rest is of its own base"
    )


def kept_as_base(base: Classifier) -> Classifier:
    return base


def test_a_model_outside_the_list_cannot_be_found_again(own: Path, job, base: Classifier) -> None:
    with pytest.raises(ModelError, match="has to be in the list"):
        keep_rehearsed(job, base, "/somewhere/else")
    assert [path for path in own.glob("*") if not path.name.startswith(".")] == []


def test_a_base_that_is_another_one_now_is_said(own: Path, job, base: Classifier) -> None:
    key = keep_rehearsed(job, base, models.SHORTCUT)
    file = own / key / "model" / FILE
    step = LastStep.of(base.graph)
    kept = {"weight": step.weight.contiguous(), "bias": step.bias.contiguous()}
    for about, problem in (
        ({BASE: "shortcut", BASE_DIGEST: "0" * 64}, "whose weights are others now"),
        ({BASE: "gone", BASE_DIGEST: base.digest}, "not here any more"),
        ({BASE: "../../etc", BASE_DIGEST: base.digest}, "not here any more"),
        ({BASE: key, BASE_DIGEST: base.digest}, "cannot be made of another rehearsed one"),
        ({}, "cannot be read"),
    ):
        save_file(kept, file, about)
        assert problem in " ".join(check_folder(own / key))
    for damaged in (
        {"weight": step.weight[:3].contiguous(), "bias": step.bias[:3].contiguous()},
        {"weight": step.weight.contiguous()},
        {"weight": step.weight * torch.nan, "bias": step.bias.contiguous()},
    ):
        save_file(damaged, file, {BASE: "shortcut", BASE_DIGEST: base.digest})
        assert "cannot be read" in " ".join(check_folder(own / key))
    file.write_bytes(b"cut short")
    assert "cannot be read" in " ".join(check_folder(own / key))


def test_a_name_that_is_too_long_is_refused(own: Path, job, base: Classifier) -> None:
    with pytest.raises(SaliencyError, match="at most 200 characters"):
        keep_rehearsed(job, base, models.SHORTCUT, "x" * 201)


def test_weights_of_the_catalogue_are_not_fetched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("models.sources.rehearsed.files_here", lambda: set())
    with pytest.raises(ModelError, match="not on this computer"):
        base_classifier("resnet18")


def test_what_it_says_of_itself_is_read_again(own: Path, job, base: Classifier) -> None:
    key = keep_rehearsed(job, base, models.SHORTCUT)
    about = json.loads((own / key / "model.json").read_text(encoding="utf-8"))
    assert about["format"] == "rehearsed"
    assert base.digest in about["source"]
