"""What counts as found; made stricter once, after twelve audits (``docs/shortcuts.md``).

Only findings on the planted class with the verdict *depends* that nobody named count, by their kind:

* a **place** is the plant's if it covers at least half of the plant, or if at least half of it is plant, on
  average over the photos that carry one;
* a **property** is the plant's if its name says so (a word of the kind's own);
* a **thing** is the plant's if in at least half of the photos that depend on it its place there is: it covers
  at least half of the plant, or at least half of it is plant. A photo without a plant counts against it.

What is not the plant's is the *thing itself* if the audit expects it to be, as it does of the middle of the
photo; or if somebody who looked at the photos said so (``judged.json``). Of a *thing* elsewhere an audit
shows crops and asks a person what it is, without a word that something is wrong. All else is a false alarm.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.shortcuts.plants import KINDS, Mask
from saliency.audit.evidence.findings import AuditFinding
from saliency.audit.evidence.verdicts import Verdict
from saliency.photo.area import Box

PART = 0.5
"""Share of the plant, of a place, or of the photos, from which something is the plant's."""

JUDGED = Path(__file__).with_name("judged.json")
_LACK = "lack of"  # of a property that is named by what is missing


def finding_record(finding: AuditFinding, kind: str, masks: Mapping[str, Mask]) -> dict[str, Any]:
    """A finding as JSON types, with how much it is the plant's, in [0, 1].

    Args:
        finding: What an audit found.
        kind: What was planted, a key of ``KINDS``, or something else for nothing.
        masks: Where it is in each photo that carries it, by the photo's file.
    """
    summary = finding.summary
    drawn = finding.verdict == Verdict.DEPENDS and not (finding.expected or finding.asks)
    return {
        "verdict": str(finding.verdict),
        "kind": str(getattr(finding, "kind", "place")),
        "guess": finding.guess,
        "place": finding.place,
        "box": finding.box,
        "expected": finding.expected,
        "asks": finding.asks,
        "pictures": finding.pictures,
        "gathered": finding.gathered,
        "tested": summary.tested,
        "depends": summary.depends,
        "changed": summary.changed,
        "changed_elsewhere": round(summary.changed_elsewhere, 2),
        "given": summary.given,
        "enough_alone": summary.enough_alone,
        "of_plant": round(of_plant(finding, kind, masks), 3),
        "files": list(finding.files[:24]) if drawn else [],  # for the pictures of alarms
        "crops": dict(list(crops(finding).items())[:24]) if drawn else {},
    }


def of_plant(finding: AuditFinding, kind: str, masks: Mapping[str, Mask]) -> float:
    """How much a finding is the plant's, in [0, 1]: a place on average, a thing by its photos."""
    if finding.named or kind not in KINDS:
        return 0.0
    name = getattr(finding, "kind", "place")
    if name == "property":
        words = KINDS[kind].properties
        place = finding.place.casefold()
        return float(not place.startswith(_LACK) and any(word in place for word in words))
    if name == "thing":
        boxes = crops(finding)
        hits = [_hit(masks[file], box) >= PART for file, box in boxes.items() if file in masks]
        return sum(hits) / len(boxes) if boxes else 0.0
    if finding.box is None or not masks:
        return 0.0
    inside = [_cut(mask, finding.box) for mask in masks.values()]
    of_mask = np.mean([part.sum() / mask.sum() for part, mask in zip(inside, masks.values(), strict=True)])
    return float(max(of_mask, np.mean([part.mean() for part in inside])))


def crops(finding: AuditFinding) -> dict[str, Box]:
    """Where a thing is in the photos that depend on it, or in all where none does, by the photo's file."""
    boxes: dict[str, Box] = {crop.file: crop.box for crop in getattr(finding, "crops", None) or ()}
    return {file: box for file, box in boxes.items() if file in finding.files} or boxes


def found(record: Mapping[str, Any]) -> bool:
    """Whether an audit found the plant and confirmed it."""
    return any(_is_plant(record, finding) for finding in dependences(record))


def warned(record: Mapping[str, Any]) -> bool:
    """Whether it also said that this is to be looked into, and not probably the thing itself."""
    return any(_is_plant(record, finding) and not finding["expected"] for finding in dependences(record))


def dependences(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The findings of an audit on which it says that guesses depend."""
    return [finding for finding in record["findings"] if finding["verdict"] == "depends"]


def alarms(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Those of them that are neither the plant nor the thing itself, and are not only shown to a person."""
    judged = json.loads(JUDGED.read_text()) if JUDGED.is_file() else {}
    return [
        finding
        for finding in dependences(record)
        if not _is_plant(record, finding)
        and not finding["expected"]
        and not finding.get("asks", False)
        and judged.get(finding_key(record, finding)) != "the thing itself"
    ]


def finding_key(record: Mapping[str, Any], finding: Mapping[str, Any]) -> str:
    """What a finding is called in ``judged.json``."""
    where = "" if finding["box"] is None else " " + ",".join(f"{value:.2f}" for value in finding["box"])
    audit = f"{record['kind']} {record['number']:02} {record['model']}"
    return f"{audit}: {finding['guess']}, {finding['place']}{where}"


def _is_plant(record: Mapping[str, Any], finding: Mapping[str, Any]) -> bool:
    """Whether it is the plant, on which a model that was trained with it relies for the planted class."""
    planted = record["model"] == "with" and finding["guess"] == record["label"]
    return bool(planted and finding["of_plant"] >= PART)


def _hit(mask: Mask, box: Box) -> float:
    part = _cut(mask, box)
    return float(max(part.sum() / mask.sum(), part.mean())) if part.size else 0.0


def _cut(mask: Mask, box: Box) -> Mask:
    """The part of a mask in a box."""
    height, width = mask.shape
    left, right = round(box[0] * width), round((box[0] + box[2]) * width)
    top, bottom = round(box[1] * height), round((box[1] + box[3]) * height)
    return mask[top:bottom, left:right]
