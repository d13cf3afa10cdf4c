from __future__ import annotations

from ui.views.words import UNLEARNED, view_sentence


def test_a_view_that_does_not_depend_on_what_the_model_learned_has_a_badge():
    assert view_sentence("It marks edges.", "depends") == "It marks edges."
    assert view_sentence("It marks edges.", "does not").endswith("learned.**")
    assert "Not measured" in view_sentence("It marks edges.", "unmeasured")
    assert "not measured" in UNLEARNED["unmeasured"]
