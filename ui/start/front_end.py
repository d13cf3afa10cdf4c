"""Which files of Streamlit's front end a first visit needs.

Streamlit's page names those that draw the frame; the code of each kind of widget is asked for when the first
one of it arrives, and what that needs when it has arrived: one wait after another. Named in the page, they
come with the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from streamlit import file_util

WIDGETS = (
    "ArrowVegaLiteChart",
    "BidiComponent",
    "Button",
    "ButtonGroup",
    "Checkbox",
    "DownloadButton",
    "FileUploader",
    "Html",
    "ImageList",
    "Progress",
    "ProgressBar",
    "Selectbox",
    "Slider",
    "TextInput",
)
"""Kinds of elements that the first page has before its result is seen, as their files are called."""

ICONS = "MaterialSymbols-Rounded"
"""The font of the icons, which is asked for when the first icon is drawn."""

_LISTED = re.compile(r'"\./(static/[\w./-]+)"')
_NEEDED = re.compile(r'(?:from|import)\s*"\./([\w.-]+\.js)"')


@cache
def listed() -> tuple[str, ...]:
    """Addresses of the files that Streamlit's own page names, relative to it."""
    return tuple(dict.fromkeys(_LISTED.findall((_folder() / "index.html").read_text(encoding="utf-8"))))


@cache
def scripts() -> tuple[str, ...]:
    """The scripts of the widgets and all that those need, but for what the page names by itself."""
    folder = _folder() / "static" / "js"
    waiting = [path.name for widget in WIDGETS for path in folder.glob(f"{widget}.*.js")]
    addresses: dict[str, None] = {}
    while waiting:
        name = waiting.pop(0)
        address = f"static/js/{name}"
        if address not in addresses and address not in listed() and (folder / name).is_file():
            addresses[address] = None
            waiting += _NEEDED.findall((folder / name).read_text(encoding="utf-8"))
    return tuple(addresses)


@cache
def fonts() -> tuple[str, ...]:
    """The font of the icons, in which every icon of the page is a letter."""
    media = _folder() / "static" / "media"
    return tuple(f"static/media/{path.name}" for path in media.glob(f"{ICONS}.*.woff2"))


def links() -> str:
    """What names them in the page's head."""
    lines = [f'<link rel="modulepreload" crossorigin href="./{address}">' for address in scripts()]
    attributes = 'rel="preload" as="font" type="font/woff2" crossorigin'
    return "\n".join([*lines, *(f'<link {attributes} href="./{address}">' for address in fonts())])


def contents(addresses: Iterable[str]) -> dict[str, bytes]:
    """What stands in files, by their addresses."""
    return {address: (_folder() / address).read_bytes() for address in addresses}


def _folder() -> Path:
    return Path(file_util.get_static_dir())
