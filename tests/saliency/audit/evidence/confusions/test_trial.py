"""Why one answer rather than another: the map finds what decides it, and covering that turns the answer."""

from __future__ import annotations

import json

import pytest
from photo_set import JUDGE, audited, begun, gather, make_set
from pypdf import PdfReader

from saliency.audit import audit
from saliency.audit.evidence.confusions.trial import ContrastTrial
from saliency.audit.evidence.probe import PhotoProbe
from saliency.audit.reports import confusion_words as words
from saliency.audit.reports.files import write
from saliency.errors import SaliencyError
from saliency.photo.reading import read_photo


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """Four pictures with a white corner lie among the dark ones."""
    folder = make_set(tmp_path_factory.mktemp("set") / "photos", bright=10, dark=6, broken=0)
    for number in range(4):
        (folder / "bright" / f"{number:02}.png").rename(folder / "dark" / f"wrong {number}.png")
    return folder


def test_the_map_of_the_lead_lies_where_the_answer_is_decided(photos, tmp_path):
    with begun(tmp_path, gather(photos, labels="folders")) as job:
        probe = PhotoProbe.of(JUDGE, read_photo(photos / "dark" / "wrong 0.png"), job.settings)
    found = ContrastTrial("dark").outcome(probe)
    assert (found.guess, found.rather_than) == ("bright", "dark")
    assert found.lead > 0
    cells = [
        (value, row, column) for row, line in enumerate(found.cells) for column, value in enumerate(line)
    ]
    _, row, column = max(cells)
    assert max(row, column) < 6, "the upper left corner"
    assert found.box[0] < 0.3
    assert found.box[1] < 0.3
    assert found.overtaken
    assert found.overtaken_elsewhere < 0.5
    assert ContrastTrial("dark").outcome(probe) == found
    with pytest.raises(SaliencyError, match="no class"):
        ContrastTrial("grey").outcome(probe)


def test_it_is_in_every_report_and_computed_once(photos, tmp_path, monkeypatch):
    source = gather(photos, labels="folders")
    first = audited(tmp_path, source, controls=2)
    pair = first.confusions.pairs[0]
    assert (pair.label, pair.guess, pair.photos, pair.of) == ("dark", "bright", 4, 10)
    assert len(pair.contrasts) == 4
    monkeypatch.setattr(ContrastTrial, "outcome", None)
    with begun(tmp_path, source, controls=2) as job:
        again = audit(job, JUDGE, photos)
        assert again.confusions == first.confusions, "nothing is asked twice"
        write(job, again, tmp_path / "results", photos)
    record = json.loads((tmp_path / "results" / "findings.json").read_text())
    sentence = "4 of 10 photos of “dark” were called “bright”."
    assert record["confusions"]["pairs"][0]["sentence"] == sentence
    assert len(record["confusions"]["pairs"][0]["contrasts"][0]["cells"]) == 16
    page = (tmp_path / "results" / "report.html").read_text()
    assert words.HEADING in page
    assert sentence in page
    assert page.count("Strongest place covered: “dark” is ahead") == 4
    said = " ".join(
        " ".join(
            sheet.extract_text() for sheet in PdfReader(tmp_path / "results" / "report.pdf").pages
        ).split()
    )
    assert words.HEADING in said
    assert sentence in said
