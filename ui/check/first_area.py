"""What is tested while nobody has marked anything: the strongest place of the map, or more of it.

Where the strongest place alone leaves it open what the answer depends on (one cup of two headphones, a logo),
all strong places together are tested, too, and shown in its stead if that says more. Where these leave it
open as well (the gable of a barn), so is the whole thing that the map points to.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from saliency.checks.check import AreaTest
from saliency.checks.cover import Reason
from saliency.checks.probe import AreaProbe
from saliency.checks.suggestions import suggestions, whole_thing
from saliency.explanation import Explanation
from saliency.photo.area import Area
from saliency.verdict.evidence import Verdict
from ui.check.evidence import Subject, area_task, concluded
from ui.session import Session
from ui.widgets.marks import Mark, box_mark, boxes_mark
from ui.widgets.pictures import kept
from ui.work.slow_work import Task, known_answer

PATIENCE = 45.0  # seconds that a test may take without a click: the map can be read meanwhile
_SAYS = {Verdict.UNKNOWN: 0, Verdict.DOES_NOT: 1, Verdict.PARTLY: 2, Verdict.EITHER: 3, Verdict.DEPENDS: 3}
_CLEAR = 3  # what says so much needs no larger area
_LARGER, _COARSE = 1.2, (100, 100)  # a whole thing is so much larger than its strongest place; points to tell
_HOPELESS = {Reason.LOW_SCORE, Reason.TOO_LARGE}  # more area would not help


def marked_area(state: Session, subject: Subject, outline: NDArray[np.bool_] | None) -> Mark | None:
    """What is marked: by a person, else by the map; None where there is neither."""
    digest = subject.result.photo.digest
    if digest not in state.marks:
        return _first_mark(state, subject)
    mark = state.marks[digest]
    return None if mark is not None and mark.outline and outline is None else mark


def _first_mark(state: Session, subject: Subject) -> Mark | None:
    """The area that says most of those tested so far, or the next one to be tested; the smaller of two."""
    best, most = None, -1
    for mark in _first_marks(subject.result):
        if (told := _tested(state, subject, mark)) is None:
            return mark if best is None or _needs_no_click(first_task(subject, mark)) else best
        verdict, reason = told
        if _SAYS[verdict] > most or (verdict is Verdict.DOES_NOT and _SAYS[verdict] == most):
            best, most = mark, _SAYS[verdict]
        if most == _CLEAR or reason in _HOPELESS:
            break
    return best


def _first_marks(result: Explanation) -> list[Mark]:
    """What is tested one after the other until something is clear."""
    first = strongest(result)
    if first is None:
        return []
    return [first, *(mark for mark in (all_places(result), whole(result)) if mark is not None)]


def suggested(result: Explanation) -> dict[str, Mark]:
    """The strongest separate places of a map by their numbers, all of them, and the whole thing."""
    places = {str(number): box_mark(*area.boxes[0]) for number, area in enumerate(_spots(result))}
    more = {"all": all_places(result), "whole": whole(result)}
    return places | {key: mark for key, mark in more.items() if mark is not None}


def strongest(result: Explanation) -> Mark | None:
    """The strongest place of a map; None where nothing stands out."""
    return suggested(result).get("0")


def all_places(result: Explanation) -> Mark | None:
    """All strong places of a map together; None where there are not several."""
    spots = _spots(result)
    return boxes_mark(area.boxes[0] for area in spots) if len(spots) > 1 else None


def whole(result: Explanation) -> Mark | None:
    """All of the thing that the map points to; None where that is no more than its strongest place."""

    def found() -> tuple[Mark | None]:
        area, spots = whole_thing(result), _spots(result)
        if area is None or not spots:
            return (None,)
        share, strongest_share = (float(one.on_photo(_COARSE).mean()) for one in (area, spots[0]))
        return (boxes_mark(area.boxes) if share > _LARGER * strongest_share else None,)

    return kept(result, ("whole",), found)[0]


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
