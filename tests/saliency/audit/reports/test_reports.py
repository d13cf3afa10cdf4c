"""The reports of an audit: figures that agree with the record, whatever the names and however few photos."""

from __future__ import annotations

import csv
import datetime
import html
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from fake_audit import SETTINGS, fake, photo_row
from PIL import Image
from pypdf import PageObject, PdfReader
from reportlab.lib.pagesizes import A4

from saliency.audit.evidence.hot_spots import LEAST
from saliency.audit.evidence.statistics import Interval
from saliency.audit.evidence.true_classes import TrueClassRecord
from saliency.audit.evidence.verdicts import Verdict
from saliency.audit.reports import files, key_figures, method, pictures, summary_words, unjudged_words, words
from saliency.audit.reports import slide as slides
from saliency.audit.reports.answers import HOW_GOOD, WHAT_TO_ADD, WHY_WRONG
from saliency.audit.reports.brief_names import named
from saliency.audit.reports.files import write
from saliency.audit.reports.pdf_page import SIDE as MARGIN
from saliency.audit.reports.record import (
    LIMITS,
    AuditRecord,
    Dependence,
    GuessRecord,
    audit_record,
)
from saliency.audit.reports.sentences import brief, on_average
from saliency.audit.reports.shopping.checklist import COLUMNS
from saliency.audit.reports.unjudged_labels import UnjudgedLabel, unknown_labels
from saliency.audit.reports.verdict import audit_verdict
from saliency.errors import SaliencyError
from saliency.export.page import BOTTOM, SIDE, TOP
from saliency.familiarity import Footing
from saliency.verdict.advice import Merit
from saliency.verdict.words import SCORE_MEANS, score

DAY = datetime.date(2026, 3, 9)
FORBIDDEN = re.compile(
    r"looks at|thinks|because|proves|confidence|\bfair\b|\bsafe\b|tensor|\blayer|logit|compliant",
    re.IGNORECASE,
)
FILES = ("report.pdf", "report.html", "slide.png")


def flat(text: str) -> str:
    """Text without regard to where lines break."""
    return " ".join(text.replace("\u00a0", " ").split())


class Made:
    """The files that an audit wrote, read again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.findings = json.loads((folder / "findings.json").read_text())
        with (folder / "results.csv").open(newline="") as file:
            self.table = list(csv.DictReader(file))
        self.source = (folder / "report.html").read_text()
        page = re.sub(r"<(style|title)>.*?</\1>", " ", self.source, flags=re.DOTALL)
        self.page = flat(html.unescape(re.sub(r"<[^>]+>", " ", page)))
        self.sheets = [flat(page.extract_text()) for page in PdfReader(folder / "report.pdf").pages]
        self.paper = " ".join(self.sheets)


def made(tmp_path: Path, count: int, *, photos: bool = True, name: str = "Mugs", **more) -> Made:
    job, audit = fake(tmp_path / "job", tmp_path / "photos", count, **more)
    with job:
        write(job, audit, tmp_path / "out", tmp_path / "photos" if photos else None, name, date=DAY)
    return Made(tmp_path / "out")


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Made:
    broken = [("odd & broken.png", "This file is incomplete.")]
    return made(
        tmp_path_factory.mktemp("usual"), 64, guesses=("mug", "lamp"), area="badge & tag", broken=broken
    )


def test_every_figure_is_that_of_the_record(usual: Made) -> None:
    f = usual.findings
    assert {one["state"] for one in usual.table} == {"done"}
    right = sum(one["right"] == "yes" for one in usual.table)
    assert (f["audited"], f["right"], f["wrong"]) == (64, right, 64 - right)
    assert f["verdicts"]["depends"] == 5
    for text in (usual.sheets[0], usual.page):
        for said in (
            f"{f['audited']} of {f['photos']} photos audited",
            f"{f['left_out_count']} left out",
            f"{f['right']} right answers",
            f"{f['wrong']} wrong answers to look at",
            f"{len({one['place'] for one in f['depends_on']})} places to look into first",
        ):
            assert said in text
    for text in (usual.paper, usual.page):
        for one in f["findings"]:
            assert one["sentence"] in text
            assert one["next"] in text
            share = one["share_that_depends"]
            interval = (
                f"{100 * share['mean']:.0f} % ({100 * share['low']:.0f} to {100 * share['high']:.0f} %)"
            )
            assert f"Score depends on it {one['depends']} of {one['tested']}: {interval}" in text
            assert f"place covered {one['changed']} of {one['tested']}" in text
            assert on_average(one["changed_elsewhere"], one["tested"]) in text
        for one in f["classes"]:
            row = f"{one['guess']} {one['pictures']} {one['right']} {one['wrong']} {one['with_map']}"
            assert row in text
            assert words.peak(one["with_map"], one["average_map"]["peak_in_standard_errors"]) in text
        assert f"12 of {len(f['review'])} pictures shown" in text
        for one in f["true_classes"]:
            share = f"{one['right']} of {one['photos']} ({100 * one['share_right']['mean']:.0f} %)"
            assert f"{one['label']} {one['photos']} {share} {one['missed']}" in text
        for item in f["shopping_list"]:
            assert item["what"] in text
            assert item["reason"] in text
            for batch in (
                item["batches"] if len(item["batches"]) > 1 and item["to"] == "training data" else ()
            ):
                assert f"about {batch['photos']} {batch['which']} {batch['how']}" in text
        for entry in f["review"]:
            if entry["kind"] == "wrong":
                assert f"{entry['file']} {entry['label']} {entry['guess']} {score(entry['score'])}" in text
        assert LIMITS in text


def test_the_plan_is_a_page_of_its_own_and_a_checklist(usual: Made) -> None:
    (sheet,) = [sheet for sheet in usual.sheets if words.CHECKLIST in sheet]
    assert words.EYES not in sheet
    content = (usual.folder / "checklist.csv").read_text(encoding="utf-8")
    lines = list(csv.DictReader(content.splitlines()))
    assert tuple(lines[0]) == COLUMNS
    items = usual.findings["shopping_list"]
    assert len(lines) == sum(max(1, len(item["batches"])) for item in items)
    assert {int(line["step"]) for line in lines} == set(range(1, len(items) + 1))
    for item in items:
        photos = [int(line["photos"]) for line in lines if line["finding"] == item.get("finding", "")]
        assert not item.get("finding") or sum(photos) == 2 * item["photos"]


def test_the_first_page_is_the_summary(usual: Made) -> None:
    first = usual.sheets[0]
    assert (
        "Mugs Do not rely on this model yet: its answers depend on “badge & tag”, and 1 more "
        "place to look into" in first
    )
    assert "Model: A model · View: Grad-CAM · 9 March 2026" in first
    for question, key in ((HOW_GOOD, "how_good"), (WHY_WRONG, "why_wrong"), (WHAT_TO_ADD, "what_to_add")):
        assert f"{question} {' '.join(usual.findings['answers'][key].split())}" in first
    assert (
        first.index(HOW_GOOD) < first.index(WHY_WRONG) < first.index(WHAT_TO_ADD) < first.index("● Depends")
    )
    assert first.count("● Depends: covering this place changes the answer, covering others does not") == 3
    assert "Further on: 2 more findings." in first
    assert SCORE_MEANS in first
    assert LIMITS in first
    assert (
        len(PdfReader(usual.folder / "report.pdf").pages[0].images) == 3
    )  # a picture, a wrong one, the colour bar
    assert "Findings in detail" not in first
    assert "Mugs Spotlight audit" in usual.sheets[1]
    for number, sheet in enumerate(usual.sheets, 1):
        assert f"{number} of {len(usual.sheets)}" in sheet


def test_reasons_method_and_provenance_are_there(usual: Made) -> None:
    for text in (usual.paper, usual.page):
        assert "odd & broken.png This file is incomplete." in text
        assert "Benjamini and Hochberg (1995)" in text
        assert "ab" * 8 in text.replace(" ", "")
        assert "more influence (this picture only)" in text
        for entry in usual.findings["review"][:12]:
            assert entry["reasons"][0] in text
        assert not FORBIDDEN.search(text.replace(LIMITS, ""))


def test_the_page_stands_alone(usual: Made) -> None:
    source = usual.source
    assert not re.search(r"<script|<link|@import|url\(|http://|https://", source)
    assert set(re.findall(r'(?:src|href)="([a-z]+:|#)', source)) <= {"data:", "#"}
    assert "default-src 'none'" in source
    assert "prefers-color-scheme: dark" in source
    assert "@media print" in source
    assert not re.search(r"<img(?![^>]*\balt=)", source)
    targets = set(re.findall(r'href="#([^"]+)"', source))
    assert targets <= set(re.findall(r'id="([^"]+)"', source))


def test_the_slide_is_a_slide_and_its_margins_are_white(usual: Made) -> None:
    with Image.open(usual.folder / "slide.png") as slide:
        pixels = np.asarray(slide)
    assert pixels.shape == (1080, 1920, 3)
    for margin in (pixels[:TOP], pixels[-BOTTOM:], pixels[:, : SIDE - 1], pixels[:, -SIDE + 1 :]):
        assert margin.min() == 255


@pytest.mark.parametrize("count", [0, 1, 8])
def test_few_photos(tmp_path: Path, count: int) -> None:
    few = made(tmp_path, count, broken=[("a.png", "This file is incomplete.")])
    for text in (few.sheets[0], few.page):
        assert f"{count} of {count + 1} photo" in text
        said = {
            0: "No photo could be audited",
            1: "too few photos to rely on",
            8: "not what its answers depend on",
        }
        assert said[count] in text
        assert "0 places to look into" not in " ".join(text.split()), "none could be looked for"
        assert LIMITS in text
    assert f"1 of {len(few.sheets)}" in few.sheets[0]


def test_nothing_found_and_no_labels(tmp_path: Path) -> None:
    none = made(tmp_path, 40, found=False, labels=False)
    assert none.findings["findings"] == []
    for text in (none.sheets[0], none.page):
        assert "No place stood out to be tested" in text
        assert "does not show that there is nothing to find" in text
        assert "right answer" not in text


def test_text_from_outside_is_only_text(tmp_path: Path) -> None:
    guess, file = "<script>alert(1)</script> & co", "a <b>& {:03}\u202e.png"
    odd = made(tmp_path, 32, guesses=(guess,), file=file.format, name="<i>Audit</i> & more")
    assert "<script" not in odd.source
    assert "<i>" not in odd.source
    for text in (odd.paper, odd.page):
        assert guess in text
        assert "<i>Audit</i> & more" in text
        assert re.search(r"a <b>& \d{3}", text)


@pytest.mark.slow
def test_long_and_foreign_names_stay_on_the_page(tmp_path: Path) -> None:
    guesses = ("a very long label " * 12, "x" * 150, "Кружка", "كوب القهوة", "コーヒーカップ")
    odd = made(
        tmp_path,
        90,
        guesses=guesses,
        file=("folder/" + "name-" * 40 + "{:03}.png").format,
        area="подпись " * 20,
        name="A very long name " * 20,
        broken=[("y" * 200, "This file is incomplete. " * 5)] * 70,
    )
    assert LIMITS in odd.sheets[0]  # still one page
    assert any("Findings in detail" in sheet for sheet in odd.sheets[1:15])  # after what to add
    assert "Кружка" in odd.paper
    assert "60 of 70 shown" in odd.paper
    assert words.LACKING in odd.paper
    for page in PdfReader(odd.folder / "report.pdf").pages:
        edge = float(page.mediabox.width) - SIDE / 2
        page.extract_text(visitor_text=lambda text, _, at, *__, edge=edge: _within(text, at[4], edge))
    edges = grounds(PdfReader(odd.folder / "report.pdf").pages[0])
    assert edges, "the large numbers lie on one"
    for left, right in edges:
        assert (left, right) == pytest.approx((MARGIN, A4[0] - MARGIN), abs=1), "as wide as the text"
    with Image.open(odd.folder / "slide.png") as slide:
        assert np.asarray(slide)[:, -SIDE + 1 :].min() == 255


def grounds(page: PageObject) -> list[tuple[float, float]]:
    """Left and right edges of what is behind the text of a page, in points."""
    edges = []

    def before(operator: bytes, values: list[float], place: list[float], _: object) -> None:
        if operator == b"re":
            x, _, width, _ = map(float, values)
            edges.append((place[0] * x + place[4], place[0] * (x + width) + place[4]))

    page.extract_text(visitor_operand_before=before)
    return edges


def _within(text: str, x: float, edge: float) -> None:
    assert not text.strip() or x < edge


def test_photos_that_are_missing_or_have_changed_leave_a_gap(tmp_path: Path) -> None:
    job, audit = fake(tmp_path / "job", tmp_path / "photos", 40)
    chosen = audit.findings[0].files[:2]
    (tmp_path / "photos" / chosen[0]).unlink()
    Image.new("RGB", (64, 64)).save(tmp_path / "photos" / chosen[1])
    sizes = {}
    with job:
        for kind, photos in (("some", tmp_path / "photos"), ("none", None)):
            write(job, audit, tmp_path / kind, photos, date=DAY)
            sizes[kind] = Made(tmp_path / kind)
    some, none = sizes["some"], sizes["none"]
    assert some.page.count(words.NO_PHOTO) >= 2
    assert some.paper.count(words.NO_PHOTO) >= 2
    assert "image/jpeg" in some.source
    assert "image/jpeg" not in none.source
    assert none.findings == some.findings
    assert none.page.startswith("Audit of A model")


@pytest.mark.slow
def test_the_same_audit_gives_the_same_files_but_for_the_date(tmp_path: Path) -> None:
    job, audit = fake(tmp_path / "job", tmp_path / "photos", 32)
    dates = {"one": DAY, "two": DAY, "three": DAY + datetime.timedelta(days=1)}
    with job:
        for folder, date in dates.items():
            write(job, audit, tmp_path / folder, tmp_path / "photos", date=date)
    for file in FILES:
        one, two, three = ((tmp_path / folder / file).read_bytes() for folder in dates)
        assert one == two != three
    other = (tmp_path / "three" / "report.html").read_text().replace("10 March 2026", "9 March 2026")
    assert other == (tmp_path / "one" / "report.html").read_text()


@pytest.mark.slow
def test_reports_stay_small_and_say_what_they_leave_out(tmp_path: Path) -> None:
    many = made(tmp_path, 160, guesses=[f"class {at}" for at in range(20)], size=(320, 240), area="badge")
    assert sum((many.folder / file).stat().st_size for file in FILES[:1]) < 8e6
    assert (many.folder / "report.html").stat().st_size < 8e6
    found = len(many.findings["findings"])
    assert found > 12
    for text in (many.paper, many.page):
        assert "Further findings" in text
        assert "8 of 20 answers" in text
        assert re.search(r"6 of \d+ pictures shown\. findings\.json lists all of them\.", text)


def test_nothing_is_left_behind_when_a_report_fails(tmp_path: Path, monkeypatch) -> None:
    job, audit = fake(tmp_path / "job", tmp_path / "photos", 3)
    out = tmp_path / "out"

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "write_pdf", fails)
    with job, pytest.raises(SaliencyError, match="No space left"):
        write(job, audit, out, date=DAY)
    assert not [path for path in out.iterdir() if path.suffix == ".part" or path.name == "report.pdf"]


def test_rows_are_read_one_at_a_time(tmp_path: Path, monkeypatch) -> None:
    job, audit = fake(tmp_path / "job", tmp_path / "photos", 60)
    opened: list[str] = []
    real = pictures.read_photo
    monkeypatch.setattr(pictures, "read_photo", lambda path: opened.append(path.name) or real(path))
    with job:
        write(job, audit, tmp_path / "out", tmp_path / "photos", date=DAY)
    assert len(opened) == len(set(opened)) <= 18  # a photo in several galleries is read once


def test_names_are_made_brief_in_their_middle() -> None:
    assert brief("short.png") == "short.png"
    assert brief("a" * 40 + "b" * 40, 21) == "a" * 10 + "…" + "b" * 10
    assert named("“short” is “" + "n" * 60 + "”, and “open", 11) == "“short” is “nnnnn…nnnnn”, and “open"


def test_the_main_finding_begins_with_what_it_means_and_has_the_colour_of_that() -> None:
    def found(
        places: Sequence[Dependence] = (),
        findings: Sequence = (),
        unjudged: Sequence = (),
        judged: tuple[int, int] = (0, 0),
        true: Sequence[tuple[str, int, int]] = (),
        unfamiliar: int = 0,
        **verdicts: int,
    ) -> tuple[Merit, str]:
        counts = {"depends": 0, "suggestive": 0, "no evidence": 0} | verdicts
        group = GuessRecord("mug", 9, 0, 0, 9, True, None)
        classes = tuple(
            TrueClassRecord(name, n, right, n - right, Interval(0, 0, 1), ()) for name, n, right in true
        )
        more = (SETTINGS, 0.05, tuple(findings), (group,), (), (), LIMITS, tuple(unjudged), (), classes)
        made = AuditRecord(30, 30, 0, *judged, counts, tuple(places), *more, unfamiliar=unfamiliar)
        verdict = audit_verdict(made)
        return verdict.merit, verdict.sentence

    place = SimpleNamespace(kind="place", verdict=Verdict.DEPENDS, asks=False, role=None)
    look = SimpleNamespace(kind="property", verdict=Verdict.DEPENDS, asks=False, role=None)
    corner = Dependence("mug", "lower right corner", "")
    assert found([corner]) == (
        Merit.BAD,
        "Do not rely on this model for “mug” yet: that answer depends on the lower right corner",
    )
    assert found([corner, Dependence("lamp", "middle left", "")])[1].endswith(
        ", and 1 more place to look into"
    )
    assert found([corner, Dependence("lamp", corner.place, "")])[1].endswith(", and so does 1 more answer")
    assert found([corner, Dependence(None, corner.place, "")])[1].endswith(
        "depends on the lower right corner"
    )
    assert found([Dependence(None, "badge", "")])[1] == (
        "Do not rely on this model yet: its answers depend on “badge”"
    )
    assert found([Dependence("mug", "warm tint", "", "property")])[1].endswith("depends on the warm tint")
    assert "how the thing itself looks" in found(depends=1, findings=[look])[1]
    assert found(unfamiliar=20)[0] is Merit.BAD
    badge = SimpleNamespace(
        kind="place", verdict=Verdict.SUGGESTIVE, where="“badge”", role=None, expected=False, asks=False
    )
    middle = SimpleNamespace(**vars(badge) | {"where": "the middle", "expected": True})
    assert found(suggestive=1, findings=[badge], judged=(28, 2)) == (
        Merit.MIXED,
        "28 of 30 answers are right. It is not clear yet whether answers depend on “badge”: look into that "
        "first",
    )
    classes = [("lamp", 8, 6), ("mug", 22, 22)]
    assert found(suggestive=1, findings=[middle], judged=(28, 2), true=classes)[1] == (
        "28 of 30 answers are right: look at “lamp” first, 2 of its 8 photos were not recognised"
    ), "what probably is the thing itself is no question"
    assert "thing itself" in found(depends=1, findings=[place])[1]
    assert found(findings=[place]) == (
        Merit.OPEN,
        "No evidence that answers depend on a place that was tested",
    )
    assert "No place stood out" in found()[1]
    lacking = [UnjudgedLabel("cup", 9, False, ())]
    assert "none of the labels" in found(findings=[place], unjudged=lacking)[1]
    assert "depends on the lower right" in found([corner], unjudged=lacking)[1]
    assert found(judged=(10, 20)) == (
        Merit.BAD,
        "Do not rely on this model yet: only 10 of 30 answers are right",
    )
    assert found(judged=(25, 5), true=[("lamp", 8, 3), ("mug", 22, 22)]) == (
        Merit.BAD,
        "Do not rely on this model for “lamp” yet: 5 of its 8 photos were not recognised",
    )
    assert found(judged=(28, 2), true=[("lamp", 8, 6), ("mug", 22, 22)]) == (
        Merit.MIXED,
        "28 of 30 answers are right: look at “lamp” first, 2 of its 8 photos were not recognised",
    )
    assert found(judged=(30, 0), findings=[place]) == (
        Merit.GOOD,
        "30 of 30 answers are right. No evidence that answers depend on a place that was tested",
    )
    assert found(judged=(3, 0), findings=[place])[0] is Merit.MIXED, "too few to rely on"


def test_the_tiles_say_first_what_the_headline_says_first(tmp_path: Path) -> None:
    """“0 findings to look into” beside two wrong answers read as if all was fine."""
    _, audit = fake(tmp_path / "job", tmp_path / "photos", 40)
    full = audit_record(audit)

    def tiles(wrong: int, *places: str, **verdicts: int) -> set[str]:
        counts = {"depends": 0, "suggestive": 0, "no evidence": 0} | verdicts
        found = tuple(Dependence("mug", place, "") for place in places)
        maybe = [replace(full.findings[0], verdict=Verdict.SUGGESTIVE)] * counts["suggestive"]
        record = replace(
            full,
            right=40 - wrong,
            wrong=wrong,
            verdicts=counts,
            depends_on=found,
            findings=tuple(maybe),
            true_classes=(),
            to_be_judged=0,
        )
        return {" ".join(pair) for pair in key_figures.figures(record)}

    assert {"38 right answers", "2 wrong answers to look at first", "0 places to look into"} <= tiles(2)
    assert {"1 wrong answer to look at first"} <= tiles(1)
    assert {"0 wrong answers", "0 places to look into"} <= tiles(0)
    both = tiles(2, "badge", "badge", "middle left")
    assert {"2 wrong answers to look at", "2 places to look into first"} <= both
    assert "1 place to look into first" in tiles(2, suggestive=1), (
        "what is not clear is to be looked into, too"
    )


def test_guesses_of_which_nothing_was_found_are_named_with_their_photos() -> None:
    def found(guess: str | None, verdict: Verdict, expected: bool = False) -> SimpleNamespace:
        telling = verdict is not Verdict.NO_EVIDENCE
        kinds = {"as_hoped": expected, "telling": telling, "role": None, "kind": "place"}
        return SimpleNamespace(guess=guess, verdict=verdict, **kinds)

    def said(*findings: SimpleNamespace) -> str:
        sizes = {"mug": (30, True), "teapot": (25, True), "bowl": (25, True), "chair": (3, False)}
        groups = [GuessRecord(guess, n, 0, 0, n, searched, None) for guess, (n, searched) in sizes.items()]
        counts = {"depends": 0, "suggestive": 0, "no evidence": 0}
        more = (SETTINGS, 0.05, findings, tuple(groups), (), (), LIMITS)
        return summary_words.other_guesses(AuditRecord(83, 83, 0, 0, 0, counts, (), *more))

    depends, nothing = Verdict.DEPENDS, Verdict.NO_EVIDENCE
    pair = (
        "For “bowl” and “teapot”, no shortcut was found (25 and 25 photos searched). "
        "For 1 other answer, there are too few photos to look for places: add some, until each has about "
        f"{2 * LEAST}."
    )
    assert said(found("mug", depends)) == pair
    assert said(found("mug", depends), found("bowl", nothing)) == pair
    assert said(found("mug", depends), found("teapot", Verdict.SUGGESTIVE)).startswith(
        "For “bowl”, no shortcut"
    )
    open_ = said(found("teapot", Verdict.SUGGESTIVE, expected=True))
    assert "What “teapot” depends on is not clear yet." in open_
    usual = said(found("mug", depends), found("teapot", depends, expected=True))
    assert "“teapot” depends on the middle, where the thing itself usually is" in usual
    assert "“chair”" not in usual, "too few of them were there to look for anything"
    assert said(found(None, depends)) == ""


def test_where_labels_are_known_nobody_is_asked_for_photos_of_a_wrong_answer() -> None:
    """“Add some, until each has about 10” was said of thrones, which only a wrong answer had brought in."""
    sizes = {"french horn": 30, "throne": 1, "golf ball": 3}
    groups = tuple(GuessRecord(guess, n, 0, 0, n, n > 9, None) for guess, n in sizes.items())
    shown = tuple(
        TrueClassRecord(label, n, n, 0, Interval(0.9, 0.8, 1.0), ())
        for label, n in {"french horn": 31, "golf ball": 3}.items()
    )
    record = AuditRecord(34, 34, 0, 33, 1, {}, (), SETTINGS, 0.05, (), groups, (), (), LIMITS)
    assert "For 2 other answers, there are too few photos" in summary_words.other_guesses(record)
    known = replace(record, true_classes=shown)
    assert "For 1 other answer, there are too few photos" in summary_words.other_guesses(known)


def test_a_label_near_to_the_answer_of_its_photos_is_told_that_one() -> None:
    """“fish” was told to be near to “starfish”, while 23 of 24 fish were answered “tench (fish)”."""
    (label,) = unknown_labels({"fish": 24}, ("starfish", "goldfish", "tench (fish)", "coffee mug"))
    assert label.classes != ("starfish",)
    sentence = unjudged_words.unjudged(
        [replace(label, answer="tench (fish)", answered=23, classes=("tench (fish)",))], ()
    )
    assert "“fish” (24 photos, 23 answered “tench (fish)”, perhaps the same)" in sentence
    (misspelt,) = unknown_labels({"cofee mug": 3}, ("starfish", "coffee mug"))
    assert misspelt.classes == ("coffee mug",)


def test_photos_that_are_nearly_the_same_are_said() -> None:
    def said(*copies: int) -> str:
        groups = [GuessRecord(f"g{n}", 25, 0, 0, 25, True, None, count) for n, count in enumerate(copies)]
        more = (SETTINGS, 0.05, (), tuple(groups), (), (), LIMITS)
        return summary_words.near_copies(AuditRecord(83, 83, 0, 0, 0, {}, (), *more))

    assert said(0, 0) == ""
    assert said(0, 12).startswith(
        "12 of the 25 photos with the answer “g1” are nearly the same as another one."
    )
    assert said(3, 12).startswith("12 of the 25 photos with the answer “g1”, 3 of the 25 photos")


def test_labels_that_cannot_be_judged_are_named_however_many() -> None:
    labels = [UnjudgedLabel(f"{n}", 2, n == 0, ("Cardigan", "cardigan") if n == 0 else ()) for n in range(9)]
    sentence = unjudged_words.unjudged(labels, ("mug", "lamp"))
    assert "The answers for 18 photos cannot be judged" in sentence
    assert "“0” (2 photos, can mean “Cardigan” and “cardigan”); “1” (2 photos);" in sentence
    assert "3 more labels, all in findings.json" in sentence
    assert unjudged_words.unjudged((), ()) == ""
    twice = unjudged_words.unjudged([UnjudgedLabel("crane", 1, True, ("crane", "crane"))], ())
    assert "“crane” (1 photo, the name of 2 classes)" in twice


def test_no_sentence_says_more_than_is_known() -> None:
    for module in (words, method):
        assert module.__file__ is not None
        quoted = re.findall(r'f?"([^"\n]*)"', Path(module.__file__).read_text(encoding="utf-8"))
        assert not [text for text in quoted if FORBIDDEN.search(text)]


def test_what_the_model_may_not_know_and_its_warning_stand_first_everywhere(tmp_path, monkeypatch) -> None:
    pages = []
    draw = slides.paper
    monkeypatch.setattr(
        slides, "paper", lambda *texts, **more: pages.append((texts, more)) or draw(*texts, **more)
    )
    job, audit = fake(tmp_path / "job", tmp_path / "photos", 14, labels=False)
    for group in audit.groups:
        for number in list(group.rows)[:3]:
            group.rows[number] = replace(group.rows[number], footing=Footing.UNKNOWN)
    audit = replace(audit, warning="Trained wrong on purpose. Rely on none of its answers.")
    with job:
        write(job, audit, tmp_path / "out", tmp_path / "photos", "Mugs", date=DAY)
    made = Made(tmp_path / "out")
    doubt = summary_words.unfamiliar(3, 14)
    assert doubt.startswith("3 of 14 photos may show something that the model does not know.")
    assert (made.findings["unfamiliar"], made.findings["warning"]) == (3, audit.warning)
    headline = audit_verdict(audit_record(audit)).sentence
    for said in (headline, doubt, audit.warning):
        assert said in made.sheets[0]
        assert said in made.page
    (((title, said, *_), more),) = pages
    assert (said, more["warning"]) == (headline, audit.warning)
    assert doubt.partition(". ")[0] in title


def test_a_set_that_the_model_does_not_know_leads_with_that(tmp_path) -> None:
    job, audit = fake(tmp_path / "job", tmp_path / "photos", 6)
    for group in audit.groups:
        for number, row in group.rows.items():
            group.rows[number] = replace(row, footing=Footing.UNKNOWN, right=None, label=None)
    assert audit_verdict(audit_record(audit)).sentence == (
        "Do not rely on this model: it may not know what 6 of 6 photos show"
    )
    assert summary_words.unfamiliar(6, 6).startswith("All 6 photos may show")
    job.close()


def test_a_right_guess_says_that_the_model_knows_it() -> None:
    assert photo_row(0, footing=Footing.UNKNOWN).strange
    assert not photo_row(0, footing=Footing.UNKNOWN, right=False).strange  # a label that the model knows
    assert not photo_row(0, footing=Footing.UNKNOWN, right=True).strange
    assert photo_row(0, unknown=True).strange  # a row of an earlier program
    assert not photo_row(0, unknown=True, footing=Footing.SURE).strange
