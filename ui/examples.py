"""The examples of the guide: samples of the built-in model, explained on this computer."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

import numpy as np
import streamlit as st
from PIL import Image

from saliency.classifier import Classifier
from saliency.explanation import Explanation, explain
from saliency.registry import compatible
from saliency.remembering import Known
from ui import views, wording, wording_guide
from ui.samples import FOLDER, Sample
from ui.session import QUICK
from ui.work import LINE

_PRODUCTS = 4  # examples that show a product, beside one without and a misleading one


@dataclass(frozen=True, eq=False)
class Example:
    """One example.

    Attributes:
        title: A few words.
        result: The explanation shown.
        said: What is to be learned from it, in a few sentences.
    """

    title: str
    result: Explanation
    said: str


@st.cache_resource(max_entries=1, show_spinner=False)
def examples(_classifier: Classifier, digest: str, _samples: tuple[Sample, ...]) -> list[Example]:
    """Up to six examples, for everybody who opens the guide.

    Args:
        _classifier: The built-in model.
        digest: Of its weights: other weights, other examples.
        _samples: Its samples.
    """
    none_label = _classifier.none_label
    products = [sample for sample in _samples if sample.label != none_label][:_PRODUCTS]
    without = [sample for sample in _samples if sample.label == none_label][:1]
    with LINE.turn(quick=True):
        shown = [_product(_classifier, sample) for sample in products]
        shown += [_nothing(_classifier, sample) for sample in without]
        shown += chain.from_iterable(_misleading(_classifier, sample) for sample in products[:1])
    return shown


def _explained(known: Known, target: int | None = None) -> Explanation:
    method = views.chosen(QUICK, compatible(known.classifier.graph))
    return explain(known.classifier, known.photo, method=method.key, target=target, known=known)


def _product(classifier: Classifier, sample: Sample) -> Example:
    """A sample that shows a product, with the share of the influence that falls inside it."""
    result = _explained(Known(classifier, sample.photo))
    said = wording.finding(result.scores)
    if sample.mask and not result.empty and result.target.label == sample.label:
        with Image.open(FOLDER / sample.mask) as picture:
            mask = np.asarray(picture.convert("L").resize((sample.photo.width, sample.photo.height))) > 127
        said = f"{said} {wording_guide.overlap(*shares(result, mask))}"
    return Example(sample.title, result, said)


def _nothing(classifier: Classifier, sample: Sample) -> Example:
    result = _explained(Known(classifier, sample.photo))
    guess = result.target
    said = wording_guide.no_product(guess.label, guess.score, classifier.none_label)
    return Example(sample.title, result, said)


def _misleading(classifier: Classifier, sample: Sample) -> list[Example]:
    """The likeliest guess that is not in the photo and has a map; none if there is no such guess."""
    known = Known(classifier, sample.photo)
    absent = (s for s in known.scores[1:] if s.label not in (sample.label, classifier.none_label))
    results = (_explained(known, score.index) for score in absent)
    found = next((result for result in results if not result.empty), None)
    if found is None:
        return []
    said = wording_guide.misleading(found.target.label, found.target.score)
    return [Example(wording_guide.MISLEADING_TITLE, found, said)]


def shares(result: Explanation, mask: np.ndarray) -> tuple[float, float]:
    """Share of the influence inside an area, and share of the photo the area covers, both in [0, 1].

    Args:
        result: An explanation whose map is not empty, of the whole photo.
        mask: (H, W) bool, of the photo's own size.
    """
    heat = np.maximum(result.heat_map_at((result.photo.width, result.photo.height)), 0)
    return float(heat[mask].sum() / heat.sum()), float(mask.mean())
