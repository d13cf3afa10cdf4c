"""Masks: a picture a photo that says where the thing is."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
import tifffile
from corner import SIDE
from photo_set import JUDGE, METHOD, audited, begun, gather, make_set
from PIL import Image

import models
from commands.main import main
from saliency.audit import Item, Job
from saliency.audit.inputs.areas import NamedBox, NamedMask
from saliency.audit.inputs.files import sha256_of
from saliency.audit.inputs.masks import mask_area, masks_by_photo, read_mask
from saliency.audit.json_types import as_json, from_json
from saliency.errors import SaliencyError
from saliency.photo.reading import read_photo

QUARTER = SIDE // 4


def corner(side: int = SIDE, value: int = 255) -> np.ndarray:
    """Marks the upper left corner."""
    mask = np.zeros((side, side), np.uint8)
    mask[: side // 4, : side // 4] = value
    return mask


def save(mask: np.ndarray, path: Path, **options: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(mask).save(path, **options)
    return path


def masked(folder: Path, photos: Path) -> Path:
    """A mask of the corner for each bright photo, beside which nothing is marked."""
    for photo in sorted((photos / "bright").iterdir()):
        save(corner(), folder / "bright" / photo.with_suffix(".png").name)
    return folder


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return make_set(tmp_path / "set", bright=6, dark=2, broken=0)


def areas(job: Path) -> dict[str, list[dict]]:
    with Job(job, alone=False) as opened:
        return {photo.row.file: as_json(photo.row.areas) for photo in opened.finished()}


def test_masks_are_areas_that_guesses_should_depend_on(photos: Path, tmp_path: Path) -> None:
    masks = masked(tmp_path / "masks", photos)
    source = gather(photos, masks=masks)
    found = audited(tmp_path / "job", source)
    (named,) = [finding for finding in found.findings if finding.named]
    assert (named.place, named.verdict, named.expected, named.summary.depends) == (
        "product",
        "depends",
        True,
        6,
    )
    assert found.depends == []
    rows = areas(tmp_path / "job")
    assert rows["dark/00.png"] == []
    (area,) = rows["bright/00.png"]
    assert (area["name"], area["mask"], area["box"]) == ("product", "bright/00.png", [0.0, 0.0, 0.25, 0.25])
    assert area["influence"]["share_of_area"] == pytest.approx(1 / 16)
    other = audited(tmp_path / "other", gather(photos, masks=masks, mask_name="badge"))
    assert [one.place for one in other.depends] == ["badge"]


def test_what_is_wrong_with_a_mask_is_said_of_its_photo(photos: Path, tmp_path: Path) -> None:
    masks = masked(tmp_path / "masks", photos) / "bright"
    save(corner(2 * SIDE), masks / "01.png")
    save(corner()[: SIDE // 2], masks / "02.png")
    (masks / "03.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    save(corner(value=0), masks / "04.png")
    save(np.full((SIDE, SIDE), 255, np.uint8), masks / "05.png")
    save(corner(), masks / "99.png")
    found = audited(tmp_path / "job", gather(photos, masks=tmp_path / "masks"))
    (left_out,) = found.problems
    assert left_out.file == "bright/99.png"
    assert "No photo, or more than one, fits" in left_out.problem
    rows = areas(tmp_path / "job")
    assert ["cover" in rows[f"bright/{at:02}.png"][0] for at in range(6)] == [True, True] + 4 * [False]
    said = [rows[f"bright/{at:02}.png"][0]["problem"] for at in range(2, 6)]
    expected = ("of other proportions", "could not be opened", "marks nothing", "almost the whole photo")
    assert all(words in sentence for words, sentence in zip(expected, said, strict=True))
    assert all(sentence.startswith("The mask “bright/0") for sentence in said)


@pytest.mark.parametrize(
    ("files", "names", "expected"),
    [
        (["a.jpg"], ["a.png"], {"a.jpg": "a.png"}),
        (["mugs/1.jpg", "lamps/1.jpg"], ["masks/mugs/1.png"], {"mugs/1.jpg": "masks/mugs/1.png"}),
        (["photos/mugs/1.jpg"], ["1.png"], {"photos/mugs/1.jpg": "1.png"}),
        (["a.jpg", "a.png"], ["a.png"], {"a.png": "a.png"}),
        (["mugs/1.jpg"], ["chairs/1.png", "mugs/1.png"], {"mugs/1.jpg": "mugs/1.png"}),
        (["a.jpg", "mugs/1.jpg", "lamps/1.jpg"], ["1.png", "a.png"], {"a.jpg": "a.png"}),
        (["a.jpg", "b.jpg"], ["a.png", "a.tif", "b.png"], {"b.jpg": "b.png"}),
    ],
)
def test_which_mask_is_whose(tmp_path: Path, files, names, expected) -> None:
    for name in names:
        save(corner(), tmp_path / name)
    masks, refused = masks_by_photo(files, tmp_path)
    assert masks == expected
    assert sorted(refused) == sorted(set(names) - set(expected.values()))


@pytest.mark.parametrize(
    ("mask", "name", "options"),
    [
        (corner(), "a.png", {}),
        (corner(value=1), "a.png", {}),
        (corner() > 0, "a.png", {}),
        (corner(), "a.jpg", {"quality": 90}),
        (corner().astype(np.uint16) * 257, "a.png", {}),
        (np.dstack([corner()] * 3), "a.webp", {"lossless": True}),
        (np.dstack([corner(value=0)] * 3 + [corner()]), "a.png", {}),  # a cut-out
        (np.maximum(corner(), np.where(np.eye(SIDE), 90, 0)).astype(np.uint8), "a.png", {}),
    ],
)
def test_white_is_the_area(tmp_path: Path, mask: np.ndarray, name: str, options: dict) -> None:
    marked = read_mask(save(mask, tmp_path / name, **options))
    assert np.array_equal(marked, corner() > 0)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("dtype", ["u1", "u2", "u4", "f4"])
@pytest.mark.parametrize("meaning", ["minisblack", "miniswhite"])
@pytest.mark.parametrize("values", [2, 3])
def test_tiff_masks_of_either_meaning(
    tmp_path: Path, order: str, dtype: str, meaning: str, values: int
) -> None:
    mask = corner().astype(np.float64) / 255
    if values == 3:
        mask[-1, -1] = 0.25
    mask = 1 - mask if meaning == "miniswhite" else mask
    peak = 1.0 if dtype == "f4" else float(np.iinfo(dtype).max)
    stored = (mask * peak).astype(dtype)
    tifffile.imwrite(tmp_path / "a.tif", stored, photometric=meaning, byteorder=order, metadata=None)
    assert np.array_equal(read_mask(tmp_path / "a.tif"), corner() > 0)


def test_a_mask_of_another_size_lies_where_it_should(tmp_path: Path) -> None:
    photo = read_photo(save(np.zeros((100, 150, 3), np.uint8), tmp_path / "photos" / "a.png"))
    mask = np.zeros((300, 450), np.uint8)
    mask[60:120, 150:300] = 255
    masks = tmp_path / "masks"
    masks.mkdir()
    for size in ((450, 300), (75, 50), (76, 50)):
        Image.fromarray(mask).resize(size).save(masks / "a.png")
        area = mask_area(masks, "a.png", photo, sha256_of(masks / "a.png"))
        assert area.bounds == pytest.approx((1 / 3, 0.2, 1 / 3, 0.2), abs=0.015)


def test_masks_and_boxes_together(photos: Path, tmp_path: Path) -> None:
    masks, boxes = masked(tmp_path / "masks", photos), tmp_path / "boxes.csv"
    boxes.write_text("file,x,y,w,h,name\nbright/00.png,.5,.5,.25,.25,badge\n")
    everywhere = [NamedBox("product", (0.5, 0.0, 0.25, 0.25))]
    source = gather(photos, boxes=boxes, masks=masks, everywhere=everywhere)
    by_file = {item.file: [(a.name, isinstance(a, NamedMask)) for a in item.areas] for item in source.items}
    assert by_file["bright/00.png"] == [("badge", False), ("product", True)]
    assert by_file["dark/00.png"] == [("product", False)]
    assert [from_json(Item, as_json(item)) for item in source.items] == list(source.items)
    with pytest.raises(SaliencyError, match="both a box and a mask called “badge”"):
        gather(photos, boxes=boxes, masks=masks, mask_name="badge")


def test_masks_inside_the_photos_folder_are_no_photos(photos: Path) -> None:
    source = gather(photos, masks=masked(photos / "masks", photos))
    assert len(source.items) == 8
    assert sum(bool(item.areas) for item in source.items) == 6


def test_a_changed_mask_is_another_set_and_a_moved_one_is_not(photos: Path, tmp_path: Path) -> None:
    masks = masked(tmp_path / "masks", photos)
    before = gather(photos, masks=masks)
    begun(tmp_path / "job", before).close()
    moved = Path(shutil.move(masks, tmp_path / "moved"))
    found = audited(tmp_path / "job", gather(photos, masks=moved))
    assert [one.summary.depends for one in found.findings if one.named] == [6]
    save(corner()[::-1], moved / "bright" / "00.png")
    assert gather(photos, masks=moved).digest != before.digest
    with pytest.raises(SaliencyError, match="another set of photos"):
        begun(tmp_path / "job", gather(photos, masks=moved))
    begun(tmp_path / "late", gather(photos, masks=moved)).close()
    save(corner(), moved / "bright" / "00.png")
    with Job(tmp_path / "late") as job:
        item = job.item(0)
        photo = read_photo(photos / item.file)
        with pytest.raises(SaliencyError, match="has changed"):
            item.areas[0].area(photo, job.masks)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(models, "load", lambda *_, **options: JUDGE)

    def go(*arguments: object):
        code = main(["audit", *map(str, arguments), "--method", METHOD])
        out, err = capsys.readouterr()
        return code, json.loads(out) if out else None, err

    return go


def zipped(folder: Path, path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for picture in sorted(folder.rglob("*.png")):
            archive.write(picture, picture.relative_to(folder.parent).as_posix())
    return path


def test_masks_of_an_archive_stay_with_the_job(run, photos: Path, tmp_path: Path) -> None:
    masks = masked(tmp_path / "masks", photos)
    save(corner()[: SIDE // 2], masks / "bright" / "02.png")
    archive, out = zipped(masks, tmp_path / "masks.zip"), tmp_path / "out"
    shutil.rmtree(masks)
    code, found, err = run(zipped(photos, tmp_path / "set.zip"), "--masks", archive, "--out", out)
    assert (code, found["audited"], found["verdicts"]["depends"]) == (0, 8, 1)
    assert "“product” is left out of 1 photo: bright/02.png" in err.replace("set/", "")
    assert (out / "masks" / "masks" / "bright" / "00.png").is_file()
    moved = Path(shutil.move(out, tmp_path / "moved"))
    with Job(moved) as job:
        assert job.masks == moved / "masks"
    code, again, _ = run(tmp_path / "set.zip", "--masks", archive, "--out", moved, "--resume")
    assert (code, again["verdicts"]) == (0, found["verdicts"])
    save(corner()[::-1], tmp_path / "masks" / "bright" / "00.png")
    zipped(tmp_path / "masks", archive)
    code, _, err = run(tmp_path / "set.zip", "--masks", archive, "--out", moved, "--resume")
    assert code == 2
    assert "another set of photos" in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--masks", "gone"], "no folder or ZIP “gone”"),
        (["--masks", "notes.txt"], "neither a folder nor a ZIP with masks"),
        (["--masks", "empty"], "no photo in “empty”"),
        (["--masks", "others"], "No mask in “others” fits a photo. A mask needs the name of its photo"),
        (["--masks", "others", "--mask-name", " "], "needs a name"),
        (["--mask-name", "product"], "needs --masks"),
    ],
)
def test_bad_input(run, photos: Path, tmp_path: Path, monkeypatch, arguments: list[str], says: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    Path("notes.txt").write_text("x")
    save(corner(), Path("others") / "x.png")
    code, found, err = run("set", *arguments, "--out", "out")
    assert (code, found) == (2, None)
    assert says in err
    assert "Traceback" not in err
