"""What visitors ask of the page, and what they are given, told and shown."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any, NamedTuple

from PIL import Image, ImageDraw
from streamlit.proto.Element_pb2 import Element

from benchmarks.page_client import Tab
from ui.widgets.pictures import jpeg
from ui.widgets.samples import samples
from ui.words import number

SLOW_VIEWS = ("careful", "rise", "pieces")
PHOTOS, SHOWN = 4, 8  # photos of their own that people share out, and samples that they ask about
_KINDS = {"sample": 50, "slow": 14, "own": 14, "compare": 10, "guide": 4, "audit": 4, "models": 4}
_LEFT = "before you."
_NUMBERS = {number(count): count for count in range(500)}


class Question(NamedTuple):
    """What is asked of the page: which kind of act, about which photo, in which view."""

    kind: str
    photo: str = ""
    view: str = "quick"


async def ask(tab: Tab, question: Question, name: str) -> None:
    """Asks the page, and waits for the answer."""
    if question.kind == "own":
        await tab.open("", sample=next(iter(samples())), view="quick")
        await tab.drawn()
        await tab.upload(name, own_photo(question.photo))
    elif question.kind in ("sample", "slow"):
        await tab.open("", sample=question.photo, view=question.view)
    elif question.kind == "compare":
        await tab.open("compare", sample=question.photo, view=question.view)
    else:
        await tab.open(question.kind)
    await tab.drawn()
    for button in ("start", "run-cover"):  # of a slow view, and of a test that takes long on a busy computer
        if question.kind in ("sample", "slow", "own", "compare") and tab.has_button(button):
            await tab.press(button)
            await tab.drawn()


def questions(chance: random.Random) -> Iterator[Question]:
    """What a person asks, one after the other."""
    shown = list(samples())[-SHOWN:]
    while True:
        (kind,) = chance.choices(list(_KINDS), list(_KINDS.values()))
        if kind == "own":
            yield Question(kind, f"photo {chance.randrange(PHOTOS)}")
        elif kind == "slow":
            yield Question(kind, chance.choice(shown), chance.choice(SLOW_VIEWS))
        else:
            yield Question(kind, chance.choice(shown) if kind in ("sample", "compare") else "")


def photo_name(person: int, question: Question) -> str:
    """What the photo is called: a file of one's own, by whose it is."""
    if question.kind == "own":
        return f"of-person-{person:03d}.jpg"
    return samples()[question.photo].photo.name if question.photo else ""


def own_photo(photo: str) -> bytes:
    """A file of one's own: a picture drawn by chance, the same for the same name."""
    chance = random.Random(photo)
    picture = Image.new("RGB", (900, 700), (chance.randrange(150, 255),) * 3)
    drawing = ImageDraw.Draw(picture)
    for _ in range(12):
        x, y, side = chance.randrange(700), chance.randrange(500), chance.randrange(60, 240)
        colour = tuple(chance.randrange(256) for _ in range(3))
        draw = drawing.ellipse if chance.random() < 0.5 else drawing.rectangle
        draw((x, y, x + side, y + side), fill=colour)
    return jpeg(picture)


def images(element: Element) -> list[Any]:
    """The pictures of an element."""
    return list(element.imgs.imgs) if element.WhichOneof("type") == "imgs" else []


def text(element: Element) -> str:
    """What an element says."""
    kind = element.WhichOneof("type")
    if kind == "progress":
        return element.progress.text
    return getattr(getattr(element, kind), "body", "") if kind in ("markdown", "alert", "html") else ""


def place_told(element: Element) -> int | None:
    """How many people are said to be ahead; 0 where it is said how far the work is, None where neither is."""
    if element.WhichOneof("type") in ("progress", "spinner"):
        return 0
    said = text(element)
    if "You are next" in said:
        return 1
    return _NUMBERS.get(said.split()[0].lower(), 0) if said.endswith(_LEFT) else None


def answer(tab: Tab, name: str) -> frozenset[str]:
    """The page's pictures, by what they show and what is in them, and its headlines."""
    parts = [
        f"{image.alt.replace(name, '…') if name else image.alt} {image.url.rpartition('/')[2]}"
        for element in tab.elements.values()
        for image in images(element)
    ]
    heads = [said for element in tab.elements.values() if (said := text(element)).startswith("## ")]
    return frozenset(parts + heads)


def problem(tab: Tab, name: str) -> str:
    """An error that the page shows, or somebody else's file that it names; empty where there is neither."""
    for element in tab.elements.values():
        said = " ".join([text(element), *(image.alt for image in images(element))])
        if "of-person-" in said.replace(name or "…", ""):
            return f"mixed: {said}"
        if element.WhichOneof("type") == "alert" and element.alert.icon == ":material/error:":
            return f"said: {said}"
    return ""
