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


def share_of(on_progress: Progress | None, number: int, count: int) -> Progress | None:
    """The progress of part ``number`` of ``count`` parts that are as long as each other."""
    if on_progress is None:
        return None
    return lambda done, total: on_progress(number * total + done, count * total)


def report(on_progress: Progress | None, done: int, total: int) -> None:
    """Tells whoever asked how far it is; they may raise to stop."""
    if on_progress is not None:
        on_progress(done, total)
