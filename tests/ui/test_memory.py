"""What tabs leave behind, in numbers of live objects, and how many bytes are counted."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from functools import partial

import numpy as np
import pytest
import torch
from explanations import explanation
from PIL import Image
from stand_in import draw, encoded, make_model

from models.sources.folder import load_folder
from saliency.classifier import Classifier
from saliency.explanation import Explanation
from saliency.network.graph import Graph
from saliency.photo.reading import read_photo
from saliency.prepared_photo import PreparedPhoto
from ui import session as tab_state
from ui.memory import bytes_of, weights_of
from ui.session import Session, of_samples, sessions
from ui.work import loaded_models, loading

MEGABYTE = 2**20


@pytest.fixture
def alive():
    """How many objects of a type there are more than when the test began."""

    def count():
        gc.collect()
        kinds = (Classifier, Graph, Explanation, PreparedPhoto, Session)
        objects = gc.get_objects()
        return {kind: sum(type(thing) is kind for thing in objects) for kind in kinds}

    before = count()
    return lambda: {kind: number - before[kind] for kind, number in count().items()}


@pytest.fixture
def page(page, monkeypatch):
    """The page, with models loaded as the app loads them: none is shared with other tests."""
    monkeypatch.setattr("models.inventory.load_folder", load_folder)
    return page


@pytest.fixture
def keys(page, tmp_path):
    """The keys of three models."""
    for number in range(2):
        make_model(
            tmp_path / "custom" / f"own-{number}", seed=number + 1, name=f"Own {number}", sentence="One."
        )
    return ["showroom", "own-0", "own-1"]


@pytest.mark.slow
def test_tabs_that_ask_three_models_in_turn_share_one_copy_of_each(page, keys, alive):
    tabs = [page() for _ in range(3)]
    for turn in range(3):
        for number, tab in enumerate(tabs):
            tab.session_state["spotlight"].choose_model(keys[(turn + number) % 3])
            tab.run()
            assert not tab.error
    counted = alive()
    assert counted[Classifier] == counted[Graph] == 3
    assert counted[Session] == len(tabs) + 1, "and what is known of samples, for everybody"
    assert counted[PreparedPhoto] <= 4 * len(tabs)
    assert counted[Explanation] <= 7 * len(tabs)
    del tab
    tabs.clear()
    counted = alive()
    assert counted[Session] == 1
    assert counted[Explanation] == len(of_samples().results)
    assert counted[PreparedPhoto] == len(of_samples().prepared)
    assert counted[Classifier] == 3


@pytest.mark.slow
def test_a_model_that_is_thrown_out_is_forgotten_by_all_tabs(page, keys, alive, monkeypatch):
    monkeypatch.setattr(loaded_models, "MOST", 1)
    monkeypatch.setattr(loaded_models, "LIGHT", 0)
    tabs = [page() for _ in range(2)]
    for key in (*keys, keys[0]):
        for tab in tabs:
            tab.session_state["spotlight"].choose_model(key)
            tab.run()
            assert not tab.error
            assert len(tab.session_state["spotlight"].prepared) == 1
    counted = alive()
    assert counted[Classifier] == counted[Graph] == 1
    assert counted[PreparedPhoto] == 1, "of a sample, which tabs share"


def test_a_model_somebody_works_with_is_not_loaded_a_second_time(page, keys, monkeypatch):
    monkeypatch.setattr(loaded_models, "MOST", 1)
    monkeypatch.setattr(loaded_models, "LIGHT", 0)
    at_work = loading.classifier(keys[0])
    for key in keys[1:]:
        loading.classifier(key)
    assert loading.classifier(keys[0]) is at_work


def test_a_tab_remembers_no_more_bytes_than_it_may_and_all_that_it_shows():
    state = Session(most=3 * MEGABYTE)
    for number in range(6):
        state.results["method", number] = each = explanation((900, 600))
        _ = each.heat_map
        state.rest()
        assert ("method", number) in list(state.results)
        assert bytes_of(state.results) <= 3 * MEGABYTE + bytes_of(each)
    assert 1 <= len(state.results) < 6
    for number in range(2):  # both sides of a comparison
        state.results["side", number] = explanation((2000, 1200))
    state.rest()
    assert [key for key in state.results if key[0] == "side"] == [("side", 0), ("side", 1)]
    state.results["method", 9] = explanation()
    state.rest()
    assert bytes_of(state.results) <= 3 * MEGABYTE + bytes_of(explanation())


def test_all_tabs_remember_no_more_than_the_server_may_and_the_last_drawn_lose_nothing(monkeypatch):
    monkeypatch.setattr(tab_state, "ALL_REMEMBERED", 10 * MEGABYTE)
    tabs = [Session() for _ in range(8)]
    monkeypatch.setattr(tab_state, "_SESSIONS", tabs)
    for state in tabs:
        state.results["method", 1] = each = explanation((900, 600))
        _ = each.heat_map
        state.rest()
        assert len(state.results) == 1
    assert bytes_of(*(state.results for state in tabs)) <= 10 * MEGABYTE
    kept = [len(state.results) for state in tabs]
    assert kept == sorted(kept)
    assert 1 <= sum(kept) < len(tabs)
    running = tabs[-2]  # draws its page just now
    assert ("method", 1) in running.results
    running.forget_computed()
    assert running.results["method", 1]


def test_another_photo_leaves_nothing_of_the_one_before(page, alive):
    tab = page()
    state = tab.session_state["spotlight"]
    for seed in range(4):
        state.take_photo(read_photo(encoded(draw(900, 700, seed=seed)), name=f"{seed}.jpg"), "")
        tab.run()
        assert not tab.error
        assert bytes_of(state) <= 5 * 900 * 700 * 4
    assert alive()[Explanation] <= 2
    assert len(state.results) == 2  # of the sample, and of the last photo


@dataclass(eq=False)
class Holder:
    first: object
    second: object = None


def test_bytes_are_counted_wherever_they_are_and_once():
    array, tensor = np.zeros((100, 10), np.float32), torch.zeros(500)
    assert bytes_of(array) == 4000
    assert bytes_of(array[::2], array.T, array) == 4000
    assert bytes_of(tensor, tensor[:10], tensor.view(5, 100)) == 2000
    assert bytes_of(Image.new("RGB", (10, 20))) == 600
    assert bytes_of(b"abc", "defg") == 7
    assert bytes_of({"key": [Holder(array), (Holder(1, {"x": tensor}),)]}) == 6000
    assert bytes_of(partial(print, array), lambda: tensor) == 6000
    assert bytes_of(None, 1, 2.5, True, Holder) == 0
    circle = Holder(array)
    circle.second = circle
    assert bytes_of(circle) == 4000
    assert bytes_of([bytes(range(i, i + 10)) for i in range(200)]) == 2000


def test_a_model_counts_nothing_in_a_tab_and_what_is_computed_of_a_photo_does(page):
    classifier = loading.classifier("showroom")
    assert weights_of(classifier) > 0
    prepared = PreparedPhoto(classifier, read_photo(encoded(draw())))
    pixels = 320 * 320 * 3
    before = bytes_of(prepared)
    assert pixels < before < 20 * pixels
    _ = prepared.scores
    assert bytes_of(prepared) > before


def test_the_tabs_there_are_are_known_until_they_are_gone(page):
    gc.collect()
    before = len(sessions())
    tab = page()
    assert len(sessions()) == before + 1
    assert tab.session_state["spotlight"] in sessions()
    del tab
    gc.collect()
    assert len(sessions()) == before
