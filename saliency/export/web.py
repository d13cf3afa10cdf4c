"""Web pages that stand alone: one file, nothing fetched, light and dark, on paper and on a phone.

All that comes from outside is escaped, and the page's own policy names its style and its script by their
digests: markup that got in all the same could neither run nor load anything.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterable
from importlib.resources import files

from saliency.photo.reading import UNPRINTABLE

_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
"""

_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
_LONGEST = 1000  # characters of a policy


def document(title: str, body: Iterable[str], style: str, script: str = "") -> str:
    """A whole page.

    Args:
        title: What the browser calls it, as plain text.
        body: Its content, as HTML.
        style: Its own rules, which come after those that all pages share.
        script: What runs when it was read; nothing else can.
    """
    style = f"{shared('web.css')}{style}"
    head = _HEAD.format(policy=policy(style, script), title=escape(title), style=style)
    end = f"<script>{script}</script>\n" if script else ""
    return f"{head}{''.join(body)}</main>\n{end}</body>\n</html>\n"


def policy(style: str, script: str = "") -> str:
    """The content security policy of a page with this style and script, which loads nothing."""
    rules = [
        "default-src 'none'",
        "img-src data:",
        f"style-src '{_digest(style)}'",
        *([f"script-src '{_digest(script)}'"] if script else []),
        "base-uri 'none'",
        "form-action 'none'",
    ]
    return "; ".join(rules)


def policy_of(page: str) -> str:
    """The policy that a page of :func:`document` states; one that lets nothing in where it states none."""
    found = _POLICY.search(page[: len(_HEAD) + _LONGEST])
    return found[1] if found else "default-src 'none'"


def shared(name: str) -> str:
    """The text of a file beside this module."""
    return files("saliency.export").joinpath(name).read_text(encoding="utf-8")


def visible(text: str) -> str:
    r"""Text from outside with what cannot be seen written out: a mark of direction as ``\u202e``."""
    return UNPRINTABLE.sub(lambda mark: ascii(mark[0])[1:-1], text)


def escape(text: str) -> str:
    """Text without markup, with what cannot be seen written out."""
    return html.escape(visible(text))


def name(text: str) -> str:
    """Text from outside: escaped, and kept from turning the direction of what is around it."""
    return f"<bdi>{escape(text)}</bdi>"


def paragraph(text: str, kind: str = "") -> str:
    """A paragraph of plain text; its class, if it has one."""
    attribute = f' class="{kind}"' if kind else ""
    return f"<p{attribute}>{name(text)}</p>"


def pairs(rows: Iterable[tuple[str, str]]) -> str:
    """A list of names and values, both plain text."""
    items = (f"<div><dt>{escape(key)}</dt><dd>{name(value)}</dd></div>" for key, value in rows)
    return f"<dl>{''.join(items)}</dl>\n"


def picture(content: bytes, kind: str, size: tuple[int, int], alt: str, key: str = "") -> str:
    """A picture inside the page.

    Args:
        content: Its file.
        kind: ``jpeg`` or ``png``.
        size: Width and height in pixels.
        alt: The same for those who cannot see it; empty where it only decorates.
        key: What the page's own style and script know it by, if they do.
    """
    data = base64.b64encode(content).decode()
    more = f' id="{key}"' if key else ""
    return (
        f'<img alt="{escape(alt)}" width="{size[0]}" height="{size[1]}"{more} '
        f'src="data:image/{kind};base64,{data}">'
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
