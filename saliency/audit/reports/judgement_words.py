"""What people said of findings, in sentences: who, when, and how many are still to be judged."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.judgement import Judgement
from saliency.audit.reports.record import AuditRecord
from saliency.audit.reports.sentences import counted, day
from saliency.verdict.advice import AreaRole
from saliency.verdict.words import ROLES

_PEOPLE = 3  # who are named in a sentence
_OF_PROPERTY = {AreaRole.PRODUCT: "It belongs to the product", AreaRole.OTHER: ROLES[AreaRole.OTHER]}
METHOD = (
    "Whether what answers depend on is the product is judged by people and not measured. A finding that was "
    "judged to be the product is no finding to look into any more; its figures stay as they are."
)


def roles(finding: AuditFinding) -> Mapping[AreaRole, str]:
    """What a person can say that a finding is, in words: what is in no place has no details."""
    return _OF_PROPERTY if finding.kind in ("property", "surroundings") else ROLES


def role_name(finding: AuditFinding, role: AreaRole) -> str:
    """What a finding is, in words, whatever was said of it."""
    return roles(finding).get(role, ROLES[role])


def judged_sentence(finding: AuditFinding) -> str:
    """What a person said of a finding, who and when; empty where nobody has said."""
    judgement = finding.judgement
    if judgement is None:
        return ""
    by = f" by {judgement.by}" if judgement.by else ""
    date = _day_of(judgement)
    on = f" on {day(date)}" if date else ""
    name = f", “{judgement.name}”" if judgement.name else ""
    note = f" Note: {judgement.note}" if judgement.note else ""
    return f"Judged{by}{on}: {role_name(finding, judgement.role)}{name}.{note}"


def judgements(record: AuditRecord) -> str:
    """How many findings people judged, who, and how many are still to be judged; empty if there are none."""
    said = [finding.judgement for finding in record.findings if finding.judgement is not None]
    left = record.to_be_judged
    if not said:
        return still_to_be_judged(left) if left else ""
    by = _people([judgement.by for judgement in said])
    return (
        f"{counted(len(said), 'finding was', 'findings were')} judged{by}. Of those to look into, "
        f"{left or 'none'} {'is' if left < 2 else 'are'} still to be judged."
    )


def still_to_be_judged(count: int) -> str:
    """Of how many findings a person still has to say what they are."""
    return (
        f"{counted(count, 'finding is', 'findings are')} still to be judged: only a person can tell whether "
        "it is the product."
    )


def _people(names: Sequence[str]) -> str:
    """By whom, each once, of many only the first; empty where nobody is named."""
    people = list(dict.fromkeys(filter(None, names)))
    if not people:
        return ""
    rest = len(people) - _PEOPLE
    first = [*people[:_PEOPLE], f"{rest} more"] if rest > 0 else people
    return f" by {', '.join(first[:-1])}{' and ' if first[1:] else ''}{first[-1]}"


def _day_of(judgement: Judgement) -> datetime.date | None:
    """The day on which somebody said so, by their own clock; ``None`` where that is not known."""
    try:
        return datetime.datetime.fromisoformat(judgement.at).date()
    except ValueError:
        return None
