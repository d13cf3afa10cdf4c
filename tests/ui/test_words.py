from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from stand_in import ROOT

import saliency
from models.catalogue import CATALOGUE
from saliency.classifier import Outputs, Score
from saliency.export.map_notes import BRIGHTEST
from saliency.familiarity import Familiarity, Footing
from saliency.verdict.words import score
from ui.answers.words import guess, topic
from ui.words import LIMITS, about, cut_off, finding, ordinal, plain

# What people must never read; "fair" and "safe" stand in the fixed line of limits only.
FORBIDDEN = re.compile(
    r"\b(AI|thinks?|looks at|because|proves?|proof|confiden\w*|fair|safe|complian\w*|tensors?|layers?|"
    r"logits?|normali[sz]\w*|pixels? attribution|saliency)\b"
)


def sentences(path: Path) -> list[str]:
    """Every text in a module that is no documentation."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and isinstance(node.body[0], ast.Expr)
    }
    texts = [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return [text.value for text in texts if id(text) not in documentation]


def scores(*values: float) -> list[Score]:
    return [Score(f"label {index}", value, index) for index, value in enumerate(values)]


def test_never_list_in_our_sentences():
    modules = [*(ROOT / "ui").rglob("*.py"), *(ROOT / "saliency" / "export").glob("*.py")]
    for sentence in (text for module in modules for text in sentences(module)):
        if " " in sentence.strip() and sentence != LIMITS and "{" not in sentence[:20]:
            assert not FORBIDDEN.search(sentence), sentence


def test_never_list_in_the_sentences_of_methods_and_models():
    from_methods = [method.sentence for method in saliency.METHODS.values()]
    from_settings = [s.sentence for method in saliency.METHODS.values() for s in method.settings.values()]
    from_models = [entry.sentence for entry in CATALOGUE.values()]
    for sentence in from_methods + from_settings + from_models:
        assert not FORBIDDEN.search(sentence), sentence


def test_every_method_has_one_plain_sentence():
    for method in saliency.METHODS.values():
        assert method.sentence.endswith(".")
        assert method.sentence.count(". ") == 0


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((0.97, 0.02), "The model's clear favourite is **label 0** (score 0.97 of 1)."),
        ((0.80, 0.20), "The model's clear favourite is **label 0** (score 0.80 of 1)."),
        ((0.79, 0.10), "The model leans towards **label 0** (score 0.79 of 1); next is label 1 (0.10)."),
        ((0.40, 0.39), "The model leans towards **label 0** (score 0.40 of 1); next is label 1 (0.39)."),
        (
            (0.39, 0.38),
            "The model is undecided. Its top answer is **label 0**. Read the map with extra care.",
        ),
        ((1.00, 0.0), "The model's clear favourite is **label 0** (score above 0.99 of 1)."),
        (
            (0.7, 0.001),
            "The model leans towards **label 0** (score 0.70 of 1); next is label 1 (below 0.01).",
        ),
    ],
)
def test_score_rules(values, expected):
    assert finding(scores(*values)) == expected


def known(footing, steady):
    return Familiarity(footing, "label 0", 0.0, steady, 0, 2)


@pytest.mark.parametrize("first", [0.81, 0.9, 0.95, 0.999])
def test_the_words_for_sureness_follow_the_score_and_doubt_is_said_with_its_figure(first):
    entries = scores(first, 1 - first)
    assert finding(entries, known(Footing.SURE, 0.9)).startswith("The model's clear favourite is")
    doubted = finding(entries, known(Footing.LEANS, 0.55))
    assert "leans" not in doubted
    assert doubted.endswith("less surely when the photo is mirrored or cut closer (0.55 on average).")
    assert f"(score {score(first)} of 1)" in doubted


def test_a_lower_score_is_never_said_in_surer_words():
    ranks = ["is undecided", "leans towards", "clear favourite is"]
    for footing in (Footing.SURE, Footing.LEANS):
        said = [finding(scores(n / 100, (100 - n) / 200), known(footing, 0.5)) for n in range(34, 100)]
        order = [next((rank for rank, word in enumerate(ranks) if word in text), 2) for text in said]
        assert order == sorted(order)


@pytest.mark.parametrize(("place", "said"), [(1, "first"), (3, "third"), (9, "ninth"), (12, "number 12")])
def test_a_place_in_a_row(place, said):
    assert ordinal(place) == said


def test_the_finding_on_a_slide_has_no_markup():
    found = finding([Score("a*b_c", 0.9, 0), Score("x", 0.1, 1)], markup=False)
    assert found == "The model's clear favourite is “a*b_c” (score 0.90 of 1)."


def test_a_name_never_turns_its_score():
    assert guess(Score("mug\u202e", 0.97, 0)) == "mug · 0.97"
    assert guess(Score("\u05ea\u05d2", 0.97, 0)) == "\u2068\u05ea\u05d2\u2069 · 0.97"


def test_fixed_sentences():
    assert LIMITS == ("One picture only. This does not tell you whether the model is right, fair or safe.")
    assert BRIGHTEST.format(topic=topic("mug", Outputs())) == (
        "The brightest areas had the most influence on the score for 'mug', according to this view."
    )
    assert cut_off(0.437) == (
        "The model did not receive the edges of your photo (44 % was cut off). "
        "Nothing there can have influenced it."
    )
    assert cut_off(0.001).count("less than 1 %") == 1


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0.02, "about 1 s"),
        (2.4, "about 2 s"),
        (9.7, "about 10 s"),
        (21.0, "about 20 s"),
        (88.0, "about 90 s"),
        (95.0, "about 2 min"),
        (600.0, "about 10 min"),
    ],
)
def test_durations(seconds, expected):
    assert about(seconds) == expected


@pytest.mark.parametrize(
    ("outside", "inside"),
    [
        ("plain", "plain"),
        ("a*b*", r"a\*b\*"),
        ("<b>[x](y)", r"\<b\>\[x\](y)"),
        (":material/home:", ":\u2060material/home:"),
        ("www.evil.example", "www\u2060.evil.example"),
        ("me@evil.example", "me\u2060@evil.example"),
        ("1. list", r"1\. list"),
        ("- a -> b", "\\- a -\u2060\\> b"),
        ("a\x00\u202eb", "ab"),
        ("\u05e9\u05dc\u05d5\u05dd", "\u2068\u05e9\u05dc\u05d5\u05dd\u2069"),
        ("$x$ `y`", r"\$x\$ \`y\`"),
        ("two\nlines", "two lines"),
        ("🫖", "🫖"),
        ("a &amp; b", r"a \&amp; b"),
    ],
)
def test_text_from_outside_is_shown_as_it_is(outside, inside):
    assert plain(outside) == inside


def test_an_unsure_answer_says_what_the_best_ones_have_in_common():
    scores = [Score("tiger cat (striped)", 0.39, 0), Score("tabby cat", 0.24, 1)]
    known = Familiarity(
        Footing.UNKNOWN, "tiger cat (striped)", 0.39, 0.38, 2, 2, doubtful=True, kind="cat", together=0.85
    )
    said = finding(scores, known)
    assert "all kinds of cat (0.85 of 1 together); the best is **tiger cat (striped)** (0.39)." in said
    assert "favourite" not in said
