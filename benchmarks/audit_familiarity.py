"""What it costs an audit to say which photos a model may not know.

``python -m benchmarks.audit_familiarity FOLDER MODEL…`` takes the photos below a folder one after the other:
processor time of map and row without that question, of the question as an audit asks it (``strange``), and as
the Explain page does (``familiarity``).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch

import models
from saliency.audit.evidence.look import photo_look
from saliency.audit.evidence.probe import coarse_map
from saliency.explanation import explain
from saliency.familiarity import familiarity, strange
from saliency.photo.reading import read_photo
from saliency.prepared_photo import PreparedPhoto


def costs(model: str, files: list[Path]) -> tuple[float, float, float, int]:
    """Milliseconds a photo of row, ``strange`` and ``familiarity``, and for how many the two differ."""
    classifier = models.load(model)
    times, different = [0.0, 0.0, 0.0], 0
    for number, file in enumerate([files[0], *files]):
        begin = time.process_time()
        photo = read_photo(file)
        prepared = PreparedPhoto(classifier, photo)
        coarse_map(explain(classifier, photo, method="hires-layer-cam", prepared=prepared))
        photo_look(photo.image)
        row = time.process_time() - begin
        asked = [prepared.x, prepared.scores, prepared.framing]
        short, brief = _timed(lambda asked=asked: strange(classifier, *asked))
        long, whole = _timed(lambda asked=asked: familiarity(classifier, *asked).strange)
        if number:  # the first one warms up
            times = [total + part for total, part in zip(times, (row, short, long), strict=True)]
            different += brief is not whole
    return *(1000 * total / len(files) for total in times), different  # type: ignore[return-value]


def _timed(question: Callable[[], bool]) -> tuple[float, bool]:
    begin = time.process_time()
    answer = question()
    return time.process_time() - begin, answer


if __name__ == "__main__":
    torch.set_num_threads(1)
    photos = sorted(Path(sys.argv[1]).rglob("*.jpg"))
    for name in sys.argv[2:]:
        row, short, long, different = costs(name, photos)
        print(
            f"{name}: {len(photos)} photos, row {row:.1f} ms, strange +{short:.1f} ms ({short / row:.0%}), "
            f"familiarity +{long:.1f} ms ({long / row:.0%}), {different} different"
        )
