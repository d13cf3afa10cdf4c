"""The second example goes on to its remedy: the model's last step is trained again with the samples, live.

The pictures that are learned from are samples without a badge, each as it is and with one drawn into it,
and both mirrored; the pictures with a badge that the guide shows are only judged by.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from models.showroom.rendering.badge import with_badge
from saliency.audit.remedy.training import Lesson, trained_again
from saliency.classifier import Classifier, Score
from saliency.network.last_step import LastStep
from saliency.photo.area import Area
from saliency.photo.reading import Photo, read_photo
from ui.guide.examples import BADGE, SHORTCUT, Example, as_example
from ui.session import of_samples, tell_all
from ui.widgets.samples import Sample
from ui.work.jobs import in_line
from ui.work.line import OnWait

STRENGTH = 1e-4
"""How strongly the old weights are held on to: hardly. Set with the guide's two photos in view, as its words
say: the samples are too few to find it on some that are left out."""

_SAME = 12.0  # mean difference of cells, of 255, up to which two photos show the same scene


@dataclass(frozen=True, eq=False)
class GuideRehearsal:
    """What a rehearsal does to the second example.

    Attributes:
        pictures: How many pictures were learned from.
        after: The same photo and area, asked about by the model after the rehearsal.
        other: A photo of another thing with a badge; None where there is none.
        other_before: What the model as it is answers to that.
        other_after: What it answers after the rehearsal.
    """

    pictures: int
    after: Example
    other: Sample | None
    other_before: Score | None
    other_after: Score | None


def guide_rehearsal(
    example: Example, classifier: Classifier, samples: Mapping[str, Sample], on_wait: OnWait | None = None
) -> GuideRehearsal | None:
    """The rehearsal for everybody who opens the guide; None where no picture can be learned from.

    Args:
        example: The second example.
        classifier: Its model.
        samples: The samples, by key.
        on_wait: Told how many jobs are ahead.

    Raises:
        SaliencyError: The model's last step cannot be trained again.
    """
    known, key = of_samples().checks, ("example", "rehearsal", ("", classifier.digest))
    made: tuple[GuideRehearsal | None] | None = known.find(key)
    if made is None:
        made = in_line(key, lambda: (_rehearsed(example, classifier, samples),), on_wait)
        tell_all(known, key, made)
    return made[0]


def _rehearsed(
    example: Example, classifier: Classifier, samples: Mapping[str, Sample]
) -> GuideRehearsal | None:
    step = LastStep.of(classifier.graph)
    lesson = _lesson(step, classifier, samples)
    sample = example.sample
    if lesson is None or sample is None or sample.badge is None:
        return None
    old = step.weight.to("cpu", torch.float32), step.bias.to("cpu", torch.float32)
    classes = sorted({*lesson.labels.tolist(), example.explanation.target.index})
    weights = trained_again(lesson, *old, classes, STRENGTH)
    digest = hashlib.sha256(f"{classifier.digest} rehearsed".encode()).hexdigest()
    mended = replace(classifier, graph=step.graph_with(*weights), digest=digest)
    after = as_example(SHORTCUT, mended, sample.photo, BADGE, sample, Area.box(*sample.badge))
    other = next((one for one in samples.values() if one.badge and one.label != sample.label), None)
    if after is None:
        return None
    answers = [None if other is None else model.predict(other.photo)[0] for model in (classifier, mended)]
    return GuideRehearsal(len(lesson.labels), after, other, *answers)


def _lesson(step: LastStep, classifier: Classifier, samples: Mapping[str, Sample]) -> Lesson | None:
    """What is learned from; None where there is no sample without a badge."""
    features, labels, groups = [], [], []
    badged = [_small(one) for one in samples.values() if one.badge]
    own = [
        one
        for one in samples.values()
        if one.badge is None
        and one.outline is not None
        and all(np.abs(_small(one) - other).mean() > _SAME for other in badged)
    ]
    for number, sample in enumerate(own):
        if sample.label in classifier.labels:
            for picture in _pictures(sample, number):
                features.append(step.features(classifier.prepare(picture)[0]))
                labels.append(classifier.labels.index(sample.label))
                groups.append(number)
    if not features:
        return None
    return Lesson(torch.cat(features), torch.tensor(labels), torch.ones(len(labels)), np.array(groups))


def _small(sample: Sample) -> NDArray[np.float32]:
    """A photo as a few cells, by which the same scene with and without a badge is found."""
    return np.asarray(sample.photo.image.convert("RGB").resize((16, 16)), np.float32)


def _pictures(sample: Sample, number: int) -> Iterator[Photo]:
    """A sample as it is and with a badge, and both mirrored."""
    pixels = np.asarray(sample.photo.image.convert("RGB"))
    for side, picture in enumerate((pixels, np.ascontiguousarray(pixels[:, ::-1]))):
        for shown in (picture, with_badge(picture, 2 * number + side)[0]):
            packed = io.BytesIO()
            Image.fromarray(shown).save(packed, format="PNG", compress_level=1)
            yield read_photo(packed.getvalue(), name=f"{sample.key}.png")
