"""The log of audits of a model on the page: a chart, a table, and the table to take along."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import altair as alt
import streamlit as st

from saliency.audit.judgements import JUDGEMENTS
from saliency.audit.reports.files import FINDINGS
from saliency.audit.reports.log.entries import LogEntry, log_entry
from saliency.audit.reports.log.table import write_log
from saliency.audit.reports.sentences import counted
from ui import words as wording
from ui.audit.log import words
from ui.audit.ownership import access
from ui.audit.ownership.access import Entry
from ui.audit.store import DONE, RESULTS
from ui.check.charts import BLUE, GREY, ORANGE, axis, data, layers, legend
from ui.people.person import Person
from ui.widgets.controls import choose_in_list, download_button

_COLOURS = (BLUE, ORANGE, GREY)
_HEIGHT = 320


def show(visitor: Person) -> None:
    """Draws the log of whatever audits are open to a person, once they open the box."""
    done = [entry for entry in access.entries(visitor) if entry.request.state == DONE]
    if not done:
        return
    box = st.expander(words.TITLE, icon=":material/timeline:", on_change="rerun", key="audit-log")
    if not box.open:
        return
    with box:
        by_model: dict[str, list[LogEntry]] = {}
        for entry in sorted(filter(None, map(_entry, done)), key=lambda e: (e.date, e.audit)):
            by_model.setdefault(entry.model, []).append(entry)
        if not by_model:
            st.markdown(words.NONE)
            return
        most = sorted(by_model, key=lambda name: (-len(by_model[name]), name))
        names = {name: f"{wording.plain(name)} ({len(by_model[name])})" for name in most}
        if len(names) > 1:
            names[""] = words.ALL
        model = choose_in_list(words.MODEL, names, key="audit-log-model")
        every = (entry for entries in by_model.values() for entry in entries)
        _model(model or words.ALL, by_model.get(model) or sorted(every, key=lambda e: (e.date, e.audit)))


def _model(model: str, entries: Sequence[LogEntry]) -> None:
    if told := words.sentence(entries):
        st.markdown(wording.plain(told))
    if any(entry.known for entry in entries):
        spec = chart(entries).to_dict()
        st.vega_lite_chart(
            spec=spec, width="stretch", key="audit-log-chart", alt=words.chart_alt(model, entries)
        )
    else:
        st.markdown(words.UNKNOWN)
    st.caption(words.EVERY)
    st.table(words.rows(entries), border="horizontal", hide_index=True, alt=words.TITLE)
    file = "spotlight-log-of-audits.csv"
    icon = ":material/download:"
    download_button(
        words.TABLE, lambda: _table(entries), file, key="log-take", purpose=words.TABLE_HELP, icon=icon
    )


def chart(entries: Sequence[LogEntry]) -> alt.LayerChart:
    """Right answers by date with their intervals; a line a set of photos, told apart by shape too."""
    sets = list(dict.fromkeys(entry.set for entry in entries if entry.known))
    names = {
        digest: words.SET_NAME.format(
            number=number, photos=counted(next(e.photos for e in entries if e.set == digest), "photo")
        )
        for number, digest in enumerate(sets, 1)
    }
    rows = [
        {
            "date": entry.date,
            "share": 100 * share.mean,
            "low": 100 * share.low,
            "high": 100 * share.high,
            "set": names[entry.set],
        }
        for entry in entries
        if (share := entry.share_right) is not None
    ]
    domain = list(names.values())
    x = alt.X("date:T", title=words.DATE, axis=axis(grid=False, tickCount=5, format="%-d %b %Y"))
    scale = alt.Scale(domain=[0, 100])
    y = alt.Y("share:Q", title=words.SHARE, scale=scale, axis=axis(tickCount=5))
    colours = [_COLOURS[number % len(_COLOURS)] for number in range(len(domain))]
    key = legend(symbolSize=160)
    colour = alt.Color("set:N", scale=alt.Scale(domain=domain, range=colours), legend=key)
    shape = alt.Shape("set:N", scale=alt.Scale(domain=domain), legend=key)
    marks = data(rows)
    return layers(
        _HEIGHT,
        marks.mark_rule(strokeWidth=2).encode(x, alt.Y("low:Q", scale=scale), alt.Y2("high:Q"), colour),
        marks.mark_line(strokeWidth=3).encode(x, y, colour),
        marks.mark_point(filled=True, size=200, opacity=1).encode(x, y, colour, shape),
    )


def _entry(entry: Entry) -> LogEntry | None:
    state = tuple(_written(entry.folder / name) for name in (f"{RESULTS}/{FINDINGS}", JUDGEMENTS))
    return _read(entry.folder, entry.request.name, entry.request.begun, state)


@st.cache_data(show_spinner=False, max_entries=300, scope="session")
def _read(folder: Path, name: str, date: str, state: tuple[int, ...]) -> LogEntry | None:
    """An audit in the log, read anew once its files were written anew."""
    return log_entry(folder, name=name, date=date)


def _written(path: Path) -> int:
    return path.stat().st_mtime_ns if path.is_file() else 0


def _table(entries: Sequence[LogEntry]) -> bytes:
    """The log as CSV."""
    text = io.StringIO(newline="")
    write_log(entries, text)
    return text.getvalue().encode("utf-8", "backslashreplace")
