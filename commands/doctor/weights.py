"""Whether the weights of models are whole: those that come with the project, and those that were fetched."""

from __future__ import annotations

from collections.abc import Iterator

from commands.doctor.finding import Finding, note, ok, problem
from models.built_in import BUILT_IN


def built_in() -> Iterator[Finding]:
    """Whether each built-in model can be loaded and answers."""
    from models.sources.folder import folder_report

    reports = {key: folder_report(folder).problems for key, folder in BUILT_IN.items()}
    yield from (problem(f"{key}: {problems[0]}") for key, problems in reports.items() if problems)
    if whole := [key for key, problems in reports.items() if not problems]:
        yield ok(f"Built-in models that are whole: {', '.join(whole)}.")


def downloaded() -> Iterator[Finding]:
    """Whether files that were fetched are what was published, by their SHA-256."""
    from models.catalogue import CATALOGUE
    from models.checkpoint import digest
    from models.weights import find, is_published, weights_folder

    count = 0
    for entry in CATALOGUE.values():
        path = find(entry)
        if path is None:
            continue
        count += 1
        if not is_published(entry, digest(path)):
            yield problem(
                f"{path.name} is not the file that was published. Delete it from {path.parent}, and fetch it "
                f"anew: python -m models download {entry.key}."
            )
    if unfinished := len(list(weights_folder().glob("*.part"))):
        yield note(f"{unfinished} downloads were cut short; they go on where they stopped.")
    yield ok(f"{count} files of downloaded models were compared with what was published.")
