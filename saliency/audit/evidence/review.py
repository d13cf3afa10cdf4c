"""Pictures worth a person's eyes, most suspicious first, each with its reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from saliency.agreement import AgreementLevel
from saliency.audit.evidence import sentences
from saliency.audit.evidence.findings import ALL, AuditFinding
from saliency.audit.evidence.guess_groups import Class
from saliency.audit.evidence.verdicts import Verdict
from saliency.checks.cover import Finding

UNDECIDED = 0.4  # score of the top guess

Reason = tuple[float, str]
"""Weight and sentence."""


def review(
    groups: Sequence[Class], found: Sequence[AuditFinding], tests: Mapping[str, Mapping[int, Any]]
) -> list[dict[str, Any]]:
    """The pictures that have a reason, by the sum of their reasons' weights."""
    listed = []
    for group in groups:
        shortcuts = [
            one
            for one in found
            if one.guess in (group.guess, ALL) and one.verdict is Verdict.DEPENDS and not one.expected
        ]
        reasons: dict[int, list[Reason]] = {at: _own(row) for at, row in group.rows.items()}
        for one in {(known.place, known.box): known for known in shortcuts}.values():
            for at, reason in (_named(group, one) if one.named else _spot(group, one, tests)).items():
                reasons[at].append(reason)
        for at, given in reasons.items():
            if given:
                listed.append(_entry(group.rows[at], given))
    return sorted(listed, key=lambda entry: (-entry["weight"], entry["file"]))


def _entry(row: Mapping[str, Any], given: Sequence[Reason]) -> dict[str, Any]:
    ordered = sorted(given, key=lambda reason: -reason[0])
    return {
        "file": row["file"],
        "guess": row["guess"],
        "score": row["scores"][0]["score"],
        "label": row["label"],
        "right": row["right"],
        "weight": round(sum(weight for weight, _ in given), 3),
        "reasons": [sentence for _, sentence in ordered],
    }


def _own(row: Mapping[str, Any]) -> list[Reason]:
    """Reasons that a picture has by itself."""
    score = row["scores"][0]["score"]
    found: list[Reason] = []
    if row["right"] is False:
        found.append((1 + score, sentences.wrong(row["guess"], score, row["label"])))
    second = row["second_view"]
    if second is not None and second["verdict"] == AgreementLevel.DISAGREE:
        found.append((0.5, sentences.DISAGREE))
    if score < UNDECIDED:
        found.append((0.4, sentences.undecided(score)))
    if row["unknown"] and row["right"] is None:  # a label that the model has says that it does know it
        found.append((0.3, sentences.UNKNOWN))
    if row["map"] != "spots":
        found.append((0.2, sentences.EMPTY))
    return found


def _named(group: Class, one: AuditFinding) -> dict[int, Reason]:
    found = {}
    for at, row in group.rows.items():
        for area in row["areas"]:
            cover = area.get("cover")
            if area["name"] == one.place and cover and cover["finding"] == Finding.DEPENDS:
                found[at] = (2.0, sentences.covered(one.place, changed=cover["changed"]))
    return found


def _spot(group: Class, one: AuditFinding, tests: Mapping[str, Mapping[int, Any]]) -> dict[int, Reason]:
    """Pictures that depend on a spot, and those not tested whose influence gathers there."""
    assert one.spot is not None
    rows = tests.get(one.spot.key, {})
    found: dict[int, Reason] = {}
    for at in group.gathered(sorted(group.cells), one.spot.box):
        if at not in rows:
            found[at] = (1.0, sentences.alike(one.place))
        elif rows[at].get("finding") == Finding.DEPENDS:
            found[at] = (2.0, sentences.covered(one.place, changed=rows[at]["changed"]))
    return found
