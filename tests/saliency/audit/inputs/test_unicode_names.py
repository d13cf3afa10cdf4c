"""Folders and files that a Mac wrote, beside tables and masks from elsewhere: all compared in NFC."""

from __future__ import annotations

import unicodedata
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from saliency.audit.evidence.probe import right
from saliency.audit.inputs.source import gather

NAME = "caf\u00e9 cr\u00e8me"


def form(kind: str, text: str = NAME) -> str:
    return unicodedata.normalize(kind, text)


@pytest.mark.parametrize(("disk", "table"), [*product(["NFC", "NFD"], repeat=2)])
def test_photos_tables_and_masks_in_either_form(tmp_path: Path, disk: str, table: str) -> None:
    folder, masks = tmp_path / "photos" / form(disk), tmp_path / "masks" / form(table)
    folder.mkdir(parents=True)
    masks.mkdir(parents=True)
    Image.new("RGB", (8, 8)).save(folder / f"{form(disk)}.png")
    Image.new("RGB", (8, 8)).save(folder.parent / f"{form(disk)}.png")
    Image.new("L", (8, 8), 255).save(masks / f"{form(table)}.png")
    lines = f"file,label\n{form(table)}/{form(table)}.png,inside\n{form(table)}.png,outside\n"
    (tmp_path / "labels.csv").write_text(lines, encoding="utf-8")
    source = gather(tmp_path / "photos", labels=tmp_path / "labels.csv", masks=tmp_path / "masks")
    labels = {item.file.count("/"): item.label for item in source.items}
    assert labels == {1: "inside", 0: "outside"}
    assert [bool(item.areas) for item in source.items if "/" in item.file] == [True]
    assert not source.refused


@pytest.mark.parametrize(
    ("label", "guess", "answer"),
    [
        (None, "mug", None),
        ("cardigan", "Cardigan", False),
        ("Cardigan", "Cardigan", True),
        ("CARDIGAN", "Cardigan", None),  # either may be meant
        ("crane", "crane", None),  # the bird or the machine
        (form("NFD"), form("NFC"), True),
        (form("NFD").upper().replace(" ", "_"), form("NFC"), True),
        ("mug", form("NFC"), None),
    ],
)
def test_a_label_beside_a_guess(label: str | None, guess: str, answer: bool | None) -> None:
    classifier = SimpleNamespace(labels=("Cardigan", "cardigan", "crane", "crane", form("NFC")))
    assert right(classifier, label, guess) is answer
