"""Products with other surroundings on the page of a finished audit."""

from __future__ import annotations

import json
from pathlib import Path

from photo_set import METHOD
from streamlit.testing.v1 import AppTest
from surrounded import Ground, Product, boxed, classifier, make_set

from saliency.audit import audit, start
from saliency.audit.job import PHOTOS
from saliency.audit.json_types import as_json
from saliency.audit.reports import surroundings_words as words
from saliency.audit.reports.files import FINDINGS
from saliency.audit.reports.record import audit_record
from ui.audit.store import RESULTS


def draw(folder: str) -> None:
    from pathlib import Path

    from ui.audit.results import surroundings_panel
    from ui.audit.results.results import results

    found = results(Path(folder))
    for finding in found.telling:
        if finding.kind == "surroundings":
            surroundings_panel.of_finding(found, finding)
    surroundings_panel.show(found)


def finished(folder: Path, module, name: str = "product") -> Path:
    photos = make_set(folder / PHOTOS)
    judge = classifier(module)
    with start(folder, judge, boxed(photos, name, labels="folders"), method=METHOD, controls=1) as job:
        record = audit_record(audit(job, judge, photos))
    (folder / RESULTS).mkdir()
    (folder / RESULTS / FINDINGS).write_text(json.dumps(as_json(record)), encoding="utf-8")
    return folder


def drawn(folder: Path) -> AppTest:
    app = AppTest.from_function(draw, args=(str(folder),), default_timeout=30).run()
    assert not app.exception
    return app


def test_a_class_that_depends_is_shown_in_words_pictures_and_figures(tmp_path: Path) -> None:
    app = drawn(finished(tmp_path, Ground()))
    said = [element.value for element in app.markdown]
    assert f"## {words.HEADING}" in said
    assert words.SAID_ABOVE in said
    assert not any(text.startswith("### ") for text in said)  # nothing is said twice
    captions = [element.value for element in app.caption]
    assert any("marked by boxes" in text for text in captions)
    assert captions.count(words.PICTURES["other"]) == 2  # each class
    assert app.table[0].value.to_dict("list")[words.COLUMNS["other"]] == ["0 of 12", "0 of 6", "0 of 6"]


def test_one_that_does_not_is_said_in_a_line_and_shown_once(tmp_path: Path) -> None:
    app = drawn(finished(tmp_path, Product()))
    said = [element.value for element in app.markdown]
    assert "### All photos: no evidence that the surroundings carry the answer" in said
    assert [e.value for e in app.caption].count(words.PICTURES["own"]) == 1
    assert app.expander[0].label == words.OTHERS.format(count=2)


def test_without_a_product_nothing_is_drawn_and_lost_photos_are_said(tmp_path: Path) -> None:
    assert not drawn(finished(tmp_path / "badge", Ground(), "badge")).markdown
    lost = finished(tmp_path / "lost", Ground())
    for path in (lost / PHOTOS / "dot").iterdir():
        path.unlink()
    app = drawn(lost)
    assert words.PICTURES["other"] not in [element.value for element in app.caption]
    assert app.table[0].value.to_dict("list")[words.COLUMNS["other"]] == ["0 of 12", "0 of 6", "0 of 6"]
