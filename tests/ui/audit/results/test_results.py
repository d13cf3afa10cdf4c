"""Where a place is in the photos of a finished audit."""

from __future__ import annotations

from dataclasses import replace

from fake_audit import area_row, cover_outcome, photo_row
from fake_audit import finished as finished_photo

from saliency.audit.evidence.findings import findings
from saliency.audit.evidence.guess_groups import guess_groups
from ui.audit.results.results import AuditedPhoto


def test_where_a_findings_place_is_in_a_photo():
    row = photo_row(0, areas=(area_row("badge", cover_outcome(True)),))
    photo, groups = AuditedPhoto(0, row, True, ()), guess_groups([finished_photo(0, row)])
    (named,) = findings(groups, [], {})
    assert photo.place(named) == row.areas[0].box
    assert photo.place(replace(named, place="tag")) is None
    assert photo.place(replace(named, box=(0.1, 0.2, 0.3, 0.4))) == (0.1, 0.2, 0.3, 0.4)
    assert photo.place(None) is None
