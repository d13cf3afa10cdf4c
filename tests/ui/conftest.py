"""A stand-in for the built-in model: these tests are about the page, not about what a model has learned."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # read when torch starts

import pytest
import streamlit as st
from PIL import Image
from stand_in import ROOT, draw, make_model
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

import models
from models.sources import folder as custom
from saliency.classifier import Classifier
from ui.check import first_area
from ui.widgets import pictures, samples
from ui.work import pace as work_pace


@pytest.fixture(autouse=True, scope="session")
def _components_are_looked_for_once() -> Iterator[None]:
    """Every page under test searches all installed packages for components, as a server does as it starts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests)
        )
        yield


@pytest.fixture(scope="session")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model and three samples, one of them with an outline, laid out as models/showroom."""
    folder = make_model(tmp_path_factory.mktemp("showroom"), name="Stand-in", sentence="Knows four products.")
    (folder / "samples").mkdir()
    entries = []
    for seed in range(3):
        draw(seed=seed).save(folder / "samples" / f"sample-{seed}.jpg")
        entries.append({"file": f"sample-{seed}.jpg", "title": f"Sample {seed}", "sentence": "Easy."})
    marked = Image.new("L", (320, 320))
    marked.paste(255, (80, 80, 160, 160))
    marked.save(folder / "samples" / "sample-0-mask.png")
    entries[0]["mask"] = "sample-0-mask.png"
    (folder / "samples" / "samples.json").write_text(json.dumps(entries), encoding="utf-8")
    return folder


@pytest.fixture
def describe(stand_in: Path) -> Iterator[Callable[..., None]]:
    """Changes the stand-in's model.json for one test."""
    before = (stand_in / "model.json").read_text(encoding="utf-8")

    def change(**described: object) -> None:
        (stand_in / "model.json").write_text(json.dumps(json.loads(before) | described), encoding="utf-8")
        st.cache_resource.clear()

    yield change
    (stand_in / "model.json").write_text(before, encoding="utf-8")


@pytest.fixture
def pace() -> work_pace.Pace:
    """A fresh record of how long things take."""
    st.cache_resource.clear()
    return work_pace.pace()


@pytest.fixture(scope="session")
def loaded() -> dict[tuple[object, ...], Classifier]:
    """Every model that was loaded in these tests, by the state of its files: building one takes long."""
    return {}


@pytest.fixture
def tested_at_once() -> bool:
    """Whether the page tests the strongest place of a map by itself, which takes a while."""
    return False


@pytest.fixture
def page(
    stand_in: Path,
    tested_at_once: bool,
    pace: work_pace.Pace,
    loaded: dict[tuple[object, ...], Classifier],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[..., AppTest]]:
    """Opens the page, at a link if one is given, with the stand-in as its built-in model."""

    def load_once(folder: Path, *where: str | None) -> Classifier:
        here = (
            path for path in Path(folder).iterdir() if "asked.json" not in path.name
        )  # a count comes and goes
        files = sorted(path for path in here if path.is_file())
        key = (folder, *((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files))
        if key not in loaded:
            loaded[key] = custom.load_folder(folder, *where)
        return loaded[key]

    monkeypatch.setattr("models.inventory.load_folder", load_once)
    monkeypatch.setattr("models.inventory.BUILT_IN", {models.SHOWROOM: stand_in})
    monkeypatch.setattr(custom, "OWN_FOLDER", tmp_path / "custom")
    monkeypatch.setattr(pictures, "_LONG_SIDE", (160, 160))  # drawn sooner, and nobody looks at them
    monkeypatch.setattr(samples, "FOLDER", stand_in / "samples")
    monkeypatch.setattr(samples, "PHOTOGRAPHS", stand_in / "no-photographs.json")
    if not tested_at_once:
        monkeypatch.setattr(first_area, "strongest", lambda result: None)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setenv("SPOTLIGHT_AUDITS", str(tmp_path / "audits"))
    monkeypatch.chdir(ROOT)

    def opened(**link: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "ui" / "main.py"), default_timeout=300)
        for name, value in link.items():
            app.query_params[name] = value
        return app.run()

    yield opened
    st.cache_resource.clear()
