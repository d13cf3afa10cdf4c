"""Names: shown as they are, compared in NFC, and never taken for another where two can be meant."""

from __future__ import annotations

import unicodedata
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.catalogue import CATALOGUE
from saliency.errors import SaliencyError
from saliency.names import folded, position, positions, readable, reference, shared

FORMS = {
    "as it is": str,
    "small": str.lower,
    "capital": str.upper,
    "folded": str.casefold,
    "composed": lambda name: unicodedata.normalize("NFC", name),
    "as a Mac writes it": lambda name: unicodedata.normalize("NFD", name),
    "underscored": lambda name: name.replace(" ", "_"),
    "spaced": lambda name: f"  {name.replace(' ', '   ')}\n",
    "marked": lambda name: f"\u202e{name}\u200f\x00",
}
NAMES = [
    "Cardigan",
    "café crème",
    "Straße",
    "Ångström",
    "가방",
    "ΣΊΣΥΦΟΣ",
    "Ḋot",
    "İzmir",
    "椅子",
    "Ὀδυσσεύς",
]


@pytest.mark.parametrize("name", NAMES)
def test_every_pair_of_forms_of_a_name_means_the_same(name):
    for one, other in product(FORMS.values(), repeat=2):
        assert folded(one(name)) == folded(other(name))
        assert positions(other(name), ["mug", one(name), "lamp"]) == (1,)


@pytest.mark.parametrize("name", NAMES)
def test_of_two_forms_in_one_list_the_very_same_is_meant_and_else_neither(name):
    for one, other in product(FORMS.values(), repeat=2):
        pair = [one(name), other(name)]
        if readable(pair[0]) == readable(pair[1]):
            assert positions(name.swapcase(), pair) in ((0, 1), ())
            continue
        assert [position(form, pair) for form in pair] == [0, 1]
        for form in FORMS.values():
            if readable(form(name)) not in map(readable, pair):
                with pytest.raises(SaliencyError, match="can mean"):
                    position(form(name), pair)


@given(st.lists(st.text(max_size=6), min_size=1, max_size=6))
def test_what_refers_to_a_position_leads_back_to_it(names):
    for index in range(len(names)):
        assert position(reference(index, names), names) == index


@given(st.lists(st.sampled_from(["mug", "Mug", "MUG", "1", "0", "#1", "é", "e\u0301", "É"]), max_size=7))
def test_so_it_does_among_names_that_are_alike(names):
    for index in range(len(names)):
        assert position(reference(index, names), names) == index


@given(st.lists(st.sampled_from(["mug", "Mug", "cup", "CUP", "lamp"]), max_size=5), st.data())
def test_names_of_two_lists_pair_only_where_each_means_the_other(left, data):
    right = data.draw(st.lists(st.sampled_from(["mug", "Mug", "cup", "MUG", "lamp"]), max_size=5))
    pairs = shared(left, right)
    assert {j: i for i, j in pairs.items()} == shared(right, left)
    assert all(folded(left[i]) == folded(right[j]) for i, j in pairs.items())


@given(st.text())
def test_a_readable_name_is_one_line_of_characters_that_are_seen(text):
    name = readable(text)
    assert readable(name) == name
    assert name == unicodedata.normalize("NFC", name).strip()
    assert len(name.splitlines()) <= 1
    name.encode()
    unseen = {c for c in name if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert unseen <= set("\u200c\u200d")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("mug\u202e99.0 · gum", "mug99.0 · gum"),
        ("a\x00b\r\nc\u2028d\x0ce", "ab c d e"),
        ("\u200fשלום\u200e", "שלום"),
        ("bad \ud800 end", "bad \ufffd end"),
        ("👩\u200d🔬", "👩\u200d🔬"),
        ("\ufeffmug", "mug"),
    ],
)
def test_what_is_not_seen_is_left_out(given, shown):
    assert readable(given) == shown


def test_imagenets_names_that_differ_in_case_only():
    labels = CATALOGUE["resnet50"].labels
    assert position("Cardigan", labels) == 264 != position("cardigan", labels)
    assert labels[position("cardigan", labels)] == "cardigan"
    with pytest.raises(SaliencyError) as raised:
        position("CARDIGAN", labels)
    assert str(raised.value) == (
        "“CARDIGAN” can mean “Cardigan” (number 264) or “cardigan” (number 474). "
        "Write it the same way, or give its number, such as 264."
    )
    with pytest.raises(
        SaliencyError, match=r"“crane” \(number 1\) or “crane” \(number 2\)\. Give its number"
    ):
        position("crane", ["mug", "crane", "crane"])
    assert position(" Tabby ", labels) == position("tabby", labels) == 281
    assert position("281", labels) == 281


def test_numbers_of_any_length_and_kind():
    assert position("9" * 5000, ["a"]) is None
    assert position("-1", ["a"]) is None
    assert position("²", ["a", "b", "c"]) is None
    assert position("1", ["1", "0"]) == 0
    assert position("#1", ["1", "0"]) == 1
