from __future__ import annotations

from types import SimpleNamespace

from models import Choice
from saliency.names import reference
from ui.photo.link import fitting_model, linked_class, linked_key
from ui.session import OWN, Session


def test_an_own_photo_gets_a_larger_model_that_is_here_already():
    def choice(key, kind, present=True):
        return Choice(key, key, "", "", 1.0, kind, True, present)

    samples = {"mug": SimpleNamespace(model="showroom"), "cat": SimpleNamespace(model="everyday")}

    def chosen(photo, *choices):
        return fitting_model(photo, {c.key: c for c in choices}, samples)

    built_in = [choice("showroom", "built-in"), choice("everyday", "built-in"), choice("shelves", "own")]
    assert chosen(OWN, *built_in, choice("fast", "catalogue", False)) == "everyday"
    assert chosen(OWN, *built_in, choice("fast", "catalogue", False), choice("big", "catalogue")) == "big"
    assert chosen("mug", *built_in, choice("big", "catalogue")) == "showroom"
    assert chosen("cat", *built_in, choice("big", "catalogue")) == "everyday"
    assert chosen("cat", choice("showroom", "built-in")) == "showroom"
    assert chosen(OWN, choice("showroom", "built-in")) == "showroom"


def test_a_class_in_a_link_is_its_label_unless_another_has_the_same():
    labels = ("mug", "crane", "crane")
    assert [reference(index, labels) for index in range(3)] == ["mug", "1", "2"]
    state = Session()
    assert linked_class(state, "class", "Mug", labels) == 0
    assert linked_class(state, "class", "2", labels) == 2
    assert not state.notices
    assert linked_class(state, "class", "3", labels) is None
    assert "the answer '3'" in state.notices.pop()
    assert linked_class(state, "class", "crane", labels) is None
    assert "(number 1) or “crane” (number 2)" in state.notices.pop()
    assert linked_class(state, "class", "9" * 5000, labels) is None
    assert len(state.notices.pop()) < 200


def test_a_part_of_a_link_is_compared_in_nfc():
    assert linked_key("Ku\u0308che", {"K\u00fcche": 1}) == "K\u00fcche"
    assert linked_key("kuche", {"K\u00fcche": 1}) is None
