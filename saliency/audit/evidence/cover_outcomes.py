"""What covering an area of one photo did, as a job keeps it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from saliency.audit.evidence import rows
from saliency.audit.evidence.rows import CoverOutcome
from saliency.audit.evidence.sufficiency import Sufficiency
from saliency.checks.cover import Cover
from saliency.checks.question import Answer, ScoreQuestion
from saliency.classifier import YesNoQuestion


def cover_outcome(covered: Cover, alone: Sufficiency | None) -> CoverOutcome:
    """What covering an area did and what it does alone, as the statistics over the set need it."""
    fills = list(covered.fills.values())
    answers_by_control = zip(*(fill.controls for fill in fills), strict=True)
    changed = [not any(answer.ahead for answer in answers) for answers in answers_by_control]
    return CoverOutcome(
        finding=covered.finding,
        reason=covered.reason,
        changed=covered.before.ahead and not any(fill.after.ahead for fill in fills),
        changed_elsewhere=round(float(np.mean(changed)), 6) if changed else None,
        controls=len(changed),
        before=round(covered.before.score, 6),
        after=round(covered.after, 6),
        elsewhere=None if covered.elsewhere is None else round(covered.elsewhere, 6),
        p_value=round(covered.p_value, 4),
        enough_alone=alone is not None and alone.enough,
        stays_alone=alone is not None and alone.stays,
        stays_alone_elsewhere=None if alone is None else round(alone.stays_elsewhere, 6),
    )


def value_course(covered: Cover, asked: YesNoQuestion, question: ScoreQuestion) -> rows.ValueCourse:
    """What covering does to the number that a model of tags or of a number gives."""
    sign = 1 if question.target.index == 0 else -1  # the log-odds are those of the guess

    def mean(answers: Iterable[Answer]) -> float:
        value = float(np.mean([asked.number(sign * answer.log_odds) for answer in answers]))
        return float(f"{value:.6g}")

    controls = [control for fill in covered.fills.values() for control in fill.controls]
    return rows.ValueCourse(
        mean([covered.before]),
        mean(fill.after for fill in covered.fills.values()),
        mean(controls) if controls else None,
    )
