"""What an audit shows, as far as it says what to add."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.guess_groups import GuessGroup
from saliency.audit.evidence.hygiene.set_hygiene import SetHygiene
from saliency.audit.evidence.true_classes import TrueClassRecord
from saliency.audit.evidence.wrong_photos import SharedProperty
from saliency.classifier import YesNoQuestion


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What an audit shows, as far as it says what to add."""

    true_classes: Sequence[TrueClassRecord]
    shared: Sequence[SharedProperty]
    findings: Sequence[AuditFinding]
    groups: Sequence[GuessGroup]
    unjudged: int
    classes: Sequence[str]
    question: YesNoQuestion | None = None
    hygiene: SetHygiene | None = None
