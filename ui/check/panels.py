"""Draws what covering an area shows: finding, chart, pictures, and how sure it is."""

from __future__ import annotations

import json

import streamlit as st

from saliency.checks.check import Check
from saliency.checks.cover import Cover
from saliency.checks.influence import Influence
from saliency.export import files as report
from ui import words as wording
from ui.check import charts
from ui.check import words as wording_check
from ui.check.tests import AreaTest, Subject
from ui.widgets.pictures import outlined, png, small_size


def nothing_marked() -> None:
    """What to do, and what then happens."""
    with st.container(border=True, gap="small"):
        st.markdown(f"**{wording_check.NOTHING_MARKED}**")
        st.markdown(wording_check.WHAT_FOLLOWS)


def found(subject: Subject, tested: AreaTest, inside: Influence | None) -> None:
    """The finding in sentences, the chart, the pictures, and what stands behind them.

    Args:
        subject: What is checked.
        tested: What came out.
        inside: How much of the influence is in the area; None if the map has nothing to show.
    """
    cover = tested.cover
    top = subject.result.scores[0].index == subject.result.target.index
    is_guess = top and subject.result.rather_than is None
    others = [wording.plain(subject.question.label(one.after)) for one in cover.fills.values()]
    with st.container(border=True, gap="small"):
        st.markdown(
            f"### {wording_check.finding(cover, subject.label, is_top=is_guess)}",
            anchors=False,
        )
        st.markdown(wording_check.change(cover))
        reason = wording_check.reason(cover, [other for other in others if other])
        st.markdown(f"{reason} {wording_check.NEXT[cover.reason]}")
        _chart(subject, cover)
        _pictures(subject, tested)
        if inside is None:
            st.markdown(wording_check.NO_SHARE)
        else:
            st.markdown(" ".join(wording_check.share(inside)), help=wording_check.CHANCE_HELP)
        with st.expander(wording_check.HOW_SURE, icon=":material/balance:"):
            _how_sure(subject, tested, inside)
        st.caption(wording.LIMITS)


def _chart(subject: Subject, cover: Cover) -> None:
    st.caption(wording_check.CHART.format(label=subject.label))
    alt = wording_check.CHART_ALT.format(
        before=wording.score(cover.before.score),
        after=wording.score(cover.after),
        elsewhere="none" if cover.elsewhere is None else wording.score(cover.elsewhere),
    )
    st.altair_chart(charts.strip(cover), width="stretch", key="strip", alt=alt)


def _pictures(subject: Subject, tested: AreaTest) -> None:
    """What the model received with the area covered, both ways, and the area on the map."""
    with st.grid(3, min_column_width=96, gap="small") as grid:
        for fill, one in tested.cover.fills.items():
            name = wording_check.FILLS[fill]
            with grid.cell(), st.container(gap="xxsmall"):
                picture = subject.small(one.picture)
                alt = wording_check.COVERED_ALT.format(fill=name.lower())
                st.image(picture, width="stretch", output_format="PNG", alt=alt)
                st.caption(wording_check.filled(name, wording.score(one.after.score)))
        with grid.cell(), st.container(gap="xxsmall"):
            heat = subject.result.heat_image(small_size(subject.result.photo))
            picture = png(outlined(heat, tested.area))
            st.image(picture, width="stretch", output_format="PNG", alt=wording_check.SHARE_ALT)
            st.caption(wording_check.SHARE_ALT)


def _how_sure(subject: Subject, tested: AreaTest, inside: Influence | None) -> None:
    """The permutation test, and the whole check as a file."""
    st.markdown(wording_check.p_value(tested.cover))
    if len(tested.cover.masks):
        st.markdown(wording_check.P_WHY)
    st.download_button(
        wording_check.RECORD,
        lambda: record(subject, tested, inside),
        f"spotlight-{report.stem(subject.result.photo.name)}-check.json",
        "application/json",
        key="check-record",
        help=wording_check.RECORD_HELP,
        icon=":material/data_object:",
        on_click="ignore",
    )


def record(subject: Subject, tested: AreaTest, inside: Influence | None) -> str:
    """The check as JSON, in the form in which the command line prints it."""
    check = Check(
        area=tested.area,
        mask=tested.mask,
        explanation=subject.result,
        question=subject.question,
        influence=inside,
        cover=tested.cover,
        kept=tested.kept,
        hidden=None,
        pasted=None,
        seed=0,
    )
    return json.dumps(check.record(), indent=2, ensure_ascii=False)
