"""The rehearsed last step of a model, kept as a model of one's own beside the others."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from safetensors.torch import save_file

from models.built_in import BUILT_IN
from models.catalogue import CATALOGUE
from models.errors import ModelError
from models.sources.description import LONGEST_NAME, MODEL_FILES, stated_format_of
from models.sources.folder import load_folder, own_folders
from models.sources.keeping import free_key, keep, working_folder
from models.sources.rehearsed import BASE, BASE_DIGEST, FILE, FORMAT, read_step
from saliency.audit.job import Job
from saliency.audit.remedy.record import Rehearsal, read_rehearsal, write_rehearsal
from saliency.audit.remedy.rehearsal import rehearsed_weights
from saliency.classifier import Classifier, OutputKind, Preprocessing
from saliency.names import readable

_SENTENCE = (
    "{base} with only its last step trained again, in a rehearsal on {learning} photos of one audit and "
    "{twins} changed copies of them. It shows whether such pictures would help. It is no product."
)
_WARNING = "Rehearsed: only the last step was trained again, on photos of one audit. It is no product."
_SOURCE = "Made by a rehearsal in this app, of {base} (SHA-256 of its weights: {digest}); seed {seed}."
_LONGEST = 2000  # characters of a sentence in model.json


def keep_rehearsed(job: Job, classifier: Classifier, base: str, name: str = "") -> str:
    """Keep a job's rehearsed model as one of one's own; its key.

    Args:
        job: A job with a rehearsal that trained something.
        classifier: The model that was audited.
        base: Its key; that of a built-in one, of the catalogue, or of one's own.
        name: What people are to call it; by default the model's name, rehearsed.

    Raises:
        SaliencyError: There is no such rehearsal, the model is none that can be found again by its key, its
            numbers are tags or a score, the name cannot be, or it cannot be written.
    """
    weight, bias = rehearsed_weights(job, classifier)
    rehearsal = read_rehearsal(job.folder)
    if rehearsal is None:
        raise ModelError("There is no rehearsed model of this audit. Begin a rehearsal first.")
    if classifier.question is not None or not _has_classes(classifier):
        raise ModelError(
            "Only a model whose classes exclude each other can be kept rehearsed; this one gives tags or a "
            "number, and was asked one question about it. The rehearsal's figures and the pack are there."
        )
    origin = _origin(base, classifier)
    title = readable(name) or f"{classifier.name[: LONGEST_NAME - 20]}, rehearsed"
    if len(title) > LONGEST_NAME:
        raise ModelError(f"A name has at most {LONGEST_NAME} characters. Shorten it.", field="name")
    key = free_key(title, numbered=True)
    with working_folder() as folder:
        made = folder / "made"
        (made / MODEL_FILES).mkdir(parents=True)
        save_file(
            {"weight": weight.contiguous(), "bias": bias.contiguous()},
            made / MODEL_FILES / FILE,
            {BASE: origin[0], BASE_DIGEST: origin[1]},
        )
        about = json.dumps(description(classifier, rehearsal, title), ensure_ascii=False, indent=1)
        (made / "model.json").write_text(about, encoding="utf-8")
        (made / "labels.txt").write_text("\n".join(classifier.labels), encoding="utf-8")
        digest = load_folder(made, "cpu").digest  # that it can be opened again is known before it is kept
        keep(made, key)
    write_rehearsal(job.folder, replace(rehearsal, kept_as=key, kept_weights=digest))
    return key


def description(classifier: Classifier, rehearsal: Rehearsal, name: str) -> Mapping[str, Any]:
    """What ``model.json`` of a rehearsed model says: as the model it was made of, but for what it is."""
    recipe = classifier.preprocessing
    prepared = {field.name: getattr(recipe, field.name) for field in fields(Preprocessing)}
    read = {
        "temperature": classifier.temperature,
        "whole_temperature": classifier.whole_temperature,
        "none_label": classifier.none_label,
        "unsure_below": classifier.unsure_below,
        "evidence_below": classifier.evidence_below if math.isfinite(classifier.evidence_below) else None,
        "caution": classifier.caution,
        "sure_from": classifier.sure_from,
        "warning": f"{_WARNING} {classifier.warning}".strip()[:_LONGEST],
    }
    base = classifier.name
    about = {
        "format": FORMAT,
        "name": name,
        "sentence": _SENTENCE.format(base=base, learning=rehearsal.learning, twins=rehearsal.twins)[
            :_LONGEST
        ],
        "source": _SOURCE.format(base=base, digest=classifier.digest, seed=rehearsal.seed)[:_LONGEST],
    }
    every = {**about, **prepared, **read}
    return {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in every.items()
        if value is not None and value != ""
    }


def _has_classes(classifier: Classifier) -> bool:
    return classifier.outputs.kind in (OutputKind.SOFTMAX, OutputKind.PROBABILITIES, OutputKind.YES_NO)


def _origin(base: str, classifier: Classifier) -> tuple[str, str]:
    """Key and digest of the model that all but the last step is of; of a rehearsed one, that of its own.

    Raises:
        ModelError: The model is none that can be found again by its key.
    """
    folders: dict[str, Path] = {**own_folders(), **BUILT_IN}
    if base in folders:
        folder = folders[base]
        if stated_format_of(folder) == FORMAT:
            step = read_step(folder / MODEL_FILES / FILE)
            return step.base, step.base_digest
        return base, classifier.digest
    if base in CATALOGUE:
        return base, classifier.digest
    raise ModelError(
        "A rehearsed model is kept beside the one that it was made of, which has to be in the list of "
        "models. Add it first: python -m models add."
    )
