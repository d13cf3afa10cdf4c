"""Labels to check and copies are shown in pictures, beside what they are held against."""

from __future__ import annotations

from photo_set import JUDGE, begun, gather, make_set
from PIL import Image
from stand_in import text
from streamlit.testing.v1 import AppTest

from saliency.audit import audit
from saliency.audit.reports import set_section
from saliency.audit.reports.files import write
from saliency.audit.reports.set_sentences import HEADING
from ui.audit.results import gallery, words
from ui.audit.store import RESULTS


def panel(folder: str) -> None:
    from pathlib import Path

    from ui.audit.results import set_panel
    from ui.audit.results.results import results

    set_panel.show(results(Path(folder)), None)


def audited(folder, planted):
    photos = make_set(folder / "photos", bright=6, dark=6, broken=0)
    if planted:
        brighter = Image.open(photos / "bright" / "05.png").point(lambda value: min(255, round(1.1 * value)))
        brighter.save(photos / "dark" / "wrong.png")
    with begun(folder, gather(photos, labels="folders"), controls=2) as job:
        write(job, audit(job, JUDGE, photos), folder / RESULTS)
    return AppTest.from_function(panel, args=(str(folder),), default_timeout=60).run()


def test_a_copy_under_a_wrong_label_is_shown_beside_what_it_is_held_against(tmp_path, monkeypatch):
    app = audited(tmp_path, planted=True)
    assert not app.exception
    shown = text(app)
    for heading in (HEADING, set_section.DOUBTS, set_section.COPIES):
        assert heading in shown
    assert "Is the label right? It says “dark”; the model and" in shown
    assert "are nearly the same photo under different labels" in shown
    assert shown.count("dark/wrong.png") >= 2
    assert sum("dark/wrong.png" in image.proto.imgs[0].alt for image in app.image) == 2
    assert len(app.image) == 4
    asked = []
    monkeypatch.setattr(gallery, "open_in_explain", lambda *given: asked.append(given[1].row.file))
    doubt = next(button for button in app.button if button.key.startswith("audit-set-doubt-"))
    assert doubt.label == words.OPEN_PICTURE
    doubt.click().run()
    assert asked == ["dark/wrong.png"]


def test_a_set_without_anything_wrong_has_no_panel(tmp_path):
    app = audited(tmp_path, planted=False)
    assert not app.exception
    assert HEADING not in text(app)
