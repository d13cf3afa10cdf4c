"""Which values each entry of ``endpoint`` in model.json may have, and how that is said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import jmespath

_WAYS = ("body", "multipart", "json", "tensor", "binary-tensor")
_LONGEST = 2000  # characters of an address, a header or an expression
_RESERVED = {"host", "content-length", "content-type", "transfer-encoding", "connection", "accept-encoding"}


def _is_address(value: Any) -> bool:
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST or not value.isprintable():
        return False
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return False
    tidy = " " not in value and not parts.fragment and parts.username is None
    return parts.scheme in ("http", "https") and bool(parts.hostname) and tidy


def _are_headers(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    return all(
        isinstance(text, str) and len(text) <= _LONGEST and text.isprintable() and text.isascii()
        and name.replace("-", "").replace("_", "").isalnum() and name.isascii()
        and name.lower() not in _RESERVED
        for name, text in value.items()
    )  # fmt: skip


def _is_path(value: Any) -> bool:
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST:
        return False
    try:
        jmespath.compile(value)
    except (jmespath.exceptions.JMESPathError, RecursionError):
        return False
    return True


def _number(low: float, high: float, *, whole: bool = False) -> Callable[[Any], bool]:
    kinds = (int,) if whole else (int, float)
    return lambda value: isinstance(value, kinds) and not isinstance(value, bool) and low <= value <= high


def _text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST and value.isprintable()


Rules = Mapping[str, tuple[Callable[[Any], bool], str]]
_TRUTH = (lambda value: isinstance(value, bool), "true or false")
ENDPOINT: Rules = {
    "address": (_is_address, "an address that begins with https:// and holds neither name nor password"),
    "headers": (_are_headers, 'an object of plain texts, such as {"Authorization": "Bearer ${MY_TOKEN}"}'),
    "send": (lambda value: isinstance(value, dict), "an object, such as {\"as\": \"body\"}"),
    "answer": (lambda value: isinstance(value, dict), 'an object, such as {"scores": "predictions"}'),
    "at_once": (_number(1, 256, whole=True), "a whole number of pictures from 1 to 256"),
    "requests_at_once": (_number(1, 64, whole=True), "a whole number of requests from 1 to 64"),
    "requests_a_second": (_number(0.01, 1000), "a number from 0.01 to 1,000"),
    "budget": (
        lambda value: value is None or _number(1, 10**9, whole=True)(value),
        "a whole number of pictures, or null for any number",
    ),
    "timeout": (_number(0.1, 600), "a number of seconds from 0.1 to 600"),
    "tries": (_number(1, 10, whole=True), "a whole number from 1 to 10"),
    "plain_http": _TRUTH,
}  # fmt: skip
SEND: Rules = {
    "as": (lambda value: value in _WAYS, ", ".join(f'"{way}"' for way in _WAYS)),
    "picture": (lambda value: value in ("jpeg", "png"), '"jpeg" or "png"'),
    "quality": (_number(50, 100, whole=True), "a whole number from 50 to 100"),
    "field": (_text, "the name of a form's field"),
    "template": (lambda value: isinstance(value, dict | list), "a JSON object or list with placeholders"),
    "layout": (lambda value: value in ("nchw", "nhwc"), '"nchw" or "nhwc"'),
    "input": (_text, "the name of the model's input"),
    "content_type": (_text, "a media type, such as application/octet-stream"),
}
ANSWER: Rules = {
    "scores": (_is_path, "a JMESPath expression, such as predictions[].probability"),
    "labels": (_is_path, "a JMESPath expression, such as predictions[].tagName"),
    "top_only": _TRUTH,
}
