"""The examples of the guide: a map, and the test of what it suggests, computed on this computer.

Which sample an example is made of is fixed here by name. That it still shows what the guide says it shows is
checked when it is made: one that does not is passed over for the next of its candidates, or left out.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st
from PIL import Image

from saliency.checks.cover import Cover, Finding, cover
from saliency.checks.fills import edge_of
from saliency.checks.influence import Influence, influence
from saliency.checks.question import ScoreQuestion
from saliency.checks.suggestions import suggestions
from saliency.classifier import Classifier
from saliency.explanation import Explanation, explain
from saliency.methods.registry import compatible
from saliency.photo.area import Area
from saliency.photo.reading import Photo, read_photo
from saliency.prepared_photo import PreparedPhoto
from ui import words as wording
from ui.guide.words import BADGE, BANNER, PRODUCT, SPOT
from ui.session import CAREFUL, QUICK
from ui.views import quick_and_careful
from ui.widgets.samples import Sample, outline_of
from ui.work.line import LINE, Lane

RIGHT, SHORTCUT, WRONG, UNDECIDED, MISLEADING = "right", "shortcut", "wrong", "undecided", "misleading"
KINDS = (RIGHT, SHORTCUT, WRONG, UNDECIDED, MISLEADING)
TWIN = frozenset({SHORTCUT, WRONG})
"""The examples of the model that was trained wrong on purpose; all others are of the sound one."""

PRODUCTS = ("full-table", "cactus-and-mug", "umbrella")  # sample shown as right for the right reason
BANNERS = (("umbrella", "orange-lamp", "red-teapot"), ("alarm-clock", "plant", "orange-lamp"))
MISLED = (("red-teapot", "layer-cam"), ("plant", CAREFUL), ("plant", "gradient"))  # sample and view
_SIDE = 320  # pixels of a picture in a banner
_ON_PRODUCT = 0.2  # share of a spot that may lie on the product, where it is said to lie beside it


@dataclass(frozen=True, eq=False)
class Example:
    """One example.

    Attributes:
        kind: One of `KINDS`.
        title: Of the photo, a few words.
        truth: What the photo shows; empty where that is several things.
        view: Name of the view.
        link: Sample and view as parts of a link; empty where the photo is no sample.
        place: What the tested area is, in words.
        result: The map.
        area: The area.
        inside: How much of the influence is in it; None if the map has nothing to show.
        cover: What covering it does.
        then: The top guess with it covered, where that is another one and both ways of covering agree.
    """

    kind: str
    title: str
    truth: str
    view: str
    link: Mapping[str, str]
    place: str
    result: Explanation
    area: Area
    inside: Influence | None
    cover: Cover
    then: str

    @property
    def holds(self) -> bool:
        """Whether it shows what the guide says such an example shows."""
        guess = self.result.scores[0]
        depends = self.cover.finding is Finding.DEPENDS
        return {
            RIGHT: depends and guess.label == self.truth,
            SHORTCUT: depends and guess.label == self.truth,
            WRONG: depends and guess.label != self.truth,
            UNDECIDED: guess.score < wording.LEANING,
            MISLEADING: self.cover.finding is Finding.LITTLE and guess.label == self.truth,
        }[self.kind]


@st.cache_resource(max_entries=2 * len(KINDS), show_spinner=False)
def example(
    kind: str, digest: str, _classifier: Classifier, _samples: Mapping[str, Sample]
) -> Example | None:
    """An example, for everybody who opens the guide; None if none of its candidates shows it.

    Args:
        kind: One of `KINDS`.
        digest: Of the model's weights: other weights, other examples.
        _classifier: The model.
        _samples: The samples, by key.
    """
    with LINE.turn(Lane.QUICK):
        made = _MAKERS[kind](_classifier, _samples)
        return next((found for found in made if found is not None and found.holds), None)


def banner(photos: list[Photo]) -> Photo:
    """Photos beside each other, as in an advertisement."""
    picture = Image.new("RGB", (_SIDE * len(photos), _SIDE))
    for number, photo in enumerate(photos):
        small = photo.image.resize((_SIDE, _SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
        picture.paste(small, (_SIDE * number, 0))
    packed = io.BytesIO()
    picture.save(packed, format="PNG", compress_level=1)
    return read_photo(packed.getvalue(), name="banner.png")


def _products(classifier: Classifier, samples: Mapping[str, Sample]) -> Iterator[Example | None]:
    """A sample, and its product as the area."""
    for sample in _named(PRODUCTS, samples):
        outline = outline_of(sample)
        if outline is not None:
            area = Area.outline(outline, sample.photo)
            yield _of_sample(RIGHT, classifier, sample, PRODUCT, area)


def _badges(kind: str, classifier: Classifier, samples: Mapping[str, Sample]) -> Iterator[Example | None]:
    """A sample with a badge, and that as the area."""
    for sample in samples.values():
        if sample.badge is not None:
            area = Area.box(*sample.badge)
            yield _of_sample(kind, classifier, sample, BADGE, area)


def _banners(classifier: Classifier, samples: Mapping[str, Sample]) -> Iterator[Example | None]:
    """Three products in one picture, and the strongest spot."""
    for keys in BANNERS:
        shown = list(_named(keys, samples))
        if len(shown) == len(keys):
            photo = banner([sample.photo for sample in shown])
            yield _tested(UNDECIDED, classifier, photo, BANNER, "", SPOT)


def _misled(classifier: Classifier, samples: Mapping[str, Sample]) -> Iterator[Example | None]:
    """A view whose strongest spot lies beside the product."""
    for key, view in MISLED:
        for sample in _named((key,), samples):
            photo, outline = sample.photo, outline_of(sample)
            made = _of_sample(MISLEADING, classifier, sample, SPOT, view=view)
            beside = made is not None and outline is not None
            if beside and outline[made.area.on_photo((photo.width, photo.height))].mean() <= _ON_PRODUCT:
                yield made


_MAKERS: dict[str, Callable[[Classifier, Mapping[str, Sample]], Iterator[Example | None]]] = {
    RIGHT: _products,
    SHORTCUT: partial(_badges, SHORTCUT),
    WRONG: partial(_badges, WRONG),
    UNDECIDED: _banners,
    MISLEADING: _misled,
}


def _named(keys: tuple[str, ...], samples: Mapping[str, Sample]) -> Iterator[Sample]:
    return (samples[key] for key in keys if key in samples)


def _of_sample(
    kind: str,
    classifier: Classifier,
    sample: Sample,
    place: str,
    area: Area | None = None,
    view: str = QUICK,
) -> Example | None:
    made = _tested(kind, classifier, sample.photo, sample.title, sample.label, place, area, view)
    return None if made is None else replace(made, link={"sample": sample.key, "view": view})


def _tested(
    kind: str,
    classifier: Classifier,
    photo: Photo,
    title: str,
    truth: str,
    place: str,
    area: Area | None = None,
    view: str = QUICK,
) -> Example | None:
    """The map of the top guess, and what covering an area does; None if there is no such view or area.

    Args:
        kind: One of `KINDS`.
        classifier: The model.
        photo: The photo.
        title: Of the photo.
        truth: What it shows.
        place: What the area is.
        area: The area; None for the strongest spot of the map.
        view: `QUICK`, `CAREFUL` or the key of a method.
    """
    method = quick_and_careful.chosen(view, compatible(classifier.graph))
    if method is None:
        return None
    prepared = PreparedPhoto(classifier, photo)
    result = explain(classifier, photo, method=method.key, prepared=prepared)
    area = area or next(iter(suggestions(result, 1)), None)
    if area is None:
        return None
    question, mask = ScoreQuestion(prepared, result.target), area.on_input(prepared.placement)
    found = cover(question, mask, edge=edge_of(prepared.x, outline=area.mask is not None))
    after = {one.after.top for one in found.fills.values()}
    changed = len(after) == 1 and after != {result.target.index}
    then = classifier.labels[after.pop()] if changed else ""
    name, inside = wording.view(view, method), influence(result, mask)
    return Example(kind, title, truth, name, {}, place, result, area, inside, found, then)
