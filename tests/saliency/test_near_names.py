"""What a person types for what a photo shows: what it means, and which names are near."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saliency.near_names import meant, near, shared_kind

NAMES = (
    "tench (fish)",
    "T-shirt or jersey",
    "gas pump",
    "crane (bird)",
    "crane (machine)",
    "mailbag",
    "minibus",
)


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("gas pump", 2),
        ("Gas pumps", 2),
        ("  GAS-PUMP ", 2),
        ("tench", 0),
        ("jersey", 1),
        ("t-shirts", 1),
        ("crane (bird)", 3),
    ],
)
def test_a_name_is_meant_in_whatever_form_it_is_typed(text, index):
    assert meant(text, NAMES) == (index,)


@pytest.mark.parametrize("text", ["petrol pump", "", "   ", "(", "barn", "gas", "\u202e"])
def test_what_no_name_says_means_none(text):
    assert meant(text, NAMES) == ()


def test_where_nothing_tells_which_all_are_meant():
    assert meant("crane", NAMES) == (3, 4)


@pytest.mark.parametrize(
    ("text", "indices"),
    [
        ("petrol pump", (2,)),
        ("shopping bag", (5,)),
        ("minibus", (6,)),
        ("gas pmup", (2,)),
        ("crane", (3, 4)),
        ("barn", ()),
        ("", ()),
    ],
)
def test_names_that_share_a_word_are_near(text, indices):
    assert near(text, NAMES) == indices


def test_the_last_word_says_what_a_thing_is():
    assert near("leather bag", ("leather shoe", "bag of rice", "handbag")) == (1, 2)


ANSWERS = (
    *("packet (pack)", "racket", "cardigan (jacket)", "German short-haired pointer (dog)", "laptop", "jeans"),
    *(
        "T-shirt or jersey",
        "sweatshirt",
        "mobile phone",
        "beer bottle",
        "measuring cup",
        "frying pan",
    ),
    *("triceratops", "thunder snake", "little blue heron", "suspension bridge", "bell tower (bell cote)"),
    *("bath towel", "rocking chair", "sofa bed", "coffee mug", "dining table", "ring-tailed lemur", "sandal"),
    *("bearskin hat", "miniskirt", "desktop computer", "acoustic guitar", "camper van", "Polaroid camera"),
    "wallet",
    *("digital watch", "stopwatch", "hammer", "plastic bag", "beaver", "loudspeaker", "book cover"),
)
"""Some answers of the model for everyday photos, such as were once suggested for their spelling."""


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("jacket", ["cardigan (jacket)"]),
        ("winter jacket", ["cardigan (jacket)"]),
        ("trousers", []),
        ("dress", []),
        ("shirt", ["T-shirt or jersey", "sweatshirt"]),
        ("shorts", []),
        ("blue jeans", ["jeans"]),
        ("top", []),
        ("blouse", []),
        ("skirt", ["miniskirt"]),
        ("hat", ["bearskin hat"]),
        ("hats", ["bearskin hat"]),
        ("sun hat", ["bearskin hat"]),
        ("scarf", []),
        ("sneakers", []),
        ("earrings", []),
        ("ring", []),
        ("watch", ["digital watch", "stopwatch"]),
        ("watches", ["digital watch", "stopwatch"]),
        ("phone", ["mobile phone"]),
        ("phone case", []),
        ("headphones", []),
        ("camera", ["Polaroid camera"]),
        ("speaker", ["loudspeaker"]),
        ("tablet", []),
        ("table", ["dining table"]),
        ("tabel", ["dining table"]),
        ("armchair", ["rocking chair"]),
        ("sofa", ["sofa bed"]),
        ("towel", ["bath towel"]),
        ("handbag", ["plastic bag"]),
        ("mug", ["coffee mug"]),
        ("cup of coffee", ["measuring cup"]),
        ("coffee", ["coffee mug"]),
        ("bottle", ["beer bottle"]),
        ("beer", ["beer bottle"]),
        ("frying pan with lid", ["frying pan"]),
        ("fridge", []),
        ("guitar", ["acoustic guitar"]),
        ("hamer", ["hammer"]),
        ("hamemr", ["hammer"]),
        ("hammmer", ["hammer"]),
        ("sandel", ["sandal"]),
        ("walet", ["wallet"]),
        ("notebook", []),
    ],
)
def test_meaning_beats_spelling_in_what_is_suggested_for_everyday_products(text, names):
    assert [ANSWERS[index] for index in near(text, ANSWERS)] == names


@given(st.text(max_size=200), st.lists(st.text(max_size=20), max_size=6))
def test_any_text_has_an_answer(text, names):
    assert set(meant(text, names)) <= set(range(len(names)))
    assert set(near(text, names)) <= set(range(len(names)))


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (["tiger cat (striped)", "tabby cat", "Egyptian cat"], "cat"),
        (["redbone (dog)", "vizsla (dog)"], "dog"),
        (["velvet", "jeans", "sweatshirt"], ""),
        (["tabby cat", "lynx"], ""),
        (["T-shirt or jersey", "jersey"], "jersey"),
        (["cat food", "cat"], ""),
        ([], ""),
    ],
)
def test_what_names_have_in_common_is_the_kind_they_say_they_are(names, kind):
    assert shared_kind(names) == kind
