"""What was tried of an area beside covering it, as far as the tab remembers it."""

from __future__ import annotations

from typing import Any

from saliency.agreement import Agreement
from saliency.checks.paste import Paste
from saliency.methods.registry import compatible
from ui.check.evidence import Subject
from ui.check.more.evidence import hide_task, second_view_task
from ui.check.more.second_view import agreed, second
from ui.session import Session
from ui.widgets.marks import Mark


def tried(state: Session, subject: Subject, mark: Mark) -> dict[str, Any]:
    """The results by the names of `saliency.conclude`; what was not tried is left out."""
    results = {
        "hide": state.checks.get(hide_task(subject).key),
        "paste": _pasted(state, subject, mark),
        "agreement": _agreement(state, subject),
    }
    return {name: result for name, result in results.items() if result is not None}


def _pasted(state: Session, subject: Subject, mark: Mark) -> Paste | None:
    """The last time that the area was pasted, whatever into."""
    about = (*subject.key, mark)
    return next(
        (
            result
            for key, result in reversed(list(state.checks.items()))  # others may drop some meanwhile
            if str(key[0]).startswith("paste-") and key[1 : 1 + len(about)] == about
        ),
        None,
    )


def _agreement(state: Session, subject: Subject) -> Agreement | None:
    method = second(subject.request.method, compatible(subject.request.prepared.classifier.graph))
    if method is None or method.key == subject.result.method:
        return None
    other = state.results.get(second_view_task(subject, method).key)
    return None if other is None else agreed(subject.result, other)
