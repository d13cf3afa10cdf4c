"""What is sent: pictures as the body of a request."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from urllib3.filepost import encode_multipart_formdata

from models.endpoint.settings import Sending

_DECIMALS = 6  # of numbers in JSON, which would be twice as long with all that a double shows
Values = NDArray[Any]


class Question(NamedTuple):
    """The body of a request, and the headers that belong to it."""

    body: bytes
    headers: dict[str, str]


def values_of(pictures: Tensor, send: Sending) -> list[Values]:
    """What is sent of each picture ``(n, 3, h, w)``: pixels ``(h, w, 3)`` uint8, or the tensor itself.

    Two pictures with the same values are one question.
    """
    values = pictures.detach().cpu().float().numpy()
    if send.as_tensor:
        return list(values if send.layout == "nchw" else values.transpose(0, 2, 3, 1))
    pixels = (values.clip(0, 1) * 255).round().astype(np.uint8)
    return list(pixels.transpose(0, 2, 3, 1))


def question(values: Sequence[Values], send: Sending) -> Question:
    """The request that asks about these pictures."""
    if send.way == "binary-tensor":
        return _binary(np.stack(values), send)
    if send.way == "tensor":
        stacked = np.stack(values)
        filled = {
            "{tensor}": stacked.astype(float).round(_DECIMALS).tolist(),
            "{shape}": list(stacked.shape),
            "{input}": send.input,
        }
        return _as_json(_with(send.template, filled))
    kind = f"image/{send.picture}"
    if send.way == "json":
        return _as_json(_repeated(send.template, [_base64(picture, send) for picture in values]))
    picture = encoded(values[0], send)
    if send.way == "body":
        return Question(picture, {"Content-Type": send.content_type or kind})
    name = f"picture.{send.picture.replace('jpeg', 'jpg')}"
    body, content_type = encode_multipart_formdata({send.field: (name, picture, kind)})
    return Question(body, {"Content-Type": content_type})


def encoded(pixels: Values, send: Sending) -> bytes:
    """Pixels ``(h, w, 3)`` uint8 as a JPEG or PNG file."""
    file, image = io.BytesIO(), Image.fromarray(pixels)
    if send.picture == "png":
        image.save(file, "PNG", compress_level=1)
    else:
        image.save(file, "JPEG", quality=send.quality, subsampling=0)
    return file.getvalue()


def _base64(pixels: Values, send: Sending) -> str:
    return base64.b64encode(encoded(pixels, send)).decode()


def _as_json(content: Any) -> Question:
    return Question(json.dumps(content, separators=(",", ":")).encode(), {"Content-Type": "application/json"})


def _binary(stacked: Values, send: Sending) -> Question:
    """A request of KServe v2 whose tensor stands as bytes behind the JSON, as Triton and KServe take it."""
    data = stacked.astype("<f4").tobytes()
    tensor = {
        "name": send.input,
        "shape": list(stacked.shape),
        "datatype": "FP32",
        "parameters": {"binary_data_size": len(data)},
    }
    head = json.dumps({"inputs": [tensor]}).encode()
    return Question(
        head + data,
        {"Content-Type": "application/octet-stream", "Inference-Header-Content-Length": str(len(head))},
    )


def _with(template: Any, filled: dict[str, Any]) -> Any:
    """The template with what its placeholders stand for."""
    if isinstance(template, dict):
        return {key: _with(value, filled) for key, value in template.items()}
    if isinstance(template, list):
        return [_with(value, filled) for value in template]
    return filled.get(template, template) if isinstance(template, str) else template


def _repeated(template: Any, pictures: Sequence[str]) -> Any:
    """The template with pictures in it: the list around the placeholder is repeated for each of several."""
    if isinstance(template, dict):
        return {key: _repeated(value, pictures) for key, value in template.items()}
    if isinstance(template, list):
        if len(template) == 1 and "{image}" in json.dumps(template):
            return [_repeated(template[0], [picture]) for picture in pictures]
        return [_repeated(value, pictures) for value in template]
    if isinstance(template, str):
        return template.replace("{image}", pictures[0])
    return template
