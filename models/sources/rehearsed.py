"""A rehearsed model: another model of this app, with the last step that a rehearsal left.

Its file holds the numbers of the last step alone, and says of which model the rest is: by its key, never by a
path, and by the SHA-256 of its weights.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from models import architecture
from models.built_in import BUILT_IN
from models.catalogue import CATALOGUE
from models.checkpoint import digest, read_weights
from models.errors import ModelError, quoted
from models.sources.description import stated_format_of
from models.sources.folder import load_folder, own_folders
from models.sources.read_model import ReadModel
from models.weights import download, files_here
from saliency.classifier import Classifier
from saliency.errors import SaliencyError
from saliency.names import readable
from saliency.network.last_step import LastStep

NAME = "a rehearsed model of this app (rehearsed.safetensors)"
FORMAT, FILE = "rehearsed", "rehearsed.safetensors"
BASE, BASE_DIGEST = "spotlight_base", "spotlight_base_sha256"
"""What the file says of the model that the rest is of: its key, and the SHA-256 of its weights."""

_LARGEST = 500_000_000  # bytes
_DAMAGED = "The file with the rehearsed last step cannot be read. Keep the rehearsed model again."


class RehearsedStep(NamedTuple):
    """A rehearsed last step, and what the rest is of.

    Attributes:
        base: Key of the model.
        base_digest: SHA-256 of its weights.
        weight: ``(K, D)``.
        bias: ``(K,)``.
    """

    base: str
    base_digest: str
    weight: Tensor
    bias: Tensor


def recognises(files: Sequence[Path]) -> bool:
    """See :class:`models.sources.registry.Source`."""
    return len(files) == 1 and files[0].name == FILE


def read(files: Sequence[Path]) -> ReadModel:
    """See :class:`models.sources.registry.Source`.

    Raises:
        ModelError: The file is damaged, or the model that the rest is of is not here or is another one now.
    """
    step = read_step(files[0])
    base = base_classifier(step.base)
    if base.digest != step.base_digest:
        raise ModelError(
            f"This rehearsed model was made of {quoted(step.base)}, whose weights are others now. "
            "Put that model back as it was, or rehearse again."
        )
    try:
        own = LastStep.of(base.graph)
    except SaliencyError as error:
        raise ModelError(error.message) from error
    if (own.weight.shape, own.bias.shape) != (step.weight.shape, step.bias.shape):
        raise ModelError(_DAMAGED)
    graph = own.graph_with(step.weight, step.bias)
    note = f"The rest is {base.name}, as it is."
    return ReadModel(graph.module, labels=base.labels, size=base.preprocessing.size, notes=(note,))


def read_step(file: Path) -> RehearsedStep:
    """What the file holds.

    Raises:
        ModelError: It is damaged.
    """
    try:
        if file.stat().st_size > _LARGEST:
            raise ModelError(_DAMAGED)
        with safe_open(file, framework="pt", device="cpu") as kept:
            about = kept.metadata() or {}
            weight, bias = kept.get_tensor("weight"), kept.get_tensor("bias")
        base, sha256 = about[BASE], about[BASE_DIGEST]
    except (OSError, SafetensorError, KeyError) as error:
        raise ModelError(_DAMAGED) from error
    fits = weight.ndim == 2 and bias.shape == weight.shape[:1] and weight.dtype == bias.dtype == torch.float32
    if not fits or not (weight.isfinite().all() and bias.isfinite().all()):
        raise ModelError(_DAMAGED)
    return RehearsedStep(base, sha256, weight, bias)


def base_classifier(key: str) -> Classifier:
    """The model that the rest is of, on this computer's processor.

    Raises:
        ModelError: It is not here, or is a rehearsed one itself.
    """
    folders = {**own_folders(), **BUILT_IN}
    if key in folders:
        if stated_format_of(folders[key]) == FORMAT:
            raise ModelError("A rehearsed model cannot be made of another rehearsed one.")
        return load_folder(folders[key], "cpu")
    if re.fullmatch(r"\w+", key) and key in CATALOGUE:
        entry = CATALOGUE[key]
        if entry.file_name not in files_here():
            raise ModelError(
                f"This rehearsed model was made of {quoted(entry.title)}, whose weights are not on this "
                "computer. Open that model once, so that they are fetched."
            )
        path = download(entry)
        side, options = entry.preprocessing.crop_size, entry.options
        made = architecture.build(
            entry.key, len(entry.labels), read_weights(path), side=side, options=options
        )
        return Classifier.build(
            made.module,
            entry.preprocessing,
            entry.labels,
            entry.title,
            entry.source,
            digest=digest(path),
            device="cpu",
        )
    raise ModelError(
        f"This rehearsed model was made of {quoted(readable(key)[:80])}, which is not here any more. "
        "Add that model again under the same key."
    )
