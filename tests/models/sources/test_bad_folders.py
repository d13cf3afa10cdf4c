"""Folders that hold anything at all: each is a sentence beside itself, in no time, and harms no other."""

from __future__ import annotations

import json
import os
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stand_in import make_model
from sweeps import sweep

import models
from commands import models as command
from models.errors import ModelError
from models.sources.description import read_description
from models.sources.folder import check_folder

DEEP = "[" * 25_000 + "]" * 25_000
TEXTS = {
    "deep": (b'{"architecture": "resnet18", "options": ' + DEEP.encode() + b"}", "too many brackets"),
    "5,000 digits": (b'{"architecture": "resnet18", "crop_size": ' + b"9" * 5000 + b"}", "too many digits"),
    "400 digits": (
        b'{"architecture": "resnet18", "temperature": ' + b"9" * 400 + b"}",
        "“temperature” has to",
    ),
    "surrogate": (b'{"architecture": "resnet18", "name": "\\ud800"}', "lone surrogate"),
    "surrogate in a key": (b'{"architecture": "resnet18", "\\udfff": 1}', "lone surrogate"),
    "huge": (b" " * 100_000 + b"{}", "larger than 64 kB"),
    "latin-1": ('{"architecture": "resnet18", "name": "é"}'.encode("latin-1"), "text in UTF-8"),
    "empty": (b"", "not valid JSON"),
    "NUL": (b"\x00" * 100, "not valid JSON"),
    "long name": (json.dumps({"architecture": "a" * 50_000}).encode(), "is unknown"),
    "long key": (json.dumps({"b" * 50_000: 1}).encode(), "unknown entry “bbb"),
    "long text": (json.dumps({"architecture": "resnet18", "name": "n" * 500}).encode(), "at most 200 char"),
    "infinite": (b'{"architecture": "resnet18", "temperature": Infinity}', "“temperature” has to"),
}
FIELDS = [
    *(
        "architecture",
        "options",
        "crop_size",
        "resize_size",
        "mean",
        "std",
        "interpolation",
        "name",
        "sentence",
    ),
    *("source", "temperature", "none_label", "unsure_below", "evidence_below", "caution"),
]
VALUES = [
    None,
    True,
    -1,
    10**300,
    1e308,
    "x",
    "",
    [],
    [[]],
    {},
    {"a": []},
    [1, 2, 3],
    ["a"] * 3,
    "\u202e\x00",
]


@pytest.fixture
def custom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for models of one's own with one in order."""
    make_model(tmp_path / "custom" / "good", name="Good one")
    monkeypatch.setattr("models.sources.folder.OWN_FOLDER", tmp_path / "custom")
    return tmp_path / "custom"


def bad(custom: Path, data: bytes) -> Path:
    folder = make_model(custom / "bad")
    (folder / "model.json").write_bytes(data)
    return folder


def own() -> dict[str, models.Choice]:
    return {choice.key: choice for choice in models.choices() if choice.kind == "own"}


def said(sentence: str) -> bool:
    """Whether it can be shown: one line, not long, of characters."""
    seen = not any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") for letter in sentence)
    return seen and len(sentence.encode()) < 600 and sentence.endswith((".", "?"))


@pytest.mark.parametrize("kind", sweep(TEXTS, every=4))
def test_a_description_that_is_none(custom: Path, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    data, sentence = TEXTS[kind]
    folder = bad(custom, data)
    began = time.monotonic()
    assert sentence in own()["bad"].problem
    assert said(own()["bad"].problem)
    assert own()["good"].problem == ""
    assert sentence in check_folder(folder)[0]
    assert models.load("good").name == "Good one"
    with pytest.raises(ModelError):
        models.load("bad")
    assert command.main(["list"]) == 0
    listed = capsys.readouterr()
    assert "Good one" in listed.out
    assert listed.err.startswith("bad: ")
    assert command.main(["list", "--json"]) == 0
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("field", sweep(FIELDS, every=5))
def test_wrong_types_in_every_field(custom: Path, field: str) -> None:
    for value in VALUES:
        content = {"architecture": "squeezenet1_1"} | {field: value}
        folder = bad(custom, json.dumps(content).encode())
        try:
            read_description(folder)
        except ModelError as error:
            problems = error.problems
        else:
            problems = []
        assert all(map(said, problems))
        choices = own()
        assert said(choices["bad"].problem or ".")
        assert choices["bad"].name.isprintable()
        assert choices["good"].problem == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=9), JSON, max_size=5) | JSON)
def test_any_json_is_read_or_said(custom: Path, content: object) -> None:
    folder = bad(custom, json.dumps(content).encode())
    problem = own()["bad"].problem
    assert said(problem or ".")
    if not problem:
        assert all(map(said, check_folder(folder)))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=99),
    st.sampled_from(["model.json", "labels.txt", "weights.safetensors", "weights.pth"]),
)
def test_any_bytes_are_read_or_said(custom: Path, data: bytes, name: str) -> None:
    folder = make_model(custom / "bad")
    if name == "weights.pth":
        (folder / "weights.safetensors").unlink()
    (folder / name).write_bytes(data)
    try:
        assert check_folder(folder)
        assert said(own()["bad"].problem or ".")
        with pytest.raises(ModelError):
            models.load("bad")
    finally:
        (folder / "weights.pth").unlink(missing_ok=True)


@pytest.mark.parametrize("name", ["model.json", "labels.txt", "weights.safetensors"])
@pytest.mark.parametrize("kind", ["pipe", "folder", "device", "loop", "gone"])
def test_what_is_no_file(custom: Path, name: str, kind: str) -> None:
    folder = make_model(custom / "bad")
    (folder / name).unlink()
    if kind == "pipe":
        os.mkfifo(folder / name)
    elif kind == "folder":
        (folder / name).mkdir()
    else:
        target = {"device": "/dev/zero", "loop": folder / name, "gone": folder / "nothing"}[kind]
        (folder / name).symlink_to(target)
    problems = check_folder(folder)
    assert problems
    assert all(map(said, problems))
    assert ("is not a file" in problems[0]) == (kind in ("pipe", "folder", "device"))
    choices = own()
    assert choices["good"].problem == ""
    assert name != "model.json" or "bad" not in choices or choices["bad"].problem
    with pytest.raises(ModelError):
        models.load("bad")


def test_files_that_are_too_large_are_not_read(custom: Path) -> None:
    folder = make_model(custom / "bad")
    for name, size in (("labels.txt", 10**11), ("weights.safetensors", 10**11)):
        os.truncate(folder / name, size)  # takes no room
    labels, weights = check_folder(folder)
    assert "labels.txt in bad is larger than 16,000 kB" in labels
    assert "weights.safetensors is larger than 8 GB" in weights


@pytest.mark.parametrize(
    ("architecture", "options"),
    [
        ("mobilenet_v2", {"inverted_residual_setting": [[1, 16, 10**9, 1]]}),
        ("mobilenet_v2", {"inverted_residual_setting": [[1, 16, 99_999, 1]]}),
        ("mobilenet_v2", {"inverted_residual_setting": [[1, 16, 5_000, 1]] * 100}),
        ("mobilenet_v2", {"width_mult": 1e9}),
        ("mobilenet_v2", {"width_mult": 99_999}),
        ("mobilenet_v3_large", {"last_channel": 10**9}),
        ("resnet18", {"width_per_group": 10**9}),
        ("resnet18", {"width_per_group": 99_999}),
        ("resnet50", {"width_per_group": 99_999}),
        ("densenet121", {"growth_rate": 99_999}),
        ("densenet121", {"memory_efficient": [[[[]]]]}),
        ("vit_b_16", {"image_size": 99_999}),
        ("vit_b_16", {"representation_size": 99_999}),
        ("swin_t", {"stochastic_depth_prob": 10**9}),
        ("regnet_y_400mf", {"stem_width": 99_999}),
        ("squeezenet1_1", {"dropout": "x" * 20_000}),
        ("inception_v3", {"aux_logits": {"a": 1}}),
        ("convnext_tiny", {"layer_scale": [1] * 9_000}),
        ("maxvit_t", {"input_size": [99_999, 99_999]}),
    ],
)
def test_options_without_measure(custom: Path, architecture: str, options: dict[str, object]) -> None:
    folder = bad(custom, json.dumps({"architecture": architecture, "options": options}).encode())
    began = time.monotonic()
    problems = check_folder(folder)
    assert time.monotonic() - began < 30
    assert problems
    assert all(map(said, problems))


def test_names_of_folders(custom: Path, capfd: pytest.CaptureFixture[str]) -> None:
    make_model(custom / "Ku\u0308che")
    make_model(custom / "K\u00fcche")
    make_model(custom / "mug\u202egum\n")
    make_model(Path(os.fsdecode(os.fsencode(custom) + b"/caf\xe9")))
    assert set(own()) == {"good", "K\u00fcche", "K\u00fcche-2", "muggum", "caf\ufffd"}
    for key in own():
        assert models.load(key).labels
    assert models.load("Ku\u0308che").name == "K\u00fcche"
    assert command.main(["list"]) == 0
    assert "muggum" in capfd.readouterr().out


def test_labels_are_shown_as_they_are_written(custom: Path) -> None:
    folder = make_model(custom / "bad", none_label="none o\u0301f these")
    labels = "mug\x00\nbo\u202ettle\nla\x0cmp\n\u200fchair\nnone ó\u200bf these\n"
    (folder / "labels.txt").write_text(labels, encoding="utf-8")
    assert models.load("bad").labels == ("mug", "bottle", "la mp", "chair", "none óf these")


def test_labels_without_measure(custom: Path) -> None:
    folder = make_model(custom / "bad")
    (folder / "labels.txt").write_text("\n".join(["a", "b" * 300, "c", "d" * 300]), encoding="utf-8")
    assert check_folder(folder)[0].startswith("Lines 2, 4 of labels.txt are longer than 200 characters.")
    (folder / "labels.txt").write_text("a\n" * 100_001, encoding="utf-8")
    assert "lists 100,001 classes" in check_folder(folder)[0]
