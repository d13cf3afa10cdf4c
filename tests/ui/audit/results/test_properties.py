"""A finding on a property of the whole picture on the page: said in full, without a place to outline."""

from __future__ import annotations

import json
from dataclasses import replace

from fake_audit import cover_outcome, finished, photo_row
from handed_over import finished as finished_audit
from handed_over import kept
from stand_in import text

from saliency.audit.evidence.findings import AuditFinding, findings
from saliency.audit.evidence.guess_groups import guess_groups
from saliency.audit.evidence.look import PhotoLook
from saliency.audit.evidence.properties.discovery import property_plans
from saliency.audit.evidence.statistics import Interval
from saliency.audit.json_types import as_json
from saliency.audit.reports.record import Dependence
from saliency.audit.reports.sentences import finding_sentence, next_step
from ui.audit.results import words
from ui.audit.results.results import AuditedPhoto
from ui.audit.store import DONE, RESULTS
from ui.words import plain


def dark_mugs() -> AuditFinding:
    """Answers "mug" depend on the darkness."""
    photos = [
        finished(
            number,
            photo_row(
                number,
                ("mug", "lamp")[number % 2],
                look=PhotoLook(0.2 + 0.5 * (number % 2) + number / 1000, 0.2, 0.1, 0.3),
            ),
        )
        for number in range(60)
    ]
    groups = guess_groups(photos)
    plans = [plan for plan in property_plans(groups) if plan.guess == "mug"]
    outcomes = {
        plan.key: {number: cover_outcome(True) for number in plan.numbers}
        | {number: cover_outcome(False, enough=True) for number in plan.others}
        for plan in plans
    }
    (finding,) = findings(groups, plans, outcomes)
    return replace(finding, sentence=finding_sentence(finding), next=next_step(finding))


def test_it_has_no_place_in_a_photo() -> None:
    finding = dark_mugs()
    photo = AuditedPhoto(0, photo_row(0), True, ())
    assert photo.place(finding) is None
    assert words.title(finding) == "Answers “mug” depend on the darkness"
    assert "makes this answer of 15 of 15 pictures" in words.certainty(finding)
    assert "would most likely be" in words.certainty(finding)
    few = replace(finding.summary, share_enough_alone=Interval(0.5, 0.0, 1.0))
    assert words.certainty(replace(finding, summary=few)).endswith(
        "These are too few to say how it is in others."
    ), "“0 to 100 %” says nothing"


def test_the_page_says_it_and_shows_pictures_of_this_kind(page, office) -> None:
    folder = kept()
    office.begin(folder)
    assert finished_audit(folder).state == DONE
    path = folder / RESULTS / "findings.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    files = tuple(row["file"] for row in record["review"][:2]) or ("none.jpg",)
    finding = replace(dark_mugs(), files=files)
    record["findings"].insert(0, as_json(finding))
    dependence = Dependence("mug", "darkness", finding.sentence, "property")
    record["depends_on"].insert(0, as_json(dependence))
    record["verdicts"]["depends"] += 1
    record["unfamiliar"] = 0
    path.write_text(json.dumps(record), encoding="utf-8")
    app = page().switch_page("pages/audit.py")
    app.query_params["audit"] = folder.name
    app.run()
    assert not app.exception
    assert "Do not rely on this model for “mug” yet: that answer depends on the darkness" in text(app)
    assert plain(finding.next) in text(app)
    assert words.PICTURES_WITH_IT in text(app)
    app.selectbox(key="audit-what").select("finding-0").run()
    assert not app.exception
