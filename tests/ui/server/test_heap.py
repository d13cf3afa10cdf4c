from __future__ import annotations

import gc

from ui.server.heap import settle


def test_what_is_there_to_stay_is_not_searched_again_and_what_comes_later_is():
    try:
        settle()
        assert gc.get_freeze_count() > 10_000
        assert len(gc.get_objects()) < 1_000
        later: list[object] = []
        later.append(later)
        del later
        assert gc.collect() > 0
    finally:
        gc.unfreeze()
