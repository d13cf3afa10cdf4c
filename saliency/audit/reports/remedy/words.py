"""What a rehearsal showed, in plain sentences, each with the number of photos that it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from saliency.audit.reports.figures import share
from saliency.audit.reports.remedy.record import (
    Course,
    FindingRemedy,
    RemedyRecord,
    RemedyVerdict,
    TwinExample,
)
from saliency.audit.reports.sentences import counted, ends

HEADING = "Would it help? A rehearsal"
HONEST = (
    "A rehearsal trains only the model's last step. It shows that such pictures would help, not how much a "
    "full training would."
)
NO_HELP = (
    "The rehearsal did not mend it. The fault then sits deeper than the model's last step: such pictures may "
    "still help, but only in a full training by whoever trains the model."
)
UNCLEAR = "These are too few photos to tell whether it would help. Add more of them, and audit again."
NOTHING = (
    "There is nothing to mend: no finding of this audit says that answers depend on something other than the "
    "thing itself."
)
HEAD = ("Of photos that it did not learn from", "Before", "After", "With plain copies instead")
COPIES = (
    "Plain copies: the same training with as many copies of the photos as they are, to see that it is the "
    "twins that help, and not the training alone."
)
TWINS = "Left the photo, right its twin: the same picture with one thing changed. Its label stays."
_NAMED = 3  # classes that got worse


def sentences(record: RemedyRecord) -> tuple[str, ...]:
    """What came out, in at most three sentences, with the worst finding for all."""
    if record.verdict is RemedyVerdict.NOTHING or not record.findings:
        return (NOTHING,)
    first, *others = record.findings
    said = [f"{_started(record)}, {_depends(first)}."]
    if first.without is not None:
        said.append(_without(first, first.without))
    if record.ordinary is not None:
        said.append(_ordinary(record.ordinary, record.worse))
    if others:
        helped = sum(other.verdict is RemedyVerdict.HELPS for other in others)
        said[0] += f" It helps with {helped} of {counted(len(others), 'more finding')}."
    return tuple(said)


def conclusion(record: RemedyRecord) -> str:
    """How far to rely on it."""
    return {
        RemedyVerdict.HELPS: HONEST,
        RemedyVerdict.NO_HELP: NO_HELP,
        RemedyVerdict.UNCLEAR: UNCLEAR,
        RemedyVerdict.NOTHING: "",
    }[record.verdict]


def rehearsed(record: RemedyRecord | None) -> Mapping[str, str]:
    """An estimate of what such pictures do, a sentence by the key of its finding."""
    if record is None:
        return {}
    start = _started(record)
    return {part.finding: f"{start}, {_depends(part)}." for part in record.findings if part.depends.photos}


def rows(record: RemedyRecord) -> list[tuple[str, str, str, str]]:
    """The figures as rows of a table, with intervals."""
    lines: list[tuple[str, Course]] = []
    for part in record.findings:
        lines.append((f"{_answers(part)} depend on {part.where}", part.depends))
        if part.without is not None:
            lines.append((f"Right answers{_of(part)} without it", part.without))
    if record.ordinary is not None:
        lines.append(("Right answers on the photos as they are", record.ordinary))
    return [
        (name, _cell(course, course.before), _cell(course, course.after), _cell(course, course.control))
        for name, course in lines
        if course.photos
    ]


def bars(record: RemedyRecord) -> Sequence[tuple[str, Course]]:
    """The same as shares, for bars: the worst finding and ordinary photos."""
    first = record.findings[0] if record.findings else None
    lines = [] if first is None else [(f"{_answers(first)} depend on {first.where}", first.depends)]
    if first is not None and first.without is not None:
        lines.append((f"Right answers{_of(first)} without it", first.without))
    if record.ordinary is not None:
        lines.append(("Right answers on the photos as they are", record.ordinary))
    return [line for line in lines if line[1].photos]


def answers(example: TwinExample) -> tuple[str, str]:
    """What the model answered to a twin, before and after."""
    return f"Before: {example.before}", f"After: {example.after}"


def _started(record: RemedyRecord) -> str:
    return (
        f"In a rehearsal with {record.learned} of your pictures and {counted(record.twins, 'twin')} of them"
    )


def _depends(part: FindingRemedy) -> str:
    course = part.depends
    answers = f"answers “{part.guess}”" if part.guess else "answers"
    control = ""
    if course.control is not None:
        control = f" (with plain copies instead: {course.control} of {course.photos})"
    if course.before == course.after:
        moved = f"stayed at {course.before} of {course.photos}"
    else:
        fell = _moved(course)
        moved = f"{fell} from {course.before} of {course.photos} to {course.after} of {course.photos}"
    return f"{answers} that depend on {part.where} {moved}{control}"


def _without(part: FindingRemedy, course: Course) -> str:
    what = f"Without it, right answers{_of(part)}"
    if course.before == course.after:
        return f"{what} stayed at {share(course.before / course.photos)} ({course.photos} photos)."
    before, after = share(course.before / course.photos), share(course.after / course.photos)
    return f"{what} {_moved(course)} from {before} to {after} ({counted(course.photos, 'photo')})."


def _ordinary(course: Course, worse: Sequence[str]) -> str:
    before, after = share(course.before / course.photos), share(course.after / course.photos)
    became = f"stayed at {before}" if before == after else f"went from {before} to {after}"
    said = f"On {counted(course.photos, 'photo')} as they are, right answers {became}."
    if not worse:
        return said
    names = ", ".join(f"“{name}”" for name in worse[:_NAMED])
    more = f" and {len(worse) - _NAMED} more" if len(worse) > _NAMED else ""
    return f"{said} Worse than before: {names}{more}."


def _moved(course: Course) -> str:
    return "fell" if course.after < course.before else "rose"


def _answers(part: FindingRemedy) -> str:
    return f"Answers “{part.guess}” that" if part.guess else "Answers that"


def _of(part: FindingRemedy) -> str:
    return f" of “{part.guess}”" if part.guess else ""


def _cell(course: Course, count: int | None) -> str:
    if count is None:
        return ""
    return f"{count} of {course.photos} ({ends(course.interval(count))})"
