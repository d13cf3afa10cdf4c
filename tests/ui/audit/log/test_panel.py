"""The log of audits on the page."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from persons import ANA, HERE
from stand_in import text

from saliency.audit.evidence.statistics import exact_interval
from saliency.audit.reports.log.entries import LogEntry, log_entry
from ui.audit.log import panel, words
from ui.audit.ownership import access

FIRST = LogEntry(
    date="2026-03-01T10:00:00", audit="March", model="Shelf", weights="ab" * 32, set="cd" * 32, question="",
    photos=60, audited=60, right=48, wrong=12, share_right=exact_interval(48, 60), depends_on=("A corner.",),
    judged=1, to_be_judged=0,
)  # fmt: skip


@pytest.fixture
def shown(page, office):
    def at():
        app = page().switch_page("pages/audit.py").run()
        assert not app.exception
        return app

    return at


def test_the_last_two_audits_of_one_set_are_said_in_a_sentence():
    later = replace(FIRST, date="2026-11-28T10:00:00", audit="November", right=57, wrong=3, weights="12" * 32)
    other = replace(later, set="ef" * 32, date="2026-06-01T10:00:00", right=1, wrong=59)
    sentence = words.sentence([FIRST, other, later])
    assert "On the same photos, with other weights: 48 of 60 (80\u00a0%) right on 1 March 2026" in sentence
    assert "57 of 60 (95\u00a0%) on 28 November 2026" in sentence
    assert words.sentence([FIRST, other]) == ""


def test_the_chart_joins_only_audits_of_one_set_and_shows_intervals(page, monkeypatch):
    monkeypatch.setattr("ui.check.charts._ink", lambda: "#000000")
    other = replace(FIRST, set="ef" * 32, photos=20, date="2026-06-01T10:00:00")
    spec = panel.chart([FIRST, other]).to_dict()
    (rows,) = spec["datasets"].values()
    assert [row["set"] for row in rows] == ["Set 1 (60 photos)", "Set 2 (20 photos)"]
    assert rows[0]["share"] == pytest.approx(80)
    assert rows[0]["low"] < 80 < rows[0]["high"]


def test_only_audits_that_are_open_to_a_person_are_counted(shown, corner, monkeypatch):
    mine, theirs = corner(), corner()
    access.write(mine, access.new(HERE))
    access.write(theirs, access.new(ANA))
    entries = access.entries(HERE)
    found = [log_entry(entry.folder) for entry in entries]
    assert [entry.known for entry in found if entry] == [64, 64]
    monkeypatch.setattr(
        panel.st,
        "expander",
        lambda *_, **__: type(
            "Box", (), {"open": True, "__enter__": lambda self: self, "__exit__": lambda *_: None}
        )(),
    )
    monkeypatch.setattr(access, "entries", lambda visitor: [e for e in entries if e.folder == mine])
    app = shown()
    assert words.EVERY in text(app)
    (table,) = (table for table in app.table if words.COLUMNS[0] in table.value.columns)
    assert len(table.value) == 1


def test_the_table_taken_along_has_a_line_an_audit():
    lines = list(csv.DictReader(io.StringIO(panel._table([FIRST]).decode())))
    assert [line["audit"] for line in lines] == ["March"]
    assert lines[0]["share_right"] == "0.8"
    assert lines[0]["depends_on"] == "A corner."
