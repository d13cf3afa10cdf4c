"""People's own models on the disk: named, renamed, removed, and what was cut short."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import models
from models.errors import ModelError
from models.inventory import facts
from models.sources import keeping


def describe(folder: Path, **about: object) -> Path:
    folder.mkdir(parents=True)
    (folder / "model.json").write_text(
        json.dumps({"architecture": "squeezenet1_1"} | about), encoding="utf-8"
    )
    (folder / "labels.txt").write_text("cat\ndog", encoding="utf-8")
    return folder


def test_another_name_and_the_same_key(own: Path) -> None:
    describe(own / "shelves", name="Shelves", source="us", warning="Careful.")
    keeping.rename("shelves", "  Shelf\u202e\n inspector ")
    (choice,) = (choice for choice in models.choices() if choice.kind == "own")
    assert (choice.key, choice.name) == ("shelves", "Shelf inspector")
    known = facts(choice)
    assert (known.labels, known.source, known.warning) == (("cat", "dog"), "us", "Careful.")
    assert [path.name for path in (own / "shelves").iterdir()].count("model.part") == 0


@pytest.mark.parametrize(("key", "name"), [("shelves", " \u200b "), ("shelves", "x" * 201), ("none", "A")])
def test_a_name_that_cannot_be(own: Path, key: str, name: str) -> None:
    describe(own / "shelves", name="Shelves")
    with pytest.raises(ModelError):
        keeping.rename(key, name)
    assert json.loads((own / "shelves" / "model.json").read_text())["name"] == "Shelves"


def test_built_in_models_stay(own: Path) -> None:
    for change in (keeping.remove, lambda key: keeping.rename(key, "Mine")):
        for key in ("showroom", "everyday", "resnet50"):
            with pytest.raises(ModelError, match="no model of your own"):
                change(key)


def test_a_model_called_as_another_is_removed_by_its_path(own: Path) -> None:
    folder = describe(own / "resnet50")
    (choice,) = (choice for choice in models.choices() if choice.kind == "own")
    assert choice.key == str(folder)
    keeping.remove(choice.key)
    assert not folder.exists()


def test_a_key_is_numbered_where_it_is_taken(own: Path) -> None:
    describe(own / "shelves")
    assert keeping.free_key("Shelves", numbered=True) == "shelves-2"
    assert keeping.free_key("showroom", numbered=True) == "showroom-2"
    with pytest.raises(ModelError, match="letters and digits"):
        keeping.free_key("!!!", numbered=True)


def test_what_was_cut_short_goes_and_what_is_at_work_stays(own: Path) -> None:
    (own / ".adding-left").mkdir(parents=True)
    with keeping.working_folder() as folder:
        keeping.tidy()
        assert [path.name for path in own.iterdir()] == [folder.name]
    assert list(own.iterdir()) == []


def test_facts_of_all_that_is_here_and_of_what_is_not_in_order(own: Path) -> None:
    (own / "broken").mkdir(parents=True)
    (own / "broken" / "model.json").write_text("{")
    known = {choice.key: facts(choice) for choice in models.choices()}
    assert len(known["showroom"].labels) == 11
    assert len(known["resnet50"].labels) == 1000
    assert known["everyday"].source
    assert known["broken"] == type(known["broken"])()
