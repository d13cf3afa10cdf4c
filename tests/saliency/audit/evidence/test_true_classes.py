"""Results by what the photos show."""

from __future__ import annotations

from fake_audit import finished, photo_row

from saliency.audit.evidence.guess_groups import guess_groups
from saliency.audit.evidence.true_classes import TakenFor, judged_rows, true_class_records


def test_missed_photos_count_for_what_they_show_not_for_what_was_said() -> None:
    """All 25 guesses of “mug” were right, and five mugs were missed."""
    rows = [photo_row(n, "mug", label="Mug", right=True) for n in range(25)]
    rows += [
        photo_row(n, guess, label="mug", right=False) for n, guess in enumerate(("chair", "lamp", "lamp"), 25)
    ]
    rows += [photo_row(28, "chair", label="chair", right=True), photo_row(29, "mug", label="cup")]
    rows.append(photo_row(30, "lamp"))
    by_class = judged_rows(
        guess_groups(finished(n, row) for n, row in enumerate(rows)), ("mug", "chair", "lamp")
    )
    mug, chair = true_class_records(by_class)
    assert (mug.label, mug.photos, mug.right, mug.missed) == ("mug", 28, 25, 3)
    assert mug.taken_for == (TakenFor("lamp", 2), TakenFor("chair", 1))
    assert mug.share_right.low < 25 / 28 < mug.share_right.high
    assert (chair.label, chair.photos, chair.missed, chair.taken_for) == ("chair", 1, 0, ())
