"""Classes whose kind of surroundings carries the answer, as findings beside all others of an audit.

One hypothesis a class: that its answers are lost in the surroundings of other classes, and not in those of
its own. It needs both tests of McNemar to be clear, so the larger of their p-values is the finding's
(an intersection-union test: Berger 1982). These p-values are adjusted together with those of places,
properties, things and named areas.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.statistics import bootstrap, exact_interval
from saliency.audit.evidence.surround import Surround
from saliency.audit.evidence.surroundings.figures import SurroundingsGroup, SurroundingsRecord
from saliency.audit.evidence.surroundings.plan import SurroundingsPlan
from saliency.audit.evidence.surroundings.record import Outcomes, ShownPhoto, shown_photos
from saliency.audit.evidence.verdicts import CoverSummary, Verdict

PLACE = "surroundings"
"""What such a finding calls what answers depend on."""


def surroundings_findings(
    plan: SurroundingsPlan, outcomes: Outcomes, record: SurroundingsRecord, *, seed: int = 0
) -> Iterator[AuditFinding]:
    """The classes of which a record says that they depend on their surroundings.

    Args:
        plan: What was asked.
        outcomes: What came of it.
        record: What that shows, its p-values adjusted together with all others of the audit.
        seed: Where the random numbers of the intervals start.
    """
    shown, _ = shown_photos(plan, outcomes)
    for group in record.depends:
        yield _finding(group, [photo for photo in shown if group.label in (None, photo.label)], seed)


def _finding(group: SurroundingsGroup, shown: Sequence[ShownPhoto], seed: int) -> AuditFinding:
    elsewhere = Surround.SAME if group.other is None else Surround.OTHER
    pairs = [photo for photo in shown if photo.hit(elsewhere) is not None]
    lost = [photo.loses(elsewhere) for photo in pairs]
    like = [photo.loses(Surround.SAME) for photo in pairs] if group.other is not None else []
    effects = [a - b for a, b in zip(lost, like or [False] * len(lost), strict=True)]
    summary = CoverSummary(
        tested=len(pairs),
        depends=sum(lost),
        changed=sum(lost),
        changed_elsewhere=float(sum(like)),
        share_that_depends=exact_interval(sum(lost), len(pairs)),
        changed_more_than_elsewhere=bootstrap(effects, seed=seed),
        enough_alone=0,
        enough_alone_elsewhere=0.0,
        share_enough_alone=exact_interval(0, len(pairs)),
        p_value=max(test.p_value for test in group.tests),
    )
    return AuditFinding(
        verdict=Verdict.DEPENDS,
        kind="surroundings",
        guess=group.label,
        place=PLACE,
        named=False,
        box=None,
        expected=False,
        pictures=group.photos,
        gathered=sum(photo.hit(Surround.SAME) is not None for photo in pairs) if like else 0,
        summary=summary,
        q_value=max(test.q_value for test in group.tests),
        discovered=None,
        files=tuple(photo.row.file for photo, gone in zip(pairs, lost, strict=True) if gone),
    )
