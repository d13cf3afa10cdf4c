"""Draws a comparison: the headline, two maps on one scale and their difference, and what to take along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import streamlit as st
from PIL import Image

from saliency.agreement import AgreementLevel
from saliency.comparison import Comparison, Unit
from saliency.explanation import Explanation
from saliency.export import files as report
from saliency.export.comparison_slide import CompareWords, compare_slide
from saliency.heat import heatmap
from saliency.heat.scale import MapKind
from saliency.methods.registry import find
from ui import faults
from ui import words as wording
from ui.compare import words as wording_compare
from ui.explain import panels
from ui.explain import words as wording_details
from ui.session import STRENGTH, Session


@dataclass(frozen=True)
class Side:
    """How one side is called.

    Attributes:
        name: What differs: the model, the view or the guess, as plain text.
        said: What is to be known of it, in a sentence or two, as markdown.
        line: The same for the slide, a few words, as plain text.
    """

    name: str
    said: str
    line: str


def headline(found: Comparison, differ: str) -> None:
    """Whether the maps agree, and how far."""
    with st.container(gap="xsmall"):
        st.markdown(f"### {wording_compare.headline(found.agreement, differ)}", anchors=False)
        if found.agreement.verdict is not AgreementLevel.EMPTY:
            st.markdown(wording_compare.measured(found.agreement))


def scale(found: Comparison, differ: str) -> str:
    """What the shared scale means."""
    mixed = found.left.signed != found.right.signed
    density = found.unit is Unit.DENSITY
    return wording_compare.scale(differ, density=density, mixed=mixed, ratio=found.ratio)


@st.fragment
def pictures(found: Comparison, sides: Sequence[Side], state: Session) -> None:
    """The two maps and their difference, with legends and strength; the strength only blends anew."""
    with faults.shown():
        state.strength = st.session_state.get("strength", state.strength)
        photo = found.left.photo
        size = panels.display_size(photo)
        left, right, difference = st.columns(3, gap="medium")
        places = (wording_compare.LEFT, wording_compare.RIGHT)
        overlays = found.overlays(state.strength / 100, size)
        shown = zip((left, right), places, sides, found.sides, overlays, strict=True)
        for column, place, side, answer, drawing in shown:
            alt = wording_compare.alt(place, photo.name, answer.target.label, side.name)
            with column:
                _picture(wording.plain(side.name), drawing, alt, found)
                _bar(ends(found), signed=found.signed)
                st.markdown(side.said)
        with difference:
            alt = wording_compare.alt_difference(photo.name)
            _picture(wording_compare.DIFFERENCE, found.difference_image(size), alt, found)
            _bar((wording_compare.MORE_LEFT, wording_compare.MORE_RIGHT), signed=True)
            st.caption(wording_compare.DIFFERENCE_LINE if found.outlined else wording_compare.NO_DIFFERENCE)
            st.slider(
                wording.STRENGTH,
                0,
                100,
                STRENGTH,
                step=5,
                format="%d %%",
                key="strength",
                persist_state="session",
            )


def with_notes(side: Side, found: Comparison, answer: Explanation, *, view: bool) -> Side:
    """A side with what else is needed to read its map.

    Args:
        side: The side, with the finding about its model, the sentence of its view or the like.
        found: The comparison.
        answer: The side's map.
        view: Whether the sides differ in their view.
    """
    label = wording.plain(answer.target.label)
    notes = {MapKind.EMPTY: wording.EMPTY, MapKind.EVEN: wording.EVEN}
    sentences = [side.said]
    if answer.kind in notes:
        sentences.append(notes[answer.kind].format(label=label))
    elif found.faint(answer):
        sentences.append(wording_compare.FAINT)
    if not find(answer.method).class_specific:
        sentences.append(wording.NOT_CLASS_SPECIFIC)
    warning = wording.UNLEARNED.get(find(answer.method).learning, "")
    if view and warning and not answer.empty:
        sentences.append(warning)
    if answer.placement.cut_share > 0 and answer is found.left:
        sentences.append(wording.cut_off(answer.placement.cut_share))
    return replace(side, said=" ".join(sentences))


def take_along(found: Comparison, words: CompareWords, state: Session) -> None:
    """A button for the slide, which is made when it is asked for."""

    def slide() -> bytes:
        return panels.png(compare_slide(found, words, strength=state.strength / 100))

    st.markdown(f"#### {wording.TAKE}", anchors=False)
    methods = "-".join(dict.fromkeys(answer.method for answer in found.sides))
    st.download_button(
        wording.SLIDE,
        slide,
        f"spotlight-{report.stem(found.left.photo.name)}-{methods}-compared.png",
        "image/png",
        key="compare-slide",
        help=wording.SLIDE_HELP,
        icon=":material/slideshow:",
        on_click="ignore",
    )


def slide_words(
    found: Comparison, differ: str, sides: Sequence[Side], same: Sequence[str], photo: str, today: date
) -> CompareWords:
    """The words on the slide.

    Args:
        found: The comparison.
        differ: What differs.
        sides: How the sides are called.
        same: What is the same on both, as plain text.
        photo: Name of the photo, for people.
        today: The date on the slide.
    """
    density = found.unit is Unit.DENSITY
    return CompareWords(
        title=wording_compare.SLIDE_TITLES[differ],
        finding=wording_compare.headline(found.agreement, differ),
        captions=(sides[0].name, sides[1].name, wording_compare.DIFFERENCE),
        findings=(sides[0].line, sides[1].line, wording_compare.DASHED_LEFT if found.outlined else ""),
        scale=wording_compare.SCALE_DENSITY_ON_SLIDE if density else wording_compare.SCALE_ON_SLIDE,
        details=wording_compare.slide_details(photo, same, today),
        limits=wording.LIMITS,
        legend=ends(found),
        difference_legend=(wording_compare.LEFT_ON_SLIDE, wording_compare.RIGHT_ON_SLIDE),
    )


def details(found: Comparison) -> None:
    """A table of how both results were made, and the figures of their agreement."""
    left, right = (wording_details.details(side.record(), find(side.method)) for side in found.sides)
    rows = {name: (left.get(name, ""), right.get(name, "")) for name in [*left, *right]}
    both = wording_compare.agreement_rows(found.agreement.record())
    rows |= {name: (value, value) for name, value in both.items()}
    table = {
        wording_compare.COLUMNS[0]: list(rows),
        wording_compare.COLUMNS[1]: [wording.plain(pair[0]) for pair in rows.values()],
        wording_compare.COLUMNS[2]: [wording.plain(pair[1]) for pair in rows.values()],
    }
    st.table(table, border="horizontal", hide_index=True, alt=wording.DETAILS)


def ends(found: Comparison) -> tuple[str, str]:
    """The words at the two ends of the colour bar of the maps."""
    if found.signed:
        return wording.AGAINST, wording_compare.FOR
    return wording.LESS, wording_compare.MORE


def _picture(title: str, drawing: Image.Image, alt: str, found: Comparison) -> None:
    st.markdown(f"#### {title}", anchors=False)
    with st.container(horizontal_alignment="center"):
        width = panels.display_width(found.left.photo)
        st.image(panels.png(drawing), width=width, output_format="PNG", alt=alt)


def _bar(words: tuple[str, str], *, signed: bool) -> None:
    """A colour bar over its two words."""
    with st.container(gap="xxsmall"):
        drawn = panels.png(heatmap.legend(signed=signed))
        st.image(drawn, width="stretch", output_format="PNG", alt=wording_compare.alt_bar(words))
        with st.container(horizontal=True, horizontal_alignment="distribute", gap="small"):
            st.caption(words[0], width="content")
            st.caption(words[1], width="content")
