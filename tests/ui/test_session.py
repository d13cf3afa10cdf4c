from __future__ import annotations

import pytest
from stand_in import draw, encoded

from saliency.photo.reading import read_photo
from ui.session import Cache, Session
from ui.widgets.marks import box_mark


def test_a_cache_drops_what_was_not_seen_for_longest():
    cache = Cache(2)
    cache["first",] = 1
    cache["second",] = 2
    assert cache["first",] == 1
    cache["third",] = 3
    assert list(cache) == [("first",), ("third",)]
    cache["third",] = 4
    assert list(cache.values()) == [1, 4]
    with pytest.raises(KeyError):
        cache["second",]


def test_another_upload_forgets_the_photo_before_with_all_its_answers():
    state = Session()
    first, second = (read_photo(encoded(draw(seed=seed)), name="photo.jpg") for seed in (1, 2))
    state.take_photo(first, "")
    for cache in (state.prepared, state.results, state.checks):
        cache["weights", first.digest] = object()
        cache["weights", "another photo"] = object()
    state.mark(first.digest, box_mark(0.1, 0.1, 0.2, 0.2))
    state.take_photo(first, "")
    assert len(state.results) == 2
    state.take_photo(second, "")
    for cache in (state.prepared, state.results, state.checks):
        assert list(cache) == [("weights", "another photo")]
    assert not state.marks
