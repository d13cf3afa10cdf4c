"""Audits of models that give tags or a number: the form asks what is to be asked, and the page says it."""

from __future__ import annotations

import json

import pytest
from handed_over import finished, packed
from stand_in import text
from streamlit.testing.v1 import AppTest

from saliency.classifier import OutputKind, YesNoQuestion
from ui.audit import store, words
from ui.audit.results import words as results_words
from ui.audit.store import DONE, RESULTS
from ui.words import plain


def test_a_tag_from_the_form_to_the_results(page, office, describe) -> None:
    describe(outputs="labels")
    app = page().switch_page("pages/audit.py").run()
    app.file_uploader(key="audit-files-0").upload("set.zip", packed(4)).run()
    assert app.selectbox(key="audit-labels").value == "folders"  # they are named like its tags
    (tag,) = (box for box in app.selectbox if box.label == words.TAG)
    assert tag.value == "0"  # each tag is that of one photo
    tag.select("2").run()
    asked = "Asked of each photo: is the tag “lamp” given (from 0.50)?"
    assert asked in text(app)
    assert plain("True: “lamp” of 1 photo, “not lamp” of 3.") in text(app)
    app.button(key="audit-start").click().run()
    assert not app.exception
    ((folder, request),) = store.listed()
    assert request.question == YesNoQuestion(OutputKind.LABELS, "lamp", 0.5)
    assert finished(folder).state == DONE
    app.run()
    assert not app.exception
    assert asked in text(app)
    found = json.loads((folder / RESULTS / "findings.json").read_text(encoding="utf-8"))
    assert found["settings"]["question"] == {
        "kind": "labels", "label": "lamp", "limit": 0.5, "usual_range": [0.0, 1.0],
    }  # fmt: skip
    assert found["right"] + found["wrong"] == 4
    assert list(app.table[0].value.columns) == list(results_words.TRUE_ANSWERS)
    app.selectbox(key="audit-what").select("all").run()
    cards = [markdown.value for markdown in app.markdown if "“lamp” " in markdown.value]
    assert any("given (" in card and " · " in card for card in cards)


@pytest.mark.parametrize("kind", ["score", "tags", "yes_no"])
def test_what_is_asked_of_each_kind(kind: str) -> None:
    def draw(kind: str) -> None:
        import kinds
        import streamlit as st

        from ui.audit import question_choice

        asked = question_choice.choose(getattr(kinds, kind)(), "own", {"dark;bright": 3, "dark": 1, "x": 9})
        st.text(repr(asked.answers if asked else None))

    app = AppTest.from_function(draw, args=(kind,)).run()
    assert not app.exception
    if kind == "yes_no":
        assert (app.text[0].value, len(app.selectbox), len(app.number_input)) == ("None", 0, 0)
    elif kind == "tags":
        assert app.text[0].value == repr(("dark", "not dark"))  # most photos have it
        app.selectbox[0].select("0").run()
        assert app.caption[0].value == "Asked of each photo: is the tag “bright” given (from 0.50)?"
    else:
        assert app.number_input[0].value == 5
        app.number_input[0].set_value(6.5).run()
        assert app.text[0].value == repr(("ad score 6.5 or more", "ad score below 6.5"))
        assert app.caption[0].value == "Asked of each photo: is the ad score 6.5 or more?"
