"""Names of models, classes and files reach the page as text, whatever they hold, on every page."""

from __future__ import annotations

import json
import re

import pytest
from google.protobuf.message import Message
from handed_over import finished, kept
from PIL import Image
from stand_in import draw, encoded, make_model

from models.sources import folder as custom
from saliency.names import readable
from ui.audit import store
from ui.audit.runner import runner
from ui.audit.store import DONE
from ui.words import listed, plain
from ui.work import slow_work

LABELS = (
    "www.evil.example",
    "me@evil.example",
    "1. list",
    "- $x$ :smile: :red[a]",
    "mug\u202e99.0 · \x00<b>",
)
NAME, SENTENCE = "# www.evil.example *a*", "me@evil.example :material/home: [x](http://evil.example)."
FILE = "1. www.evil.example <b>me@evil.example\u202egpj.png"
# What Streamlit's Markdown makes something of, or what turns the direction of the text.
MARKUP = re.compile(
    r"(?<!\\)[*_`$~<\[]\w*evil|www\.|[\w.]@|https?:/|:(smile|red(?!\[:material/\w+: )|material/home)"
    r"|(?<!\\)\$x|(?<!\\)<b"
    r"|^(1\. [lw]|# w|- \$)|[\x00-\x08\u200e\u200f\u202a-\u202e]"
)
NO_MARKDOWN = {"alt", "url", "id", "key", "element_id", "file_name", "form_id", "raw_value"}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """No view waits for a click."""
    monkeypatch.setattr(slow_work, "SLOW", 1e9)


@pytest.fixture
def evil(page, tmp_path):
    """A model of one's own, all of whose names are markup."""
    folder = make_model(tmp_path / "custom" / "me@evil.example", name=NAME, sentence=SENTENCE, none_label="")
    (folder / "labels.txt").write_text("\n".join(LABELS), encoding="utf-8")
    assert tmp_path / "custom" == custom.OWN_FOLDER
    return page


def texts(message: Message, field: str = "") -> list[tuple[str, str]]:
    """All strings of what is sent to the browser, with the names of their fields."""
    found = []
    for described, value in message.ListFields():
        for each in value if described.is_repeated else [value]:
            if isinstance(each, Message):
                found += texts(each, described.name)
            elif isinstance(each, str) and described.name not in NO_MARKDOWN:
                found.append((f"{field}.{described.name}", each))
    return found


def markdown(app) -> list[tuple[str, str]]:
    """Everything on the page that is Markdown."""
    found = []
    for element in app.main:
        proto = getattr(element, "proto", None)
        if isinstance(proto, Message):
            kind = type(proto).__name__
            skipped = {"Selectbox": {".options"}, "TextInput": {".value", ".default"}}.get(kind, set())
            if kind not in ("BidiComponent", "FileUploader"):
                found += [(kind + field, text) for field, text in texts(proto) if field not in skipped]
    return found


def as_text(app) -> None:
    """Every name on the page is text."""
    assert not app.exception
    said = markdown(app)
    assert any("evil" in sentence for _, sentence in said)
    for field, sentence in said:
        assert not MARKUP.search(sentence), (field, sentence)
    for box in app.selectbox:
        assert not any("\\" in option or "\u2060" in option for option in box.options), box.options


def opened(evil, **link):
    app = evil()
    app.session_state["spotlight"].choose_model("me@evil.example")
    app.file_uploader[0].upload(FILE, encoded(draw(), "PNG"))
    return app.run()


def test_explain(evil):
    app = opened(evil)
    as_text(app)
    assert any(readable(NAME) in option for option in app.selectbox(key="model").options)
    app.session_state["spotlight"].rival = 1
    as_text(app.run())
    app.query_params["class"] = "www.evil.example/x"
    as_text(app.run())
    app.query_params["model"] = "[x](http://evil.example)"
    as_text(app.run())


def test_compare_and_check(evil):
    app = opened(evil)
    app.session_state["spotlight"].marks[app.session_state["spotlight"].own.digest] = None
    app.switch_page("pages/compare.py").run()
    as_text(app)
    for differ in ("views", "guesses"):
        app.segmented_control(key="differ").set_value(differ).run()
        as_text(app)


def test_audit(evil, tmp_path, monkeypatch):
    monkeypatch.setenv(store.HOME, str(tmp_path / "audits"))
    runner.clear()
    folder = kept(name="1. www.evil.example", model="me@evil.example", labels="")
    photos = folder / "photos"
    photos.mkdir(exist_ok=True)
    Image.new("RGB", (64, 64), "red").save(photos / FILE)
    (photos / "www.evil.example.png").write_bytes(b"no picture")
    runner().begin(folder)
    assert finished(folder).state == DONE
    app = evil().switch_page("pages/audit.py").run()
    as_text(app)
    app.button(key=f"open-{folder.name}").click().run()
    assert app.metric
    as_text(app)
    app.selectbox(key="audit-what").select("all").run()
    as_text(app)


def test_a_model_that_is_not_in_order_is_said_beside_itself(evil, tmp_path):
    broken = tmp_path / "custom" / "www.broken.example"
    make_model(broken)
    (broken / "model.json").write_text('{"architecture": "resnet18", "name": "\\ud800"}')
    deep = tmp_path / "custom" / "deep"
    deep.mkdir()
    (deep / "model.json").write_text("[" * 30_000)
    app = evil()
    assert not app.exception
    options = app.selectbox(key="model").options
    assert "www.broken.example · not in order" in options
    assert "deep · not in order" in options
    app.session_state["spotlight"].choose_model("www.broken.example")
    app.run()
    assert "lone surrogate" in app.error[0].value
    assert not app.exception


NAMES = [*LABELS, NAME, SENTENCE, FILE, "a\\*b", "``", "a -- b", "~=", "+", "12", "1)", "=", "שלום 12"]


@pytest.mark.parametrize("name", NAMES)
def test_what_a_list_says_is_the_name_itself(name):
    assert listed(plain(name)).strip("\u2068\u2069") == readable(name)
    assert listed(plain(json.dumps(name))).strip("\u2068\u2069") == readable(json.dumps(name))


def test_bold_is_no_part_of_what_is_said_without_markdown():
    assert listed(f"the score of {plain('a**b')} is **below 0.01**.") == "the score of a**b is below 0.01."
