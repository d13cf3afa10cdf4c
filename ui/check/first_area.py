"""What is tested while nobody has marked anything: the strongest place of the map, or all its strong places.

Where the strongest place alone leaves it open what the answer depends on (one cup of two headphones, a logo),
all strong places together are tested, too, and shown in its stead.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from saliency.checks.check import AreaTest
from saliency.checks.cover import Reason
from saliency.checks.probe import AreaProbe
from saliency.checks.suggestions import suggestions
from saliency.explanation import Explanation
from saliency.photo.area import Area
from saliency.verdict.evidence import Verdict
from ui.check.evidence import Subject, area_task, concluded
from ui.session import Session
from ui.widgets.marks import Mark, box_mark, boxes_mark
from ui.widgets.pictures import kept
from ui.work.slow_work import Task, is_known

PATIENCE = 45.0  # seconds that a test may take without a click: the map can be read meanwhile
_OPEN = {Verdict.DOES_NOT, Verdict.PARTLY, Verdict.UNKNOWN}
_HOPELESS = {Reason.LOW_SCORE, Reason.TOO_LARGE}  # more area would not help


def marked_area(state: Session, subject: Subject, outline: NDArray[np.bool_] | None) -> Mark | None:
    """What is marked: by a person, else by the map; None where there is neither."""
    digest = subject.result.photo.digest
    if digest not in state.marks:
        alone, together = strongest(subject.result), all_places(subject.result)
        if alone is None or together is None or not _leaves_open(state, subject, alone):
            return alone
        return together if _tested_at_once(state, subject, together) else alone
    mark = state.marks[digest]
    return None if mark is not None and mark.outline and outline is None else mark


def suggested(result: Explanation) -> dict[str, Mark]:
    """The strongest separate places of a map by their numbers, and all of them where there are several."""
    places = {str(number): box_mark(*area.boxes[0]) for number, area in enumerate(_spots(result))}
    together = all_places(result)
    return places if together is None else places | {"all": together}


def strongest(result: Explanation) -> Mark | None:
    """The strongest place of a map; None where nothing stands out."""
    return suggested(result).get("0")


def all_places(result: Explanation) -> Mark | None:
    """All strong places of a map together; None where there are not several."""
    spots = _spots(result)
    return boxes_mark(area.boxes[0] for area in spots) if len(spots) > 1 else None


def first_task(subject: Subject, mark: Mark) -> Task[AreaTest]:
    """The test of an area that the page marks by itself."""
    return area_task(subject, AreaProbe.of(subject.question, mark.area(subject.result.photo, None)), mark)


def test_first(state: Session, subject: Subject) -> None:
    """Remembers the tests that the page makes by itself."""
    mark = None
    while (following := marked_area(state, subject, None)) not in (None, mark):
        mark = following
        task = first_task(subject, mark)
        state.checks[task.key] = task.work(lambda done, total: None)


def _leaves_open(state: Session, subject: Subject, alone: Mark) -> bool:
    """Whether the strongest place alone was tested, and that told little."""
    task = first_task(subject, alone)
    if not is_known(state, state.checks, task):
        return False
    test: AreaTest = state.checks[task.key]
    if test.cover.reason in _HOPELESS:
        return False
    return concluded(subject, test, None, None, {}).verdict in _OPEN


def _tested_at_once(state: Session, subject: Subject, mark: Mark) -> bool:
    """Whether the test of an area needs no click; what was tested stays, however slow the computer is now."""
    task = first_task(subject, mark)
    return is_known(state, state.checks, task) or not (task.cost or task.seconds > PATIENCE)


def _spots(result: Explanation) -> tuple[Area, ...]:
    """The strongest separate places of a map, kept with it."""
    return kept(result, ("suggestions",), lambda: suggestions(result))
