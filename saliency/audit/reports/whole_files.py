"""Files for people, each written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from saliency.audit.inputs.files import FileError, disk_remedy
from saliency.progress import Progress, report

Writer = Callable[[Path], object]
"""Writes one file to a path."""


def write_whole(
    writers: Mapping[str, Writer],
    folder: Path,
    what: str,
    on_progress: Progress | None = None,
    before: int = 0,
) -> list[Path]:
    """Write files into a folder, each whole or not at all; where they are.

    Args:
        writers: What writes each, by its name, in this order.
        folder: Where to; made if it is not there.
        what: What they are, as a sentence about them begins.
        on_progress: Told how many parts are done; what it raises stops the work.
        before: Parts that are done already.

    Raises:
        SaliencyError: The folder cannot be written to.
    """
    total = before + len(writers)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for done, (file, write_to) in enumerate(writers.items(), before):
            report(on_progress, done, total)
            part = folder / f"{file}.part"
            try:
                write_to(part)
                part.replace(folder / file)
            finally:
                part.unlink(missing_ok=True)
    except OSError as error:
        raise FileError(
            f"{what} could not be written to “",
            str(folder),
            f"” ({error.strerror}): {disk_remedy(error)} What is finished is kept.",
        ) from error
    report(on_progress, total, total)
    return [folder / file for file in writers]
