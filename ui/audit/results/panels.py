"""What a finished audit found: figures, findings, pictures, files to take along."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from saliency.audit.evidence.hot_spots import LEAST
from saliency.audit.reports.files import LIMITS
from saliency.audit.reports.pictures import average_map
from saliency.export import files as report
from ui import words as wording
from ui.audit.results import gallery as audit_pictures
from ui.audit.results import words
from ui.audit.results.results import Results
from ui.audit.store import RESULTS, AuditRequest
from ui.explain import panels
from ui.session import Session

_AVERAGES = 4  # a row


def show(results: Results, asked: AuditRequest, state: Session) -> None:
    """Draws all of it.

    Args:
        results: What was found.
        asked: What was asked.
        state: The tab.
    """
    found = results.found
    _figures(results)
    st.markdown(f"### {words.RESULTS}", anchors=False)
    _findings(results)
    with st.container(gap="xxsmall"):
        st.markdown(f"### {words.PICTURES}", anchors=False)
        st.caption(words.LEGEND)
    audit_pictures.browse(results, state)
    _averages(found)
    _left_out(found)
    st.markdown(LIMITS)
    take_along(results.folder, asked)
    with st.expander(wording.DETAILS, icon=":material/info:"):
        panels.table(words.settings(found, asked.model))


def take_along(folder: Path, asked: AuditRequest) -> None:
    """Buttons for the files of an audit."""
    st.markdown(f"#### {words.TAKE}", anchors=False)
    stem = report.stem(asked.name)
    with st.container(horizontal=True):
        for name, (label, said) in words.FILES.items():
            path = folder / RESULTS / name
            if not path.is_file():
                continue
            st.download_button(
                label,
                path.read_bytes,
                f"spotlight-{stem}-{name}",
                key=f"audit-take-{name}",
                help=said,
                icon=":material/download:",
                on_click="ignore",
            )


def _figures(results: Results) -> None:
    found = results.found
    figures = {words.AUDITED: found["audited"], words.LEFT_OUT: found["left_out_count"]}
    told = found["right"] + found["wrong"]
    if told:
        figures |= {words.RIGHT: found["right"], words.WRONG: found["wrong"]}
    with st.container(horizontal=True, gap="small"):
        for name, value in figures.items():
            st.metric(name, f"{value:,}", border=True, width=160)
    labelled = sum(entry["label"] is not None for entry in results.entries)
    if labelled and not told:
        st.warning(words.NO_LABEL_KNOWN, icon=":material/label_off:")
    elif told and told < found["audited"]:
        st.caption(words.JUDGED.format(told=told, all=found["audited"]))


def _findings(results: Results) -> None:
    found = results.found
    searched = any(one["searched"] for one in found["classes"])
    if not searched:
        st.markdown(words.NOT_SEARCHED.format(least=2 * LEAST))
    elif all(one["named"] for one in found["findings"]):
        st.markdown(words.NO_PLACE)
    elif all(one["expected"] for one in results.shown):
        st.markdown(words.NOTHING)
    for one in results.shown:
        with st.container(border=True):
            st.markdown(f"#### {words.title(one)}", anchors=False)
            st.markdown(words.verdict(one))
            st.markdown(words.sentence(one))
            st.markdown(wording.plain(one["next"]))
            if one["files"]:
                st.caption(words.TESTED_HERE)
                audit_pictures.strip(results, one)
            st.caption(words.certainty(one))
    if results.hidden:
        with st.expander(words.NO_EVIDENCE.format(count=len(results.hidden))):
            for one in results.hidden:
                st.markdown(f"- {wording.plain(one['sentence'])} {wording.plain(one['next'])}")
    few = words.too_few(found["classes"], 2 * LEAST)
    if few and searched:
        st.caption(few)


def _averages(found: Mapping[str, Any]) -> None:
    """The average map of each guess, on one scale."""
    known = [one for one in found["classes"] if one["average_map"]]
    if not known:
        return
    known.sort(key=lambda one: -one["pictures"])
    with st.expander(words.AVERAGES):
        st.caption(words.AVERAGES_HELP)
        for start in range(0, min(len(known), 6 * _AVERAGES), _AVERAGES):
            columns = st.columns(_AVERAGES, gap="small")
            for column, one in zip(columns, known[start : start + _AVERAGES], strict=False):
                with column:
                    average = one["average_map"]
                    picture, _ = average_map(average["cells"], average["by_chance"])
                    st.markdown(f"**{wording.plain(one['guess'])}**")
                    st.image(picture.data, width="stretch", output_format="PNG", alt=words.AVERAGES)
                    peak = f"{average['peak_in_standard_errors']:.1f}"
                    st.caption(words.AVERAGE.format(count=one["with_map"], peak=peak))


def _left_out(found: Mapping[str, Any]) -> None:
    if not found["left_out"]:
        return
    with st.expander(words.PROBLEMS.format(count=len(found["left_out"]))):
        for one in found["left_out"]:
            st.markdown(f"- **{wording.plain(one['file'])}**: {wording.plain(one['problem'])}")
