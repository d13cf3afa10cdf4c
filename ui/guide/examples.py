"""The examples of the guide: a map, and the test of what it suggests, computed on this computer.

Which sample an example is made of is fixed here by name. That it still shows what the guide says it shows is
checked when it is made: one that does not is passed over for the next of its candidates, or left out.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from PIL import Image

from saliency.checks.cover import Cover, Finding, cover
from saliency.checks.influence import Influence, influence
from saliency.checks.probe import AreaProbe
from saliency.checks.question import ScoreQuestion
from saliency.checks.suggestions import suggestions
from saliency.classifier import Classifier
from saliency.explanation import Explanation, explain
from saliency.methods.registry import compatible
from saliency.photo.area import Area
from saliency.photo.reading import Photo, read_photo
from saliency.prepared_photo import PreparedPhoto
from saliency.verdict.words import LEANING
from ui.session import of_samples, tell_all
from ui.views.quick_and_careful import CAREFUL, QUICK, method_of
from ui.views.words import view_name
from ui.widgets.samples import Sample
from ui.work.jobs import in_line
from ui.work.line import OnWait

RIGHT, SHORTCUT, WRONG, UNDECIDED, MISLEADING = "right", "shortcut", "wrong", "undecided", "misleading"
KINDS = (RIGHT, SHORTCUT, WRONG, UNDECIDED, MISLEADING)
TWIN = frozenset({SHORTCUT, WRONG})
"""The examples of the model that was trained wrong on purpose; all others are of the sound one."""

PRODUCT, BADGE, SPOT = "product", "badge", "spot"
"""What the tested area is: the product, a badge beside it, or the strongest spot of the map."""

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
        sample: The sample it is made of; None for several in one picture.
        view: Name of the view.
        link: Sample and view as parts of a link; empty where the photo is no sample.
        place: `PRODUCT`, `BADGE` or `SPOT`: what the tested area is.
        explanation: The map.
        area: The area.
        inside: How much of the influence is in it; None if the map has nothing to show.
        cover: What covering it does.
        next_guess: The top guess with it covered, where that is another one and both ways of covering agree.
    """

    kind: str
    sample: Sample | None
    view: str
    link: Mapping[str, str]
    place: str
    explanation: Explanation
    area: Area
    inside: Influence | None
    cover: Cover
    next_guess: str

    @property
    def truth(self) -> str:
        """What the photo shows; empty where that is several things."""
        return self.sample.label if self.sample else ""

    @property
    def holds(self) -> bool:
        """Whether it shows what the guide says such an example shows."""
        guess = self.explanation.scores[0]
        depends = self.cover.finding is Finding.DEPENDS
        return {
            RIGHT: depends and guess.label == self.truth,
            SHORTCUT: depends and guess.label == self.truth,
            WRONG: depends and guess.label != self.truth,
            UNDECIDED: guess.score < LEANING,
            MISLEADING: self.cover.finding is Finding.LITTLE and guess.label == self.truth,
        }[self.kind]


Examples = Iterator[Example | None]
"""Candidates for an example; None for one that cannot be made."""


def example(
    kind: str, classifier: Classifier, samples: Mapping[str, Sample], on_wait: OnWait | None = None
) -> Example | None:
    """An example, for everybody who opens the guide; None if none of its candidates shows it.

    Args:
        kind: One of `KINDS`.
        classifier: The model; other weights, other examples.
        samples: The samples, by key.
        on_wait: Told how many jobs are ahead.
    """
    known, key = of_samples().checks, ("example", kind, ("", classifier.digest))
    made: tuple[Example | None] | None = known.find(key)
    if made is None:

        def work() -> tuple[Example | None]:
            candidates = _MAKERS[kind](classifier, samples)
            return (next((candidate for candidate in candidates if candidate and candidate.holds), None),)

        made = in_line(key, work, on_wait)
        tell_all(known, key, made)
    return made[0]


def banner(photos: list[Photo]) -> Photo:
    """Photos beside each other, as in an advertisement."""
    picture = Image.new("RGB", (_SIDE * len(photos), _SIDE))
    for number, photo in enumerate(photos):
        small = photo.image.resize((_SIDE, _SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
        picture.paste(small, (_SIDE * number, 0))
    packed = io.BytesIO()
    picture.save(packed, format="PNG", compress_level=1)
    return read_photo(packed.getvalue(), name="banner.png")


def _products(classifier: Classifier, samples: Mapping[str, Sample]) -> Examples:
    """A sample, and its product as the area."""
    for sample in _named(PRODUCTS, samples):
        if sample.outline is not None:
            area = Area.outline(sample.outline, sample.photo)
            yield as_example(RIGHT, classifier, sample.photo, PRODUCT, sample, area)


def _badges(kind: str, classifier: Classifier, samples: Mapping[str, Sample]) -> Examples:
    """A sample with a badge, and that as the area."""
    for sample in samples.values():
        if sample.badge is not None:
            yield as_example(kind, classifier, sample.photo, BADGE, sample, Area.box(*sample.badge))


def _banners(classifier: Classifier, samples: Mapping[str, Sample]) -> Examples:
    """Three products in one picture, and the strongest spot."""
    for keys in BANNERS:
        products = list(_named(keys, samples))
        if len(products) == len(keys):
            yield as_example(UNDECIDED, classifier, banner([sample.photo for sample in products]), SPOT)


def _misled(classifier: Classifier, samples: Mapping[str, Sample]) -> Examples:
    """A view whose strongest spot lies beside the product."""
    for key, view in MISLED:
        for sample in _named((key,), samples):
            candidate = as_example(MISLEADING, classifier, sample.photo, SPOT, sample, view=view)
            if candidate is None or sample.outline is None:
                continue
            spot = candidate.area.on_photo((sample.photo.width, sample.photo.height))
            if sample.outline[spot].mean() <= _ON_PRODUCT:
                yield candidate


_MAKERS: dict[str, Callable[[Classifier, Mapping[str, Sample]], Examples]] = {
    RIGHT: _products,
    SHORTCUT: partial(_badges, SHORTCUT),
    WRONG: partial(_badges, WRONG),
    UNDECIDED: _banners,
    MISLEADING: _misled,
}


def _named(keys: tuple[str, ...], samples: Mapping[str, Sample]) -> Iterator[Sample]:
    return (samples[key] for key in keys if key in samples)


def as_example(
    kind: str,
    classifier: Classifier,
    photo: Photo,
    place: str,
    sample: Sample | None = None,
    area: Area | None = None,
    view: str = QUICK,
) -> Example | None:
    """The map of the top guess, and what covering an area does, by default the strongest spot of the map.

    Returns:
        None if the model offers no such view, or the map has no spot.
    """
    method = method_of(view, compatible(classifier.graph))
    if method is None:
        return None
    prepared = PreparedPhoto(classifier, photo)
    explanation = explain(classifier, photo, method=method.key, prepared=prepared)
    area = area or next(iter(suggestions(explanation, 1)), None)
    if area is None:
        return None
    probe = AreaProbe.of(ScoreQuestion(prepared, explanation.target), area)
    covered = cover(probe)
    guesses = {outcome.after.top for outcome in covered.fills.values()}
    changed = len(guesses) == 1 and guesses != {explanation.target.index}
    return Example(
        kind=kind,
        sample=sample,
        view=view_name(view, method),
        link={"sample": sample.key, "view": view} if sample else {},
        place=place,
        explanation=explanation,
        area=area,
        inside=influence(explanation, probe.mask),
        cover=covered,
        next_guess=classifier.labels[guesses.pop()] if changed else "",
    )
