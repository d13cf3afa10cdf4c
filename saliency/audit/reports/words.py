"""The words of the reports of an audit; figures are written as the record has them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from saliency.audit.evidence.findings import ENOUGH, AuditFinding
from saliency.audit.evidence.hot_spots import LEAST
from saliency.audit.evidence.statistics import LEVEL, Interval
from saliency.audit.evidence.verdicts import Verdict
from saliency.audit.inputs.settings import Settings
from saliency.audit.reports.judgement_words import role_name
from saliency.audit.reports.property_words import property_words
from saliency.audit.reports.record import AuditRecord, GuessRecord, UnjudgedLabel
from saliency.audit.reports.review import ReviewEntry
from saliency.audit.reports.sentences import (
    EMPTY,
    NBSP,
    answered,
    brief,
    counted,
    ends,
    on_average,
)
from saliency.audit.reports.sentences import day as day
from saliency.audit.reports.shared_words import COMPARED, shared_figure
from saliency.audit.reports.verdict import audit_verdict, places_to_look_into, unclear
from saliency.classifier import OutputKind, YesNoQuestion
from saliency.errors import SaliencyError
from saliency.methods.registry import find
from saliency.verdict.words import LEGEND as LEGEND
from saliency.verdict.words import ONE_SCALE as ONE_SCALE
from saliency.verdict.words import SCORE_MEANS, percent, score

Pair = tuple[str, str]

COUNTED = (
    "In brackets: where the share most likely lies in more pictures like these "
    f"({100 * LEVEL:.0f}\u00a0% interval). Equal areas: elsewhere in the same picture. "
    "p-values are in findings.json."
)
MARKS = (
    "Colour: influence on the answer. Curved line: around the strongest fifth. Box: the place tested. "
    f"{SCORE_MEANS}"
)
NO_PHOTO = "This photo was not at hand, or has changed since the audit."
CROPS = "Something like this: where the influence lies, and what was covered"
BOX, OF_THIS_KIND = "Box: the place covered", "Photos of this kind"
NO_MAP = EMPTY
CHANCE = "By chance"
AVERAGE = "Average heat map"
EYES = "Pictures worth a look, wrong ones first"
WRONG = "All wrong photos, the most certain answer first"
BY_TRUE_ANSWER = "How good: by the true answer"
BY_TRUTH, BY_GUESS = "How good: by what the photos show", "Pictures by answer"
WHY, ADD = "Why wrong: what wrong photos share", "What to add"
OBSERVED = (
    "These are observations, not causes. Each is one that chance would rarely bring about, even "
    "with all that was compared (the tests are in findings.json)."
)
BALANCE = (
    "About as many photos as it takes to make the rare kind as frequent as the usual one in a set like this. "
    "The next audit shows whether they help."
)
STEP = "What to do next"
SAME = "As for the finding above."
LACKING = "Characters that this document cannot draw are shown as “…”; report.html has all of them."
NOTHING = "Nothing to list."
UNJUDGED = "What could not be judged"
TRUTH = ("The photo shows", "Photos", "Recognised", "Not recognised", "Taken for instead")
TRUE_ANSWERS = ("True answer", "Photos", "Right", "Wrong", "The model's answer then")
NUMBERS = {OutputKind.LABELS: "Share", OutputKind.SCORE: "Number"}
_WHERE_TO_ADD = {
    "training data": ": ask whoever trains the model",
    "next audit": ", for the next audit",
    "labels": "",
}
_LABELS, _GUESSES = 6, 4  # labels and guesses named
_HOW_TO_LABEL = {
    OutputKind.LABELS: "Write each photo's tags as the model has them, “;” between several, “none” for none",
    OutputKind.SCORE: "Write the number that is true of each photo",
}

CLEAR = 4.0
"""Standard errors from which a place of an average map stands out; by chance, one in 30,000 does."""

_VERDICTS = {
    Verdict.DEPENDS: "● Depends",
    Verdict.SUGGESTIVE: "◐ May depend",
    Verdict.NO_EVIDENCE: "○ No evidence",
}
_MEANINGS = {
    Verdict.DEPENDS: "covering this place changes the answer, covering others does not",
    Verdict.SUGGESTIVE: "these are too few photos to tell",
    Verdict.NO_EVIDENCE: "covering this place changes little, or no more than covering others",
}


_PROPERTY_MEANINGS = {
    Verdict.DEPENDS: "changing this property changes the answer, or makes it; equal changes do not",
    Verdict.SUGGESTIVE: "these photos cannot tell, as they are too few or what changing it does is mixed",
    Verdict.NO_EVIDENCE: "changing this property changes little, or no more than equal changes do",
}


def verdict(finding: AuditFinding) -> str:
    """A finding's verdict with its sign, so that it rests neither on colour nor on the sign alone."""
    if finding.role is not None:
        return f"{_VERDICTS[finding.verdict]}, judged “{role_name(finding, finding.role)}”"
    usual = finding.expected and finding.verdict == Verdict.DEPENDS
    maybe = ", perhaps on the thing itself" if finding.asks else ""
    return f"{_VERDICTS[finding.verdict]}{', probably on the thing itself' if usual else maybe}"


def verdict_said(finding: AuditFinding) -> str:
    """The same with what it means, for who sees it for the first time."""
    meanings = _PROPERTY_MEANINGS if finding.kind == "property" else _MEANINGS
    return f"{verdict(finding)}: {meanings[finding.verdict]}"


def view(key: str) -> str:
    """What people call a view."""
    try:
        return find(key).name
    except SaliencyError:
        return key


def about(settings: Settings, date: datetime.date, known_as: str = "") -> str:
    """Model, view (by the name that people know it by, if it has one) and date on a line."""
    question = f"{settings.question.sentence} · " if settings.question else ""
    return f"{question}Model: {settings.model} · View: {known_as or view(settings.method)} · {day(date)}"


def figures(record: AuditRecord) -> tuple[Pair, ...]:
    """Large numbers, each with what it counts; what comes first in the headline is called so."""
    first = audit_verdict(record).first
    phrases = [f"{record.audited} of {counted(record.photos, 'photo')} audited"]
    phrases.append(f"{record.left_out_count} left out")
    if record.judged:
        phrases.append(counted(record.right, "right answer"))
        wrong = " to look at" if record.wrong else ""
        phrases.append(
            f"{counted(record.wrong, 'wrong answer')}{wrong}{' first' if first == 'wrong' else ''}"
        )
    if record.unjudged:
        phrases.append(f"{record.unjudged_count} not judged")
    kinds = {dependence.kind for dependence in record.depends_on}
    kinds |= {finding.kind for finding in unclear(record)}
    what = "place" if kinds <= {"place"} else "finding"
    places = counted(places_to_look_into(record), f"{what} to look into", f"{what}s to look into")
    phrases.append(f"{places}{' first' if first == 'places' else ''}")
    return tuple((number, what) for number, _, what in (phrase.partition(" ") for phrase in phrases))


def on_slide(record: AuditRecord, leading: AuditFinding | None) -> tuple[Pair, ...]:
    """Three or four of them for a slide: how good, why wrong, what to add, as far as each is known."""
    if not record.audited:
        return figures(record)[:4]
    pairs = []
    if record.judged:
        how = "not recognised" if record.settings.question is None else "answered wrong"
        worst = next(
            (f"; “{c.label}” {how}: {of(c.missed, c.photos)}" for c in record.true_classes if c.missed),
            "",
        )
        pairs.append((of(record.right, record.judged), f"answers right{worst}"))
    elif record.unjudged:
        pairs.append(
            (of(record.unjudged_count, record.audited), "answers not judged: the model lacks their labels")
        )
    if record.shared:
        pairs.append(shared_figure(record.shared[0]))
    elif leading is not None:
        summary = leading.summary
        elsewhere = f"with equal areas elsewhere: {on_average(summary.changed_elsewhere)}"
        what = f"answers change with the place covered; {elsewhere}"
        if leading.kind == "property":
            pairs.append(property_pair(leading))
        else:
            pairs.append((of(summary.changed, summary.tested), what))
    else:
        pairs.append((of(record.audited, record.photos), "photos audited"))
    first = next((item for item in record.shopping_list if item.to != "the set"), None)
    if first is not None and first.photos:
        pairs.append((f"Add about {first.photos}", f"{first.which}{_WHERE_TO_ADD[first.to]}"))
    return tuple(pairs)


def property_pair(finding: AuditFinding) -> Pair:
    """The main figure of a property of the whole picture, for a slide."""
    summary, said = finding.summary, property_words(finding)
    if summary.given is not None and not finding.expected:
        given = f"{said.given[0].lower()}{said.given[1:]}"
        return of(summary.enough_alone, summary.given), f"pictures with other answers get this one, {given}"
    return of(summary.changed, summary.tested), f"answers change with {said.taken}"


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
            f"Places are looked for where at least {2 * LEAST - 1} pictures with the same answer have a heat "
            "map. Add more pictures, or name an area, and audit again."
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
    return " ".join(filter(None, (others, near_copies(record), further)))


def other_guesses(record: AuditRecord) -> str:
    """The guesses of which nothing bad was found, in a sentence or two; empty if none was looked through."""
    telling = [finding for finding in record.findings if finding.telling]
    proper = [f for f in telling if f.as_hoped and f.verdict == Verdict.DEPENDS and f.kind != "property"]
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
    if record.searched and (few := sum(not group.searched for group in record.classes)):
        sentences.append(
            f"For {counted(few, 'other answer')}, there are too few photos to look for places: add some, "
            f"until each has about {2 * LEAST}."
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


def unjudged(
    labels: Sequence[UnjudgedLabel],
    known: Sequence[str],
    rest: str = ", all in findings.json",
    question: YesNoQuestion | None = None,
) -> str:
    """The guesses for how many photos cannot be judged, for which labels, and what to do; empty if none.

    Args:
        labels: The labels.
        known: Some of the model's classes.
        rest: Where those are that are not named here.
        question: What a model of tags or of a number is asked.
    """
    if not labels:
        return ""
    named = [_unjudged_label(label) for label in labels[:_LABELS]]
    if others := len(labels) - len(named):
        named.append(f"{counted(others, 'more label')}{rest}")
    photos = sum(label.photos for label in labels)
    guesses = f"answer{'' if photos == 1 else 's'} for {counted(photos, 'photo')}"
    examples = ", ".join(f"“{name}”" for name in known)
    again = ", and audit again" if rest else ""  # before the start, nothing was audited yet
    if question is not None:
        yes, no = question.answers
        return (
            f"The {guesses} cannot be judged, as these labels do not answer the question: "
            f"{'; '.join(named)}. "
            f"{_HOW_TO_LABEL[question.kind]}, or one of the answers, “{yes}” or “{no}”{again}."
        )
    return (
        f"The {guesses} cannot be judged, as these labels are not the name of exactly one class of the "
        f"model: {'; '.join(named)}. "
        f"{f'Its classes are, for example, {examples}. ' if examples else ''}"
        "Write the labels, in the table or as names of folders, as the model's classes are written, "
        f"or choose a model that knows them{again}."
    )


def _unjudged_label(label: UnjudgedLabel) -> str:
    names = " and ".join(f"“{name}”" for name in dict.fromkeys(label.classes))
    what = f"perhaps {names}" if names else ""
    if label.ambiguous:
        same = len(set(label.classes)) == 1
        what = f"the name of {len(label.classes)} classes" if same else f"can mean {names}"
    return f"“{label.label}” ({counted(label.photos, 'photo')}{', ' if what else ''}{what})"


def heading(finding: AuditFinding) -> str:
    """Which pictures a finding is about, and which place."""
    start = f"Answer “{finding.guess}”" if finding.guess else "All pictures"
    place = f"area “{finding.place}”" if finding.named else finding.place
    name = f": “{finding.judgement.name}”" if finding.judgement and finding.judgement.name else ""
    return f"{start}, {place}{name}"


def of(count: int, total: int) -> str:
    """So many of so many."""
    return f"{count} of {total}"


def counts(finding: AuditFinding) -> tuple[Pair, ...]:
    """What was counted for a finding."""
    if finding.kind == "property":
        return _property_counts(finding)
    summary, discovered = finding.summary, finding.discovered
    tested, elsewhere = summary.tested, summary.changed_elsewhere
    enough = f"{of(summary.enough_alone, tested)}: {interval(summary.share_enough_alone)}"
    depends = f"{of(summary.depends, tested)}: {interval(summary.share_that_depends)}"
    pictures = "Pictures with this area" if finding.named else "Pictures kept for testing"
    thing = finding.kind == "thing"
    pairs = [
        (pictures, str(finding.pictures)),
        (f"Influence {'lies on it' if thing else 'gathers there'}", of(finding.gathered, finding.pictures)),
        (f"Answer changes, {'it' if thing else 'place'} covered", of(summary.changed, tested)),
        ("Answer changes, equal area covered", on_average(elsewhere, tested)),
        ("Changes more than elsewhere", interval(summary.changed_more_than_elsewhere)),
        ("Score depends on it", depends),
        ("Alone enough for the answer", enough),
        ("Equal area alone enough", on_average(summary.enough_alone_elsewhere, tested)),
    ]
    if discovered is not None:
        by_chance = on_average(discovered.by_chance)
        chance = f"{of(discovered.gathered, discovered.pictures)}; by chance {by_chance}"
        pairs.append(("Found in the first half" if thing else "Gathers there, first half", chance))
    return tuple(pairs)


def _property_counts(finding: AuditFinding) -> tuple[Pair, ...]:
    """What was counted for a property of the whole picture."""
    summary, discovered = finding.summary, finding.discovered
    pairs = [
        ("Pictures kept for testing", str(finding.pictures)),
        ("Have it", of(finding.gathered, finding.pictures)),
    ]
    if summary.tested:
        depends = f"{of(summary.depends, summary.tested)}: {interval(summary.share_that_depends)}"
        pairs += [
            ("Answer changes, it taken away", of(summary.changed, summary.tested)),
            ("Answer changes, equal change", on_average(summary.changed_elsewhere, summary.tested)),
            ("Changes more than by equal changes", interval(summary.changed_more_than_elsewhere)),
            ("Score depends on it", depends),
        ]
    if summary.given is not None:
        enough = f"{of(summary.enough_alone, summary.given)}: {interval(summary.share_enough_alone)}"
        pairs += [
            ("Given to others, makes the answer", enough),
            ("Equal change makes the answer", on_average(summary.enough_alone_elsewhere, summary.given)),
        ]
    if discovered is not None:
        as_others = on_average(discovered.by_chance)
        had = f"{of(discovered.gathered, discovered.pictures)}; were they as others {as_others}"
        pairs.append(("Have it, first half", had))
    return tuple(pairs)


def interval(figure: Interval) -> str:
    """A share, and where it lies in 95 of 100 sets drawn anew; the brackets stay on one line."""
    return f"{share(figure.mean)} ({ends(figure).replace(' ', NBSP)})"


def share(value: float) -> str:
    """A share in per cent, on one line."""
    return f"{'−' if value < 0 else ''}{percent(abs(value))}\u00a0%"


def share_of(count: int, total: int) -> str:
    """So many of so many, and in per cent."""
    return f"{count} of {total} ({share(count / total)})"


def compared(count: int) -> str:
    """What wrong photos were compared with right ones by, where nothing came of it."""
    if not count:
        return "No class has enough wrong photos and right ones to be compared."
    were = "was" if count == 1 else "were"
    return (
        f"{counted(count, 'comparison')} {were} made, of {COMPARED}. "
        "None of them tells wrong photos from right ones."
    )


def guessed(guess: str, value: float) -> str:
    """A guess with its score."""
    return f"Answer “{guess}”, score {score(value)}"


def said(entry: ReviewEntry, question: YesNoQuestion | None) -> str:
    """What the model said to a picture."""
    if question is None or entry.value is None:
        return guessed(brief(entry.guess), entry.score)
    return brief(answered(entry.guess, entry.value, question))


def pair(guess: str) -> str:
    """What two pictures on a slide are."""
    return f"“{guess}” on average, and by chance"


def beside_wrong(shown: str, guess: str) -> str:
    """What two pictures on a slide are, the second of which is of a wrong guess."""
    return f"{shown}. Beside it, a wrong photo: {guess[0].lower()}{guess[1:]}"


def peak(pictures: int, errors: float) -> str:
    """Whether the strongest place of an average map is one that chance would hardly give."""
    stands_out = "stands out clearly from" if errors >= CLEAR else "does not stand out clearly from"
    return (
        f"Average of {counted(pictures, 'picture')}. Its strongest place {stands_out} what chance would give."
    )


def pictures_shown(count: int, total: int) -> str:
    """How much of a gallery is there."""
    rest = "" if count == total else " findings.json lists all of them."
    return f"{count} of {counted(total, 'picture')} shown.{rest}"


def classes_shown(count: int, total: int) -> str:
    """How many classes have their average map shown."""
    return f"{count} of {counted(total, 'answer', 'answers')} with at least {ENOUGH} heat maps shown."


def rows_shown(count: int, total: int) -> str:
    """How much of a table is there."""
    return f"{count} of {total} shown; findings.json has all of them."
