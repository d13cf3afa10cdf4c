"""What a rehearsal showed, in plain sentences, each with the number of photos that it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from saliency.audit.remedy.record import ClassChange, FindingRehearsal, Rehearsal, Share
from saliency.audit.reports.remedy.examples import TwinExample
from saliency.audit.reports.sentences import counted, ends

HEADING = "Would it help? A rehearsal"
ANSWERS = {
    "helps": "Yes, as far as a rehearsal can tell.",
    "helps in part": "In part, as far as a rehearsal can tell.",
    "does not help": "Not in this rehearsal.",
}
"""What the heading asks, answered."""

_LAST_STEP = "A rehearsal trains only the model's last step, which turns what the model sees into an answer."
HONEST = f"{_LAST_STEP} It shows that such pictures would help, not how much a full training would."
IN_PART = (
    f"{_LAST_STEP} It shows that such pictures would help with a part; the rest sits deeper, and may need a "
    "full training with them."
)
COPIES_TOO = (
    "Part of it comes from training again at all: see what plain copies of the photos do in place of twins."
)
NO_HELP = (
    "The rehearsal did not mend it: the fault then sits deeper than the model's last step. Such pictures may "
    "still help, but only in a full training by whoever trains the model."
)
WHAT_IT_IS = (
    "A rehearsal trains the model's last step again on this computer, with pictures in which the finding "
    "does not decide, to see whether such pictures would help."
)
NOTHING = "There is nothing here that a rehearsal could mend."
HEAD = ("Of the photos that it did not learn from", "Before", "After", "With plain copies instead")
PLAIN = (
    "Plain copies: the same training with as many unchanged copies of the photos in place of twins, so that "
    "it can be seen whether it is the twins that help."
)
BRACKETS = "In brackets: where the share most likely lies in more pictures like these."
COPIES = f"{BRACKETS} {PLAIN}"
TWINS = "Left a photo, right its twin: the same picture with one thing changed. What it shows stays the same."
_NAMED = 3  # classes that got worse

_NOT_LEARNED = " that it did not learn from"
_OTHERS = f" in pictures{_NOT_LEARNED}"

Row = tuple[str, Share, Share, Share]
"""What was counted; before, after, and in the control."""


def sentences(rehearsal: Rehearsal) -> tuple[str, ...]:
    """What came out, in at most three sentences: of what counts most, and of photos as they are."""
    if rehearsal.outcome == "nothing to mend" or not rehearsal.findings:
        return (f"{WHAT_IT_IS} {NOTHING}",)
    first, *others = rehearsal.findings
    said = [f"{_started(rehearsal)}, {_main(first)}."]
    if others:
        mended = sum(other.mended for other in others)
        said[0] += f" It helps with {mended} of {counted(len(others), 'more finding')}."
    if sentence := _elsewhere(first):
        said.append(sentence)
    if rehearsal.before.of:
        said.append(_ordinary(rehearsal))
    return tuple(said)


def conclusion(rehearsal: Rehearsal) -> str:
    """How far to rely on it."""
    said = {"helps": HONEST, "helps in part": IN_PART, "does not help": NO_HELP}
    alone = f" {COPIES_TOO}" if rehearsal.outcome.startswith("helps") and _copies_too(rehearsal) else ""
    return f"{said.get(rehearsal.outcome, '')}{alone}"


def _copies_too(rehearsal: Rehearsal) -> bool:
    """Whether training again without twins does at least half of what the rehearsal does, in a figure."""
    for part in rehearsal.findings:
        for name in ("depends", "carried"):
            before, after, control = (
                getattr(figures, name).photos for figures in (part.before, part.after, part.control)
            )
            if before > after and 2 * (before - control) >= before - after:
                return True
    return False


def rehearsed(rehearsal: Rehearsal | None) -> Mapping[str, str]:
    """An estimate of what such pictures do, a sentence by the key of its finding."""
    if rehearsal is None:
        return {}
    start = _started(rehearsal)
    return {part.finding: f"{start}, {_main(part)}." for part in rehearsal.findings}


def rows(rehearsal: Rehearsal) -> list[Row]:
    """All figures, what counts most first; none of which there is no photo."""
    lines = [line for part in rehearsal.findings for line in _rows(part)]
    return [line for line in (*lines, _ordinary_row(rehearsal)) if line[1].of]


def main_rows(rehearsal: Rehearsal) -> list[Row]:
    """The figures that are shown large: of what counts most, and of ordinary photos."""
    lines: list[Row] = []
    if rehearsal.findings:
        depends, carried, _, without = _rows(rehearsal.findings[0])
        lines = [depends, carried, without]
    return [line for line in (*lines, _ordinary_row(rehearsal)) if line[1].of]


def cells(row: Row) -> tuple[str, str, str, str]:
    """A row as texts, with intervals."""
    name, before, after, control = row
    return name, _cell(before), _cell(after), _cell(control)


def answers(example: TwinExample) -> tuple[str, str]:
    """What the model answered to a twin, before and after, and whether that is right."""
    both = ("Before", example.before), ("After", example.after)
    before, after = (
        f"{when}: {answer}, {'right' if answer == example.label else 'wrong'}" for when, answer in both
    )
    return before, after


def _rows(part: FindingRehearsal) -> tuple[Row, Row, Row, Row]:
    before, after, control = part.before, part.after, part.control
    get = f"get the answer “{part.guess}”" if part.guess else "change their answer"
    return (
        (f"{_answers(part)} depend on {part.where}", before.depends, after.depends, control.depends),
        (f"Other things with it put in that {get}", before.carried, after.carried, control.carried),
        (_right(part, "with"), before.right_with, after.right_with, control.right_with),
        (_right(part, "without"), before.right_without, after.right_without, control.right_without),
    )


def _ordinary_row(rehearsal: Rehearsal) -> Row:
    name = "Right answers on the photos as they are"
    return name, rehearsal.before, rehearsal.after, rehearsal.control


def _started(rehearsal: Rehearsal) -> str:
    return f"In a rehearsal with {_material(rehearsal)}"


def _material(rehearsal: Rehearsal) -> str:
    copies = counted(rehearsal.twins, "changed copy", "changed copies")
    return f"{rehearsal.learning} of your pictures and {copies} of them (twins)"


def short_figure(part: FindingRehearsal) -> str:
    """How many answers depend on it; where none did, how many it brings into other pictures."""
    return _main(part, "")


def _main(part: FindingRehearsal, where: str = _OTHERS) -> str:
    before, after, control = part.before, part.after, part.control
    answers = f"answers “{part.guess}”" if part.guess else "answers"
    if before.depends.photos or not before.carried.of:
        what = f"{answers} that depend on {part.where}"
        return f"{what} {_course(before.depends, after.depends, control.depends, where)}"
    what = f"{answers} to other things with it put in"
    return f"{what} {_course(before.carried, after.carried, control.carried, where)}"


def _course(before: Share, after: Share, control: Share, where: str = "") -> str:
    moved = f"stayed at {_of(before)}"
    if before.photos != after.photos:
        fell = "fell" if after.photos < before.photos else "rose"
        moved = f"{fell} from {_of(before)} to {_of(after)}"
    return f"{moved}{where} (with plain copies instead: {control.photos})"


def _elsewhere(part: FindingRehearsal) -> str:
    """Right answers without it, and what it brings into other pictures."""
    before, after, control = part.before, part.after, part.control
    said = []
    if before.right_without.of:
        said.append(
            "without it, right answers "
            f"{_course(before.right_without, after.right_without, control.right_without)}"
        )
    if before.carried.of and (before.depends.photos or not before.depends.of):
        answer = f"the answer “{part.guess}”" if part.guess else "another answer"
        said.append(
            f"put into photos of other things, it brought {answer} in {_of(before.carried)} before, and in "
            f"{_of(after.carried)} after (with plain copies instead: {control.carried.photos})"
        )
    text = "; ".join(said)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _ordinary(rehearsal: Rehearsal) -> str:
    photos = counted(
        rehearsal.before.of, "photo that it did not learn from", "photos that it did not learn from"
    )
    right = counted(rehearsal.before.photos, "answer was", "answers were")
    said = f"Of all {photos}, as they are, {right} right before and {rehearsal.after.photos} after."
    worse = [change for change in rehearsal.classes if change.after < change.before]
    return f"{said} {_worse(worse)}" if worse else said


def _worse(worse: Sequence[ClassChange]) -> str:
    names = [
        f"“{one.label}” ({one.after} right of {one.photos}, before {one.before})" for one in worse[:_NAMED]
    ]
    more = f", and {len(worse) - _NAMED} more" if len(worse) > _NAMED else ""
    return f"Fewer are right of {', '.join(names)}{more}."


def _answers(part: FindingRehearsal) -> str:
    return f"Answers “{part.guess}” that" if part.guess else "Answers that"


def _right(part: FindingRehearsal, how: str) -> str:
    whose = f" to photos of “{part.guess}”" if part.guess else ""
    return f"Right answers{whose} {how} it"


def _of(part: Share) -> str:
    return f"{part.photos} of {part.of}"


def _cell(part: Share) -> str:
    interval = part.interval
    return "" if interval is None else f"{_of(part)} ({ends(interval)})"
