"""What a report says of one finding: its verdict, its heading and its counts."""

from __future__ import annotations

from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.verdicts import Verdict
from saliency.audit.reports.figures import interval, of
from saliency.audit.reports.judgement_words import role_name
from saliency.audit.reports.sentences import on_average
from saliency.audit.reports.surroundings_sentences import MEANING
from saliency.audit.reports.words import Pair

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
    if finding.kind == "surroundings":
        return f"{verdict(finding)}: {MEANING}"
    meanings = _PROPERTY_MEANINGS if finding.kind == "property" else _MEANINGS
    return f"{verdict(finding)}: {meanings[finding.verdict]}"


def heading(finding: AuditFinding) -> str:
    """Which pictures a finding is about, and which place."""
    start = f"Answer “{finding.guess}”" if finding.guess else "All pictures"
    place = f"area “{finding.place}”" if finding.named else finding.place
    name = f": “{finding.judgement.name}”" if finding.judgement and finding.judgement.name else ""
    return f"{start}, {place}{name}"


def counts(finding: AuditFinding) -> tuple[Pair, ...]:
    """What was counted for a finding."""
    if finding.kind == "property":
        return _property_counts(finding)
    if finding.kind == "surroundings":
        return _surroundings_counts(finding)
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
    if (pasted := finding.pasted) is not None:
        makes = f"{of(pasted.made, pasted.photos)}: {interval(pasted.share_made)}"
        pairs += [
            ("Put into others, makes the answer", makes),
            ("Equal piece makes the answer", on_average(pasted.made_elsewhere, pasted.photos)),
        ]
    if discovered is not None:
        by_chance = on_average(discovered.by_chance)
        chance = f"{of(discovered.gathered, discovered.pictures)}; by chance {by_chance}"
        pairs.append(("Found in the first half" if thing else "Gathers there, first half", chance))
    return tuple(pairs)


def _surroundings_counts(finding: AuditFinding) -> tuple[Pair, ...]:
    """What was counted for a product's surroundings."""
    summary = finding.summary
    depends = f"{of(summary.depends, summary.tested)}: {interval(summary.share_that_depends)}"
    pairs = [("Pictures asked", str(finding.pictures)), ("Answer lost, surroundings of others", depends)]
    if finding.gathered:
        lost = of(round(summary.changed_elsewhere), finding.gathered)
        more = interval(summary.changed_more_than_elsewhere)
        pairs += [("Answer lost, those of the same kind", lost), ("Lost more often than with these", more)]
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
