"""Which models there are, whether their weights are here or not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from models.catalogue import CATALOGUE
from models.errors import ModelError
from models.sources.description import WEIGHTS_FILES, Description, read_description
from models.sources.folder import own_folders
from models.weights import find

SHOWROOM, EVERYDAY, SHORTCUT = "showroom", "everyday", "shortcut"
BUILT_IN = {name: Path(__file__).parent / name for name in (SHOWROOM, EVERYDAY, SHORTCUT)}


@dataclass(frozen=True)
class Choice:
    """A model that can be chosen.

    Attributes:
        key: What :func:`models.load` takes.
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
    built_in = (_folder_choice(folder, name, "built-in") for name, folder in BUILT_IN.items())
    return [
        *(choice for choice in built_in if choice.present),  # a version may ship without one of them
        *(_folder_choice(folder, _own_key(folder), "own") for folder in own_folders()),
        *(
            Choice(
                *(entry.key, entry.name, entry.sentence, entry.technical, entry.megabytes),
                kind="catalogue",
                front=entry.front,
                present=find(entry) is not None,
            )
            for entry in CATALOGUE.values()
        ),
    ]


def _folder_choice(folder: Path, key: str, kind: str) -> Choice:
    """A folder as a choice; one that is not in order says what is wrong in place of its sentence."""
    try:
        description = read_description(folder)
    except ModelError as error:
        description = Description("", sentence=error.message)
    sizes = [(folder / name).stat().st_size for name in WEIGHTS_FILES if (folder / name).is_file()]
    return Choice(
        key,
        description.name or folder.name,
        description.sentence,
        description.architecture,
        round(sum(sizes) / 1e6, 1),
        kind,
        front=True,
        present=bool(sizes),
    )


def _own_key(folder: Path) -> str:
    """The folder's name, or its path where the name means another model already."""
    return str(folder) if folder.name in BUILT_IN or folder.name in CATALOGUE else folder.name
