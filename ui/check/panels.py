"""Draws what covering an area shows: finding, chart, pictures, and how sure it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from functools import partial

import streamlit as st
from PIL import Image

from saliency.checks.check import AreaTest, Check
from saliency.checks.fills import Fill
from saliency.checks.influence import Influence
from saliency.explanation import Explanation
from saliency.export.outline import outlined
from saliency.files import stem
from saliency.verdict.advice import AreaRole
from saliency.verdict.conclusion import Conclusion
from saliency.verdict.words import ROLES, TO_DO, score
from ui.answers.words import mark
from ui.check import charts, words
from ui.check.beside import beside
from ui.check.evidence import Subject
from ui.widgets.announcement import announced
from ui.widgets.controls import bound, download_button
from ui.widgets.pictures import (
    FIRST_SCREEN,
    display_size,
    kept,
    kept_jpeg,
    show_picture,
    small_size,
    titled_picture,
)
from ui.words import plain


@dataclass(frozen=True)
class SaidBefore:
    """What a person said of an area that is no longer the marked one, and how to mark it again."""

    role: AreaRole
    back: Callable[[], None]


def nothing_marked(before: SaidBefore | None = None) -> None:
    """What to do, and what then happens."""
    with st.container(border=True, gap="small"):
        _said_before(before)
        st.markdown(f"**{words.NOTHING_MARKED}**")
        st.markdown(words.WHAT_FOLLOWS)


def verdict(
    subject: Subject,
    test: AreaTest,
    conclusion: Conclusion,
    about: str,
    take: Callable[[AreaRole | None], object],
    test_whole: Callable[[], None] | None,
    before: SaidBefore | None = None,
) -> None:
    """The verdict of all that was tried, what the area is, the reason, the doubt and what to do.

    Args:
        subject: What is tested.
        test: What covering the area does.
        conclusion: The verdict.
        about: Why it is this area, where that must be said.
        take: Keeps what a person says that the area is.
        test_whole: Marks the whole thing that the map points to; None where that is marked, or there is none.
        before: What a person said of another area, where they have said nothing of this one.
    """
    with st.container(border=True, gap="xxsmall"):
        icon = words.MERIT_ICONS.get(conclusion.merit) or words.ICONS[conclusion.verdict]
        title = f"{icon} {plain(conclusion.title)}"
        colour = words.COLOURS.get(conclusion.merit)
        st.markdown(f"## :{colour}[{title}]" if colour else f"## {title}", anchors=False)
        if conclusion.asks:
            _role(conclusion, take)
        _said_before(before)
        known = subject.request.prepared.familiarity
        doubt = conclusion.own_doubt.replace(known.sentence if known.strange else "", "").strip()
        reason = " ".join(filter(None, map(plain, (about, conclusion.reason, doubt))))
        with beside(subject, test):
            st.markdown(reason)
            st.markdown(f"**{TO_DO}** {plain(conclusion.advice)} {words.MARK_ANOTHER}")
            if test_whole is not None:
                icon = ":material/select_all:"
                st.button(words.TEST_WHOLE, on_click=test_whole, key="test-whole", icon=icon)
        announced(conclusion.title, key="verdict")


def _said_before(before: SaidBefore | None) -> None:
    """What a person said of another area is not lost: it is said here, with the way back."""
    if before is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(words.SAID_BEFORE.format(role=ROLES[before.role]), width="content")
        st.button(words.BACK_TO_IT, on_click=before.back, key="back-to-area", type="tertiary")


def _role(conclusion: Conclusion, take: Callable[[AreaRole | None], object]) -> None:
    """What the marked area is: only a person can say, with a click."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{words.ROLE}**", width="content")
        st.segmented_control(
            words.ROLE,
            list(ROLES),
            format_func=ROLES.__getitem__,
            label_visibility="collapsed",
            wrap=True,
            **bound("area-is", conclusion.role, take),
        )


def not_covered() -> None:
    """What will stand in the place of the photo with the marked area covered."""
    st.markdown(f"### {words.COVERED}", anchors=False)
    st.markdown(words.NOT_COVERED)


def covered(subject: Subject, test: AreaTest) -> None:
    """What the model received with the marked area covered, and what it made of that."""
    photo, area = subject.result.photo, test.probe.area
    outcome = test.cover.fills[Fill.BLUR]
    size = display_size(photo)

    def draw() -> Image.Image:
        return outlined(subject.question.in_photo(outcome.picture, size), area)

    alt = words.COVERED_ALT.format(fill=words.FILLS[Fill.BLUR].lower())
    drawing = kept_jpeg(test, ("large", size), draw)
    titled_picture(words.COVERED, drawing, alt, photo, tallest=FIRST_SCREEN)
    guesses = plain(subject.question.label(test.cover.before)), plain(subject.question.label(outcome.after))
    st.caption(words.then(subject.label, test.cover.before, outcome.after, guesses, subject.outputs))


def evidence(subject: Subject, test: AreaTest, inside: Influence | None, conclusion: Conclusion) -> None:
    """What each test showed and what that says about the verdict, the chart, the pictures."""
    with st.container(border=True, gap="small"):
        lines = (
            f"- {words.BEARINGS[entry.bearing]} {plain(entry.sentence)}" for entry in conclusion.evidence
        )
        st.markdown("\n".join([f"**{words.EVIDENCE}**", "", *lines]), help=words.CHANCE_HELP)
        _chart(subject, test)
        _pictures(subject, test)
        with st.expander(words.HOW_SURE, icon=":material/balance:"):
            _how_sure(subject, test, inside, conclusion)


def _chart(subject: Subject, test: AreaTest) -> None:
    cover, outputs = test.cover, subject.outputs
    low, high = charts.scale(outputs, charts.scores_of(cover))
    st.caption(words.chart(subject.label, outputs))
    alt = words.CHART_ALT.format(
        low=mark(low, outputs),
        high=mark(high, outputs),
        before=score(cover.before.score, outputs),
        after=score(cover.after, outputs),
        elsewhere="none" if cover.elsewhere is None else score(cover.elsewhere, outputs),
    )
    spec = kept(test, ("strip", st.context.theme.type), lambda: charts.strip(cover).to_dict())
    st.vega_lite_chart(spec=deepcopy(spec), width="stretch", key="strip", alt=alt)


def _pictures(subject: Subject, test: AreaTest) -> None:
    """What the model received with the area covered, both ways, and the area on the map."""
    size = small_size(subject.result.photo)

    def on_the_map() -> Image.Image:
        return outlined(subject.result.heat_image(size), test.probe.area)

    with st.grid(3, min_column_width=96, gap="small") as grid:
        for fill, outcome in test.cover.fills.items():
            name = words.FILLS[fill]
            with grid.cell():
                captioned(
                    kept_jpeg(test, (fill, size), partial(subject.picture, outcome.picture)),
                    words.fill_caption(name, score(outcome.after.score, subject.outputs)),
                    words.COVERED_ALT.format(fill=name.lower()),
                )
        with grid.cell():
            captioned(kept_jpeg(test, ("map", size), on_the_map), words.SHARE_ALT, words.SHARE_ALT)


def captioned(picture: Image.Image | bytes, caption: str, alt: str) -> None:
    """A picture over its caption, with words for those who cannot see it."""
    with st.container(gap="xxsmall"):
        show_picture(picture, alt)
        st.caption(caption)


def _how_sure(subject: Subject, test: AreaTest, inside: Influence | None, conclusion: Conclusion) -> None:
    """The permutation test, and the whole check as a file."""
    st.markdown(words.p_value(test.cover, subject.outputs))
    if test.cover.count:
        st.markdown(words.p_why(subject.outputs))
    name, icon = f"spotlight-{stem(subject.result.photo.name)}-check.json", ":material/data_object:"
    make = partial(record, subject.result, test, inside, conclusion)
    download_button(words.RECORD, make, name, key="check-record", purpose=words.RECORD_HELP, icon=icon)


def record(result: Explanation, test: AreaTest, inside: Influence | None, conclusion: Conclusion) -> bytes:
    """The check as JSON, as the command line prints it."""
    record = {"conclusion": conclusion.record(), **Check(test, result, inside).record()}
    return json.dumps(record, indent=2, ensure_ascii=False).encode()
