"""The page of one result: what it says, that nothing in it is markup of somebody else, and its size."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import numpy as np
import pytest
from corner import Corner, CornerNumber, bright_corner, classifier, photo_of, scale, tags
from explanations import explanation
from PIL import Image

import saliency
from saliency.checks.check import Check
from saliency.classifier import Score
from saliency.export.checked_area import CheckedArea
from saliency.export.parcel import answer
from saliency.export.result_page import result_page
from saliency.export.slide_words import SlideWords, slide_words
from saliency.export.words import BEARINGS
from saliency.photo.area import Area
from saliency.photo.framing import Framing
from saliency.verdict.conclusion import conclusion_of

DAY = date(2026, 11, 28)
NASTY = "</title></style><script>alert(1)</script><img src=x onerror=alert(2)>\"' onload='x &amp;\u202e\x00"


class Page(HTMLParser):
    """Tags with their attributes, and all text that a reader sees, by tag and together."""

    def __init__(self, source: bytes) -> None:
        super().__init__()
        self.source = source.decode()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(self.source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("img", "meta", "input", "br"):
            self._open.append(tag)
            self.said.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        for tag in set(self._open):
            self.said[tag][-1] += data

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.said["main"]).split())


def checked(model=None, photo=None) -> tuple[Check, CheckedArea]:
    area = Area.box(0, 0, 0.25, 0.25)
    model, photo = model or classifier(Corner()), photo or bright_corner(64)
    check = saliency.check(model, photo, area, method="input-x-gradient")
    return check, CheckedArea(check.test, conclusion_of(check, familiarity=check.explanation.familiarity))


def page_of(check: Check, area: CheckedArea | None, said: SlideWords | None = None) -> Page:
    e = check.explanation
    return Page(result_page(e, said or slide_words(e, DAY), checked=area))


def test_it_says_what_the_text_says_and_the_verdict_first() -> None:
    check, area = checked()
    page, conclusion = page_of(check, area), area.conclusion
    assert page.said["h1"] == [conclusion.title]
    for part in (conclusion.reason, conclusion.own_doubt, conclusion.advice, "28 November 2026", "test.png"):
        assert part in page.text
    for entry in conclusion.evidence:
        assert entry.sentence in page.text
        assert BEARINGS[entry.bearing] in page.text
    for line in answer(check.explanation, slide_words(check.explanation, DAY), area).splitlines():
        assert re.sub(r"^- | \([a-z ]+\)$|^Doubt: |:$", "", line) in page.text
    record = check.explanation.record()
    for known in (record["weights_sha256"], record["versions"]["torch"], record["method"]):
        assert known in page.text


def test_without_a_test_it_begins_with_the_finding() -> None:
    e = explanation()
    page = Page(result_page(e, slide_words(e, DAY), strength=0.35))
    assert page.said["h1"] == ["The model answers “mug” (0.97)."]
    assert [entry["value"] for tag, entry in page.tags if tag == "input"] == ["35"]
    assert "#colours { opacity: 0.35; }" in page.source
    assert len(page.said["h3"]) == 3


def test_every_picture_is_there_and_said_in_words() -> None:
    check, area = checked()
    images = [entry for tag, entry in page_of(check, area).tags if tag == "img"]
    alts = [entry["alt"] for entry in images]
    assert len([alt for alt in alts if alt]) == 3 + 1 + len(area.test.cover.fills)
    assert [entry.get("id") for entry in images if not entry["alt"]] == [None, "colours"]
    for entry in images:
        kind, _, data = str(entry["src"]).partition(";base64,")
        assert kind == "data:image/jpeg"
        with Image.open(io.BytesIO(base64.b64decode(data))) as picture:
            assert picture.size == (int(entry["width"]), int(entry["height"]))


def test_the_middle_of_the_slider_is_what_the_package_draws() -> None:
    smooth = np.add.outer(np.arange(200) // 2, np.arange(300) // 2).astype(np.uint8)[..., None].repeat(3, 2)
    e = replace(explanation((300, 200)), photo=photo_of(smooth))
    images = [entry for tag, entry in Page(result_page(e, slide_words(e, DAY))).tags if tag == "img"]
    below, above = (
        np.asarray(Image.open(io.BytesIO(base64.b64decode(str(entry["src"]).partition(",")[2]))), np.float32)
        for entry in images[-2:]
    )
    drawn = np.asarray(e.overlay(0.6, (below.shape[1], below.shape[0])), np.float32)
    assert np.abs(0.4 * below + 0.6 * above - drawn).mean() < 2  # of 255, what JPEG loses


@pytest.mark.parametrize("kind", ["classes", "tags", "number"])
def test_names_of_any_kind_are_text(kind) -> None:
    model = {
        "classes": lambda: replace(classifier(Corner()), labels=(NASTY, "dark", "none"), name=NASTY),
        "tags": lambda: replace(tags(Corner()), labels=(NASTY, "dark", "none"), source=NASTY),
        "number": lambda: replace(scale(CornerNumber()), labels=(NASTY,), warning=NASTY),
    }[kind]()
    check, area = checked(model, photo_of(bright_corner(64).pixels, NASTY))
    page = page_of(check, area, replace(slide_words(check.explanation, DAY), title=NASTY, notes=(NASTY,)))
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert not [entry for tag, entry in page.tags if tag == "img" and not entry["src"].startswith("data:")]
    assert "<script>alert(1)</script><img src=x onerror=alert(2)>" in page.text
    assert not re.search("[\x00\u202e]", page.source)


def test_its_policy_lets_nothing_in_but_its_own_style_and_script() -> None:
    check, area = checked()
    page = page_of(check, area)
    (policy,) = [entry["content"] for tag, entry in page.tags if "http-equiv" in entry]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["form-action"] == rules["base-uri"] == "'none'"
    assert rules["img-src"] == "data:"
    for tag in ("style", "script"):
        (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", page.source, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert rules[f"{tag}-src"] == f"'sha256-{digest}'"
    assert not [entry for _, entry in page.tags if "style" in entry or "href" in entry]
    assert not re.search(r"https?://", page.source)


@pytest.mark.parametrize("side", [64, 1600])
def test_it_is_light_enough_to_send_even_of_noise(side) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (side, 2 * side, 3), np.uint8)
    noise[: side // 4, : side // 2] = 255
    check, area = checked(photo=photo_of(noise))
    assert len(page_of(check, area).source) < 1_500_000


@pytest.mark.parametrize("size", [(120, 80), (40, 400), (16, 16)])
@pytest.mark.parametrize("framing", list(Framing))
def test_it_is_made_of_every_photo(size, framing) -> None:
    e = explanation(size, framing=framing, signed=True)
    page = Page(result_page(e, slide_words(e, DAY)))
    assert e.target.label in page.text
    assert ("was cut off" in page.text) == (e.placement.cut_share > 0)


def test_the_answer_of_the_map_is_among_those_listed() -> None:
    scores = tuple(Score(f"class {number}", 0.1, number) for number in range(10))
    e = replace(explanation(), scores=scores, target=scores[9])
    rows = Page(result_page(e, slide_words(e, DAY))).said["tbody"][0]
    assert [number for number in range(10) if f"class {number}" in rows] == [0, 1, 2, 3, 4, 9]


def test_what_has_to_be_said_is_said() -> None:
    said = {"warning": "Trained wrong.", "unsure_below": 1.0, "caution": "Only knows corners."}
    check, area = checked(replace(classifier(Corner()), **said))
    page = page_of(check, area)
    assert page.source.index("Trained wrong.") < page.source.index("<h1")
    assert check.explanation.familiarity.strange
    assert check.explanation.familiarity.sentence in page.text
    assert ("Only knows corners." in page.text) == check.explanation.familiarity.doubtful
