"""The rarer verdicts, where the truth is rendered: ``python -m benchmarks.staged_verdicts --cache FOLDER``.

Scenes with two products, and pictures with two badges, are rendered whole and without each of the two. What
the model says to those tells the right verdict: on "without it" rests whether the answer depends on an area,
on "nothing but it" and "neither" whether either is enough. Every second scene was looked at while verdicts
were chosen (even numbers), the others confirm. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch

import models
from benchmarks.checks import photo_of, products
from benchmarks.machine import description
from benchmarks.rendered import add_cache, unseen_pictures
from benchmarks.staged import staged
from benchmarks.tables import line
from models.showroom.rendering.badge import GIVEN_AWAY, with_badge
from saliency.checks.check import area_test
from saliency.checks.cover import MATERIAL, SMALL
from saliency.checks.paste import Sample, paste
from saliency.checks.probe import AreaProbe
from saliency.checks.question import Answer, ScoreQuestion
from saliency.classifier import Classifier
from saliency.photo.area import Area
from saliency.prepared_photo import PreparedPhoto
from saliency.verdict import words
from saliency.verdict.conclusion import Conclusion, conclude
from saliency.verdict.evidence import Verdict

AGAINST = "speaks against it"
"""“Does not depend”, with more to say: the answer is surer without the area."""

_PASTED = 3  # pictures that each area is pasted into
_HALF = 0.5


@dataclass(frozen=True, eq=False)
class Case:
    """An area of a picture, with what the model says to the same picture without it, and so on.

    Attributes:
        name: What kind of case it is.
        number: Of the scene; odd ones confirm.
        probe: The area, and what is asked.
        without: What it says without what the area shows.
        alone: With nothing but that.
        neither: With neither that nor the other.
        product: Whether it is a product.
    """

    name: str
    number: int
    probe: AreaProbe
    without: Answer
    alone: Answer
    neither: Answer
    product: bool

    @property
    def truth(self) -> str:
        """The right verdict."""
        whole = self.probe.question.before
        if not whole.ahead:
            return AGAINST if self.without.score >= MATERIAL > whole.score else ""
        fall = 1 - self.without.score / whole.score
        if not self.without.ahead or fall > _HALF:
            return Verdict.DEPENDS
        if fall >= SMALL:
            return Verdict.PARTLY
        return Verdict.EITHER if self.alone.ahead and not self.neither.ahead else Verdict.DOES_NOT


def two_products(classifier: Classifier, cache: Path, numbers: range, *, alike: bool) -> Iterator[Case]:
    """The outlines of both products, asked for the model's own answer and for that of the other product."""
    name = "two products of one class" if alike else "two products of two classes"
    for scene in staged(cache, numbers, alike=alike):
        prepared = PreparedPhoto(classifier, photo_of(scene.both, f"{scene.seed}"))
        if prepared.scores[0].label not in scene.labels:
            continue
        for index, others in enumerate(((scene.second, scene.first), (scene.first, scene.second))):
            area = Area.outline(scene.outlines[index], prepared.photo)
            for target in dict.fromkeys([prepared.scores[0].label, *scene.labels]):
                question = ScoreQuestion.of(prepared, target)
                if not question.before.ahead and target == scene.labels[index]:
                    continue  # of a class that is not the answer only what stands in its way is asked
                answers = [_answer(question, pixels) for pixels in (*others, scene.neither)]
                kind = name if question.before.ahead else "the other product's class, the first covered"
                yield Case(kind, scene.seed // 2, AreaProbe.of(question, area), *answers, product=True)


def two_badges(classifier: Classifier, cache: Path, span: range) -> Iterator[Case]:
    """The boxes of two badges, one in each lower corner, where the model takes the product for a mug."""
    for number, product in enumerate(products(unseen_pictures(cache), span)):
        bare = product.photo.pixels
        right, box = with_badge(bare, product.row)
        left = with_badge(bare[:, ::-1], product.row + 1)[0][:, ::-1]
        both = with_badge(left, product.row)[0]
        prepared = PreparedPhoto(classifier, photo_of(np.ascontiguousarray(both), product.photo.name))
        if product.label == GIVEN_AWAY or prepared.scores[0].label != GIVEN_AWAY:
            continue
        question = ScoreQuestion.of(prepared)
        answers = [_answer(question, pixels) for pixels in (left, right, bare)]
        yield Case("two badges", number, AreaProbe.of(question, Area.box(*box)), *answers, product=False)


def _answer(question: ScoreQuestion, pixels: np.ndarray) -> Answer:
    """What the model says to another picture when asked the same."""
    classifier = question.prepared.classifier
    x = PreparedPhoto(classifier, photo_of(np.ascontiguousarray(pixels), "other")).x
    return question.answers(classifier.graph.logits(x))[0]


def verdict_of(case: Case, samples: list[Sample]) -> tuple[str, Conclusion]:
    """What the tests of the area come to."""
    test = area_test(case.probe)
    pasted = paste(case.probe, [], samples=samples)
    conclusion = conclude(case.probe, cover=test.cover, keep=test.keep, paste=pasted, product=case.product)
    against = conclusion.advice == words.ADVICE["against"]
    return AGAINST if against else str(conclusion.verdict), conclusion


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.staged_verdicts", description=__doc__)
    add_cache(parser)
    parser.add_argument("--scenes", type=int, default=40, help="with two products of one class; half of two")
    parser.add_argument("--badges", type=int, default=40, help="pictures to put two badges on")
    parser.add_argument("--json", type=Path, help="where to write every case")
    options = parser.parse_args()
    torch.set_num_threads(1)
    sound, twin = models.load(models.SHOWROOM), models.load(models.SHORTCUT)
    store = unseen_pictures(options.cache)
    samples = [Sample(p.photo, p.label) for p in islice(products(store, range(1000, 1078)), _PASTED)]
    counts: dict[tuple[str, str, int], Counter[str]] = defaultdict(Counter)
    cases = []
    for model, stream in (
        ("Showroom", two_products(sound, options.cache, range(options.scenes), alike=True)),
        ("Showroom", two_products(sound, options.cache, range(options.scenes // 2), alike=False)),
        ("twin", two_badges(twin, options.cache, range(options.badges))),
    ):
        for case in stream:
            if not case.truth:
                continue
            verdict, conclusion = verdict_of(case, samples)
            counts[f"{model}: {case.name}", case.truth, case.number % 2][verdict] += 1
            answers = {part: getattr(case, part).score for part in ("without", "alone", "neither")}
            cases.append(
                {"case": case.name, "number": case.number, "truth": case.truth, "verdict": verdict}
                | {"whole": case.probe.question.before.score, **answers, "because": conclusion.because}
                | {"evidence": [entry.sentence for entry in conclusion.evidence]}
            )
    print(f"{description()}\n\n| | truth | right, looked at | right, confirming | verdicts |")
    print("|---|---|--:|--:|---|")
    for name, truth in dict.fromkeys(key[:2] for key in counts):
        halves = [counts[name, truth, half] for half in (0, 1)]
        accepted = (truth, AGAINST) if truth == Verdict.DOES_NOT else (truth,)
        right = [f"{sum(half[verdict] for verdict in accepted)} of {half.total()}" for half in halves]
        verdicts = ", ".join(f"{verdict} {count}" for verdict, count in sum(halves, Counter()).most_common())
        print(line([name, f"“{truth}”", *right, verdicts]))
    if options.json:
        options.json.write_text(json.dumps(cases, indent=1) + "\n")


if __name__ == "__main__":
    main()
