"""What model.json says of a model behind an address: its entry ``endpoint``, read and checked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from models.endpoint import place, rules
from models.endpoint.presets import PRESETS
from models.endpoint.secret_values import literal_secret, names_in
from models.errors import ModelError, did_you_mean, quoted

_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Sending:
    """How pictures are sent.

    Attributes:
        way: One picture a request as its ``body`` or as a ``multipart`` form's file; any number within
            ``json``, as base64; or the model's own input as a ``tensor`` within JSON, or as a
            ``binary-tensor`` behind it (KServe v2).
        picture: ``jpeg`` or ``png``, where pictures are sent as such.
        quality: Of JPEG, with full colour resolution.
        field: Name of the file in a form.
        template: The JSON that is sent, with placeholders in it; the list around ``{image}`` is repeated.
        layout: The order of a tensor's dimensions, ``nchw`` or ``nhwc``.
        input: The name of a tensor.
        content_type: What a body is called, where it is not ``image/jpeg`` or ``image/png``.
    """

    way: str
    picture: str = "jpeg"
    quality: int = 95
    field: str = "image"
    template: Any = None
    layout: str = "nchw"
    input: str = "input"
    content_type: str = ""

    @property
    def as_tensor(self) -> bool:
        """Whether numbers are sent, not a picture."""
        return self.way in ("tensor", "binary-tensor")

    @property
    def sentence(self) -> str:
        """In which form pictures leave this computer."""
        if self.as_tensor:
            return "Pictures are sent as numbers, without loss."
        if self.picture == "png":
            return "Pictures are sent as PNG, without loss but for rounding to 256 levels."
        return f"Pictures are sent as JPEG of quality {self.quality} with full colour resolution."


@dataclass(frozen=True)
class Answering:
    """Where the answer is, as JMESPath expressions.

    Attributes:
        scores: Where the numbers are: a list for one picture, a list of lists for several.
        labels: Where their names are, in the same order; empty where the service does not name them.
        top_only: Whether it names only the likeliest classes; the others get 0.
    """

    scores: str
    labels: str = ""
    top_only: bool = False


@dataclass(frozen=True)
class Endpoint:
    """A service that is asked about pictures.

    Attributes:
        address: Where; it may name environment variables as ``${NAME}`` behind its question mark.
        headers: Sent with each request; secrets stand in environment variables, ``${NAME}``.
        send: How pictures are sent.
        answer: Where the answer is.
        at_once: Pictures a request.
        requests_at_once: Requests on their way at the same time.
        requests_a_second: At most so many are begun each second.
        budget: Pictures that may be sent in a day (UTC); ``None``: any number.
        timeout: Seconds that a request may take in all.
        tries: How often a request is sent at most, if the service does not answer or is too busy.
    """

    address: str
    send: Sending
    answer: Answering
    headers: Mapping[str, str] = field(default_factory=dict)
    at_once: int = 1
    requests_at_once: int = 4
    requests_a_second: float = 10.0
    budget: int | None = 10_000
    timeout: float = 20.0
    tries: int = 3

    @property
    def host(self) -> str:
        """The computer that is asked, as people are told it."""
        return place.host(self.address)

    @property
    def sentence(self) -> str:
        """What has to be said wherever this model is used."""
        return f"{place.SENT.format(host=self.host)} {self.send.sentence}"


def read_endpoint(stated: object) -> Endpoint:
    """What the entry ``endpoint`` says, with its preset filled in.

    Raises:
        ModelError: Something in it is wrong; every fault is among the problems.
    """
    if not isinstance(stated, dict):
        raise ModelError("In model.json, “endpoint” has to be an object with an address: { … }.")
    content = dict(stated)
    if (name := content.pop("preset", None)) is not None:
        if not isinstance(name, str) or name not in PRESETS:
            remedy = did_you_mean(str(name), PRESETS, f"It can be {', '.join(PRESETS)}.")
            raise ModelError(f"The preset {quoted(str(name))} of “endpoint” is unknown. {remedy}")
        content = _together(PRESETS[name], content)
    if problems := list(_problems(content)):
        raise ModelError(*problems)
    plain_http = content.pop("plain_http", False)
    send, answer = dict(content.pop("send")), dict(content.pop("answer"))
    endpoint = Endpoint(send=Sending(way=send.pop("as"), **send), answer=Answering(**answer), **content)
    if problems := list(_contradictions(endpoint, plain_http=plain_http)):
        raise ModelError(*problems)
    return endpoint


def _together(preset: Mapping[str, Any], stated: Mapping[str, Any]) -> dict[str, Any]:
    """What is stated on top of a preset; of how a picture is sent another way begins anew."""
    merged = {**preset, **stated}
    for part in ("send", "answer"):
        below, above = preset.get(part, {}), stated.get(part, {})
        if isinstance(above, dict) and above.get("as", below.get("as")) == below.get("as"):
            merged[part] = {**below, **above}
    return merged


def _problems(content: Mapping[str, Any]) -> Iterator[str]:
    for part, allowed in (("", rules.ENDPOINT), ("send", rules.SEND), ("answer", rules.ANSWER)):
        where = f"endpoint.{part}" if part else "endpoint"
        entries = content.get(part) if part else content
        if not isinstance(entries, dict):
            yield f"In model.json, “{where}” has to be an object, as docs/models.md shows, or name a preset."
            continue
        for key in (key for key in entries if key not in allowed):
            remedy = did_you_mean(str(key), allowed, f"It can have {', '.join(allowed)}.")
            yield f"In model.json, “{where}” has an unknown entry {quoted(str(key))}. {remedy}"
        for key, (is_right, expected) in allowed.items():
            if key in entries and not is_right(entries[key]):
                yield f"In model.json, “{where}.{key}” has to be {expected}."
    for part, key in (("", "address"), ("send", "as"), ("answer", "scores")):
        entries = content.get(part) if part else content
        if isinstance(entries, dict) and key not in entries:
            yield f"In model.json, “endpoint” does not say “{f'{part}.{key}' if part else key}”."
    headers = content.get("headers")
    for name, value in headers.items() if isinstance(headers, dict) else ():
        if isinstance(value, str) and literal_secret(name, value):
            yield (
                f"The header {quoted(name)} looks like a secret. Put it in an environment variable, and "
                f'write its name: "{name.splitlines()[0][:40]}": "${{MY_KEY}}".'
            )


def _contradictions(endpoint: Endpoint, *, plain_http: bool) -> Iterator[str]:
    parts, send = urlsplit(endpoint.address), endpoint.send
    if parts.scheme == "http" and parts.hostname not in _LOCAL and not plain_http:
        yield (
            f"The address of “endpoint” begins with http, so that anybody between here and {endpoint.host} "
            'could read photos and keys. Use https, or allow it with "plain_http": true.'
        )
    if names_in(parts._replace(query="", fragment="").geturl()):
        yield "In the address of “endpoint”, environment variables can stand behind the question mark only."
    for pair in parts.query.split("&"):
        name, _, value = pair.partition("=")
        if literal_secret(name, value):
            yield (
                f"{quoted(name)} in the address of “endpoint” looks like a secret. Put it in an environment "
                f"variable, and write its name: {name[:40]}=${{MY_KEY}}."
            )
    if send.way in ("body", "multipart") and endpoint.at_once > 1:
        yield f"In model.json, a request of “endpoint” that sends a picture as {send.way} has one picture."
    wanted = {"json": "{image}", "tensor": "{tensor}"}.get(send.way)
    text = json.dumps(send.template)
    if wanted and wanted not in text:
        yield f"In model.json, “endpoint.send.template” has to say where the picture goes: “{wanted}”."
    elif send.way == "json" and endpoint.at_once > 1 and not _in_list(send.template):
        yield (
            "In model.json, several pictures at once need a list around “{image}” in the template of "
            "“endpoint.send”, which is then repeated."
        )


def _in_list(template: Any) -> bool:
    """Whether the placeholder is inside the only member of a list."""
    if isinstance(template, dict):
        return any(map(_in_list, template.values()))
    return isinstance(template, list) and len(template) == 1 and "{image}" in json.dumps(template)
