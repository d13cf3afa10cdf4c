from __future__ import annotations

from saliency.methods.registry import METHODS
from ui.views.quick_and_careful import CAREFUL, QUICK, front, method_of, name_up_front, others

OFFERED = [METHODS[key] for key in ("gradient", "grad-cam", "hires-cam", "occlusion", "rise")]


def test_the_first_preference_that_a_model_offers_stands_up_front():
    assert {view: method.key for view, method in front(OFFERED).items()} == {
        QUICK: "hires-cam",
        CAREFUL: "occlusion",
    }
    assert [method.key for method in others(OFFERED)] == ["grad-cam", "gradient", "rise"]


def test_the_quick_view_is_the_finer_map_where_a_model_has_one():
    both = [METHODS["hires-cam"], METHODS["hires-layer-cam"]]
    assert method_of(QUICK, both) is METHODS["hires-layer-cam"]
    assert method_of("hires-cam", both) is METHODS["hires-cam"], "the coarse one can still be asked for"


def test_a_view_may_be_a_method_by_its_key():
    assert method_of("rise", OFFERED) is METHODS["rise"]
    assert method_of("layer-cam", OFFERED) is None
    assert name_up_front("hires-cam", OFFERED) == QUICK
    assert name_up_front("rise", OFFERED) == "rise"
