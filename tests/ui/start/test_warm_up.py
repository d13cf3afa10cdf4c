from __future__ import annotations

import pytest

from saliency.photo.reading import read_photo
from ui.session import of_samples
from ui.start.warm_up import answer_first
from ui.widgets import samples as sample_photos
from ui.widgets.samples import samples
from ui.work import loading


@pytest.fixture
def ready(page):
    """What is known of samples, for one test."""
    return of_samples()


def test_a_tab_begins_with_the_first_answer_and_computes_nothing(page, ready, monkeypatch):
    answer_first(ready, next(iter(samples().values())))
    (answer,), (prepared,) = ready.results.values(), ready.prepared.values()

    def never(*args, **settings):
        raise AssertionError("computed again")

    monkeypatch.setattr("ui.work.explanations.explain", never)
    monkeypatch.setattr("ui.work.explanations.PreparedPhoto", never)
    drawn = set(vars(answer)["_kept"])
    for tab in (page(), page()):
        assert not tab.error
        assert list(tab.session_state["spotlight"].results.values()) == [answer]
        assert list(tab.session_state["spotlight"].prepared.values()) == [prepared]
        assert {key for key in vars(answer)["_kept"] if key[0] in ("received", "heat", "overlay")} <= drawn


@pytest.fixture
def tested_at_once():
    return True


def test_the_first_visitor_of_a_sample_sees_the_verdict_at_once_and_so_do_all_later_ones(
    page, ready, monkeypatch, pace
):
    """Of the first sample from the start on; of another one, once one visitor has waited for it."""
    first, second, *_ = samples().values()
    answer_first(ready, first)
    made = len(ready.checks)

    def never(*args, **settings):
        raise AssertionError("tested again")

    with monkeypatch.context() as once:
        once.setattr("ui.check.evidence.area_test", never)
        tab = page()
        assert not tab.error
    if made:  # a map on which no place stands out has nothing to be tested
        assert tab.session_state["spotlight"].checked is not None
    page(sample=second.key)
    made = len(ready.checks)
    assert made
    monkeypatch.setattr("ui.check.evidence.area_test", never)
    tab = page(sample=second.key)
    assert not tab.error
    assert tab.session_state["spotlight"].checked is not None
    assert len(ready.checks) == made


def test_what_is_known_of_samples_stays_when_a_tab_forgets_it(page, ready):
    answer_first(ready, next(iter(samples().values())))
    tab = page()
    state = tab.session_state["spotlight"]
    state.choose_photo("sample-1")
    tab.run()
    assert len(state.results) == len(ready.results) == len(ready.prepared) == 2
    state.forget_computed()
    assert len(ready.results) == len(ready.prepared) == 2


def test_of_a_photo_of_ones_own_nothing_is_kept_for_others_even_if_it_equals_a_sample(page, ready):
    sample = samples()["sample-2"]
    own = read_photo((sample_photos.FOLDER / "sample-2.jpg").read_bytes(), name="secret.jpg")
    assert own.digest == sample.photo.digest
    tab = page()
    before = [list(cache) for cache in ready.caches]
    tab.session_state["spotlight"].take_photo(own, "")
    tab.run()
    assert not tab.error
    assert tab.session_state["spotlight"].results
    assert [list(cache) for cache in ready.caches] == before
    other = page(sample="sample-2")
    assert not other.error
    names = {answer.photo.name for answer in other.session_state["spotlight"].results.values()}
    assert names == {"sample-2.jpg"}


def test_a_model_that_is_thrown_out_takes_its_answers_along(page, ready):
    sample = next(iter(samples().values()))
    answer_first(ready, sample)
    ready.checks["hide", ("a model", loading.classifier(sample.model).digest), "photo"] = object()
    ready.checks["hide", ("a model", "another digest"), "photo"] = object()
    loading._forget(loading.classifier(sample.model))
    assert [key[1] for key in ready.checks] == [("a model", "another digest")]
    assert not ready.results
    assert not ready.prepared
