"""What the first visitor needs, made ready before anyone can come.

All that the page imports is imported here, before the server listens: two threads that import the same
packages at once can meet one half made. So are the parts of libraries that a map or a check imports late.
"""

from __future__ import annotations

import logging

import matplotlib
import scipy.ndimage
import skimage.color
import skimage.measure
import skimage.segmentation

import models
import ui.audit.runner
import ui.check.section
import ui.explain.panels
import ui.explain.question
import ui.photo.page  # noqa: F401
from saliency.explanation import explain
from saliency.methods.registry import compatible
from ui.views.quick_and_careful import QUICK, method_of
from ui.widgets.samples import samples
from ui.work import loading

_LATE = (matplotlib, scipy.ndimage, skimage.color.lab2rgb, skimage.measure.label, skimage.segmentation.slic)
_LOG = logging.getLogger("spotlight")


def warm_up() -> None:
    """Lists the models, loads that of the first sample and asks it once, so that torch has set itself up.

    What goes wrong here is left to the page, which says it to a person.
    """
    try:
        models.choices()
        sample = next(iter(samples().values()))
        classifier = loading.classifier(sample.model)
        method = method_of(QUICK, compatible(classifier.graph))
        if method is not None:
            explain(classifier, sample.photo, method=method.key)
    except Exception:
        _LOG.exception("The page could not be warmed up")
