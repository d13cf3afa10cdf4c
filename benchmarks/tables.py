"""Tables in pages that are made by a script: each stands between two comments that name it."""

from __future__ import annotations


def replaced(page: str, name: str, table: str) -> str:
    """The page with the table of that name replaced.

    Raises:
        ValueError: The page has no place for it.
    """
    begin, end = f"<!-- {name}: made by a script -->", f"<!-- end of {name} -->"
    before, found, rest = page.partition(begin)
    _, ended, after = rest.partition(end)
    if not found or not ended:
        raise ValueError(f"the page has no place for “{name}”: put “{begin}” and “{end}” where it goes")
    return f"{before}{begin}\n{table.strip()}\n{end}{after}"
