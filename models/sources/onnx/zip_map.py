"""Scores that a file gives as a list of names with numbers, as Azure Custom Vision exports them.

ZipMap (ONNX-ML) puts the names of the classes beside a row of scores. The row is what a graph needs, and the
names are the labels.
"""

from __future__ import annotations

from typing import Any

from models.errors import ModelError
from saliency.names import readable


def without_zip_map(graph: Any) -> tuple[str, ...] | None:
    """Makes the row of scores before a ZipMap the graph's only output.

    What only other outputs need, such as the name of the best class, is taken out.

    Returns:
        The names of the classes; ``None`` where there is no ZipMap at the end.

    Raises:
        ModelError: Classes have neither names nor numbers.
    """
    ends = {output.name for output in graph.output}
    last = next((node for node in graph.node if node.op_type == "ZipMap" and set(node.output) & ends), None)
    if last is None:
        return None
    names = [
        readable(value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value))
        for attribute in last.attribute
        for value in (*attribute.strings, *attribute.ints)
    ]
    if not names:
        raise ModelError(
            "The model's classes have no names (ZipMap without any). Export it again with names."
        )
    del graph.output[:]
    graph.output.add().name = last.input[0]
    needed, kept = {last.input[0]}, []
    for node in reversed(graph.node):
        if needed & set(node.output):
            needed.update(node.input)
            kept.append(node)
    del graph.node[:]
    graph.node.extend(reversed(kept))
    for number in reversed(range(len(graph.initializer))):
        if graph.initializer[number].name not in needed:
            del graph.initializer[number]
    return tuple(names)
