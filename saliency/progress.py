"""How far a long computation is, told to whoever asked for it; being told is also where they can stop it."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Called as ``on_progress(done, total)``; whatever it raises stops the work."""


def part_of(on_progress: Progress | None, before: int, total: int) -> Progress | None:
    """The progress of a part of the work that begins after ``before`` of ``total`` steps."""
    if on_progress is None:
        return None

    def part(done: int, _: int) -> None:
        on_progress(before + done, total)

    return part
