"""A finding on a thing wherever it is, on the page: its crops, a question, and its place in each photo."""

from __future__ import annotations

import json
from dataclasses import replace

from fake_audit import cover_outcome, photo_row
from handed_over import finished as finished_audit
from handed_over import kept
from stand_in import text

from saliency.audit.evidence.findings import AuditFinding, Crop
from saliency.audit.evidence.things.plans import LIKE_THIS
from saliency.audit.evidence.verdicts import Verdict, cover_summary
from saliency.audit.json_types import as_json
from saliency.audit.reports import words as report_words
from saliency.audit.reports.sentences import finding_sentence, next_step
from ui.audit.results import words
from ui.audit.results.results import AuditedPhoto
from ui.audit.store import DONE, RESULTS
from ui.words import plain

BOX = (0.25, 0.5, 0.25, 0.25)


def logo(*files: str) -> AuditFinding:
    """Answers "mug" depend on something that is in these photos."""
    summary = cover_summary([cover_outcome(True) for _ in range(8)])
    assert summary is not None
    finding = AuditFinding(
        verdict=Verdict.DEPENDS,
        kind="thing",
        guess="mug",
        place=LIKE_THIS,
        named=False,
        box=None,
        expected=False,
        pictures=12,
        gathered=8,
        summary=summary,
        q_value=0.001,
        discovered=None,
        files=files,
        crops=tuple(Crop(file, BOX) for file in files),
    )
    return replace(finding, sentence=finding_sentence(finding), next=next_step(finding))


def test_it_is_outlined_where_it_is_in_each_photo() -> None:
    finding = logo("000.jpg")
    assert AuditedPhoto(0, photo_row(0), True, ()).place(finding) == BOX
    assert AuditedPhoto(1, photo_row(1), True, ()).place(finding) is None
    assert AuditedPhoto(0, photo_row(0), True, ()).place(replace(finding, crops=None)) is None


def test_the_page_shows_its_crops_and_asks_what_it_is(page, office) -> None:
    folder = kept()
    office.begin(folder)
    assert finished_audit(folder).state == DONE
    path = folder / RESULTS / "findings.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    finding = logo(*(entry["file"] for entry in record["review"][:2]))
    assert finding.crops, "no picture to look at"
    record |= {"findings": [as_json(finding)], "depends_on": [], "unfamiliar": 0}
    path.write_text(json.dumps(record), encoding="utf-8")
    app = page().switch_page("pages/audit.py")
    app.query_params["audit"] = folder.name
    app.run()
    assert not app.exception
    said = text(app)
    assert "Answers “mug” depend on something like this" in said
    assert words.MAYBE_ITSELF in said
    assert plain(finding.next) in said
    assert report_words.CROPS in said
    app.selectbox(key="audit-what").select("finding-0").run()
    assert not app.exception
