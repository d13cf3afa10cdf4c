"""What an audit comes to, before all figures: may one rely on the model, and if not, for what and why?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.true_classes import TrueClassRecord
from saliency.audit.evidence.verdicts import Verdict
from saliency.audit.reports.record import AuditRecord, Dependence
from saliency.audit.reports.sentences import FEW, counted, not_recognised, with_article
from saliency.audit.reports.shopping.amounts import ENOUGH
from saliency.verdict.advice import AreaRole, Merit

DO_NOT_RELY = "Do not rely on this model"


@dataclass(frozen=True)
class AuditVerdict:
    """The main finding of an audit.

    Attributes:
        merit: Whether it is what a person would hope for; open where nothing can be said of that.
        sentence: The finding, beginning with what it means for a person.
        first: What to look at first: places on which answers depend or may depend, or wrong answers; empty
            where it is neither.
        label: The class of which the sentence says that it is not recognised; empty where it names none.
    """

    merit: Merit
    sentence: str
    first: Literal["places", "wrong", ""] = ""
    label: str = ""


def audit_verdict(record: AuditRecord) -> AuditVerdict:
    """The main finding: the worst that is known goes first."""
    if not record.audited:
        return AuditVerdict(Merit.BAD, "No photo could be audited")
    if 2 * record.unfamiliar > record.audited:
        count = f"{record.unfamiliar} of {record.audited}"
        return AuditVerdict(Merit.BAD, f"{DO_NOT_RELY}: it may not know what {count} photos show")
    if grave := [finding for finding in record.depends_on if _role(finding) is not AreaRole.DETAIL]:
        return AuditVerdict(Merit.BAD, _depends(record, grave), "places")
    if (
        record.surroundings is not None
        and (groups := record.surroundings.depends)
        and not any(
            finding.kind == "surroundings"
            for finding in record.findings  # in results of earlier programs
        )
    ):
        return AuditVerdict(Merit.BAD, _depends_on(record, groups[0].label, "the surroundings"))
    if record.unjudged and not record.judged:
        return AuditVerdict(Merit.MIXED, "No answer could be judged: the model knows none of the labels")
    if record.judged >= FEW and 2 * record.right < record.judged:
        right = f"{record.right} of {counted(record.judged, 'answer is', 'answers are')}"
        return AuditVerdict(Merit.BAD, f"{DO_NOT_RELY} yet: only {right} right", "wrong")
    if missed := next((c for c in record.true_classes if c.photos >= FEW and 2 * c.missed >= c.photos), None):
        sentence = f"{DO_NOT_RELY} for “{missed.label}” yet: {_missed(record, missed)}"
        return AuditVerdict(Merit.BAD, sentence, "wrong", missed.label)
    if record.depends_on:
        return AuditVerdict(Merit.MIXED, _details(record.depends_on), "places")
    if questions := unclear(record):
        return AuditVerdict(Merit.MIXED, _may_depend(record, questions[0]), "places")
    asked = _asked(record)
    place = asked or _place(record)
    if not record.judged:
        return AuditVerdict(Merit.OPEN, place)
    of = _right(record)
    if record.wrong and record.judged >= FEW:
        worst = next((c for c in record.true_classes if c.missed), None)
        look = "" if worst is None else f": look at “{worst.label}” first, {_missed(record, worst)}"
        return AuditVerdict(Merit.MIXED, f"{of}{look}", "wrong", "" if worst is None else worst.label)
    if record.judged < ENOUGH or not record.searched:
        return AuditVerdict(Merit.MIXED, f"{of}, but these are too few photos to rely on")
    return AuditVerdict(Merit.OPEN if asked else Merit.GOOD, f"{of}. {place}")


def beside(record: AuditRecord) -> str:
    """What answers depend on, or may, where the main finding speaks of wrong answers; empty if nothing."""
    main = audit_verdict(record)
    if main.first != "wrong":
        return ""
    details = f"{_details(record.depends_on)}." if record.depends_on else ""
    questions = unclear(record)
    open_ = f"It is not clear yet whether answers depend on {questions[0].where}." if questions else ""
    return " ".join(filter(None, (details, _asked(record), open_)))


def _role(finding: Dependence) -> AreaRole | None:
    return None if finding.judgement is None else finding.judgement.role


def _details(findings: Sequence[Dependence]) -> str:
    """Which answers depend on a detail of the product, as a person says, and on nothing worse."""
    first, *others = findings
    whose = f"“{first.guess}” depends" if first.guess else "Answers depend"
    rest = f", and {counted(len(others), 'more such finding')}" if others else ""
    return f"{whose} on a detail of the product: {_where(first)}{rest}"


def _depends(record: AuditRecord, findings: Sequence[Dependence]) -> str:
    """Of which answers a person should be careful, and on what they depend."""
    first, *others = findings
    places = {other.place for other in others} - {first.place}
    answers = {other.guess for other in others} - {None, first.guess}
    rest = f", and so {'does' if len(answers) == 1 else 'do'} {counted(len(answers), 'more answer')}"
    if places:
        what = "more place" if all(other.kind == "place" for other in findings) else "more finding"
        rest = f", and {counted(len(places), what)} to look into"
    elif not answers or first.guess is None:
        rest = ""
    return f"{_depends_on(record, first.guess, _where(first))}{rest}"


def _depends_on(record: AuditRecord, guess: str | None, what: str) -> str:
    """That one answer, or all of them, depend on something."""
    question = record.settings.question
    if guess is None:
        return f"{DO_NOT_RELY} yet: its answers depend on {what}"
    whose = f"for “{guess}” yet: that answer depends"
    if question is not None and guess == question.answers[1]:
        whose = f"yet: its answer “{guess}” depends"
    return f"{DO_NOT_RELY} {whose} on {what}"


def _where(dependence: Dependence) -> str:
    """What answers depend on, with the name that people gave it when they judged it."""
    where = with_article(dependence.place, dependence.kind)
    name = dependence.judgement.name if dependence.judgement else ""
    return f"{where} (“{name}”)" if name else where


def unclear(record: AuditRecord) -> list[AuditFinding]:
    """Findings on which answers may depend; without what is the product, or probably is."""
    findings = (finding for finding in record.findings if finding.verdict is Verdict.SUGGESTIVE)
    return [f for f in findings if f.role is not AreaRole.PRODUCT and (f.role is not None or not f.expected)]


def _asked(record: AuditRecord) -> str:
    """Which answers depend on something of which only a person can tell whether it is the thing itself."""
    guesses = list(dict.fromkeys(finding.guess for finding in record.findings if finding.asks))
    if not guesses:
        return ""
    rest = f" and {counted(len(guesses) - 1, 'more answer')}" if len(guesses) > 1 else ""
    depends = "depend" if rest else "depends"
    return f"Look at what “{guesses[0]}”{rest} {depends} on: is it the thing itself?"


def places_to_look_into(record: AuditRecord) -> int:
    """How many places there are on which answers depend, or may depend, that are not the thing itself.

    Properties of the whole picture, and things, count as places do.
    """
    may_depend = (finding.place for finding in unclear(record))
    return len({*(dependence.place for dependence in record.depends_on), *may_depend})


def _may_depend(record: AuditRecord, finding: AuditFinding) -> str:
    """On what answers may depend, behind how many of them are right."""
    right = f"{_right(record)}. " if record.judged else ""
    return f"{right}It is not clear yet whether answers depend on {finding.where}: look into that first"


def _right(record: AuditRecord) -> str:
    return f"{record.right} of {counted(record.judged, 'answer is', 'answers are')} right"


def _place(record: AuditRecord) -> str:
    """What is known of places on which answers depend."""
    if record.verdicts[Verdict.DEPENDS]:
        depends = [finding for finding in record.findings if finding.verdict is Verdict.DEPENDS]
        others = [finding for finding in depends if finding.role is None]
        on = "on the middle, where the thing itself usually is"
        if all(finding.kind == "property" for finding in others):
            on = "on how the thing itself looks, which is as it should be"
        if all(finding.role is not AreaRole.PRODUCT for finding in depends):
            return f"Answers depend {on}"
        return f"Answers depend on the product, as a person says{f', or {on}' if others else ''}"
    if record.findings:
        what = "a place" if all(f.kind == "place" for f in record.findings) else "anything"
        return f"No evidence that answers depend on {what} that was tested"
    if not record.searched:
        return "Too few pictures to look for places that answers depend on"
    return "No place stood out to be tested"


def _missed(record: AuditRecord, group: TrueClassRecord) -> str:
    return not_recognised(group.missed, group.photos, record.settings.question)
