from __future__ import annotations

from types import SimpleNamespace

from stand_in import draw, encoded, make_model

from models.sources.folder import load_folder
from saliency.photo.reading import read_photo
from ui.session import Session
from ui.work import explanations


def test_a_photo_is_prepared_as_it_was_asked_whatever_is_chosen_while_others_are_first(tmp_path, monkeypatch):
    """Whoever watches the same would else get, and keep for all, the answer to another question."""
    make_model(tmp_path / "own", seed=1, name="Own", sentence="One.")
    classifier = load_folder(tmp_path / "own")
    monkeypatch.setattr(explanations, "loading", SimpleNamespace(classifier=lambda key, told: classifier))
    state = Session(framing="whole")

    def in_line(key, work, told):
        state.framing = "crop"
        return work()

    monkeypatch.setattr(explanations, "in_line", in_line)
    photo = read_photo(encoded(draw(seed=3)), name="photo.jpg")
    prepared = explanations.prepared_photo(state, "own", photo, None)
    assert str(prepared.framing) == "whole"
    assert list(state.prepared) == [(classifier.digest, photo.digest, "whole")]
