"""Why a rehearsal has nothing to mend: said only as far as the audit searched."""

from __future__ import annotations

from saliency.audit.evidence.hot_spots import LEAST
from saliency.audit.evidence.verdicts import Verdict
from saliency.audit.reports.record import AuditRecord
from saliency.audit.reports.remedy.words import NOTHING, WHAT_IT_IS
from saliency.audit.reports.summary_words import other_guesses
from saliency.audit.reports.verdict import unclear

NOT_SEARCHED = (
    "Whether there is anything to mend is not known: the audit had too few photos to look for what answers "
    f"depend on. About {2 * LEAST} photos with the same answer are needed. Add some, and audit again."
)
NOT_CLEAR = "It is not clear yet whether answers depend on {where}: look into that first."
ASKS = (
    "Say first what it is that answers “{guess}” depend on: only a person can tell whether it is the product."
)
AS_HOPED = "What answers were found to depend on is as it should be, as far as is known."
NOT_FOUND = (
    "The audit found no shortcut where it had enough photos to look; that does not show that there is none."
)
WRONG = "Wrong answers have other reasons, and need other pictures: see what to add."


def nothing(record: AuditRecord) -> str:
    """What a rehearsal is, and why there is nothing to mend, in sentences."""
    asks = next((finding for finding in record.findings if finding.asks), None)
    said = [WHAT_IT_IS, NOTHING]
    if asks is not None and asks.guess:
        said.append(ASKS.format(guess=asks.guess))
    elif questions := unclear(record):
        said.append(NOT_CLEAR.format(where=questions[0].where))
    elif any(finding.verdict is Verdict.DEPENDS for finding in record.findings):
        said.append(AS_HOPED)
    elif not record.searched and not record.findings:
        return f"{WHAT_IT_IS} {NOT_SEARCHED}"
    else:
        said.append(NOT_FOUND)
    others = other_guesses(record) if record.searched else ""
    if said[-1] == AS_HOPED and "as it should be" in others:  # it says of which answers
        said.pop()
    said.append(others)
    if record.wrong:
        said.append(WRONG)
    return " ".join(filter(None, said))
