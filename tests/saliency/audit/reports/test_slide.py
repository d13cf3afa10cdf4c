"""The figures of an audit's slide: none is cut, whatever the names are."""

from __future__ import annotations

import pytest

from saliency.audit.evidence.wrong_photos import SharedProperty
from saliency.audit.reports.brief_names import named
from saliency.audit.reports.shared_words import shared_figure
from saliency.audit.reports.slide import figure_column
from saliency.export.page import BAR, INNER, paper, small

NAMES = (
    "mug",
    "coffee mug with a printed logo",
    "Coffee mug with printed company logo, size 2 (blue)",
    "W" * 60,
)
KINDS = ("place", "area", "area size", "area influence", "look")


def room() -> int:
    """Pixels of height under a warning and a finding of two lines each, above a foot of three."""
    long = "a few words " * 20
    foot = (small(long, INNER, most=lines) for lines in (1, 2))
    _, top, bottom = paper("The title", "A finding that takes two lines " * 3, *foot, warning=long)
    return bottom - BAR - 24 - top


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("only", [0, INNER])
def test_no_figure_is_cut(name: str, kind: str, only: int) -> None:
    place = {"place": "lower right corner", "look": "darkest"}.get(kind, name)
    shared = SharedProperty(
        kind=kind, name=place, label=name, guess=name, present=False, wrong=500, wrong_with=0, right=2500,
        right_with=2400, p_value=0.0, adjusted_p_value=0.0,
    )  # fmt: skip
    figures = (
        ("5300 of 6000", f"answers right; “{name}” not recognised: 500 of 3000"),
        shared_figure(shared),
        (
            "Add about 100",
            f"photos of “{name}” without what is in the lower right corner: ask whoever trains the model",
        ),
    )
    _, _, blocks = figure_column(figures, room(), only)
    assert len(blocks) == 3
    for (value, what), (number, text) in zip(figures, blocks, strict=True):
        assert " ".join(number.lines) == value
        said = "".join(text.lines).replace(" ", "")
        assert said in [named(what, most).replace(" ", "") for most in (34, 24, 16, 8)], said


def test_room_for_less_leaves_the_last_figures_out() -> None:
    figures = tuple((str(number), "photos") for number in range(4))
    _, _, blocks = figure_column(figures, 220, 0)
    assert ["".join(number.lines) for number, _ in blocks] == ["0", "1"]
