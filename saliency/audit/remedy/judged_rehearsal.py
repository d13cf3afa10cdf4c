"""What is left of a rehearsal after what people said of findings since.

A finding judged to be the product is no longer to be mended, and what was shown of it no longer counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.remedy.material import to_be_mended
from saliency.audit.remedy.record import Rehearsal, outcome_of


@dataclass(frozen=True, slots=True)
class JudgedSince:
    """How findings to be mended differ from those of an earlier time.

    Attributes:
        withdrawn: Those that were to be mended and are not any more.
        added: Those that are to be mended now and were not.
    """

    withdrawn: tuple[AuditFinding, ...] = ()
    added: tuple[AuditFinding, ...] = ()

    @property
    def any(self) -> bool:
        """Whether they differ at all."""
        return bool(self.withdrawn or self.added)


@dataclass(frozen=True, slots=True)
class JudgedRehearsal:
    """A rehearsal as it is told after what people said.

    Attributes:
        rehearsal: Without what it showed of findings that are not to be mended any more.
        since: How findings to be mended differ from those that it was begun with.
    """

    rehearsal: Rehearsal
    since: JudgedSince

    @property
    def told(self) -> bool:
        """Whether it still shows anything."""
        return bool(self.rehearsal.findings)


def judged_since(before: Sequence[str], findings: Sequence[AuditFinding]) -> JudgedSince:
    """What people's words changed of the findings to be mended.

    Args:
        before: Keys of those that were to be mended.
        findings: All findings, with what people said.
    """
    now = {finding.key for finding in to_be_mended(findings)}
    looked_into = {finding.key for finding in findings if finding.to_look_into}
    return JudgedSince(
        tuple(f for f in findings if f.key in before and f.key not in looked_into),
        tuple(f for f in findings if f.key in now and f.key not in before),
    )


def judged_rehearsal(rehearsal: Rehearsal, findings: Sequence[AuditFinding]) -> JudgedRehearsal:
    """A rehearsal after what people said since.

    Args:
        rehearsal: As it was kept.
        findings: All findings of the audit, with what people said.
    """
    keys = tuple(part.finding for part in rehearsal.findings)
    known = bool(rehearsal.to_mend) or rehearsal.outcome == "nothing to mend"
    since = judged_since(rehearsal.to_mend or keys, findings)
    if not known:  # in results of earlier programs
        since = JudgedSince(since.withdrawn)
    gone = {finding.key for finding in since.withdrawn}
    left = tuple(part for part in rehearsal.findings if part.finding not in gone)
    if len(left) == len(rehearsal.findings):
        return JudgedRehearsal(rehearsal, since)
    outcome = outcome_of(left) if left else "nothing to mend"
    return JudgedRehearsal(replace(rehearsal, findings=left, outcome=outcome), since)
