"""What a summary says beside its leading findings: other answers, near copies, doubts, what follows."""

from __future__ import annotations

from collections.abc import Sequence

from saliency.audit.evidence.hot_spots import LEAST
from saliency.audit.evidence.verdicts import Verdict
from saliency.audit.reports.record import AuditRecord, GuessRecord
from saliency.audit.reports.sentences import counted
from saliency.audit.reports.verdict import beside

_GUESSES = 4  # guesses named


def unfamiliar(count: int, audited: int) -> str:
    """How many photos may show something that the model does not know; empty if none."""
    if not count:
        return ""
    start = f"All {audited} photos" if count == audited > 1 else f"{count} of {counted(audited, 'photo')}"
    return f"{start} may show something that the model does not know. Do not rely on its answers there."


def more(record: AuditRecord, leading: Sequence[int]) -> str:
    """What a summary with only the leading findings leaves out."""
    if not record.audited:
        return "The reasons are in the list of photos left out."
    if not record.findings and not record.searched:
        return (
            "This audit tells how good the model is, not what its answers depend on: no answer has enough "
            f"pictures to look for that. About {2 * LEAST} of one answer are needed. Add more pictures, or "
            "name an area, and audit again."
        )
    if not record.findings:
        return (
            "No place was found that could be tested, and no area was named. "
            "This does not show that there is nothing to find."
        )
    rest = [finding for number, finding in enumerate(record.findings) if number not in leading]
    others = other_guesses(record)
    telling = sum(finding.telling for finding in rest)
    phrases = [counted(telling, "more finding")] if telling else []
    if len(rest) > telling:
        what = "place" if all(f.kind == "place" for f in rest) else "question"
        phrases.append(f"{counted(len(rest) - telling, what)} without evidence")
    further = f"Further on: {' and '.join(phrases)}." if phrases else ""
    return " ".join(filter(None, (beside(record), others, near_copies(record), further)))


def other_guesses(record: AuditRecord) -> str:
    """The guesses of which nothing bad was found, in a sentence or two; empty if none was looked through."""
    telling = [finding for finding in record.findings if finding.telling]
    proper = [
        f for f in telling if f.as_hoped and f.verdict == Verdict.DEPENDS and f.kind in ("place", "thing")
    ]
    asked = {finding.guess for finding in telling if finding not in proper}
    if None in asked:
        return ""
    usual = {finding.guess for finding in proper if finding.role is None}
    said = {finding.guess for finding in proper} - usual
    rest = [group for group in record.classes_by_size if group.searched and group.guess not in asked]
    sentences = []
    if clear := [group for group in rest if group.guess not in usual | said]:
        sentences.append(f"For {_named(clear)}, no shortcut was found ({_photos_of(clear)} searched).")
    if as_hoped := [group for group in rest if group.guess in usual]:
        depend = "depend" if len(as_hoped) > 1 else "depends"
        sentences.append(
            f"{_named(as_hoped)} {depend} on the middle, where the thing itself usually is: as it should be, "
            f"if it is the thing ({_photos_of(as_hoped)} searched)."
        )
    if judged := [group for group in rest if group.guess in said]:
        depend = "depend" if len(judged) > 1 else "depends"
        sentences.append(f"{_named(judged)} {depend} on what was judged to be the product: as it should be.")
    open_ = {f.guess for f in telling if f.as_hoped and f.verdict is Verdict.SUGGESTIVE} - {None}
    if unclear := [group for group in record.classes_by_size if group.guess in open_ - usual - said]:
        depend = "depends" if len(unclear) == 1 else "depend"
        sentences.append(f"What {_named(unclear)} {depend} on is not clear yet.")
    shown = {group.label for group in record.true_classes}
    wanted = [g for g in record.classes if not g.searched and (not shown or g.guess in shown)]
    if record.searched and wanted:  # where labels are known, nobody needs more photos of a wrong answer
        sentences.append(
            f"For {counted(len(wanted), 'other answer')}, there are too few photos to look for places: add "
            f"some, until each has about {2 * LEAST}."
        )
    return " ".join(sentences)


def near_copies(record: AuditRecord) -> str:
    """How many photos are nearly the same as others, so that they tell less; empty if none."""
    groups = sorted((g for g in record.classes if g.near_copies), key=lambda g: (-g.near_copies, g.guess))
    if not groups:
        return ""
    first, *others = [
        f"{group.near_copies} of the {counted(group.pictures, 'photo')} with the answer “{group.guess}”"
        for group in groups[:_GUESSES]
    ]
    return (
        f"{', '.join([first, *others])} are nearly the same as another one. They are counted one by one, but "
        "tell less than as many different photos."
    )


def _photos_of(groups: Sequence[GuessRecord]) -> str:
    """How many photos so many guesses are of, one number for each that is named."""
    *numbers, last = [group.pictures for group in groups[:_GUESSES]]
    if len(groups) > _GUESSES:
        return counted(sum(group.pictures for group in groups), "photo")
    return f"{', '.join(map(str, numbers))}{' and ' if numbers else ''}{counted(last, 'photo')}"


def _named(groups: Sequence[GuessRecord]) -> str:
    """Guesses in a sentence, of many only the first."""
    names = [f"“{group.guess}”" for group in groups]
    if len(names) > _GUESSES:
        return f"{', '.join(names[:_GUESSES])} and {len(names) - _GUESSES} more"
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
