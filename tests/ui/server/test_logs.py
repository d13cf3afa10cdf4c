from __future__ import annotations

import io
import json
import logging

import pytest

from ui.server.logs import FORM, Json, Plain, set_up, without_names

PRIVATE = ["holiday in Kyoto", "IMG_0042", "10.20.30.40", "fe80::1:2", "2001:db8", "secret label"]


def logged(formatter, tell):
    """What a logger writes by such a formatter."""
    stream, logger = io.StringIO(), logging.Logger("spotlight.test")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logger.addHandler(handler)
    tell(logger)
    return stream.getvalue()


def failing(error):
    def tell(logger):
        try:
            raise error
        except Exception as raised:
            logger.error("Unexpected error, code %s", "A1B2C3", exc_info=raised)

    return tell


ERRORS = [
    FileNotFoundError(2, "No such file or directory", "/data/audits/photos/holiday in Kyoto.jpg"),
    KeyError("secret label"),
    ValueError("IMG_0042.HEIC has no pixels"),
    ValueError(
        "“secret label” is no class\nholiday in Kyoto.png, 'IMG_0042'".replace(" in Kyoto.png", ".png")
    ),
    ConnectionError("10.20.30.40:51234 closed the connection; so did [fe80::1:2] and 2001:db8::1:2:3"),
]


@pytest.mark.parametrize("formatter", [Plain(), Json()])
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_is_logged_with_its_place_and_without_names_and_addresses(formatter, error):
    text = logged(formatter, failing(error))
    assert type(error).__name__ in text
    assert "A1B2C3" in text
    assert "test_logs.py" in text
    assert "in tell" in text
    assert not [name for name in PRIVATE if name in text]


def test_what_happened_before_an_error_is_told_and_names_nobody_either():
    def tell(logger):
        try:
            try:
                raise ERRORS[0]
            except OSError as error:
                raise ERRORS[2] from error
        except ValueError:
            logger.exception("It failed")

    text = logged(Plain(), tell)
    assert "FileNotFoundError" in text
    assert "direct cause" in text
    assert not [name for name in PRIVATE if name in text]


def test_json_is_an_object_a_line():
    text = logged(
        Json(), lambda logger: (logger.info("Ünïcode\nin two lines"), failing(KeyError("x"))(logger))
    )
    first, second = map(json.loads, text.splitlines())
    assert first.keys() == {"time", "level", "logger", "message"}
    assert first["level"] == "info"
    assert first["message"] == "Ünïcode\nin two lines"
    assert first["time"].endswith("+00:00")
    assert "Traceback" in second["traceback"]


@pytest.mark.parametrize(
    "text",
    [
        "torch 2.13.0 and 1.2.3.4.5",
        "12:30:05",
        "shape (1, 3, 224, 224) is wrong",
        "A::B failed",
        "code M1, 5.5 s",
    ],
)
def test_what_is_no_name_and_no_address_stays(text):
    assert without_names(text) == text


@pytest.mark.parametrize(("value", "kind"), [("json", Json), ("JSON ", Json), ("", Plain), ("xml", Plain)])
def test_the_form_is_what_the_environment_says(monkeypatch, value, kind):
    monkeypatch.setenv(FORM, value)
    own = logging.getLogger("spotlight")
    monkeypatch.setattr(own, "handlers", [])
    monkeypatch.setattr(own, "propagate", own.propagate)
    streamlit = logging.getLogger("streamlit.of_a_test")
    handler = logging.StreamHandler(io.StringIO())
    monkeypatch.setattr(streamlit, "handlers", [handler])
    set_up()
    assert type(own.handlers[0].formatter) is kind
    assert type(handler.formatter) is kind
