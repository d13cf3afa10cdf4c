"""What is taken for what, in sentences: what was counted, what its maps show, and on how many photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from saliency.audit.evidence.confusions.matrix import FEWEST, Confusion, Confusions, ContrastedPhoto
from saliency.audit.evidence.contrast import ContrastOutcome
from saliency.audit.reports.sentences import counted, on_average
from saliency.classifier import YesNoQuestion

HEADING = "What is taken for what"
COLUMNS = ("The photo shows", "The answer", "Photos", "Of")
QUESTION_COLUMNS = ("True answer", "The model's answer", "Photos", "Of")
MAPS = "The colours show what speaks for the answer rather than for what the photo shows."
FEW = "These are a few photos, and no rule: look at them."
ONE = "This is one photo, and no rule: look at it."


def said(confusions: Confusions, question: YesNoQuestion | None) -> Confusions:
    """The same, with its sentences."""
    pairs = (
        replace(pair, sentence=sentence(pair, question), maps=maps_sentence(pair))
        for pair in confusions.pairs
    )
    return replace(confusions, pairs=tuple(pairs))


def sentence(pair: Confusion, question: YesNoQuestion | None = None) -> str:
    """How many photos of what got which answer."""
    some = f"{pair.photos} of {counted(pair.of, 'photo')}"
    were = "was" if pair.photos == 1 else "were"
    if question is not None:
        return f"{some} with the true answer “{pair.label}” got the answer “{pair.guess}”."
    return f"{some} of “{pair.label}” {were} called “{pair.guess}”."


def maps_sentence(pair: Confusion) -> str:
    """What the maps of the one answer rather than the other show; empty without any."""
    outcomes = [photo.outcome for photo in pair.contrasts]
    if not outcomes:
        return ""
    mapped = [outcome for outcome in outcomes if outcome.cells is not None]
    which = f"For {len(outcomes)} of these {counted(pair.photos, 'photo')}"
    if len(outcomes) == pair.photos:
        which = "For this photo" if pair.photos == 1 else f"For these {pair.photos} photos"
    drawn = f"{which}, the map of what speaks for “{pair.guess}” rather than “{pair.label}” was drawn."
    if not mapped:
        where = "it" if len(outcomes) == 1 else "any"
        return f"{drawn} No place stands out in {where}: maps do not tell why."
    tested = [outcome for outcome in mapped if outcome.overtaken is not None]
    if not tested:
        return f"{drawn} Its strongest place could not be tested. {FEW if len(outcomes) > 1 else ONE}"
    return f"{drawn} {_covered(pair, tested)} {FEW if len(outcomes) > 1 else ONE}"


def _covered(pair: Confusion, tested: Sequence[ContrastOutcome]) -> str:
    """What covering the strongest place of each map did, beside equal places elsewhere."""
    turned = sum(bool(outcome.overtaken) for outcome in tested)
    start = "With the strongest place of the map covered,"
    if not turned:
        where = "" if len(tested) == 1 else f" in all {len(tested)}"
        return f"{start} “{pair.guess}” stayed ahead{where}: that place alone does not explain it."
    said = f"{start} the model put “{pair.label}” before “{pair.guess}” in {turned} of {len(tested)}"
    shares = [o.overtaken_elsewhere for o in tested if o.overtaken_elsewhere is not None]
    if not shares:
        return f"{said}."
    elsewhere = len(tested) * sum(shares) / len(shares)
    said += f"; with equal places elsewhere covered, in {on_average(elsewhere, len(tested))}."
    if 2 * elsewhere >= turned:
        said += " Other places do much the same, so that place does not explain it."
    return said


def overtaken(pair: Confusion, photo: ContrastedPhoto) -> str:
    """What covering the strongest place of one photo's map did."""
    outcome = photo.outcome
    if outcome.cells is None:
        return "No place stands out"
    if outcome.overtaken is None:
        return "Its strongest place could not be tested"
    return f"Strongest place covered: “{pair.label if outcome.overtaken else pair.guess}” is ahead"


def worst(confusions: Confusions | None, question: YesNoQuestion | None) -> str:
    """The pair confused most, in a sentence; empty where no two photos got the same wrong answer."""
    first = None if confusions is None else confusions.pairs[0]
    return "" if first is None or first.photos < FEWEST else sentence(first, question)


def extent(confusions: Confusions) -> str:
    """How much of all confusions the matrix shows; empty where it is all."""
    if len(confusions.classes) == confusions.all_classes:
        return ""
    return (
        f"The {len(confusions.classes)} of {confusions.all_classes:,} classes that are confused most; "
        f"{confusions.inside:,} of {confusions.wrong:,} wrong answers are among them."
    )


def cell(label: str, guess: str, count: int) -> str:
    """One cell of the matrix, for screen readers and the pointer."""
    if label == guess:
        return f"{counted(count, 'photo')} of “{label}” recognised"
    return f"{counted(count, 'photo')} of “{label}” called “{guess}”"
