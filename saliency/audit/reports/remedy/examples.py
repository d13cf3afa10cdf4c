"""A few photos of a rehearsal beside their twins, kept with what the model answers to these, for people."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from saliency.audit.job import Job
from saliency.audit.json_types import as_json, conforms, from_json
from saliency.audit.remedy.judged_rehearsal import JudgedRehearsal
from saliency.audit.remedy.material import Cause, Material
from saliency.audit.remedy.rehearsal import rehearsed_classifier
from saliency.audit.remedy.twins import Twin, TwinKind, TwinMaker
from saliency.audit.reports.property_words import property_words
from saliency.audit.run import Audit
from saliency.checks.fills import pixels
from saliency.classifier import Classifier
from saliency.errors import SaliencyError

FOLDER = "rehearsal-examples"
"""Where they are, in the folder of their audit."""

MOST = 6
"""Twins that are kept as examples."""

_LIST = "examples.json"
_LOOKED_THROUGH = 12  # photos that have a thing, and as many others
_LARGEST = 2**20  # bytes


@dataclass(frozen=True, slots=True)
class TwinExample:
    """A photo and its twin.

    Attributes:
        photo: The photo's file, among those of the audit.
        twin: The twin's file, in the folder of the examples.
        label: What both show.
        finding: Key of the finding that the twin is made for.
        made: How the twin was made, in words.
        before: What the model as it is answers to the twin.
        after: What it answers after the rehearsal.
    """

    photo: str
    twin: str
    label: str
    finding: str
    made: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class _Examples:
    examples: tuple[TwinExample, ...]


def make_examples(job: Job, classifier: Classifier, photos: Path, result: Audit, *, seed: int = 0) -> None:
    """Makes the examples of a job's rehearsal: of each way of making twins some, of different classes.

    Args:
        job: A job that was rehearsed.
        classifier: The model that was audited.
        photos: Where the photos are.
        result: What the audit shows, with what people said of it.
        seed: As for the rehearsal.

    Raises:
        SaliencyError: There is no rehearsal, or it was of another model.
        OSError: Nothing can be written.
    """
    after = rehearsed_classifier(job, classifier)
    material = Material.of(classifier, result, seed)
    folder = job.folder / FOLDER
    folder.mkdir(exist_ok=True)
    examples = []
    maker = TwinMaker(classifier, photos, job.settings, material)
    for place, (number, twin) in enumerate(_chosen(maker, material)):
        Image.fromarray(pixels(classifier, twin.x)).save(folder / f"{place}.png")
        answers = [model.labels[int(model.graph.logits(twin.x).argmax())] for model in (classifier, after)]
        cause = material.causes[twin.cause]
        label, key = classifier.labels[material.labels[number]], cause.finding.key
        made = _made(cause, twin.kind)
        examples.append(TwinExample(material.rows[number].file, f"{place}.png", label, key, made, *answers))
    write_examples(job.folder, examples)


def _chosen(maker: TwinMaker, material: Material) -> Iterator[tuple[int, Twin]]:
    """Twins of the learning half, as many of each way as of the others, each of another class if possible."""
    having = {number for cause in material.causes for number in cause.having}
    parts = ([n for n in material.learning if (n in having) is has] for has in (True, False))
    numbers = [number for part in parts for number in _varied(part, material)[:_LOOKED_THROUGH]]
    by_way: dict[tuple[int, TwinKind], list[tuple[int, Twin]]] = {}
    for number in numbers:
        with suppress(SaliencyError):
            for twin in maker.twins(number, maker.probe(number)):
                by_way.setdefault((twin.cause, twin.kind), []).append((number, twin))
    count = 0
    while count < MOST and any(by_way.values()):
        for twins in by_way.values():
            if twins and count < MOST:
                yield twins.pop(0)
                count += 1


def _varied(numbers: Sequence[int], material: Material) -> list[int]:
    """Photos in an order in which the first ones show different things."""
    seen: Counter[int] = Counter()
    rounds = []
    for number in numbers:
        rounds.append((seen[material.labels[number]], number))
        seen[material.labels[number]] += 1
    return [number for _, number in sorted(rounds, key=lambda pair: pair[0])]


def _made(cause: Cause, kind: TwinKind) -> str:
    """How a twin was made, in words."""
    finding = cause.finding
    where = f"{finding.where[0].upper()}{finding.where[1:]}"
    match kind:
        case "changed":
            return f"With {property_words(finding).taken}"
        case "given" if finding.kind == "property":
            return property_words(finding).given
        case "given":
            whose = f" of a photo of “{finding.guess}”" if finding.guess else " of another photo"
            return f"{where}{whose} put in"
        case "blur":
            return f"{where} covered by a blur"
        case _:
            return f"{where} covered by what is around it"


def read_examples(audit: Path) -> tuple[TwinExample, ...]:
    """The examples in the folder of an audit; none where they are missing or damaged."""
    path = audit / FOLDER / _LIST
    with suppress(OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        if path.stat().st_size <= _LARGEST:
            record: _Examples = from_json(_Examples, json.loads(path.read_text(encoding="utf-8")))
            if conforms(_Examples, record) and all(map(_inside, record.examples)):
                return record.examples
    return ()


def still_shown(examples: Sequence[TwinExample], remedy: JudgedRehearsal) -> list[TwinExample]:
    """Those of findings that are still to be mended."""
    gone = {finding.key for finding in remedy.since.withdrawn}
    return [example for example in examples if example.finding not in gone]


def write_examples(audit: Path, examples: Sequence[TwinExample]) -> None:
    """Keeps the list of examples, whole or not at all; their pictures are there already.

    Raises:
        OSError: It cannot be written.
    """
    folder = audit / FOLDER
    folder.mkdir(exist_ok=True)
    part = folder / f"{_LIST}.part"
    try:
        text = json.dumps(as_json(_Examples(tuple(examples))), ensure_ascii=False, indent=1)
        part.write_text(text, encoding="utf-8")
        part.replace(folder / _LIST)
    finally:
        part.unlink(missing_ok=True)


def _inside(example: TwinExample) -> bool:
    """Whether its files are where they are to be: a damaged list must not lead elsewhere."""
    paths = Path(example.photo), Path(example.twin)
    return not any(path.is_absolute() or ".." in path.parts for path in paths)
