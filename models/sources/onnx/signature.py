"""What an ONNX model takes and gives: the one picture, its size and layout, and the row of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from models.errors import ModelError, counted, first_three, quoted

_UNSIZED = 224  # pixels: what nearly all classifiers take whose files leave the size open
_SIDES = (8, 4096)
_TEXT = 8  # ONNX's number for text


@dataclass(frozen=True)
class PictureInput:
    """The input of a classifier.

    Attributes:
        name: Its name in the file.
        batch: How many pictures the file takes at once; 0 for any number.
        channels: 3, or 1.
        height: In pixels; 0 for any.
        width: In pixels; 0 for any.
        channels_last: Whether it is ``(N, H, W, C)``.
        whole_numbers: Whether the file takes pixels from 0 to 255.
    """

    name: str
    batch: int
    channels: int
    height: int
    width: int
    channels_last: bool
    whole_numbers: bool

    def shapes(self) -> list[tuple[int, ...]]:
        """Shapes ``(N, C, H, W)`` to try: as the file says, more pictures, and larger ones if allowed."""
        batch, height, width = self.batch or 2, self.height or _UNSIZED, self.width or _UNSIZED
        shapes = [(batch, height, width), (batch + 1 if self.batch == 0 else 3 * batch, height, width)]
        if not self.height or not self.width:
            shapes.append((batch, height + 32 * (not self.height), width + 64 * (not self.width)))
        return [(count, self.channels, *sides) for count, *sides in shapes]


def picture_input(graph: Any) -> PictureInput:
    """The one input of a graph that is no weight.

    Raises:
        ModelError: There are several, or it is no picture.
    """
    weights = {stored.name for stored in graph.initializer}
    inputs = [given for given in graph.input if given.name not in weights]
    if len(inputs) != 1:
        names = first_three([quoted(given.name) for given in inputs])
        raise ModelError(
            f"The model takes {counted(len(inputs), 'input', 'inputs')}"
            + (f" ({names})" if names else "")
            + ". An image classifier takes one: the picture."
        )
    kind = inputs[0].type.tensor_type
    if not inputs[0].type.HasField("tensor_type") or kind.elem_type == _TEXT:
        raise _no_picture(inputs[0].name, "")
    sides = [int(axis.dim_value) if axis.dim_value > 0 else 0 for axis in kind.shape.dim]
    if not sides and not kind.HasField("shape"):
        sides = [0, 0, 0, 0]
    shown = " × ".join(str(side or "any") for side in sides)
    if len(sides) != 4:
        raise _no_picture(inputs[0].name, shown)
    last = _is_channels_last(graph, inputs[0].name, sides)
    batch, channels, height, width = (sides[axis] for axis in ((0, 3, 1, 2) if last else (0, 1, 2, 3)))
    wrong = [side for side in (height, width) if side and not _SIDES[0] <= side <= _SIDES[1]]
    if channels not in (0, 1, 3) or wrong:
        raise _no_picture(inputs[0].name, shown)
    whole = kind.elem_type in (2, 3, 4, 5, 6, 7)
    return PictureInput(inputs[0].name, batch, channels or 3, height, width, last, whole)


def _is_channels_last(graph: Any, name: str, sides: list[int]) -> bool:
    if sides[1] in (1, 3) or sides[3] not in (0, 1, 3):
        return False
    if sides[3] in (1, 3):
        return True
    first = next((node for node in graph.node if name in node.input), None)  # both are left open
    orders = [list(a.ints) for a in first.attribute if a.name == "perm"] if first is not None else []
    return orders == [[0, 3, 1, 2]]


def _no_picture(name: str, shape: str) -> ModelError:
    stated = f" It is {shape}." if shape else ""
    return ModelError(
        f"The model's input {quoted(name)} is no picture.{stated} An image classifier takes pictures of "
        "1 or 3 channels: N × 3 × height × width, or N × height × width × 3."
    )


def check_outputs(graph: Any) -> None:
    """Refuse a model none of whose outputs is a table of numbers.

    Raises:
        ModelError: They are lists or dictionaries.
    """
    for output in graph.output:
        if output.type.HasField("sequence_type"):
            raise ModelError(
                f"The model gives a list ({quoted(output.name)}) and no table of numbers. Export it so that "
                "it gives one row of scores for each picture."
            )
