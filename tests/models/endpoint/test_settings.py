"""What model.json may say of a service, and what is said of what it may not."""

from __future__ import annotations

from typing import Any

import pytest

from models.endpoint.presets import PRESETS
from models.endpoint.settings import read_endpoint
from models.errors import ModelError

PLAIN: dict[str, Any] = {
    "address": "https://scores.example/v1?model=3",
    "send": {"as": "body"},
    "answer": {"scores": "scores", "labels": "names"},
}


def test_a_preset_needs_an_address_only() -> None:
    for preset in PRESETS:
        endpoint = read_endpoint({"preset": preset, "address": "https://scores.example:8443/v1"})
        assert endpoint.host == "scores.example:8443"
        assert endpoint.sentence.startswith(
            "This model is asked at scores.example:8443: the photo and changed copies of it are sent there. "
        )


def test_what_is_stated_goes_before_the_preset() -> None:
    stated = {"preset": "azure-custom-vision", "address": "https://a.example", "send": {"quality": 80}}
    endpoint = read_endpoint({**stated, "headers": {"Other-Key": "${MINE}"}})
    assert (endpoint.send.way, endpoint.send.quality) == ("body", 80)
    assert endpoint.headers == {"Other-Key": "${MINE}"}
    assert "JPEG of quality 80 with full colour resolution" in endpoint.sentence


def test_another_way_to_send_begins_anew() -> None:
    stated = {"preset": "hugging-face", "address": "https://a.example", "send": {"as": "body"}}
    assert read_endpoint(stated).send.template is None


def test_plain_http_is_for_this_computer_unless_allowed() -> None:
    for address in ("http://localhost:8080/x", "http://127.0.0.1/x", "http://[::1]:80/x"):
        read_endpoint({**PLAIN, "address": address})
    read_endpoint({**PLAIN, "address": "http://scores.example/x", "plain_http": True})
    with pytest.raises(ModelError, match=r"could read photos and keys\. Use https"):
        read_endpoint({**PLAIN, "address": "http://scores.example/x"})


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"address": "ftp://scores.example/"}, "“endpoint.address” has to be an address"),
        ({"address": "https://me:pass@scores.example/"}, "“endpoint.address” has to be an address"),
        ({"address": "https://scores.example:port/"}, "“endpoint.address” has to be an address"),
        ({"address": "https:///x"}, "“endpoint.address” has to be an address"),
        ({"address": "https://${HOST}/x"}, "behind the question mark only"),
        (
            {"address": "https://scores.example/x?api_key=abc"},
            "“api_key” in the address .* looks like a secret",
        ),
        ({"address": None}, "“endpoint.address” has to be an address"),
        ({"headers": {"Authorization": "Bearer abc"}}, "“Authorization” looks like a secret"),
        ({"headers": {"X-Api-Key": "abc"}}, "“X-Api-Key” looks like a secret"),
        ({"headers": {"Host": "other.example"}}, "“endpoint.headers” has to be"),
        ({"headers": {"A": "b\r\nC: d"}}, "“endpoint.headers” has to be"),
        ({"headers": ["A"]}, "“endpoint.headers” has to be"),
        ({"preset": "azure"}, "“azure” of “endpoint” is unknown. It can be azure-custom-vision"),
        ({"preset": 7}, "“7” of “endpoint” is unknown"),
        ({"adress": "x"}, "unknown entry “adress”. Did you mean address"),
        ({"send": {"as": "post"}}, "“endpoint.send.as” has to be"),
        ({"send": {"picture": "png"}}, "does not say “send.as”"),
        ({"send": "jpeg"}, "“endpoint.send” has to be an object"),
        ({"send": {"as": "body", "quality": 10}}, "“endpoint.send.quality” has to be a whole number from 50"),
        ({"send": {"as": "json"}}, "has to say where the picture goes: “{image}”"),
        ({"send": {"as": "tensor", "template": {"a": "{image}"}}}, "where the picture goes: “{tensor}”"),
        ({"send": {"as": "json", "template": {"a": "{image}"}}, "at_once": 2}, "need a list around"),
        ({"at_once": 2}, "sends a picture as body has one picture"),
        ({"answer": {"scores": "a[["}}, "“endpoint.answer.scores” has to be a JMESPath expression"),
        ({"answer": {}}, "does not say “answer.scores”"),
        ({"budget": 0}, "“endpoint.budget” has to be a whole number"),
        ({"budget": True}, "“endpoint.budget” has to be a whole number"),
        ({"timeout": "soon"}, "“endpoint.timeout” has to be a number of seconds"),
        ({"requests_a_second": 0}, "“endpoint.requests_a_second” has to be a number"),
        ({"tries": 99}, "“endpoint.tries” has to be a whole number from 1 to 10"),
        ({"plain_http": "yes"}, "“endpoint.plain_http” has to be true or false"),
    ],
)
def test_what_is_wrong_is_said(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence) as failure:
        read_endpoint({**PLAIN, **change})
    assert all(problem.endswith((".", "?")) for problem in failure.value.problems)


@pytest.mark.parametrize("stated", [None, [], "https://scores.example", {}])
def test_what_is_no_object_or_empty_is_refused(stated: object) -> None:
    with pytest.raises(ModelError):
        read_endpoint(stated)
