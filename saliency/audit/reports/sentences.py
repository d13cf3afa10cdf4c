"""What an audit says of its findings and of single pictures, in sentences."""

from __future__ import annotations

import datetime

from saliency.audit.evidence.candidates import CandidateKind
from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.pasted import PasteSummary
from saliency.audit.evidence.places import PLACES
from saliency.audit.evidence.rows import PhotoRow, ValueCourse
from saliency.audit.evidence.statistics import Interval
from saliency.audit.evidence.verdicts import Verdict
from saliency.audit.reports.property_words import property_words
from saliency.audit.reports.surroundings_sentences import (
    PICTURE,
    surroundings_sentence,
    surroundings_step,
)
from saliency.classifier import OutputKind, YesNoQuestion
from saliency.verdict.advice import AreaRole
from saliency.verdict.words import beside, course, score

_CERTAIN = 0.9  # score from which a wrong guess may well be a wrong label
FEW = 5  # pictures in fewer of which nothing can be told
DISAGREE = "Two views point to different areas."
UNKNOWN = "The model may not know what it shows."
EMPTY = "No part stands out in this view."
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


LONGEST = 48  # characters of a name beside a picture
NBSP = "\u00a0"  # where a line does not break


def brief(text: str, most: int = LONGEST) -> str:
    """A text of at most so many characters: its middle gives way, as file names differ at both ends."""
    if len(text) <= most:
        return text
    tail = (most - 1) // 2
    return f"{text[: most - 1 - tail].rstrip()}…{text[-tail:].lstrip()}"


def counted(count: int, singular: str, plural: str = "") -> str:
    """So many of something."""
    return f"{count} {singular if count == 1 else plural or f'{singular}s'}"


def ends(figure: Interval) -> str:
    """The ends of an interval in whole per cent."""
    return f"{100 * figure.low:.0f} to {100 * figure.high:.0f} %".replace("-", "−")


def with_article(place: str, kind: CandidateKind = "place") -> str:
    """What answers depend on, as it stands in a sentence: an area by its name, everything else as it is."""
    if kind == "thing":
        return place
    unnamed = kind != "place" or any(place in row for row in PLACES)
    return f"the {place}" if unnamed else f"“{place}”"


def not_recognised(count: int, photos: int, question: YesNoQuestion | None = None) -> str:
    """How many of the photos of a class are not recognised; of those with a true answer, answered wrong."""
    how = "not recognised" if question is None else "answered wrong"
    return f"{count} of its {counted(photos, 'photo')} {'was' if count == 1 else 'were'} {how}"


def claim(guess: str | None, question: YesNoQuestion | None = None) -> str:
    """The beginning of a sentence: whose guesses depend on something."""
    if guess is None or question is None:
        return f"Answers “{guess}” depend" if guess else "Answers depend"
    if question.kind is not OutputKind.LABELS:
        return f"“{guess}” depends"
    given = guess == question.answers[0]
    return f"{'The tag' if given else 'The lack of the tag'} “{question.label}” depends"


def answered(guess: str, value: float, question: YesNoQuestion) -> str:
    """What a model of tags or of a number says to one photo."""
    number = score(value, question.outputs)
    if question.kind is not OutputKind.LABELS:
        return f"{question.label[:1].upper()}{question.label[1:]} {number}"
    given = "given" if guess == question.answers[0] else "not given"
    return f"“{question.label}” {given} ({number})"


def finding_sentence(finding: AuditFinding, question: YesNoQuestion | None = None) -> str:
    """What was counted."""
    if finding.kind == "property":
        return _property_sentence(finding, question)
    if finding.kind == "surroundings":
        return surroundings_sentence(finding)
    summary, guess = finding.summary, finding.guess
    with_guess = f" with the answer “{guess}”" if guess else ""
    elsewhere = f"covering equal areas elsewhere changed it in {on_average(summary.changed_elsewhere)}."
    if finding.named:
        parts = [
            f"Covering “{finding.place}” changed the answer in {summary.changed} of "
            f"{counted(summary.tested, 'picture')}{with_guess}; {elsewhere}"
        ]
    else:
        where = "lies on" if finding.kind == "thing" else "gathers in"
        parts = [
            f"In {finding.gathered} of the {counted(finding.pictures, 'picture')}{with_guess} that were "
            f"kept for testing, the influence {where} {finding.where}. "
            f"Covering it changed the answer in {summary.changed} of {summary.tested}; {elsewhere}"
        ]
    if question is not None and summary.values is not None:
        parts.append(_course(summary.values, question))
    if summary.depends != summary.changed:
        parts.append(f"The score depends on it in {summary.depends} of {summary.tested}.")
    if summary.enough_alone:
        parts.append(
            "Alone, with everything else covered, it was enough for the answer in "
            f"{summary.enough_alone} of {summary.tested}; equal areas elsewhere were enough in "
            f"{on_average(summary.enough_alone_elsewhere)}."
        )
    if finding.pasted is not None:
        parts.append(_pasted(finding.pasted, guess))
    if not finding.named:
        what = "It" if finding.kind == "thing" else "The place"
        parts.append(f"{what} was found in the other pictures with this answer.")
    return " ".join(parts)


def _pasted(pasted: PasteSummary, guess: str | None) -> str:
    """What pasting a thing into photos with other answers did."""
    return (
        f"Put into {counted(pasted.photos, 'picture')} with other answers, it made the answer “{guess}” in "
        f"{pasted.made or 'none'}; equal pieces of the same pictures, put there instead, made it in "
        f"{on_average(pasted.made_elsewhere)}."
    )


def _property_sentence(finding: AuditFinding, question: YesNoQuestion | None) -> str:
    """What was counted for a property of the whole picture."""
    summary, said, parts = finding.summary, property_words(finding), []
    if summary.tested:
        change = "changes" if summary.changed == 1 else "change"
        parts.append(
            f"With {said.taken}, {summary.changed} of {counted(summary.tested, 'answer')} “{finding.guess}” "
            f"{change}; equal changes that keep {said.kept} change {on_average(summary.changed_elsewhere)}."
        )
        if question is not None and summary.values is not None:
            parts.append(_course(summary.values, question, "it changed so", "equal changes"))
        if summary.depends != summary.changed:
            parts.append(f"The score depends on it in {summary.depends} of {summary.tested}.")
    if summary.given is not None:
        parts.append(
            f"{said.given}, {summary.enough_alone} of {counted(summary.given, 'picture')} with other answers "
            f"{'gets' if summary.enough_alone == 1 else 'get'} the answer “{finding.guess}”; with equal "
            f"changes that keep {said.kept}, {on_average(summary.enough_alone_elsewhere)}."
        )
    parts.append(
        f"Of the {counted(finding.pictures, 'picture')} with this answer that were kept for testing, "
        f"{finding.gathered} {'has' if finding.gathered == 1 else 'have'} it. It was found in the others."
    )
    return " ".join(parts)


def _course(
    values: ValueCourse,
    question: YesNoQuestion,
    changed: str = "it covered",
    elsewhere: str = "equal areas elsewhere covered",
) -> str:
    """What covering did to the tag's share, or to the number."""
    what = (
        f"the share of “{question.label}”" if question.kind is OutputKind.LABELS else f"the {question.label}"
    )
    before, after, outputs = values.before, values.after, question.outputs
    sentence = f"With {changed}, {what} {course(before, after, outputs)} on average"
    if values.elsewhere is None:
        return f"{sentence}."
    return f"{sentence}; with {elsewhere}, it {beside(before, after, values.elsewhere, outputs)}."


def next_step(finding: AuditFinding, question: YesNoQuestion | None = None) -> str:
    """What to do about a finding."""
    if finding.verdict is Verdict.NO_EVIDENCE:
        if max(finding.summary.tested, finding.summary.enough_of) < FEW:
            return "These are too few pictures to tell. Add more like them, and audit again."
        what = "place" if finding.kind == "place" else finding.kind
        return f"Nothing to do: this set gives no evidence that the answer depends on this {what}."
    if finding.verdict is Verdict.SUGGESTIVE:
        return "Treat this as a question. Add more pictures of this kind, and audit again."
    if finding.kind == "property":
        return _property_step(finding, question)
    if finding.kind == "surroundings":
        return surroundings_step(finding.guess, question, finding.role)
    if finding.role is not None:
        return _judged_step(finding, finding.role, question)
    if finding.named and finding.expected:
        return f"That is as it should be if “{finding.place}” marks the thing itself."
    if finding.expected:
        return (
            "The thing itself is usually in the middle, and then this is as it should be. "
            "Look at a few of the pictures: if something else is there, it may be a shortcut."
        )
    place = "in the small pictures (or a part of it)" if finding.kind == "thing" else "at this place"
    thing = f"“{finding.guess}”" if finding.guess else "the thing"
    if question is not None and finding.guess != question.label:  # that is no thing which can be seen
        answer, whose = (thing, f"of {thing} ") if finding.guess else ("the answer", "")
        return (
            f"Look at these pictures. If what you see {place} should count for {answer}, this is as "
            f"it should be. If not, the model may have learned it as a shortcut: ask whoever trains it to "
            f"add pictures {whose}without it, and pictures with the other answer with it."
        )
    return (
        f"Look at these pictures. If you see {thing} {place}, this is as it should be. If you see "
        "something else there, the model may have learned it as a shortcut: ask whoever trains it to "
        f"add pictures of {thing} without it, and pictures of other classes with it."
    )


def _judged_step(finding: AuditFinding, role: AreaRole, question: YesNoQuestion | None) -> str:
    """What to do about what answers depend on, once a person has said what it is."""
    is_thing = finding.guess is not None and (question is None or finding.guess == question.label)
    things = f"“{finding.guess}”" if is_thing else "such things"
    match role:
        case AreaRole.PRODUCT:
            return "Nothing to do: answers are to depend on the product."
        case AreaRole.DETAIL:
            return (
                f"Do all of {things} have this detail, and nothing else? If not, ask whoever trains the "
                f"model to add pictures of {things} without it, and pictures of other things with it."
            )
        case AreaRole.OTHER:
            return (
                f"Ask whoever trains the model to add pictures of {things} without it, and pictures of other "
                "things with it. Until then, keep it out of your photos."
            )
        case AreaRole.BOTH:
            return (
                "With both in it, this place cannot tell which of them counts: name each of them as an area "
                "of its own, and audit again."
            )


def day(date: datetime.date) -> str:
    """A date as people write it, whatever the computer's language is."""
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def _property_step(finding: AuditFinding, question: YesNoQuestion | None) -> str:
    """What to do where answers depend on a property of the whole picture."""
    said = property_words(finding)
    thing = f"“{finding.guess}”"
    if finding.as_hoped:
        why = (
            "Given to other pictures, it makes this answer hardly more often than equal changes do, so it "
            "probably belongs to"
        )
        return (
            f"{why if finding.role is None else 'It belongs to'} {thing} itself. The answer may still fail "
            f"where it is lacking: add {said.without} of {thing} to the next audit."
        )
    others = "with the other answer" if question is not None else "of other classes"
    return (
        f"The model may have learned it as a shortcut. Take pictures of {thing} in other light and with "
        f"other cameras: ask whoever trains it to add {said.without} of {thing}, and {said.having} {others}."
    )


def wrong(row: PhotoRow, question: YesNoQuestion | None = None) -> str:
    """One picture whose guess is not its label."""
    said = f"The answer is “{row.guess}” (score {score(row.score)}), but the label is “{row.label}”."
    if question is not None and row.value is not None:
        number, says = score(row.value, question.outputs), f"says {question.label}"
        if question.kind is OutputKind.LABELS:
            gives = "gives" if row.guess == question.answers[0] else "does not give"
            says, number = f"{gives} the tag “{question.label}”", f"({number})"
        said = f"The model {says} {number}, but the label is “{row.label}”."
    return f"{said} Is the label right?" if row.score >= _CERTAIN else said


def undecided(row: PhotoRow) -> str:
    """One picture with a low top guess."""
    return f"The model is undecided: its top answer has a score of {score(row.score)}."


def depends(finding: AuditFinding, *, changed: bool) -> str:
    """One picture whose guess depends on a place: whether covering it changes the guess."""
    effect = "the answer changes" if changed else "the score falls clearly"
    return f"With {finding.where} covered, {effect}."


def depends_on_property(finding: AuditFinding) -> str:
    """One picture whose guess depends on a property of the whole picture, or on the surroundings."""
    if finding.kind == "surroundings":
        return PICTURE
    if not finding.summary.tested:
        return f"It has {finding.where}, which gives this answer to other pictures too."
    return f"With {property_words(finding).taken}, the answer changes or its score falls clearly."


def alike(place: str) -> str:
    """One picture whose influence gathers where others of its class were found to depend on it."""
    return f"The influence gathers in the {place}, as in pictures whose answer depends on it."


def on_average(count: float, of: int | None = None) -> str:
    """An average count, of so many if that is given, never more precise than a person needs."""
    within = "" if of is None else f" of {of}"
    if count == 0:
        return f"none{within}"
    rounded = "fewer than 0.1" if count < 0.05 else f"{count:.0f}" if count >= 9.5 else f"{count:.1f}"
    return f"{rounded}{within} on average"
