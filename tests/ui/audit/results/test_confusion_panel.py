"""What is taken for what: a cell leads to its photos, and to the maps of why, which are drawn once."""

from __future__ import annotations

import pytest
from photo_set import JUDGE, begun, gather, make_set
from stand_in import text
from streamlit.testing.v1 import AppTest

from saliency.audit import audit
from saliency.audit.evidence.confusions import matrix as counted
from saliency.audit.job import PHOTOS
from saliency.audit.reports import confusion_words
from saliency.audit.reports.files import write
from saliency.audit.sheet.contrasts import contrasts, known_contrasts
from saliency.errors import SaliencyError
from ui.audit import store
from ui.audit.results import confusion_panel, sheet_words
from ui.audit.store import DONE, RESULTS, AuditRequest

BEGUN = "2026-11-25T10:00:00"


def panel(folder: str, **parts: str) -> None:
    from pathlib import Path

    from ui.audit.results import confusion_panel
    from ui.audit.results.results import results
    from ui.audit.results.sheet_query import SheetAddress, asked
    from ui.session import session

    found = results(Path(folder))
    address = asked(found.folder.name, session())
    confusion_panel.show(found, SheetAddress(address.audit, {**parts, **address.parts}), session())


@pytest.fixture
def audited(home, monkeypatch):
    """Four bright pictures lie among the dark ones; which pairs are explained at once can be said."""

    def make(explained=counted.EXPLAINED):
        monkeypatch.setattr(counted, "EXPLAINED", explained)
        folder = store.make()
        photos = make_set(folder / PHOTOS, bright=10, dark=6, broken=0)
        for number in range(4):
            (photos / "bright" / f"{number:02}.png").rename(photos / "dark" / f"wrong {number}.png")
        with begun(folder, gather(photos, labels="folders"), controls=2) as job:
            write(job, audit(job, JUDGE, photos), folder / RESULTS)
        request = AuditRequest("Bright", "judge", "input-x-gradient", begun=BEGUN, days=3000, state=DONE)
        store.write(folder, request)
        monkeypatch.setattr(confusion_panel.loading, "classifier", lambda key: JUDGE)
        return folder

    return make


def test_the_worst_pair_is_explained_and_a_cell_leads_to_its_photos(audited):
    folder = audited()
    app = AppTest.from_function(panel, args=(str(folder),), default_timeout=60).run()
    assert not app.exception
    assert confusion_words.HEADING in text(app)
    assert "4 of 10 photos of “dark” were called “bright”." in text(app)
    assert "put “dark” before “bright” in 4 of 4" in text(app)
    assert sum("rather than “dark” over it" in image.proto.imgs[0].alt for image in app.image) == 4
    pairs = app.selectbox(key="audit-pair")
    assert pairs.options == [
        sheet_words.NO_PAIR,
        "“dark” taken for “bright” (4 of 10)",
    ]
    pairs.select("0").run()
    assert dict(app.query_params) == {
        "audit": folder.name, "show": "all", "label": "dark", "answer": "bright",
    }  # fmt: skip
    app.selectbox(key="audit-pair").select("").run()
    assert dict(app.query_params) == {"audit": folder.name, "show": "all"}


def test_maps_are_drawn_once_somebody_asks_and_then_kept(audited, monkeypatch):
    folder = audited(explained=0)
    app = AppTest.from_function(panel, args=(str(folder),), default_timeout=60).run()
    assert not app.image, "no pair was explained"
    chosen = {"label": "dark", "answer": "bright"}
    app = AppTest.from_function(panel, args=(str(folder),), kwargs=chosen, default_timeout=60).run()
    assert "See why “bright” rather than “dark”, for 4 photos" in text(app)
    assert not app.image
    app.button(key="run-contrast").click().run()
    assert not app.exception
    assert len(app.image) == 4
    assert len(known_contrasts(folder, range(99))) == 4
    monkeypatch.setattr(confusion_panel, "_ask", None)
    app = AppTest.from_function(panel, args=(str(folder),), kwargs=chosen, default_timeout=60).run()
    assert not app.exception
    assert len(app.image) == 4


def test_another_model_is_not_asked(audited, monkeypatch):
    folder = audited(explained=0)
    other = type("Other", (), {"digest": "0" * 64})()
    with pytest.raises(SaliencyError, match="has changed since this audit"):
        contrasts(folder, other, {0: "dark/wrong 0.png"}, "dark")


def test_nothing_where_no_answer_is_wrong_or_in_earlier_results(corner):
    app = AppTest.from_function(panel, args=(str(corner()),), default_timeout=60).run()
    assert not app.exception
    assert confusion_words.HEADING not in text(app)
