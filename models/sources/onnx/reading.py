"""A classifier out of an ONNX file: graph, labels, size, preparation, kind of output."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import fx

from models.errors import ModelError, counted, first_three, quoted
from models.sources.onnx import examples
from models.sources.onnx.build import Builder, unknown_operators
from models.sources.onnx.file import open_model, opset
from models.sources.onnx.metadata import (
    LABEL_FILES,
    listed_labels,
    stated_labels,
    stated_order,
    stated_range,
)
from models.sources.onnx.runtime import OnnxClassifier, run_outside
from models.sources.onnx.signature import PictureInput, check_outputs, picture_input
from models.sources.onnx.simplify import simplify
from models.sources.onnx.zip_map import without_zip_map
from models.sources.read_model import Channels, Outputs, ReadModel

_MAY_BE_LARGE = "The model is too large for this computer's memory."


def read_model(path: Path, files: Sequence[Path] = ()) -> ReadModel:
    """The classifier in a file, with the labels that are in it, among the files, or beside it.

    Raises:
        ModelError: It cannot be read, for a reason that is said.
    """
    try:
        model = open_model(path)
        named = without_zip_map(model.graph)
        given = picture_input(model.graph)
        check_outputs(model.graph)
        found = _classifier(model, given)
    except MemoryError as error:
        raise ModelError(_MAY_BE_LARGE) from error
    properties = {entry.key: entry.value for entry in model.metadata_props}
    labels, said = _labels(path, files, named or stated_labels(properties), found.classes)
    scale = (0.0, 1 / 255) if given.whole_numbers else stated_range(properties)
    grey: Channels | None = "grey" if given.channels == 1 else None
    return ReadModel(
        found.module,
        labels,
        (given.height, given.width) if given.height and given.width else None,
        None if scale is None else (scale[0],) * given.channels,
        None if scale is None else (scale[1],) * given.channels,
        grey or stated_order(properties),
        found.outputs,
        (*found.notes, *said),
        found.outside,
    )


def _classifier(model: Any, given: PictureInput) -> OnnxClassifier:
    """The classifier as a graph, or else as onnxruntime runs it.

    Raises:
        ModelError: It is no classifier, or can be neither taken apart nor run.
    """
    version = opset(model)
    try:
        if unknown := unknown_operators(model.graph):
            raise _unknown(unknown)
        builder = Builder(version, given.batch)
        x = builder.tracer.input("x")
        builder.tracer.examples.start(x.node, given.shapes(), torch.float32)
        picture = x.permute([0, 2, 3, 1]) if given.channels_last else x
        results = builder.run(model.graph, {given.name: picture})
    except ModelError as problem:
        return run_outside(model, given, problem)
    module, classes, notes = _module(model, builder, x, results)
    if given.batch:
        try:
            _check_pictures_apart(module, given)
        except ModelError as problem:
            return run_outside(model, given, problem)
    return OnnxClassifier(module, classes, _kind(module, classes), tuple(notes))


def _unknown(operators: Sequence[str]) -> ModelError:
    several = "operators" if len(operators) > 1 else "operator"
    return ModelError(
        f"The file uses the {several} {first_three(operators)}, which cannot be read. Export the model "
        "without it, from the software it was trained in."
    )


def _module(
    model: Any, builder: Builder, x: fx.Proxy, results: Sequence[Any]
) -> tuple[fx.GraphModule, int, list[str]]:
    """The graph, the number of its classes, and what to say of it."""
    rows = [(output.name, *_row(result)) for output, result in zip(model.graph.output, results, strict=True)]
    usable = [(name, row, classes) for name, row, classes in rows if classes]
    if not usable:
        raise ModelError(
            "The model is no classifier of pictures: it does not give one row of scores for each picture "
            "(N × classes). It may find objects or areas, or describe pictures by features."
        )
    name, row, classes = usable[0]
    module = builder.module([x], row)
    simplify(module)
    notes = []
    if len(rows) > 1:
        notes.append(
            f"The file gives {counted(len(rows), 'output', 'outputs')}; {quoted(name)} is what is explained."
        )
    return module, classes, notes


def _check_pictures_apart(module: fx.GraphModule, given: PictureInput) -> None:
    """Holds two pictures together against each alone, where the file states a number of pictures.

    Raises:
        ModelError: They differ: the file's own shapes cannot be made to hold another number.
    """
    shape = (given.channels, given.height or 224, given.width or 224)
    pictures = torch.randn(2, *shape, generator=torch.Generator().manual_seed(0))
    try:
        with torch.no_grad():
            run = module.forward  # as a graph that is called prints what fails
            together, alone = run(pictures), torch.cat([run(picture[None]) for picture in pictures])
        apart = torch.allclose(together, alone, rtol=1e-3, atol=1e-4 * float(alone.abs().max()))
    except RuntimeError:
        apart = False
    if not apart:
        raise ModelError(
            f"The model takes {counted(given.batch, 'picture', 'pictures')} at a time and cannot be made to "
            "take more. Export it with a batch of any size (dynamic batch)."
        )


def _row(value: Any) -> tuple[Any, int]:
    """An output as ``(N, K)`` and K; 0 where it is something else."""
    if not isinstance(value, fx.Proxy):
        return value, 0
    runs = examples.values(value.node)
    shape = examples.shape(value.node)
    if len(shape) < 2 or examples.picture_axis(value.node) != 0 or not runs[0].is_floating_point():
        return value, 0
    if any(length != 1 for length in shape[2:]) or any(run.shape[1:] != shape[1:] for run in runs):
        return value, 0
    flat: Any = value
    return (torch.flatten(flat, 1) if len(shape) > 2 else value), shape[1]


def _labels(
    path: Path, files: Sequence[Path], stated: tuple[str, ...] | None, classes: int
) -> tuple[tuple[str, ...] | None, list[str]]:
    """The labels that fit, from a list, or else from the file itself; and what does not fit."""
    lists = [file for file in files if file.name.lower() in LABEL_FILES]
    lists = lists or [path.parent / name for name in LABEL_FILES if (path.parent / name).is_file()]
    listed: list[tuple[tuple[str, ...] | None, str]]
    listed = [(listed_labels(file), file.name) for file in lists[:1]]
    for labels, where in listed or [(stated, path.name)]:
        if labels is None or len(labels) == classes:
            return labels, []
        if classes == 1 and len(labels) == 2:
            return labels, []
        said = f"{quoted(where)} lists {counted(len(labels), 'label', 'labels')}"
        raise ModelError(
            f"{said}, and the model gives {counted(classes, 'score', 'scores')}. "
            "List one label for each score, in the model's order."
        )
    return None, []


def _kind(module: fx.GraphModule, classes: int) -> Outputs | None:
    """What the numbers are, by what the graph ends in; ``None`` where only whoever made it knows."""
    node = next(iter(reversed(module.graph.nodes))).args[0]
    while isinstance(node, fx.Node) and (node.target in (torch.flatten, "reshape", "squeeze")):
        node = node.args[0]
    name = getattr(getattr(node, "target", None), "__name__", "")
    if name == "sigmoid":
        return "yes-no" if classes == 1 else "labels"
    return "probabilities" if name == "softmax" and classes > 1 else None
