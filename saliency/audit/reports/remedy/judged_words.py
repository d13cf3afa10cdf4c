"""A rehearsal after what people said since: what of it still holds, and that it is to be repeated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.remedy.judged_rehearsal import JudgedRehearsal, JudgedSince
from saliency.audit.reports.remedy.words import rehearsed, short_figure
from saliency.audit.reports.sentences import counted

WITHDRAWN = (
    "This was rehearsed before people judged that {what} is as it should be. What it showed of that is left "
    "out here; its twins still teach a model not to go by it. Rehearse it again."
)
ADDED = (
    "This was rehearsed before people judged {what}, and does not show whether that can be mended. {again}"
)
AGAIN = "Rehearse it again."
BEFORE = "Rehearsed together with {what}, before people judged that to be as it should be: rehearse it again."
_NAMED = 3  # findings


def estimates(remedy: JudgedRehearsal | None) -> Mapping[str, str]:
    """What such pictures do, a sentence by the key of its finding, as far as it still holds."""
    if remedy is None:
        return {}
    withdrawn = remedy.since.withdrawn
    more = f" {BEFORE.format(what=_listed(withdrawn))}" if withdrawn else ""
    return {key: f"{sentence}{more}" for key, sentence in rehearsed(remedy.rehearsal).items()}


def since(judged: JudgedSince, again: str = AGAIN) -> tuple[str, ...]:
    """What people said since that a rehearsal does not know of, in sentences; none without such."""
    said = []
    if judged.withdrawn:
        said.append(WITHDRAWN.format(what=_listed(judged.withdrawn)))
    if judged.added:
        said.append(ADDED.format(what=_listed(judged.added), again="" if said else again).rstrip())
    return tuple(said)


def on_slide(remedy: JudgedRehearsal | None) -> str:
    """What a rehearsal showed of what counts most, in a sentence or two; empty where it shows nothing."""
    if remedy is None or not remedy.told:
        return ""
    first, *others = remedy.rehearsal.findings
    mended = sum(other.mended for other in others)
    more = f"; it helps with {mended} of {counted(len(others), 'more finding')}" if others else ""
    again = " Judged since: rehearse again." if remedy.since.any else ""
    return f"In a rehearsal of the model's last step only, {short_figure(first)}{more}.{again}"


def _listed(findings: Sequence[AuditFinding]) -> str:
    names = list(dict.fromkeys(finding.where for finding in findings))
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"
