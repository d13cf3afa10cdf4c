"""What an audit says of the finding that answers depend on a product's surroundings."""

from __future__ import annotations

from saliency.audit.evidence.findings import AuditFinding
from saliency.classifier import YesNoQuestion
from saliency.verdict.advice import AreaRole

PICTURE = "In the surroundings of others, its answer is lost."
"""One picture whose answer depends on the surroundings."""

MEANING = "the surroundings of other things change the answer, those of the same kind do not"


def surroundings_sentence(finding: AuditFinding) -> str:
    """What was counted."""
    said = f"{surroundings_figure(finding)}."
    return f"{said[0].upper()}{said[1:]}"


def surroundings_figure(finding: AuditFinding) -> str:
    """The same as part of a sentence."""
    summary = finding.summary
    photos = f"“{finding.guess}” photos" if finding.guess else "photos"
    others = "things" if finding.gathered else "photos"
    lost = (
        f"in the surroundings of other {others}, {summary.changed} of {summary.tested} {photos} lose the "
        "answer that they have in their own"
    )
    if not finding.gathered:
        return lost
    kind = "" if finding.guess else " of their kind"
    return f"{lost}; in those of other {photos}{kind}, {summary.changed_elsewhere:.0f}"


def surroundings_step(
    guess: str | None, question: YesNoQuestion | None = None, role: AreaRole | None = None
) -> str:
    """What to do about it, also once a person has said whether they belong to the product."""
    if role is AreaRole.PRODUCT:
        return "Nothing to do: the surroundings belong to the product, as a person says."
    if question is not None:
        return "If only the product should count, add photos of it in other places to the training data."
    things = f"“{guess}”" if guess is not None else "each thing"
    return (
        f"The model may have learned where {things} usually stands: add photos of {things} in other "
        "places, and of other things in these, to the training data."
    )
