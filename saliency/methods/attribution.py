"""Tensors in, tensor out: the raw attribution of a class's logit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from saliency.errors import SaliencyError
from saliency.grids.cells import CellGrid
from saliency.methods.registry import find, offered_names
from saliency.methods.sampling import Estimates
from saliency.network.device import failures_said
from saliency.network.graph import Graph, Objective
from saliency.progress import Progress


def attribute(
    graph: Graph,
    x: Tensor,
    target: int | Sequence[int],
    *,
    method: str = "grad-cam",
    rather_than: int | None = None,
    seed: int = 0,
    on_progress: Progress | None = None,
    on_estimate: Estimates | None = None,
    **settings: Any,
) -> Tensor:
    """The attribution of a class's logit, tensors in, tensor out.

    Args:
        graph: The classifier's graph.
        x: Normalised pictures ``(B, 3, H, W)``, of any floating type, on any device.
        target: Class index, one for all or one a picture.
        method: Key of a method in the registry.
        rather_than: Explain ``logit(target) − logit(rather_than)`` instead.
        seed: Where random numbers start.
        on_progress: Called as ``(done, total)`` by methods that take long.
        on_estimate: Called with the map so far, and how sure it is, by methods that draw samples.
        **settings: The method's own settings, and ``at`` to name a layer.

    Returns:
        ``(B, h, w)``, signed where the method is, not normalised, in the model's precision and on its device.

    Raises:
        SaliencyError: As :func:`explain`, or the inputs are not a batch of pictures.
    """
    entry = find(method)
    missing = entry.needs - graph.offers
    if missing:
        raise SaliencyError(
            f"{entry.name} needs {' and '.join(sorted(missing))}, which this model does not have. "
            f"Choose another view, such as {offered_names(graph)}."
        )
    if graph.half and not entry.half:
        raise SaliencyError(
            f"{entry.name} is off by more than 1 % in half precision. "
            "Load the model in full precision (--precision full)."
        )
    if x.ndim != 4 or x.shape[1] != 3:
        raise SaliencyError(f"Pictures have to be of shape (B, 3, H, W); these are {tuple(x.shape)}.")
    if not x.is_floating_point():
        raise SaliencyError(
            f"Pictures have to be normalised values, of a floating type; these are {x.dtype}. "
            "Prepare them as the model was trained, for example with classifier.prepare(photo)."
        )
    x = x.detach().to(graph.device, graph.dtype)
    chosen = {name: value for name, value in settings.items() if name != "at"}
    keywords: dict[str, Any] = dict(entry.check(chosen, min(x.shape[2:])))
    if settings.get("at") is not None:
        if not entry.layered:
            raise SaliencyError(f"{entry.name} does not read a layer, so none can be chosen for it.")
        keywords["at"] = settings["at"]
    if entry.seeded:
        keywords["seed"] = seed
    if entry.progress:
        keywords["on_progress"] = on_progress
    if entry.estimates:
        keywords["on_estimate"] = on_estimate
    objective = class_objective(graph, target, len(x), rather_than)
    with failures_said(graph.device):
        result: Tensor = entry.function(graph, x, objective, **keywords)
    return result.detach()


def cells_of(
    graph: Graph,
    attribution: Tensor,
    size: Sequence[int],
    *,
    method: str = "grad-cam",
    at: str | None = None,
    **settings: Any,
) -> CellGrid | None:
    """Where the cells of an attribution look on the model's input.

    Args:
        graph: The classifier's graph.
        attribution: From :func:`attribute`, ``(…, h, w)``.
        size: Height and width of the pictures.
        method: The method's key, as it was given there.
        at: The layer named there.
        **settings: The settings given there.

    Returns:
        ``None`` for maps that read no layer: their cells are spread evenly. So are they supposed to be where
        the network does not tell; ``derived`` of the grid is then false.

    Raises:
        SaliencyError: As :func:`attribute`.
    """
    entry = find(method)
    if entry.reads is None:
        return None
    layer = entry.reads(graph, at, **entry.check(settings))
    shape = attribution.shape[-2:]
    return graph.cells(shape, size, layer.name) or replace(CellGrid.even(shape, size), derived=False)


def class_objective(
    graph: Graph, target: int | Sequence[int], batch: int, rather_than: int | None = None
) -> Objective:
    """What is explained: the logit of a class, or its lead over another, ``(B, K) → (B,)``.

    Raises:
        SaliencyError: A class the model does not have, or not one class a picture.
    """
    indices = torch.as_tensor(target)  # whole numbers of numpy and torch too
    targets: list[int] = indices.expand(batch).tolist() if indices.ndim == 0 else indices.tolist()
    if len(targets) != batch:
        raise SaliencyError(f"Pictures and classes to explain differ in number: {batch} and {len(targets)}.")
    for index in (*targets, *([] if rather_than is None else [rather_than])):
        if not 0 <= index < graph.classes:
            raise SaliencyError(f"This model knows classes 0 to {graph.classes - 1}; there is no {index}.")

    def objective(logits: Tensor) -> Tensor:
        if len(set(targets)) == 1:
            chosen = logits[:, targets[0]]
        else:
            chosen = logits.gather(1, torch.tensor(targets, device=logits.device)[:, None])[:, 0]
        return chosen if rather_than is None else chosen - logits[:, rather_than]

    return objective
