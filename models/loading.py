"""Load a model by its name or folder, whichever of the sources has it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

from models import architecture, listing
from models.catalogue import CATALOGUE, CatalogueEntry
from models.checkpoint import digest, read_weights
from models.errors import ModelError
from models.sources.folder import load_folder, own_folders
from models.weights import download, is_published
from saliency.classifier import Classifier
from saliency.progress import Progress


def load(name: str | Path, *, on_progress: Progress | None = None) -> Classifier:
    """A classifier, ready to be explained; its weights are downloaded if they are not here.

    Args:
        name: ``showroom``, ``everyday`` or ``shortcut``, a key of the catalogue (``resnet50``), the name of a
            folder in models/custom, or a path to a folder.
        on_progress: Called with bytes here and bytes in all during a download; raises to cancel.

    Raises:
        ModelError: No such model, its folder is not in order, or its weights cannot be had.
    """
    folders = {folder.name: folder for folder in own_folders()} | listing.BUILT_IN
    if isinstance(name, str) and name in CATALOGUE:
        return _from_catalogue(CATALOGUE[name], on_progress)
    if isinstance(name, str) and name in folders:
        return load_folder(folders[name])
    if Path(name).is_dir():
        return load_folder(name)
    if isinstance(name, Path) or "/" in name or "\\" in name:
        raise ModelError(f"There is no folder {name}.")
    raise unknown(name, [*folders, *CATALOGUE])


def unknown(name: str, names: Iterable[str]) -> ModelError:
    """The error for a name that is not among ``names``, with the nearest ones."""
    near = difflib.get_close_matches(name.lower(), names, n=3, cutoff=0.5)
    remedy = f"Did you mean {' or '.join(near)}?" if near else "“python -m models list” shows all of them."
    return ModelError(f"There is no model called “{name}”. {remedy}")


def _from_catalogue(entry: CatalogueEntry, on_progress: Progress | None) -> Classifier:
    path = download(entry, on_progress)
    sha256 = digest(path)
    if not is_published(entry, sha256):
        raise ModelError(
            f"The file {path.name} on this computer is damaged. "
            "Delete it, and it will be fetched again (code M2).",
            "M2",
        )
    recipe, weights = entry.preprocessing, read_weights(path)
    module = architecture.build(
        entry.key, len(entry.labels), weights, side=recipe.crop_size, options=entry.options
    )
    return Classifier.build(module, recipe, entry.labels, entry.title, entry.source, digest=sha256)
