"""Sets of photos: folders as they come, with labels and areas."""

from __future__ import annotations

from pathlib import Path

import pytest
from photo_set import make_set

from saliency.audit.inputs.areas import UNNAMED, NamedBox
from saliency.audit.inputs.source import gather
from saliency.errors import SaliencyError


def test_labels_and_boxes(tmp_path: Path) -> None:
    folder = make_set(tmp_path / "set", bright=2, dark=1)
    labels, boxes = tmp_path / "labels.csv", tmp_path / "boxes.csv"
    labels.write_text("﻿label;file\nbright;bright/00.png\n\n", encoding="utf-8")
    boxes.write_text("file,x,y,w,h,name\n01.png,0,0,.5,.5,badge\n01.png,.5,.5,.25,.25\n", encoding="utf-8")
    source = gather(folder, labels=labels, boxes=boxes, everywhere=[NamedBox("badge", (0.5, 0, 0.25, 0.25))])
    by_file = {item.file: item for item in source.items}
    assert list(by_file) == ["bright/00.png", "bright/01.png", "broken/0.png", "dark/00.png"]
    assert by_file["bright/00.png"].label == "bright"
    assert by_file["bright/01.png"].label is None
    own = by_file["bright/01.png"].areas
    assert own == (NamedBox("badge", (0, 0, 0.5, 0.5)), NamedBox(UNNAMED, (0.5, 0.5, 0.25, 0.25)))
    assert by_file["dark/00.png"].areas == (NamedBox("badge", (0.5, 0, 0.25, 0.25)),)
    assert gather(folder, labels="folders").items[0].label == "bright"
    assert gather(folder).digest != source.digest


def test_a_set_without_photos_or_sub_folders(tmp_path: Path) -> None:
    with pytest.raises(SaliencyError, match="no photo"):
        gather(tmp_path)
    (tmp_path / "a.jpg").write_bytes(b"1")
    with pytest.raises(SaliencyError, match="sub-folders"):
        gather(tmp_path, labels="folders")
    with pytest.raises(SaliencyError, match="no folder"):
        gather(tmp_path / "gone")
