from __future__ import annotations

import gc
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from weakref import WeakSet

import pytest

from saliency.errors import SaliencyError
from ui.work import loaded_models
from ui.work.loaded_models import LoadedModels


class Model:
    def __init__(self, key):
        self.key = key


@pytest.fixture
def weights(monkeypatch):
    """Bytes of weights by key; 1 for those not named."""
    named = {}
    monkeypatch.setattr(loaded_models, "LIGHT", 10)
    monkeypatch.setattr(loaded_models.memory, "weights_of", lambda model: named.get(model.key, 1))
    return named


def test_light_models_stay_and_heavy_ones_make_room(weights):
    weights.update({"a": 20, "b": 20})
    loaded, forgotten = [], []

    def load(key):
        loaded.append(key)
        return Model(key)

    models = LoadedModels(load, lambda model: forgotten.append(model.key))
    for key in ("x", "y", "z", "x", "y", "z"):
        models.get(key)
    assert loaded == ["x", "y", "z"]
    models.get("a")
    assert forgotten == ["x", "y"]
    models.get("b")
    models.get("b")
    assert forgotten == ["x", "y", "z"]
    gc.collect()
    models.get("x")
    assert forgotten == ["x", "y", "z", "a"]
    assert loaded == ["x", "y", "z", "a", "b", "x"]


def test_one_that_was_changed_is_loaded_anew(weights):
    loaded, forgotten = [], []

    def load(key):
        loaded.append(key)
        return Model(key)

    models = LoadedModels(load, lambda model: forgotten.append(model.key))
    held = models.get("a")
    models.drop("a")
    models.drop("never loaded")
    assert forgotten == ["a"]
    assert models.get("a") is not held
    assert loaded == ["a", "a"]


def test_eight_that_ask_at_once_load_it_once(weights):
    loaded = []

    def load(key):
        time.sleep(0.05)
        loaded.append(key)
        return Model(key)

    models = LoadedModels(load, lambda model: None)
    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(models.get, ["a", "b"] * 8))
    assert len(answers) == 2
    assert sorted(loaded) == ["a", "b"]


def test_one_that_cannot_be_loaded_is_tried_again_and_keeps_no_other_waiting(weights):
    begun, go = threading.Event(), threading.Event()

    def load(key):
        if key == "bad":
            raise SaliencyError("No.")
        if key == "slow":
            begun.set()
            go.wait(5)
        return Model(key)

    models = LoadedModels(load, lambda model: None)
    for _ in range(2):
        with pytest.raises(SaliencyError):
            models.get("bad")
    slow = threading.Thread(target=models.get, args=("slow",))
    slow.start()
    assert begun.wait(5)
    assert models.get("quick").key == "quick"
    go.set()
    slow.join(5)


def test_what_was_not_used_for_long_leaves_but_for_the_one_used_last(weights):
    clock, alive, forgotten = [0.0], WeakSet(), []

    def load(key):
        model = Model(key)
        alive.add(model)
        return model

    models = LoadedModels(load, lambda model: forgotten.append(model.key), lambda: clock[0])
    for key in ("a", "b", "c"):
        models.get(key)
    clock[0] = loaded_models.UNUSED - 1
    assert models.find("b").key == "b"
    assert models.forget_unused() == 0
    clock[0] = loaded_models.UNUSED
    assert models.forget_unused() == 2
    gc.collect()
    assert forgotten == ["a", "c"]
    assert {model.key for model in alive} == {"b"}
    assert len(models) == 1
    clock[0] *= 10
    assert models.forget_unused() == 0
    assert models.find("a") is None
    assert models.get("a").key == "a"


def test_one_that_somebody_is_at_work_with_leaves_and_is_found_again(weights):
    clock, loaded = [0.0], []

    def load(key):
        loaded.append(key)
        return Model(key)

    models = LoadedModels(load, lambda model: None, lambda: clock[0])
    at_work = models.get("audited")
    models.get("other")
    clock[0] = 2 * loaded_models.UNUSED
    assert models.forget_unused() == 1
    assert models.get("audited") is at_work
    assert loaded == ["audited", "other"]
