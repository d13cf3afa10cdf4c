"""The checklist: a line for each kind of pictures, with empty columns to fill in."""

from __future__ import annotations

from saliency.audit.reports.shopping.batch import AS_USUAL, PhotoBatch
from saliency.audit.reports.shopping.checklist import COLUMNS, DONE, SO_FAR, UNTIL, WHO, checklist
from saliency.audit.reports.shopping.item import ShoppingItem

BATCHES = (
    PhotoBatch(25, "mug", "photos of “mug” without it", AS_USUAL),
    PhotoBatch(25, None, "photos of other things with it", AS_USUAL),
)
ITEMS = (
    ShoppingItem("training data", 25, "photos", "Add photos.", "Covering it.", "Is it?", "f1", BATCHES),
    ShoppingItem("labels", 0, "labels", "Write the labels.", "Nothing is known."),
)


def test_a_line_is_one_kind_of_pictures_with_its_step() -> None:
    first, second, labels = checklist(ITEMS, {"f1": "It fell from 58 to 4."})
    assert (first["step"], second["step"], labels["step"]) == (1, 1, 2)
    assert (first["photos"], first["they show"], first["ask first"]) == (25, "mug", "Is it?")
    assert first["in a rehearsal"] == second["in a rehearsal"] == "It fell from 58 to 4."
    assert (labels["photos"], labels["which"], labels["how"]) == ("", "labels", "Write the labels.")
    assert labels["in a rehearsal"] == ""
    for line in (first, second, labels):
        assert set(line) <= set(COLUMNS)
        assert not set(line) & {DONE, SO_FAR, WHO, UNTIL}, "for people to fill in"
