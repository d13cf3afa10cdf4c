"""What is kept of photos for the set as a whole: with their rows; and jobs of earlier programs without."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from corner import RECIPE, SIDE, tags
from corner import Corner as CornerModule
from photo_set import JUDGE, audited, begun, gather, make_set
from torch import nn

from saliency.audit import Job, audit
from saliency.audit.evidence.traces import vector
from saliency.audit.job_files import DATABASE
from saliency.audit.reports.files import FINDINGS, write
from saliency.classifier import Classifier, yes_no_classifier, yes_no_question
from saliency.photo.reading import read_photo
from saliency.prepared_photo import PreparedPhoto


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory):
    return gather(make_set(tmp_path_factory.mktemp("set") / "photos", bright=6, dark=4), labels="folders")


def test_they_are_kept_with_the_rows(source, tmp_path: Path) -> None:
    hygiene = audited(tmp_path, source, controls=2).hygiene
    assert (hygiene.photos, hygiene.with_neighbours, hygiene.labelled) == (10, 10, 10)
    with Job(tmp_path) as job:
        traces = list(job.traces())
    assert [trace.number for trace in traces] == [*range(6), *range(7, 11)], "one is broken"
    assert {trace.origin.form for trace in traces} == {"PNG"}
    assert all(trace.vector.dtype == np.float16 for trace in traces)
    assert all(
        float(np.linalg.norm(trace.vector.astype(float))) == pytest.approx(1, abs=0.01) for trace in traces
    )


def test_a_job_of_an_earlier_program_goes_on_and_says_so(source, tmp_path: Path) -> None:
    audited(tmp_path, source, controls=2)
    with sqlite3.connect(tmp_path / DATABASE) as base:
        base.execute("DROP TABLE traces")
    base.close()
    with Job(tmp_path, alone=False) as job:
        assert len(list(job.finished())) == 11
    with begun(tmp_path, source, controls=2) as job:
        result = audit(job, JUDGE, source.folder)
        write(job, result, tmp_path)
    assert (result.hygiene.photos, result.hygiene.with_neighbours) == (10, 0)
    assert result.hygiene.doubtful == ()
    assert json.loads((tmp_path / FINDINGS).read_text())["hygiene"]["with_neighbours"] == 0


class Small(nn.Module):
    """A convolution, the mean over all places, three classes."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Conv2d(3, 5, 3, padding=1)
        self.head = nn.Linear(5, 3)

    def forward(self, x):
        return self.head(self.features(x).relu().mean((2, 3)))


def prepared(classifier: Classifier) -> PreparedPhoto:
    pixels = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
    return PreparedPhoto(classifier, read_photo(pixels))


def test_a_vector_is_the_mean_of_the_last_map() -> None:
    photo = prepared(Classifier.build(Small(), RECIPE, ("a", "b", "c"), "Small", "tests"))
    mean = photo.graph.features(photo.x).values[0].mean((1, 2)).numpy()
    assert vector(photo) == pytest.approx(mean / np.linalg.norm(mean), abs=1e-3)


def test_a_model_without_maps_gives_its_scores_and_one_of_two_answers_nothing() -> None:
    scores = vector(prepared(JUDGE))
    assert scores is not None
    assert float((scores.astype(float) ** 2).sum()) == pytest.approx(1, abs=1e-3)
    asked = tags(CornerModule())
    question = yes_no_question(asked, "bright")
    assert vector(prepared(yes_no_classifier(asked, question))) is None
