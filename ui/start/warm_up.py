"""What the first visitor needs, made ready before anyone can come.

The imports below are those of the page, in its order, and happen before the server listens: two threads that
import the same packages at once can meet one half made.
"""

from __future__ import annotations

import logging

from ui.audit import runner as _of_the_page  # noqa: F401
from ui.check import section as _of_checks  # noqa: F401
from ui.explain import panels as _of_results  # noqa: F401
from ui.explain import question as _of_questions  # noqa: F401
from ui.photo import page as _of_photos  # noqa: F401

from ui.views.quick_and_careful import QUICK, method_of  # isort: skip
from ui.widgets.samples import samples  # isort: skip
from ui.work import loading  # isort: skip
from saliency.explanation import explain  # isort: skip
from saliency.methods.registry import compatible  # isort: skip

_LOG = logging.getLogger("spotlight")


def warm_up() -> None:
    """Loads the model of the first sample and asks it once, so that torch has set itself up.

    What goes wrong here is left to the page, which says it to a person.
    """
    try:
        sample = next(iter(samples().values()))
        classifier = loading.classifier(sample.model)
        method = method_of(QUICK, compatible(classifier.graph))
        if method is not None:
            explain(classifier, sample.photo, method=method.key)
    except Exception:
        _LOG.exception("The page could not be warmed up")
