from __future__ import annotations

import re
import socket
import urllib.request
from urllib.error import HTTPError

import pytest

from ui.server import metrics
from ui.server.metrics import PLACE, Counter, Histogram, place, serving, told

_LINE = re.compile(r'(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [\d.e+-]+)')


def test_a_counter_counts_by_kind():
    counter = Counter("views_total", "Views.", "method")
    for kind in ("cam", "cam", "rise"):
        counter.add(kind)
    assert counter.lines()[-2:] == ['views_total{method="cam"} 2', 'views_total{method="rise"} 1']
    assert Counter("errors_total", "Errors.").lines()[-1] == "errors_total 0"


def test_a_histogram_counts_what_is_at_most_its_bounds():
    histogram = Histogram("wait_seconds", "Waits.", "lane", (1.0, 5.0))
    for seconds in (0.5, 1.0, 3.0, 60.0):
        histogram.note("quick", seconds)
    assert histogram.lines()[2:] == [
        'wait_seconds_bucket{lane="quick",le="1.0"} 2',
        'wait_seconds_bucket{lane="quick",le="5.0"} 3',
        'wait_seconds_bucket{lane="quick",le="+Inf"} 4',
        'wait_seconds_sum{lane="quick"} 64.5',
        'wait_seconds_count{lane="quick"} 4',
    ]


def test_a_measurement_that_fails_leaves_the_others(monkeypatch):
    monkeypatch.setattr(metrics, "ERRORS", Counter("errors_total", "Errors."))

    def broken():
        raise OSError("the disk is gone")

    text = told([("broken", "Broken.", broken), ("tabs", "Tabs.", lambda: {"": 3})])
    assert "tabs 3" in text
    assert "# TYPE broken" not in text
    assert metrics.ERRORS.lines()[-1] == "errors_total 1"
    assert all(_LINE.fullmatch(line) for line in text.splitlines())


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("9464", ("127.0.0.1", 9464)),
        ("0.0.0.0:9464", ("0.0.0.0", 9464)),
        ("", None),
        ("yes", None),
        ("99999", None),
        ("localhost:", None),
    ],
)
def test_where_metrics_are_told_is_what_the_environment_says(monkeypatch, text, where):
    monkeypatch.setenv(PLACE, text)
    assert place() == where


def test_metrics_are_told_on_a_port_of_their_own_for_as_long_as_the_server_runs():
    with serving([("tabs", "Tabs.", lambda: {"": 2})], ("127.0.0.1", 0)) as port:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
            assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
            assert b"tabs 2" in answer.read()
        with pytest.raises(HTTPError) as error:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20)
        error.value.close()
        with serving([], ("127.0.0.1", port)) as second:  # taken: the app runs without
            assert second == 0
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
