"""Draws a comparison: the headline, two maps on one scale and their difference, and what to take along."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st
from PIL import Image

from saliency import files
from saliency.agreement import AgreementLevel
from saliency.comparison import Comparison, Unit
from saliency.explanation import Explanation, Size
from saliency.export.comparison_slide import CompareWords, compare_slide
from saliency.export.provenance import provenance
from saliency.heat.scale import MapKind
from saliency.methods.registry import find
from ui import faults
from ui.answers.words import topic
from ui.compare import words
from ui.compare.sides import CompareRequest, Side
from ui.explain.words import contour
from ui.photo.page import PhotoPage
from ui.session import Session
from ui.views.words import UNLEARNED, not_class_specific
from ui.widgets.announcement import announced
from ui.widgets.controls import choose_strength, details_box, download_button, share_note
from ui.widgets.pictures import colour_bar, display_size, jpeg, kept, kept_jpeg, png, titled_picture
from ui.words import DETAILS, EMPTY, EVEN, LIMITS, SLIDE, SLIDE_HELP, TAKE, cut_off, plain

_NARROWEST = 150  # pixels of a picture: two stand side by side on a phone


def answer(comparison: Comparison, request: CompareRequest, differ: str, page: PhotoPage) -> None:
    """What the models answer, whether the maps agree, the pictures and the limits."""
    with st.container(gap="xsmall"):
        outputs = comparison.left.outputs
        said = words.headline(comparison.agreement, differ, request.said, outputs)
        st.markdown(f"## {plain(said)}", anchors=False)
        announced(said, key="comparison")
        if comparison.agreement.verdict is not AgreementLevel.EMPTY:
            st.markdown(words.measured(comparison.agreement))
    pictures(comparison, request, differ, page.state)
    mixed = comparison.left.signed != comparison.right.signed
    density = comparison.unit is Unit.DENSITY
    line = contour(outputs, signed=comparison.signed)
    scale = words.scale(differ, density=density, mixed=mixed, ratio=comparison.ratio, outputs=outputs)
    st.markdown(f"{line} {scale} {LIMITS}")


def below(comparison: Comparison, request: CompareRequest, differ: str, page: PhotoPage, today: date) -> None:
    """What to take along and how it was made."""
    slide_words = _slide_words(comparison, request, differ, page.title, today)
    _take_along(comparison, slide_words, page.state)
    share_note(words.SHARE)
    if box := details_box("details"):
        with box:
            _details(comparison)


@st.fragment
def pictures(comparison: Comparison, request: CompareRequest, differ: str, state: Session) -> None:
    """The two maps and their difference, with legends and strength; the strength only blends anew."""
    with faults.shown():
        photo = comparison.left.photo
        size = display_size(photo)
        sides = (
            (words.LEFT, request.left, comparison.left),
            (words.RIGHT, request.right, comparison.right),
        )
        overlays = _overlays(comparison, state.opacity, size)
        with st.grid(3, min_column_width=_NARROWEST, gap="medium") as grid:
            for (place, side, explanation), drawing in zip(sides, overlays, strict=True):
                with grid.cell():
                    label = explanation.target.label
                    alt = words.ALT.format(side=place, photo=photo.name, label=label, name=side.name)
                    titled_picture(plain(side.name), drawing, alt, photo)
                    colour_bar(*_ends(comparison), signed=comparison.signed)
                    _below_map(side, _notes(comparison, explanation, differ))
            with grid.cell():
                _difference(comparison, size)


def _difference(comparison: Comparison, size: Size) -> None:
    """Where the maps differ, and how strong the colours of the maps are."""
    photo = comparison.left.photo
    alt = words.ALT_DIFFERENCE.format(photo=photo.name)
    drawing = kept_jpeg(comparison, ("difference", size), lambda: comparison.difference_image(size))
    titled_picture(words.DIFFERENCE, drawing, alt, photo)
    colour_bar(words.MORE_LEFT, words.MORE_RIGHT, signed=True)
    st.markdown(words.DIFFERENCE_LINE if comparison.outlined else words.NO_DIFFERENCE)
    choose_strength()


def _overlays(comparison: Comparison, strength: float, size: Size) -> list[bytes]:
    """Both maps over the photo; another strength, in [0, 1], only blends anew, as on the Explain page."""

    def ends() -> list[tuple[Image.Image, Image.Image]]:
        weakest, strongest = comparison.overlays(0.0, size), comparison.overlays(1.0, size)
        return list(zip(weakest, strongest, strict=True))

    def draw() -> list[bytes]:
        return [jpeg(Image.blend(*pair, strength)) for pair in kept(comparison, ("ends", size), ends)]

    return kept(comparison, ("overlays", size, strength), draw)


def _below_map(side: Side, notes: Sequence[str]) -> None:
    """What is to be known of a side, and the way to a test of its map."""
    st.markdown(" ".join([side.note, *notes]))
    if side.warning:
        st.warning(plain(side.warning), icon=":material/warning:")
    st.page_link(
        "pages/explain.py",
        label=words.TEST_IT,
        help=words.TEST_IT_HELP,
        icon=":material/image_search:",
        query_params=dict(side.link),
    )


def _notes(comparison: Comparison, explanation: Explanation, differ: str) -> list[str]:
    """What else is needed to read the map of one side."""
    sentences = [plain(explanation.stopped)] if explanation.stopped else []
    if explanation.kind is not MapKind.SPOTS:
        template = EMPTY if explanation.kind is MapKind.EMPTY else EVEN
        about = topic(plain(explanation.target.label), explanation.outputs)
        sentences.append(template.format(topic=about))
    elif comparison.faint(explanation):
        sentences.append(words.FAINT)
    if not find(explanation.method).class_specific:
        sentences.append(not_class_specific(explanation.outputs))
    warning = UNLEARNED.get(find(explanation.method).learning, "")
    if differ == words.VIEWS and warning and not explanation.empty:
        sentences.append(warning)
    if explanation.placement.cut_share > 0 and explanation is comparison.left:
        sentences.append(cut_off(explanation.placement.cut_share))
    return list(filter(None, sentences))


def _take_along(comparison: Comparison, slide_words: CompareWords, state: Session) -> None:
    """A button for the slide, which is made when it is asked for."""
    st.markdown(f"### {TAKE}", anchors=False)
    methods = "-".join(dict.fromkeys(explanation.method for explanation in comparison.sides))
    download_button(
        SLIDE,
        lambda: png(compare_slide(comparison, slide_words, strength=state.strength / 100)),
        f"spotlight-{files.stem(comparison.left.photo.name)}-{methods}-compared.png",
        key="compare-slide",
        purpose=SLIDE_HELP,
        icon=":material/slideshow:",
    )


def _slide_words(
    comparison: Comparison, request: CompareRequest, differ: str, photo: str, today: date
) -> CompareWords:
    left, right = request.left, request.right
    density = comparison.unit is Unit.DENSITY
    return CompareWords(
        title=words.slide_title(differ, comparison.left.outputs),
        finding=words.headline(comparison.agreement, differ, request.said, comparison.left.outputs),
        captions=(left.name, right.name, words.DIFFERENCE),
        findings=(left.line, right.line, words.DASHED_LEFT if comparison.outlined else ""),
        scale=words.SCALE_DENSITY_ON_SLIDE if density else words.SCALE_ON_SLIDE,
        details=words.slide_details(photo, request.same, today),
        limits=LIMITS,
        legend=_ends(comparison),
        difference_legend=(words.LEFT_ON_SLIDE, words.RIGHT_ON_SLIDE),
    )


def _details(comparison: Comparison) -> None:
    """A table of how both results were made, and the figures of their agreement."""
    left, right = (provenance(side.record(), find(side.method)) for side in comparison.sides)
    rows = {name: (left.get(name, ""), right.get(name, "")) for name in left | right}
    figures = words.agreement_rows(comparison.agreement.record())
    rows |= {name: (value, value) for name, value in figures.items()}
    columns = zip(*((name, *map(plain, values)) for name, values in rows.items()), strict=True)
    table = {heading: list(column) for heading, column in zip(words.COLUMNS, columns, strict=True)}
    st.table(table, border="horizontal", hide_index=True, alt=DETAILS)


def _ends(comparison: Comparison) -> tuple[str, str]:
    """The words at the two ends of the colour bar of the maps."""
    return words.ends_on_one_scale(comparison.left.outputs, signed=comparison.signed)
