"""What is tested while nobody has marked anything: the strongest place of the map, or all its strong places.

Where the strongest place alone leaves it open what the answer depends on (one cup of two headphones, a logo),
all strong places together are tested, too, and shown in its stead if that says more.
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
from ui.work.slow_work import Task, known_answer

PATIENCE = 45.0  # seconds that a test may take without a click: the map can be read meanwhile
_OPEN = {Verdict.DOES_NOT, Verdict.PARTLY, Verdict.UNKNOWN}
_NO_CLEARER = {Verdict.PARTLY, Verdict.UNKNOWN}  # all places together say no more than the strongest
_HOPELESS = {Reason.LOW_SCORE, Reason.TOO_LARGE}  # more area would not help


def marked_area(state: Session, subject: Subject, outline: NDArray[np.bool_] | None) -> Mark | None:
    """What is marked: by a person, else by the map; None where there is neither."""
    digest = subject.result.photo.digest
    if digest not in state.marks:
        alone, together = strongest(subject.result), all_places(subject.result)
        if alone is None or together is None or (told := _tested(state, subject, alone)) is None:
            return alone
        verdict, reason = told
        if verdict not in _OPEN or reason in _HOPELESS:
            return alone
        if (more := _tested(state, subject, together)) is None:
            return together if _needs_no_click(first_task(subject, together)) else alone
        return alone if more[0] in _NO_CLEARER else together
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
    while (mark := marked_area(state, subject, None)) is not None:
        task = first_task(subject, mark)
        if task.key in state.checks:
            return
        state.checks[task.key] = task.work(lambda done, total: None)


def _tested(state: Session, subject: Subject, mark: Mark) -> tuple[Verdict, Reason] | None:
    """What testing an area came to, however long it took; None where it was not tested."""
    test = known_answer(state, state.checks, first_task(subject, mark))
    if test is None:
        return None
    return concluded(subject, test, None, None, {}).verdict, test.cover.reason


def _needs_no_click(task: Task[AreaTest]) -> bool:
    """Whether the page makes a test by itself."""
    return not task.cost and task.seconds <= PATIENCE


def _spots(result: Explanation) -> tuple[Area, ...]:
    """The strongest separate places of a map, kept with it."""
    return kept(result, ("suggestions",), lambda: suggestions(result))
