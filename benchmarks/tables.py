"""Tables in pages that are made by a script: each stands between two comments that name it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def line(cells: Iterable[str]) -> str:
    """One line of a table in Markdown."""
    return f"| {' | '.join(cells)} |"


def write_table(path: Path, name: str, lines: Iterable[str]) -> None:
    """Puts lines in the place of the table of that name in a page.

    Raises:
        ValueError: The page has no place for it.
    """
    begin, end = f"<!-- {name}: made by a script -->", f"<!-- end of {name} -->"
    before, has_begin, rest = path.read_text().partition(begin)
    _, has_end, after = rest.partition(end)
    if not has_begin or not has_end:
        raise ValueError(f"the page has no place for “{name}”: put “{begin}” and “{end}” where it goes")
    text = "\n".join(lines).strip()
    path.write_text(f"{before}{begin}\n{text}\n{end}{after}")
