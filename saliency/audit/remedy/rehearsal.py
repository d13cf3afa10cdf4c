"""A rehearsal: would pictures without the shortcut help? Only the model's last step is trained again.

Half of an audit's photos with labels are learned from, together with counterfactual twins
(:mod:`saliency.audit.remedy.twins`); the other half judges. Beside it, a control rehearsal learns from as
many plain copies in place of the twins, so that what more photos of the same kind do by themselves is told
apart. It shows whether such pictures would help, not how much a full training would.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from saliency.audit.job import Job
from saliency.audit.remedy.figures import Judge
from saliency.audit.remedy.kept_features import KeptFeatures, PhotoFeatures
from saliency.audit.remedy.material import Material, to_be_mended
from saliency.audit.remedy.record import (
    FindingRehearsal,
    Rehearsal,
    Share,
    outcome_of,
    read_rehearsal,
    write_rehearsal,
)
from saliency.audit.remedy.training import Lesson, best_strength, trained_again
from saliency.audit.remedy.twins import TwinMaker
from saliency.audit.run import Audit
from saliency.classifier import Classifier
from saliency.errors import SaliencyError
from saliency.network.last_step import LastStep
from saliency.progress import Progress

WEIGHTS = "rehearsal.npz"
"""The file in a job's folder with the last step as the rehearsal left it."""

LastWeights = tuple[Tensor, Tensor]
"""Weights ``(K, D)`` and biases ``(K,)`` of a last step."""


def why_not(classifier: Classifier, result: Audit) -> str:
    """Why a model cannot be rehearsed with the photos of an audit, in a sentence; empty where it can.

    An audit without anything to be mended can be: the rehearsal says so.
    """
    try:
        LastStep.of(classifier.graph)
        Material.of(classifier, result)
    except SaliencyError as error:
        return error.message
    return ""


def rehearse(
    job: Job,
    classifier: Classifier,
    photos: Path,
    result: Audit,
    *,
    seed: int = 0,
    on_progress: Progress | None = None,
) -> Rehearsal:
    """Rehearse the remedy of an audit's findings; kept in the job's folder (``rehearsal.json``).

    What was computed of a photo is kept there too, so that a rehearsal that was stopped goes on.

    Args:
        job: A finished audit.
        classifier: The model that was audited.
        photos: Where the photos are.
        result: What the audit shows, with what people said of it.
        seed: Where random numbers start.
        on_progress: Told of every photo; what it raises stops the work.

    Raises:
        SaliencyError: The model or the photos cannot be used, see :func:`why_not`; or photos have changed.
    """
    _check_model(job, classifier)
    step = LastStep.of(classifier.graph)
    material = Material.of(classifier, result, seed)
    if not to_be_mended(result.findings):
        rehearsal = _nothing_to_mend(classifier, material, seed)
        (job.folder / WEIGHTS).unlink(missing_ok=True)
        write_rehearsal(job.folder, rehearsal)
        return rehearsal
    if not material.causes:
        raise SaliencyError(" ".join(["Nothing that was found can be rehearsed.", *material.left_out]))
    kept = KeptFeatures.of(job.folder, TwinMaker(classifier, photos, job.settings, material), step, seed)
    features = kept.all(on_progress)
    rehearsal, weights = _judged(classifier, material, features, step, seed)
    _write_weights(job.folder, classifier, weights)
    keys = tuple(finding.key for finding in to_be_mended(result.findings))
    rehearsal = replace(rehearsal, left_out=(*rehearsal.left_out, *kept.unread), to_mend=keys)
    write_rehearsal(job.folder, rehearsal)
    return rehearsal


def rehearsed_classifier(job: Job, classifier: Classifier) -> Classifier:
    """The model with the last step as the job's rehearsal left it; the given one is not changed.

    Raises:
        SaliencyError: There is no rehearsal, or it was of another model.
    """
    weight, bias = rehearsed_weights(job, classifier)
    graph = LastStep.of(classifier.graph).graph_with(weight, bias)
    digest = hashlib.sha256(classifier.digest.encode())
    for values in (weight, bias):
        digest.update(values.numpy().tobytes())
    return replace(
        classifier,
        graph=graph,
        name=f"{classifier.name}, rehearsed",
        source=f"The last step of {classifier.name}, trained again in a rehearsal; no product.",
        digest=digest.hexdigest(),
    )


def rehearsed_weights(job: Job, classifier: Classifier) -> LastWeights:
    """The last step's weights ``(K, D)`` and biases ``(K,)`` after the job's rehearsal, float32.

    Raises:
        SaliencyError: There is no rehearsal that trained anything, or it was of another model.
    """
    rehearsal = read_rehearsal(job.folder)
    try:
        with np.load(job.folder / WEIGHTS, allow_pickle=False) as kept:
            digest, weight, bias = str(kept["digest"]), kept["weight"], kept["bias"]
    except (OSError, ValueError, KeyError, EOFError):
        rehearsal = None
    if rehearsal is None or rehearsal.outcome == "nothing to mend":
        raise SaliencyError("There is no rehearsed model of this audit. Begin a rehearsal first.")
    if digest != classifier.digest:
        raise SaliencyError("This audit was rehearsed with another model. Choose that one.")
    return torch.from_numpy(weight), torch.from_numpy(bias)


def _check_model(job: Job, classifier: Classifier) -> None:
    if job.settings.weights != classifier.digest:
        raise SaliencyError(
            f"This audit is of “{job.settings.model}”. Choose the same model, with the same weights."
        )


def _nothing_to_mend(classifier: Classifier, material: Material, seed: int) -> Rehearsal:
    numbers = material.judging
    right = sum(material.rows[n].guess == classifier.labels[material.labels[n]] for n in numbers)
    share = Share(right, len(numbers))
    return Rehearsal(
        "nothing to mend",
        classifier.name,
        classifier.digest,
        seed,
        len(material.learning),
        len(numbers),
        0.0,
        share,
        share,
        share,
    )


def _judged(
    classifier: Classifier,
    material: Material,
    features: Mapping[int, PhotoFeatures],
    step: LastStep,
    seed: int,
) -> tuple[Rehearsal, LastWeights]:
    """What the rehearsal shows, and the last step that it left."""
    old = step.weight.to("cpu", torch.float32), step.bias.to("cpu", torch.float32)
    learning = [number for number in material.learning if number in features]
    lesson, control = (_lesson(material, features, learning, twins=twins) for twins in (True, False))
    answers = (torch.stack([features[n].own for n in learning]) @ old[0].T + old[1]).argmax(1).tolist()
    targets = [cause.target for cause in material.causes if cause.target is not None]
    classes = sorted({*(material.labels[n] for n in learning), *answers, *targets})
    strength = best_strength(lesson, *old, classes, seed=seed)
    new = trained_again(lesson, *old, classes, strength)
    plain = trained_again(control, *old, classes, strength)
    judge = Judge(material, features, old)
    twins = [
        sum(n_twins for n_twins in _counts(features, learning, place))
        for place in range(len(material.causes))
    ]
    findings = tuple(
        FindingRehearsal(
            cause.finding.key,
            cause.finding.guess,
            cause.finding.where,
            cause.finding.kind,
            twins[place],
            judge.figures(place, *old),
            judge.figures(place, *plain),
            judge.figures(place, *new),
        )
        for place, cause in enumerate(material.causes)
    )
    rehearsal = Rehearsal(
        outcome_of(findings),
        classifier.name,
        classifier.digest,
        seed,
        len(learning),
        len(judge.numbers),
        strength,
        judge.right(*old),
        judge.right(*plain),
        judge.right(*new),
        findings,
        judge.changes(classifier.labels, new),
        material.left_out,
    )
    return rehearsal, new


def _counts(features: Mapping[int, PhotoFeatures], numbers: list[int], place: int) -> list[int]:
    return [features[number].causes.count(place) for number in numbers]


def _lesson(
    material: Material, features: Mapping[int, PhotoFeatures], numbers: list[int], *, twins: bool
) -> Lesson:
    """What is learned from: each photo, and its twins, which together count as much as it does.

    Args:
        material: Labels and near copies.
        features: By a photo's number.
        numbers: The learning half.
        twins: Whether with twins; else with as many plain copies of the photo.
    """
    rows, labels, weights, groups = [], [], [], []
    for number in numbers:
        photo = features[number]
        count = len(photo.twins)
        extra = photo.twins if twins else photo.own.expand(count, -1)
        rows += [photo.own[None], extra]
        labels += [material.labels[number]] * (1 + count)
        weights += [1.0, *([1 / count] * count if count else [])]
        groups += [material.copies.get(number, number)] * (1 + count)
    return Lesson(torch.cat(rows), torch.tensor(labels), torch.tensor(weights), np.array(groups))


def _write_weights(folder: Path, classifier: Classifier, weights: LastWeights) -> None:
    path, part = folder / WEIGHTS, folder / f"{WEIGHTS}.part"
    with part.open("wb") as file:
        np.savez(file, digest=np.array(classifier.digest), weight=weights[0].numpy(), bias=weights[1].numpy())
    part.replace(path)
