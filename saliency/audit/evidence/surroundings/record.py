"""What exchanging the surroundings of products shows, class by class.

What is counted of a photo is a *hit*: its class is given. Own surroundings are compared with those of other
classes' photos in the same photos, by the exact test of McNemar (1947): of the photos in which one of the two
is a hit and the other is not, as many of each kind are expected by chance. So are those of the same class's
photos with those of other classes' (the "background gap" of Xiao 2020): without that gap, it is any change of
surroundings that counts, and not where a class is usually seen. The p-values of all classes are adjusted
together (Benjamini and Hochberg 1995).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from scipy.stats import binomtest, false_discovery_control

from saliency.audit.evidence.findings import ENOUGH
from saliency.audit.evidence.rows import LeftOutTest, PhotoRow
from saliency.audit.evidence.statistics import exact_interval
from saliency.audit.evidence.surround import Surround, SurroundingsAnswers
from saliency.audit.evidence.surroundings.figures import (
    PairedTest,
    SurroundCount,
    SurroundingsExample,
    SurroundingsGroup,
    SurroundingsRecord,
    SurroundingsVerdict,
)
from saliency.audit.evidence.surroundings.plan import SurroundingsPlan
from saliency.audit.evidence.verdicts import FEWEST, MATERIAL

Outcomes = Mapping[int, SurroundingsAnswers | LeftOutTest]
"""What came of the tasks, by the photo's number."""


@dataclass(frozen=True, slots=True)
class ShownPhoto:
    """A photo, its class, and the answers to its product with other surroundings."""

    row: PhotoRow
    label: str
    answers: SurroundingsAnswers

    def hit(self, surround: Surround) -> bool | None:
        """Whether the class is given; ``None`` where it was not shown so."""
        guess = self.answers.guesses.get(surround)
        return None if guess is None else guess == self.label

    def loses(self, surround: Surround) -> bool:
        """Whether the class is given in its own surroundings, and not in these."""
        return bool(self.hit(Surround.OWN)) and self.hit(surround) is False


def surroundings_record(plan: SurroundingsPlan, outcomes: Outcomes) -> SurroundingsRecord | None:
    """What all of it shows; ``None`` where too few products are marked.

    Its p-values are adjusted among themselves; :func:`adjusted` does so together with others.
    """
    shown, left_out = shown_photos(plan, outcomes)
    by_label: dict[str | None, list[ShownPhoto]] = defaultdict(list)
    for photo in shown:
        by_label[photo.label].append(photo)
    parts = {label: part for label, part in by_label.items() if len(part) >= ENOUGH}
    if len(shown) >= ENOUGH and (len(by_label) > 1 or not parts):
        parts[None] = shown
    groups = [group for label, part in parts.items() if (group := _group(label, part)) is not None]
    if not groups:
        return None
    return SurroundingsRecord(
        judged=plan.judged,
        photos=len(shown),
        boxed=sum(photo.answers.boxed for photo in shown),
        left_out=left_out,
        groups=tuple(sorted(_with_verdicts(groups, ()), key=_rank)),
        marked=len(plan.rows) if len(plan.tasks) < len(plan.rows) else None,
    )


def shown_photos(plan: SurroundingsPlan, outcomes: Outcomes) -> tuple[list[ShownPhoto], int]:
    """The photos that were shown with other surroundings, and how many of those drawn could not be."""
    shown = [
        ShownPhoto(plan.rows[task.number], plan.labels[task.number], outcome)
        for task in plan.tasks
        if isinstance(outcome := outcomes.get(task.number), SurroundingsAnswers)
    ]
    return shown, len(plan.tasks) - len(shown)


def adjusted(record: SurroundingsRecord, others: Sequence[float]) -> SurroundingsRecord:
    """A record whose p-values are adjusted together with those of all else that an audit asked.

    Args:
        record: The record.
        others: The p-values of all else.
    """
    groups = sorted(_with_verdicts(record.groups, others), key=_rank)
    return replace(record, groups=tuple(groups))


def _group(label: str | None, shown: Sequence[ShownPhoto]) -> SurroundingsGroup | None:
    counts = {surround: _count(shown, surround) for surround in Surround}
    elsewhere = Surround.OTHER if counts[Surround.OTHER] is not None else Surround.SAME
    compared = _paired(shown, Surround.OWN, elsewhere)
    own = counts.pop(Surround.OWN)
    if compared is None or own is None:
        return None
    first = sorted(shown, key=lambda photo: Surround.WITHOUT not in photo.answers.guesses)
    lost = (photo for photo in first if photo.hit(Surround.OWN) and photo.hit(elsewhere) is False)
    example = next(lost, first[0])
    return SurroundingsGroup(
        label=label,
        photos=len(shown),
        own=own,
        **{str(surround): count for surround, count in counts.items()},  # type: ignore[arg-type]
        own_or_elsewhere=compared,
        same_or_other=_paired(shown, Surround.SAME, Surround.OTHER),
        example=SurroundingsExample(
            example.row.file, example.answers.guesses, example.answers.same, example.answers.other
        ),
    )


def _count(shown: Sequence[ShownPhoto], surround: Surround) -> SurroundCount | None:
    hits = [hit for photo in shown if (hit := photo.hit(surround)) is not None]
    if not hits:
        return None
    stays = sum(photo.answers.guesses.get(surround) == photo.row.guess for photo in shown)
    return SurroundCount(len(hits), sum(hits), exact_interval(sum(hits), len(hits)), stays)


def _paired(shown: Sequence[ShownPhoto], first: Surround, second: Surround) -> PairedTest | None:
    pairs = [(photo.hit(first), photo.hit(second)) for photo in shown]
    pairs = [pair for pair in pairs if None not in pair]
    lost, gained = pairs.count((True, False)), pairs.count((False, True))
    if not pairs:
        return None
    p_value = float(binomtest(lost, lost + gained).pvalue) if lost + gained else 1.0
    return PairedTest(len(pairs), lost, gained, p_value, q_value=p_value)


def _with_verdicts(groups: Sequence[SurroundingsGroup], others: Sequence[float]) -> list[SurroundingsGroup]:
    """The groups with all their p-values adjusted, together with others, and what that shows."""
    p_values = [test.p_value for group in groups for test in group.tests]
    q_values = iter(false_discovery_control([*p_values, *others]).tolist())
    judged = []
    for group in groups:
        own = replace(group.own_or_elsewhere, q_value=next(q_values))
        same = group.same_or_other and replace(group.same_or_other, q_value=next(q_values))
        verdict = _verdict(own, same)
        judged.append(replace(group, own_or_elsewhere=own, same_or_other=same, verdict=verdict))
    return judged


def _verdict(own: PairedTest, same: PairedTest | None) -> SurroundingsVerdict:
    if not own.clear or own.lost - own.gained < max(FEWEST, MATERIAL * own.photos):
        return SurroundingsVerdict.NO_EVIDENCE
    if same is None or same.clear:
        return SurroundingsVerdict.DEPENDS
    return SurroundingsVerdict.ANY_CHANGE


def _rank(group: SurroundingsGroup) -> tuple[object, ...]:
    order = list(SurroundingsVerdict).index(group.verdict)
    return group.label is not None, order, -group.photos, group.label or ""
