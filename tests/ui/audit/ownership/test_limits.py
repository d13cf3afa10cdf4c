"""How much one person may ask of the server."""

from __future__ import annotations

import pytest
from handed_over import kept
from persons import ANA, BEN, HERE, OLGA

from saliency.errors import SaliencyError
from ui.audit import store
from ui.audit.ownership import access, limits
from ui.audit.store import DONE, PAUSED, RUNNING


@pytest.fixture
def states(monkeypatch):
    def stated(**values):
        for name, value in values.items():
            monkeypatch.setenv(getattr(limits, name), value)

    return stated


def of(someone, **values):
    folder = kept(**values)
    access.write(folder, access.new(someone))
    return folder


def begin(someone, photos=1):
    with limits.room(someone, photos):
        pass


def test_as_many_audits_at_once_as_the_limit_says(home, states):
    states(AUDITS="2")
    folders = [of(ANA, state=RUNNING) for _ in range(2)]
    of(ANA, state=PAUSED)
    with pytest.raises(SaliencyError, match="2 audits of yours are waiting or at work"):
        begin(ANA)
    for free in (BEN, OLGA, HERE):
        begin(free)
    store.change(folders[0], state=DONE)
    begin(ANA)


def test_audits_that_are_being_made_count_too(home, states):
    states(AUDITS="1", PHOTOS="10")
    with limits.room(ANA, 6):
        with pytest.raises(SaliencyError, match="waiting or at work"):
            begin(ANA)
        states(AUDITS="9")
        with pytest.raises(
            SaliencyError, match="With these 5 photos, your audits would hold 11; one person may keep 10"
        ):
            begin(ANA, 5)
        begin(ANA, 4)
        begin(BEN, 10)
    begin(ANA, 10)


def test_no_two_go_on_at_once_where_one_may(home, states):
    states(AUDITS="1")
    first, second = of(ANA, state=PAUSED), of(ANA, state=PAUSED)
    with limits.going_on(first, ANA):
        for someone in (ANA, BEN):
            with pytest.raises(SaliencyError, match="waiting or at work"), limits.going_on(second, someone):
                pass
        with limits.going_on(second, OLGA):
            pass
    store.change(first, state=RUNNING)
    with pytest.raises(SaliencyError, match="waiting or at work"), limits.going_on(second, ANA):
        pass
    with limits.going_on(first, ANA):  # nobody works on it: what is noted is from before
        pass


def test_photos_of_all_audits_count_whatever_their_state(home, states):
    states(PHOTOS="12")
    folder = of(ANA, state=DONE)  # six
    of(BEN, state=DONE)
    begin(ANA, 6)
    with pytest.raises(SaliencyError, match="would hold 13"):
        begin(ANA, 7)
    begin(OLGA, 10_000)
    store.discard(folder)
    begin(ANA, 12)


def test_what_fails_gives_its_room_back(home, states):
    states(AUDITS="1")

    def fail():
        with limits.room(ANA, 1):
            raise KeyError

    for _ in range(3):
        with pytest.raises(KeyError):
            fail()
    begin(ANA)


@pytest.mark.parametrize(
    ("stated", "limit"), [("", 3), ("7", 7), (" 7 ", 7), ("many", 3), ("-1", 3), ("0", 0)]
)
def test_what_is_no_number_states_nothing(states, stated, limit):
    states(AUDITS=stated)
    assert limits.limit(limits.AUDITS) == limit
