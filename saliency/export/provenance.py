"""How a result was made, in rows that people can read: method, model, weights, settings, versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from saliency.classifier import OutputKind
from saliency.export.words import FRAMINGS
from saliency.methods.registry import Method
from saliency.verdict.words import percent


def provenance(record: Mapping[str, Any], method: Method) -> dict[str, str]:
    """How a result was made, from its record (`Explanation.record`), for those who want to repeat it."""
    settings = ", ".join(f"{name} = {value}" for name, value in record["settings"].items())
    width, height = record["input_size"]
    rows = {
        "Method": f"{method.name} ({method.key})",
        "Paper": method.paper,
        "Settings": settings or "none",
        "Random seed": str(record["seed"]) if method.seeded else "",
        "Point in the model": record["layer"],
        "Model": record["model"],
        "What its numbers are": _numbers_are(record["outputs"]),
        "Weights": record["weights_source"],
        "Fingerprint of the weights (SHA-256)": record["weights_sha256"],
        "Photo": f"{record['photo']}, {record['photo_size'][0]} × {record['photo_size'][1]} pixels",
        "Given to the model as": f"{width} × {height} pixels, {FRAMINGS[record['framing']].lower()}",
        "How sure": _how_sure(record),
        "Time taken": f"{record['seconds']:.2f} s",
        "Software": ", ".join(f"{name} {version}" for name, version in record["versions"].items()),
    }
    return {name: value for name, value in rows.items() if value}


def _numbers_are(outputs: Mapping[str, Any]) -> str:
    """What a model's numbers are, from the record of its outputs; empty for scores of classes."""
    match outputs["kind"]:
        case OutputKind.LABELS:
            return f"tags of which several may be true, each given from {outputs['threshold']:g}"
        case OutputKind.YES_NO:
            return "yes or no"
        case OutputKind.SCORE:
            low, high = outputs["usual_range"]
            return f"one number, usually {low:,g} to {high:,g}"
    return ""


def _how_sure(record: Mapping[str, Any]) -> str:
    """How far a map that is drawn by chance, or added up in steps, can be relied on; empty for any other."""
    parts = [f"{record['samples']:,} trials"] if "samples" in record else []
    if "settled" in record:
        parts.append(f"{percent(record['settled'])} % of the strongest fifth surely belong there")
    if "completeness_gap" in record:
        parts.append(f"the map's sum misses the score's change by {100 * record['completeness_gap']:.1f} %")
    if "map_error" in record:
        parts.append(f"the map itself is off by at most about {percent(record['map_error'])} %")
    return "; ".join(parts)
