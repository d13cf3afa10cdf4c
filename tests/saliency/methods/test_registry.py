"""The one list of methods, and what can be set."""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path

import pytest
from small_models import small_graph

import saliency
from saliency import methods
from saliency.errors import SaliencyError
from saliency.methods.registry import (
    METHODS,
    Family,
    LearningDependence,
    Setting,
    compatible,
    find,
    method,
)
from saliency.network.graph import ATTENTION, BIASES, FEATURE_MAP, GRADIENT, Graph

PROMISED = {
    "gradient",
    "input-x-gradient",
    "smooth-grad",
    "integrated-gradients",
    "grad-cam",
    "grad-cam-plus-plus",
    "hires-cam",
    "layer-cam",
    "occlusion",
    "rise",
    "transformer-attribution",
}
NEVER = ("because", "proves", "confidence", "thinks", "looks at", "logit", "tensor", "layer ")


def test_all_methods_promised_are_there() -> None:
    assert set(METHODS) >= PROMISED
    assert saliency.METHODS is METHODS


@pytest.mark.parametrize("key", METHODS)
def test_an_entry_is_complete_and_fit_to_show(key: str) -> None:
    entry = METHODS[key]
    assert entry.key == key
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", key)
    assert entry.name
    assert entry.sentence[0].isupper()
    assert entry.sentence.endswith(".")
    assert not [word for word in NEVER if word in entry.sentence.lower()]
    assert re.search(r"\b(19|20)\d\d\b", entry.paper), "author, year"
    assert entry.passes > 0
    assert entry.needs <= {GRADIENT, FEATURE_MAP, ATTENTION, BIASES}
    assert entry.function.__doc__
    for name, setting in entry.settings.items():
        assert setting.name == name
        assert setting.sentence.endswith(".")
        assert setting.parse(setting.default) == setting.default
        assert type(setting.parse(setting.default)) is type(setting.default)
    assert entry.check({}) == {name: setting.default for name, setting in entry.settings.items()}


def test_find_suggests_what_was_meant() -> None:
    assert find("grad-cam") is METHODS["grad-cam"]
    with pytest.raises(SaliencyError, match=r"Did you mean .*grad-cam"):
        find("gradcam")
    with pytest.raises(SaliencyError, match="Choose one of: "):
        find("zzz")


def test_compatible_are_those_whose_needs_are_offered_in_order() -> None:
    keys = [entry.key for entry in compatible(small_graph("plain"))]
    assert keys == [key for key in METHODS if ATTENTION not in METHODS[key].needs]
    on_vit = [entry.key for entry in compatible(small_graph("vit"))]
    assert on_vit == [key for key in METHODS if BIASES not in METHODS[key].needs]


@pytest.mark.parametrize(
    ("setting", "value", "expected"),
    [
        (Setting("n", 5, 1, 9), "7", 7),
        (Setting("n", 5, 1, 9), 7.0, 7),
        (Setting("n", 5, 1, 9), 1, 1),
        (Setting("n", 5, 1, 9), 9, 9),
        (Setting("s", 0.5, 0, 1), "0.25", 0.25),
        (Setting("s", 0.5, 0, 1), 1, 1.0),
        (Setting("w", "a", choices=("a", "b")), "b", "b"),
    ],
)
def test_settings_are_read_from_numbers_and_words(setting: Setting, value: object, expected: object) -> None:
    found = setting.parse(value)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        (Setting("n", 5, 1, 9), 0, "n has to be a whole number from 1 to 9"),
        (Setting("n", 5, 1, 9), 10, "from 1 to 9; it was “10”"),
        (Setting("n", 5, 1, 9), 2.5, "a whole number"),
        (Setting("n", 5, 1, 9), True, "a whole number"),
        (Setting("n", 5, 1, 9), "", "a whole number"),
        (Setting("n", 5), "inf", "a whole number"),
        (Setting("s", 0.5, 0, 1), "nan", "a number from 0 to 1"),
        (Setting("s", 0.5, 0, 1), "1e999", "a number from 0 to 1"),
        (Setting("s", 0.5, 0, 1), "0,5", "a number from 0 to 1"),
        (Setting("w", "a", choices=("a", "b")), "c", "w can be a, b; it was “c”"),
        (Setting("w", "a", choices=("a", "b")), None, "w can be a, b"),
        (Setting("w", "a", choices=("a", "b")), [1], "w can be a, b"),
    ],
)
def test_settings_out_of_range_are_refused(setting: Setting, value: object, says: str) -> None:
    with pytest.raises(SaliencyError) as caught:
        setting.parse(value)
    assert says in caught.value.message
    assert caught.value.message.endswith(".")


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """The list of methods, as it was again after the test."""
    before = dict(METHODS)
    yield METHODS
    METHODS.clear()
    METHODS.update(before)


ENTRY = {
    "key": "mine",
    "name": "Mine",
    "sentence": "Marks.",
    "paper": "Me 2026",
    "family": Family.GRADIENTS,
    "passes": 1,
    "needs": set(),
}


@pytest.mark.usefixtures("registry")
def test_a_function_enters_with_what_its_arguments_say() -> None:
    def mine(graph: Graph, x: object, objective: object, *, seed: int = 0, size: int = 3) -> object:
        return x

    assert method(**ENTRY, settings=(Setting("size", 3, 1, 5),))(mine) is mine
    entry = find("mine")
    assert (entry.seeded, entry.progress, entry.layered, entry.signed) == (True, False, False, False)
    assert entry.check({"size": "4"}) == {"size": 4}
    with pytest.raises(ValueError, match="twice"):
        method(**ENTRY, settings=(Setting("size", 3, 1, 5),))(mine)


@pytest.mark.usefixtures("registry")
def test_a_method_that_nobody_measured_is_not_called_sound() -> None:
    """Whether its maps depend on what a model learned is a fact of each method, and unknown until stated."""

    def mine(graph: Graph, x: object, objective: object) -> object:
        return x

    method(**ENTRY, class_specific=False)(mine)
    assert find("mine").learning is LearningDependence.UNMEASURED


def test_what_was_measured_of_every_method() -> None:
    unmeasured = {key for key, entry in METHODS.items() if entry.learning is LearningDependence.UNMEASURED}
    assert unmeasured >= {"transformer-attribution", "rollout", "le-grad"}
    stated = {key: METHODS[key].learning for key in ("layer-cam", "gradient", "hires-cam", "covered-cam")}
    assert list(stated.values()) == ["does not", "hardly on the guess", "depends", "depends"]
    blind = [entry for entry in METHODS.values() if not entry.class_specific]
    assert not [entry for entry in blind if entry.learning is LearningDependence.DEPENDS]


def test_every_module_is_found_and_the_order_is_stated() -> None:
    modules = {path.stem for path in Path(methods.__file__).parent.glob("*.py")}
    assert modules >= {entry.function.__module__.rpartition(".")[2] for entry in METHODS.values()}
    families = [entry.function.__module__.rpartition(".")[2] for entry in METHODS.values()]
    assert [name for name, _ in groupby(families)][: len(methods._ORDER)] == list(methods._ORDER)
    assert list(METHODS)[:4] == ["transformer-attribution", "rollout", "le-grad", "grad-cam"]


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize("settings", [(), (Setting("size", 4),), (Setting("size", 3), Setting("other", 1))])
def test_settings_stated_must_be_the_functions_own(settings: tuple[Setting, ...]) -> None:
    def mine(graph: Graph, x: object, objective: object, *, size: int = 3) -> object:
        return x

    with pytest.raises(ValueError, match="not the function's keyword arguments"):
        method(**ENTRY, settings=settings)(mine)
    assert "mine" not in METHODS


@pytest.mark.parametrize(
    ("side", "window", "stride"),
    [(28, 7, 3), (64, 16, 8), (128, 32, 16), (224, 32, 16), (448, 32, 16), (1024, 73, 36), (8, 2, 1)],
)
def test_the_square_of_occlusion_suits_small_and_large_pictures(side: int, window: int, stride: int) -> None:
    assert METHODS["occlusion"].check({}, side) == {"window": window, "stride": stride}
    assert METHODS["occlusion"].check({"window": 30}, side) == {"window": 30, "stride": stride}
