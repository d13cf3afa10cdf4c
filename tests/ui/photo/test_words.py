from __future__ import annotations

from ui.photo.words import bad_link


def test_a_bad_link_is_quoted_briefly():
    said = bad_link("model", "x" * 500)
    assert said.startswith("The link asked for the model 'xxx")
    assert len(said) < 200
