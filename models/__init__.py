"""What is explained: built-in models, models of one's own, and torchvision's classifiers.

Importing this package is quick; torchvision is imported when a model or the list of models is asked for.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

from models.architecture import filled
from models.catalogue import CATALOGUE, CatalogueEntry
from models.checkpoint import digest, read_weights
from models.errors import ModelError
from models.sources import folder as custom
from models.sources.description import WEIGHTS_FILES, read_description
from models.weights import Progress, download, find, is_published
from saliency.classifier import Classifier

__all__ = ["BUILT_IN", "EVERYDAY", "SHORTCUT", "SHOWROOM", "Choice", "ModelError", "choices", "load"]

SHOWROOM, EVERYDAY, SHORTCUT = "showroom", "everyday", "shortcut"
BUILT_IN = {name: Path(__file__).parent / name for name in (SHOWROOM, EVERYDAY, SHORTCUT)}


@dataclass(frozen=True)
class Choice:
    """A model that can be chosen.

    Attributes:
        key: What :func:`load` takes.
        name: Everyday name.
        sentence: One sentence about it.
        technical: The name the field knows it by.
        megabytes: Size of the weights, in units of 10^6 bytes.
        kind: ``built-in``, ``own`` or ``catalogue``.
        front: Shown at once, not behind "More models".
        present: Its weights are on this computer.
    """

    key: str
    name: str
    sentence: str
    technical: str
    megabytes: float
    kind: str
    front: bool
    present: bool


def choices() -> list[Choice]:
    """Every model there is: built-in, own, the catalogue's front, the rest of the catalogue."""
    return [
        *(
            _folder_choice(folder, name, "built-in")
            for name, folder in BUILT_IN.items()
            if _is_filled(folder)
        ),
        *(_folder_choice(folder, _own_key(folder), "own") for folder in custom.own_folders()),
        *(_catalogue_choice(entry) for entry in CATALOGUE.values()),
    ]


def load(name: str | Path, *, on_progress: Progress | None = None) -> Classifier:
    """A classifier, ready to be explained; its weights are downloaded if they are not here.

    Args:
        name: ``showroom``, ``everyday`` or ``shortcut``, a key of the catalogue (``resnet50``), the name of a
            folder in models/custom, or a path to a folder.
        on_progress: Called with bytes here and bytes in all during a download; raises to cancel.

    Raises:
        ModelError: No such model, its folder is not in order, or its weights cannot be had.
    """
    if isinstance(name, str) and name in BUILT_IN:
        return custom.load_folder(BUILT_IN[name])
    if isinstance(name, str) and name in CATALOGUE:
        return _from_catalogue(CATALOGUE[name], on_progress)
    own = {folder.name: folder for folder in custom.own_folders()}
    if isinstance(name, str) and name in own:
        return custom.load_folder(own[name])
    if Path(name).is_dir():
        return custom.load_folder(name)
    if isinstance(name, Path) or "/" in name or "\\" in name:
        raise ModelError(f"There is no folder {name}.")
    raise unknown(name, [*BUILT_IN, *own, *CATALOGUE])


def unknown(name: str, known: list[str]) -> ModelError:
    """The error for a name that is not among ``known``, with the nearest ones."""
    near = difflib.get_close_matches(name.lower(), known, n=3, cutoff=0.5)
    remedy = f"Did you mean {' or '.join(near)}?" if near else "“python -m models list” shows all of them."
    return ModelError(f"There is no model called “{name}”. {remedy}")


def _from_catalogue(entry: CatalogueEntry, on_progress: Progress | None) -> Classifier:
    path = find(entry) or download(entry, on_progress)
    sha256 = digest(path)
    if not is_published(entry, sha256):
        raise ModelError(
            f"The file {path.name} on this computer is damaged. "
            "Delete it, and it will be fetched again (code M2).",
            "M2",
        )
    recipe = entry.preprocessing
    module, problems = filled(
        entry.key, len(entry.labels), read_weights(path), side=recipe.crop_size, options=entry.options
    )
    if module is None or problems:
        raise ModelError(problems[0])
    return Classifier.build(module, recipe, entry.labels, entry.title, entry.source, digest=sha256)


def _catalogue_choice(entry: CatalogueEntry) -> Choice:
    return Choice(
        entry.key,
        entry.name,
        entry.sentence,
        entry.technical,
        entry.megabytes,
        "catalogue",
        entry.front,
        find(entry) is not None,
    )


def _folder_choice(folder: Path, key: str, kind: str) -> Choice:
    """A folder as a choice; one that is not in order says what is wrong in place of its sentence."""
    said, problems = read_description(folder)
    sizes = [(folder / name).stat().st_size for name in WEIGHTS_FILES if (folder / name).is_file()]
    name = said.name if said and said.name else folder.name
    sentence = said.sentence if said else problems[0]
    technical = said.architecture if said else ""
    return Choice(key, name, sentence, technical, round(sum(sizes) / 1e6, 1), kind, True, bool(sizes))


def _is_filled(folder: Path) -> bool:
    """Whether a built-in model ships with this version: its weights are there."""
    return (folder / WEIGHTS_FILES[0]).is_file()


def _own_key(folder: Path) -> str:
    """The folder's name, or its path where the name means another model already."""
    return str(folder) if folder.name in BUILT_IN or folder.name in CATALOGUE else folder.name
