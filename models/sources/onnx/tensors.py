"""Numbers out of an ONNX file: tensors and attributes, as torch and Python have them."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from models.errors import ModelError, quoted

DTYPES: dict[int, torch.dtype] = {
    1: torch.float32,
    2: torch.uint8,
    3: torch.int8,
    5: torch.int16,
    6: torch.int32,
    7: torch.int64,
    9: torch.bool,
    10: torch.float32,  # less than single precision is made single: maps are sums of many small numbers
    11: torch.float64,
    16: torch.float32,
}
"""ONNX's numbers for kinds of values, and what they become."""

_WHOLE = {np.dtype(np.uint16): np.int32, np.dtype(np.uint32): np.int64, np.dtype(np.uint64): np.int64}


def dtype_of(number: int) -> torch.dtype:
    """What ONNX's number for a kind of value becomes.

    Raises:
        ModelError: It is text, or a kind that is not read.
    """
    if number not in DTYPES:
        raise ModelError(f"The file holds values of a kind (number {number}) that cannot be read.")
    return DTYPES[number]


def tensor_of(stored: Any) -> Tensor:
    """The values of a ``TensorProto``; half precision becomes single.

    Raises:
        ModelError: They are damaged, text, or of a kind that is not read.
    """
    from onnx import numpy_helper

    try:
        values = np.array(numpy_helper.to_array(stored))
        if values.dtype in _WHOLE:
            return torch.from_numpy(values.astype(_WHOLE[values.dtype]))
        if stored.data_type in (10, 16):
            return torch.from_numpy(values.astype(np.float32))
        if stored.data_type not in DTYPES:  # such as four bits, or eight-bit floats
            return torch.from_numpy(values.astype(np.float32 if stored.data_type > 16 else np.int64))
        return torch.from_numpy(values)
    except (ValueError, TypeError) as error:
        raise ModelError(
            f"The values called {quoted(stored.name)} in the ONNX file cannot be read. "
            "The file may be damaged; export it again."
        ) from error


def attributes_of(node: Any) -> dict[str, Any]:
    """The attributes of a ``NodeProto``: numbers, lists, text, tensors; graphs as they are stored."""
    return {attribute.name: _value(attribute) for attribute in node.attribute}


def _value(attribute: Any) -> Any:
    from onnx import AttributeProto as Kind
    from onnx import helper

    if attribute.type == Kind.TENSOR:
        return tensor_of(attribute.t)
    value = helper.get_attribute_value(attribute)
    if attribute.type == Kind.STRING:
        return value.decode(errors="replace")
    if attribute.type == Kind.STRINGS:
        return [text.decode(errors="replace") for text in value]
    return list(value) if attribute.type in (Kind.INTS, Kind.FLOATS) else value
