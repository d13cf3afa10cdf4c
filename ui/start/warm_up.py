"""What the first visitor needs, made ready before anyone can come.

All that the page imports is imported here, before the server listens: two threads that import the same
packages at once can meet one half made. So are the parts of libraries that a map or a check imports late.
"""

from __future__ import annotations

import logging
import time

import matplotlib
import scipy.ndimage
import skimage.color
import skimage.measure
import skimage.segmentation

import models
import ui.audit.runner
import ui.explain.panels
import ui.explain.question
import ui.photo.page  # noqa: F401
from saliency.explanation import explain
from saliency.methods.registry import compatible
from ui.check.evidence import Subject
from ui.check.first_area import test_first
from ui.check.section import area_shown
from ui.server import assets
from ui.session import Session, of_samples
from ui.start import front_end
from ui.views.quick_and_careful import QUICK, method_of
from ui.widgets.pictures import heat_jpeg, overlay_jpeg, received_jpeg
from ui.widgets.samples import Sample, samples
from ui.work import loading
from ui.work.explanations import ExplainRequest, prepared_photo
from ui.work.pace import pace

_LATE = (matplotlib, scipy.ndimage, skimage.color.lab2rgb, skimage.measure.label, skimage.segmentation.slic)
_LOG = logging.getLogger("spotlight")


def warm_up() -> bool:
    """Lists the models, and makes ready what every tab shows first; whether all of it went well.

    What goes wrong here is left to the page, which says it to a person.
    """
    try:
        assets.keep(front_end.contents((*front_end.listed(), *front_end.scripts(), *front_end.fonts())))
        models.choices()
        for sample in samples().values():
            _ = sample.thumbnail
        answer_first(of_samples(), next(iter(samples().values())))
    except Exception:
        _LOG.exception("The page could not be warmed up")
        return False
    return True


def answer_first(state: Session, sample: Sample) -> None:
    """Remembers the answer to what the page asks of a sample by itself, its pictures, and the test of it."""
    classifier = loading.classifier(sample.model)
    method = method_of(QUICK, compatible(classifier.graph))
    if method is None:
        return
    explain(classifier, sample.photo, method=method.key)  # torch sets itself up, which takes longer
    prepared = prepared_photo(state, sample.model, sample.photo, None)
    request = ExplainRequest(sample.model, prepared, method, prepared.scores[0].index)
    task = request.task()
    begun = time.monotonic()
    answer = explain(classifier, sample.photo, method=method.key, prepared=prepared)
    pace().took(sample.model, method.key, time.monotonic() - begun)
    state.results[task.key] = answer
    for draw in (received_jpeg, heat_jpeg):
        draw(answer)
    overlay_jpeg(answer, state.strength / 100)
    subject = Subject(request, answer)
    test_first(state, subject)
    received_jpeg(answer, area_shown(state, subject, {}))
    state.rest()
