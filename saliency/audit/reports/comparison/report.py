"""A comparison of two audits as a report: the same pages, slide and web page as those of an audit."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from saliency.audit.comparison.comparison import AuditComparison
from saliency.audit.comparison.finding_changes import FindingChange
from saliency.audit.comparison.paired import Paired
from saliency.audit.comparison.photos import Change, ChangedPhoto
from saliency.audit.reports.blocks import LISTED, Gallery, Pairs, Section, Shot, Table, Text
from saliency.audit.reports.brief_names import NAME, named
from saliency.audit.reports.comparison import unknown_words, words
from saliency.audit.reports.comparison.verdict import comparison_verdict
from saliency.audit.reports.figures import of
from saliency.audit.reports.report import Report
from saliency.audit.reports.sentences import brief, counted, day
from saliency.audit.reports.words import Pair
from saliency.verdict.words import score

_SHOWN = 24  # changed photos that are shown as pictures
_OF_FINDING = 4


@dataclass(frozen=True)
class AuditNames:
    """What people call the two audits."""

    old: str
    new: str


def comparison_report(comparison: AuditComparison, names: AuditNames, date: datetime.date) -> Report:
    """What a report says.

    Args:
        comparison: All that was found.
        names: What people call the two audits.
        date: When the report is made.
    """
    verdict = comparison_verdict(comparison)
    return Report(
        title=f"Old and new: {names.old} and {names.new}",
        warning=" ".join(words.warnings(comparison)),
        unfamiliar="",
        about=about(comparison, date),
        headline=named(verdict.sentence),
        merit=verdict.merit,
        figures=figures(comparison),
        on_slide=on_slide(comparison),
        answers=tuple((question, named(answer)) for question, answer in verdict.answers),
        unjudged="",
        leading=(),
        more="",
        judgements="",
        judged=False,
        rehearsed="",
        sections=tuple(_sections(comparison, names, date)),
        eyes=_eyes(comparison),
        averages=(),
        limits=words.LIMITS,
    )


def about(comparison: AuditComparison, date: datetime.date | None = None) -> str:
    """Which models were compared on which photos."""
    old, new = comparison.old.model, comparison.new.model
    photos = f"{counted(comparison.photos, 'photo')} that both have"
    return " · ".join(filter(None, (f"Old: {old}", f"New: {new}", photos, day(date) if date else "")))


def figures(comparison: AuditComparison) -> tuple[Pair, ...]:
    """The comparison in a few large numbers."""
    right = comparison.right
    pairs: list[Pair] = list(unknown_words.figures(comparison))
    if right.photos:
        pairs += [
            (of(right.old, right.photos), "right answers, old model"),
            (of(right.new, right.photos), "right answers, new model"),
            (str(right.lost), "right before, wrong now"),
        ]
    elif not pairs:
        pairs.append((of(len(comparison.changed), comparison.photos), "answers changed"))
    if first := _first_finding(comparison):
        answers = first.answers
        place = brief(words.where(first), NAME)
        pairs += [
            (of(answers.old, answers.photos), f"depend on {place}, old model"),
            (of(answers.new, answers.photos), f"depend on {place}, new model"),
        ]
    return tuple(pairs)


def on_slide(comparison: AuditComparison) -> tuple[Pair, ...]:
    """Those for a slide, old and new together, so that neither can be left out for want of room.

    What answers depend on goes first, as it is what the headline begins with.
    """
    right, pairs = comparison.right, list(unknown_words.figures(comparison))
    if first := _first_finding(comparison):
        place = brief(words.where(first), NAME)
        pairs.append((_both(first.answers), f"depend on {place}: old model, then new model"))
    if not right.photos:
        return tuple(pairs) if any(unknown_words.figures(comparison)) else (*pairs, *figures(comparison)[:1])
    pairs.append((_both(right), "right answers: old model, then new model"))
    return (*pairs, (str(right.lost), "right before, wrong now"))


def _both(answers: Paired) -> str:
    return f"{of(answers.old, answers.photos)} → {of(answers.new, answers.photos)}"


def _first_finding(comparison: AuditComparison) -> FindingChange | None:
    comparable = (f for f in comparison.findings if f.comparable)
    return next((f for f in comparable if f.alarming and f.answers.photos), None)


def _sections(comparison: AuditComparison, names: AuditNames, date: datetime.date) -> list[Section]:
    sections = [Section(words.FINDINGS, tuple(_findings(comparison)))]
    if comparison.classes:
        sections.append(Section(words.CLASSES, (_classes(comparison),)))
    if comparison.changed:
        shots = tuple(_changed_shot(photo) for photo in comparison.changed[:_SHOWN])
        note = Text(f"{words.SIDE_BY_SIDE}. What a person should look at comes first.", "quiet")
        sections.append(Section(words.CHANGED, (note, _changed(comparison))))
        gallery = Gallery(shots, len(comparison.changed), across=2)
        sections.append(Section(f"{words.CHANGED}, side by side", (note, Text(gallery.note), gallery)))
    for number, finding in enumerate(comparison.findings):
        if shots := _finding_shots(finding, number):
            files = {*finding.old_files, *finding.new_files}
            gallery = Gallery(shots, len(files), across=2)
            text = Text(f"{words.became(finding)}. {words.finding_sentence(finding)}")
            heading = named(words.heading(finding))
            sections.append(Section(heading, (text, Text(f"{words.SIDE_BY_SIDE}.", "quiet"), gallery)))
    sections.append(Section(words.LEFT_OUT, tuple(map(Text, left_out(comparison)))))
    sections.append(Section(words.HOW, tuple(Text(text, heading=title) for title, text in words.METHOD)))
    sections.append(Section(words.ASKED, (Pairs(asked(comparison, names, date)),)))
    return sections


def _findings(comparison: AuditComparison) -> list[Table | Text]:
    if not comparison.findings:
        return [Text("Neither audit found anything that answers depend on, nor anything unclear.")]
    rows = tuple(finding_row(finding) for finding in comparison.findings)
    return [Table(words.FINDING_COLUMNS, rows[:LISTED], len(rows), (0.38, 0.16, 0.16, 0.3))]


def finding_row(finding: FindingChange) -> tuple[str, ...]:
    """A finding in a table: what it is, with the old model, with the new one, and what became of it."""
    return (
        named(words.heading(finding)),
        words.count(finding, "old"),
        words.count(finding, "new"),
        words.became(finding),
    )


def _classes(comparison: AuditComparison) -> Table:
    rows = tuple(
        (
            brief(c.label),
            str(c.answers.photos),
            str(c.answers.old),
            str(c.answers.new),
            words.class_shown(c),
        )
        for c in comparison.classes
    )
    return Table(words.CLASS_COLUMNS, rows[:LISTED], len(rows), (0.3, 0.14, 0.16, 0.16, 0.24))


def _changed(comparison: AuditComparison) -> Table:
    rows = tuple(changed_row(photo) for photo in comparison.changed[:LISTED])
    return Table(words.CHANGED_COLUMNS, rows, len(comparison.changed), (0.22, 0.14, 0.2, 0.2, 0.24))


def changed_row(photo: ChangedPhoto) -> tuple[str, ...]:
    """A changed photo in a table."""
    return (
        brief(photo.file),
        brief(photo.label or "–"),
        f"{brief(photo.old_guess, NAME)} ({score(photo.old_score)})",
        f"{brief(photo.new_guess, NAME)} ({score(photo.new_score)})",
        words.CHANGES[photo.change],
    )


def _changed_shot(photo: ChangedPhoto) -> Shot:
    label = f"; the label is “{photo.label}”" if photo.label else ""
    said = ". ".join(
        f"{which}: “{guess}” ({score(value)})"
        for which, guess, value in (
            ("Old", photo.old_guess, photo.old_score),
            ("New", photo.new_guess, photo.new_score),
        )
    )
    return Shot(
        photo.file,
        -1,
        (brief(photo.file), words.CHANGES[photo.change], named(f"{said}{label}.")),
        wrong=photo.change is Change.LOST,
    )


def _finding_shots(finding: FindingChange, number: int) -> tuple[Shot, ...]:
    """Photos in which a finding counts with one model only come first."""
    old, new = set(finding.old_files), set(finding.new_files)
    files = sorted(old ^ new) + sorted(old & new)
    return tuple(
        Shot(file, number, (brief(file), words.depends_with(old=file in old, new=file in new)))
        for file in files[:_OF_FINDING]
    )


def _eyes(comparison: AuditComparison) -> Gallery:
    """What the summary and the slide show: the finding that is named first, and a photo that was lost."""
    shots: list[Shot] = []
    moved = [(n, f) for n, f in enumerate(comparison.findings) if f.better or f.worse]
    for number, finding in moved[:1]:
        for shot in _finding_shots(finding, number)[:1]:
            line = f"{words.SIDE_BY_SIDE}. Box: {words.where(finding)}"
            shots.append(Shot(shot.file, number, (named(line), shot.lines[1])))
    for photo in comparison.changed[: 2 - len(shots)]:
        shot = _changed_shot(photo)
        lines = f"{words.SIDE_BY_SIDE}. {shot.lines[1]}", *shot.lines[2:]
        shots.append(Shot(shot.file, -1, lines, wrong=True))
    return Gallery(tuple(shots), len(comparison.changed), across=2)


def left_out(comparison: AuditComparison) -> list[str]:
    """What cannot be compared, in sentences; at least one."""
    sentences = []
    for files, which in ((comparison.only_old, "old"), (comparison.only_new, "new")):
        if files:
            some = ", ".join(f"“{brief(file)}”" for file in files[:3])
            more = f" and {len(files) - 3} more" if len(files) > 3 else ""
            only = counted(len(files), "photo is", "photos are")
            sentences.append(f"{only} in the {which} audit only, and left out: {some}{more}.")
    if comparison.not_judged:
        photos = counted(comparison.not_judged, "photo with a label is", "photos with a label are")
        sentences.append(
            f"{photos} left out of right answers: a model does not have the label as one class, or the "
            "labels of the two audits differ."
        )
        sentences.extend(unknown_words.sentences(comparison))
    if not comparison.same_question:
        sentences.append(words.right_sentence(comparison))
    old, new = comparison.old, comparison.new
    if old.framing != new.framing:
        sentences.append("The photos were handed over in another way, which may be a part of the difference.")
    if old.method != new.method:
        sentences.append("The heat maps come from another view: compare places by the tests, not by colours.")
    return sentences or ["Nothing: both audits have the same photos, labels and question."]


def asked(comparison: AuditComparison, names: AuditNames, date: datetime.date) -> tuple[Pair, ...]:
    """What is needed to do it again."""
    old, new = comparison.old, comparison.new
    return (
        ("Old audit", names.old),
        ("Old model", f"{old.model}, weights {old.weights[:16]}"),
        ("New audit", names.new),
        ("New model", f"{new.model}, weights {new.weights[:16]}"),
        ("Photos compared", str(comparison.photos)),
        ("Made on", day(date)),
    )
