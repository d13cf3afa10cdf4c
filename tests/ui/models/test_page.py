from __future__ import annotations

import io
import json
import zipfile

import pytest
import torch
from stand_in import draw, encoded, make_model, text
from sweeps import sweep

import models
from models.sources import folder as custom
from models.sources.draft import draft
from models.torchvision_guard import import_torchvision
from saliency.classifier import OutputKind, Outputs
from ui.models import addition, words
from ui.photo.words import MODEL_GONE
from ui.server import reach
from ui.work import slow_work


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch):
    """Models are looked into in this process, which has imported everything already."""
    monkeypatch.setattr(addition, "draft_apart", draft)
    monkeypatch.setattr(slow_work, "SLOW", 1e9)
    addition._OPEN.clear()


@pytest.fixture
def opened(page, tmp_path):
    """Opens the page; a model of one's own is there if its name is given."""

    def open_page(own=""):
        if own:
            make_model(tmp_path / "custom" / "shelves", name=own, sentence="Tells shelves apart.")
        app = page()
        return app.switch_page("pages/models.py").run()

    return open_page


@pytest.fixture(scope="module")
def weights():
    """A model in a file of its own, without the names of its three classes."""
    torch.manual_seed(0)
    module = import_torchvision().models.squeezenet1_1(num_classes=3)
    file = io.BytesIO()
    torch.save(module.state_dict(), file)
    return file.getvalue()


def zipped(**files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def give(app, name, content):
    next(box for box in app.file_uploader if box.key.startswith("model-files")).upload(name, content)
    return app.run()


def left_on_disk():
    return [path.name for path in custom.OWN_FOLDER.glob("*") if path.name.startswith(".")]


def html(app):
    return "".join(element.proto.body for element in app.get("html"))


def test_what_is_here(opened):
    app = opened(own="Shelf inspector")
    assert not app.exception
    assert [title.value for title in app.title] == [words.TITLE]
    assert "Shelf inspector" in text(app)
    assert "5 classes: mug, bottle, lamp, chair, none of these" in html(app)
    assert words.NO_LICENCE.partition(".")[0] in html(app)
    assert words.CHECKED_BY["own"].partition(".")[0] in html(app)
    app.session_state["views-shelves"] = True
    app.run()
    assert not app.exception
    assert "by hiding parts and asking again" in text(app)


def test_a_model_that_is_not_in_order_says_why(opened, tmp_path):
    (tmp_path / "custom" / "broken").mkdir(parents=True)
    (tmp_path / "custom" / "broken" / "model.json").write_text("{")
    app = opened()
    assert "Not in order: model.json is not valid JSON" in app.error[0].value
    app.button(key="remove-broken").click().run()
    assert not (tmp_path / "custom" / "broken").exists()


def test_the_names_in_the_files_can_be_replaced_and_taken_again(opened, weights, tmp_path):
    app = give(opened(), "animals.zip", zipped(**{"weights.pth": weights, "labels.txt": "cat\ndog\nbird"}))
    assert app.text_area(key="model-labels").value == "cat\ndog\nbird"
    app.button(key="model-labels-use").click().run()
    assert "are replaced" not in text(app)
    app.text_area(key="model-labels").set_value("cat\nhound\nbird").run()
    app.button(key="model-labels-use").click().run()
    assert not app.exception
    assert "1 of the 3 names in the files is replaced: “dog” is called “hound”." in text(app)
    app.button(key="model-labels-back").click().run()
    assert app.text_area(key="model-labels").value == "cat\ndog\nbird"
    assert "hound" not in text(app)
    app.text_area(key="model-labels").set_value("cat\nhound\nbird").run()
    app.button(key="model-labels-use").click().run()
    app.button(key="model-add").click().run()
    assert not app.exception
    assert (tmp_path / "custom/animals/labels.txt").read_text() == "cat\nhound\nbird"


def test_a_model_is_added_with_its_labels_typed(opened, weights, tmp_path):
    app = give(opened(), "top shelves.pth", weights)
    assert not app.exception
    assert words.LABELS_NEEDED.format(count=3) in text(app)
    app.text_area(key="model-labels").set_value("cat\ndog").run()
    app.button(key="model-labels-use").click().run()
    assert "gives 3 scores" in app.error[0].value
    app.text_area(key="model-labels").set_value("cat\n*dog*\nbird").run()
    app.button(key="model-labels-use").click().run()
    assert "Asked about a sample photo" in text(app)
    assert words.STATED in text(app)
    assert app.text_input(key="model-name").value == "top shelves"
    app.text_input(key="model-name").set_value(" \u202e ").run()
    app.button(key="model-add").click().run()
    assert words.NAME_MISSING in app.error[0].value
    app.text_input(key="model-name").set_value("www.shelf.example").run()
    app.button(key="model-add").click().run()
    assert not app.exception
    assert "is added, and chosen on every page" in app.success[0].value
    assert left_on_disk() == []
    assert models.load("www.shelf.example").labels == ("cat", "*dog*", "bird")
    assert app.session_state["spotlight"].model == "www.shelf.example"
    app.switch_page("pages/explain.py").run()
    assert app.selectbox(key="model").value == "www.shelf.example"
    app.switch_page("pages/compare.py").run()
    assert not app.exception
    assert app.session_state["spotlight"].model == "www.shelf.example"
    app.switch_page("pages/audit.py").run()
    assert app.selectbox(key="audit-model").value == "www.shelf.example"


@pytest.fixture(scope="module")
def one_number():
    """A model that gives one number a picture."""
    torch.manual_seed(0)
    file = io.BytesIO()
    torch.save(import_torchvision().models.squeezenet1_1(num_classes=1).state_dict(), file)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["yes-no", "score"])
def test_what_one_number_means_is_asked(opened, one_number, kind):
    app = give(opened(), "one.pth", one_number)
    assert words.LABELS_ONE in text(app)
    recognised = str([table.value for table in app.table])
    assert words.OUTPUTS["score"] in recognised
    assert words.OUTPUTS["softmax"] not in recognised
    app.text_area(key="model-labels").set_value("defect").run()
    app.button(key="model-labels-use").click().run()
    assert app.radio(key="model-outputs").options == [words.NUMBERS[key] for key in ("yes-no", "score")]
    app.radio(key="model-outputs").set_value(kind).run()
    if kind == "score":
        app.number_input(key="model-low").set_value(10.0)
        app.button(key="model-outputs-use").click().run()
        assert words.RANGE_WRONG in [error.value for error in app.error]
        app.number_input(key="model-low").set_value(-5.0)
    app.button(key="model-outputs-use").click().run()
    assert not app.exception
    assert not app.error
    assert app.radio(key="model-outputs").options == [words.NUMBERS[key] for key in ("yes-no", "score")]
    assert app.radio(key="model-outputs").value == kind
    assert ("right answers" in text(app)) is (kind == "yes-no")
    app.button(key="model-add").click().run()
    model = models.load("one")
    assert str(model.outputs.kind) == kind
    assert model.outputs.usual_range == ((-5.0, 10.0) if kind == "score" else (0.0, 1.0))


def test_a_model_of_tags_is_said_to_be_one(opened, weights):
    app = give(opened(), "tags.zip", zipped(**{"tags.pth": weights, "labels.txt": "a\nb\nc"}))
    app.radio(key="model-outputs").set_value("labels").run()
    app.number_input(key="model-threshold").set_value(0.7)
    app.button(key="model-outputs-use").click().run()
    app.button(key="model-add").click().run()
    assert not app.exception
    assert models.load("tags").outputs == Outputs(OutputKind.LABELS, 0.7)


def test_photos_with_answers_prove_the_preparation(opened, weights):
    app = give(
        opened(), "shelves.zip", zipped(**{"a/w.pth": weights, "a/labels.txt": "0 cat\n1 dog\n2 bird"})
    )
    assert "3 classes: cat, dog, bird" in str([table.value for table in app.table])
    box = next(box for box in app.file_uploader if box.key.startswith("model-photos"))
    for seed in range(2):
        box.upload(f"{seed}.png", encoded(draw(90, 70, seed=seed), "PNG"))
    app.run()
    assert not app.exception
    assert words.ANSWERS_MISSING.format(count=2) in text(app)
    answers = [box for box in app.selectbox if (box.key or "").startswith("model-answer")]
    assert answers[0].options == ["cat", "dog", "bird"]
    for number, box in enumerate(answers):
        box.select_index(number)
    app.run()
    app.button(key=f"run-{addition.PART}").click().run()
    assert not app.exception
    assert "of 2 of your photos are right" in text(app)
    app.button(key="model-add").click().run()
    stated = json.loads((custom.OWN_FOLDER / "shelves" / "model.json").read_text())
    assert "of 2 photos are right" in stated["checked"]
    assert "of 2 photos are right" in html(app)


def test_photos_that_are_called_like_a_class_are_answered(opened, weights):
    app = give(opened(), "s.zip", zipped(**{"w.pth": weights, "labels.txt": "cat\ndog\nbird"}))
    box = next(box for box in app.file_uploader if box.key.startswith("model-photos"))
    for seed, name in enumerate(("Dog-2.png", "cat.png", "7.png")):
        box.upload(name, encoded(draw(90, 70, seed=seed), "PNG"))
    app.run()
    assert words.ANSWERS_MISSING.format(count=1) in text(app)
    assert words.NOT_TRIED in [box.value for box in (*app.warning, *app.info)]
    answers = [box for box in app.selectbox if (box.key or "").startswith("model-answer")]
    assert [box.value for box in answers] == [1, 0, None]
    answers[0].select_index(2).run()
    answers = [box for box in app.selectbox if (box.key or "").startswith("model-answer")]
    assert [box.value for box in answers] == [2, 0, None]


def test_a_photo_that_is_none_is_said_and_left_out(opened, weights):
    app = give(opened(), "s.zip", zipped(**{"w.pth": weights, "labels.txt": "cat\ndog\nbird"}))
    box = next(box for box in app.file_uploader if box.key.startswith("model-photos"))
    box.upload("notes.jpg", b"no photo")
    app.run()
    assert "“notes.jpg”" in app.error[0].value
    assert app.button(key="model-add")


def test_photos_in_folders(opened, weights):
    app = give(opened(), "s.zip", zipped(**{"w.pth": weights, "labels.txt": "cat\ndog\nbird"}))
    photos = {f"mine/{label}/1.png": encoded(draw(60, 60), "PNG") for label in ("cat", "dog")}
    box = next(box for box in app.file_uploader if box.key.startswith("model-photos"))
    box.upload("photos.zip", zipped(**photos))
    app.run()
    assert words.IN_FOLDERS.format(photos=2, folders=2) in text(app)
    app.button(key=f"run-{addition.PART}").click().run()
    assert "of 2 of your photos are right" in text(app)
    app.button(key="model-photos-forget").click().run()
    box = next(box for box in app.file_uploader if box.key.startswith("model-photos"))
    box.upload("photos.zip", zipped(**{"fish/1.png": encoded(draw(60, 60), "PNG")}))
    app.run()
    app.button(key=f"run-{addition.PART}").click().run()
    assert "named after no label" in app.error[0].value


@pytest.mark.parametrize(
    ("name", "content", "said"),
    sweep(
        [
            ("model.pkl", b"x", "can carry code"),
            ("model.pt2", b"x", "can carry code"),
            ("notes.doc", b"x", "No kind of model is recognised"),
            ("model.zip", b"x", "cannot be unpacked"),
            ("model.pth", b"x", "could not be read"),
            ("empty.onnx", b"", "is no ONNX file, or is damaged"),
        ],
        every=2,
    ),
)
def test_a_file_that_is_refused_is_said_beside_it_and_not_kept(opened, name, content, said):
    app = give(opened(), name, content)
    assert said in app.error[0].value.replace("\\", "")
    assert not app.exception
    app.button(key="model-start-over").click().run()
    assert not app.error
    assert left_on_disk() == []


def test_several_that_are_added_at_once_are_bounded(opened, weights, monkeypatch):
    monkeypatch.setattr(addition, "_MOST", 0)
    app = give(opened(), "a.pth", weights)
    assert words.BUSY.format(count=0) in app.error[0].value
    assert left_on_disk() == []


def test_the_tab_that_is_closed_leaves_nothing(opened, weights):
    app = give(opened(), "a.pth", weights)
    assert len(left_on_disk()) == 1
    addition.close_all()
    assert left_on_disk() == []
    assert not app.exception


def test_nobody_adds_where_others_can_come(opened, monkeypatch):
    monkeypatch.setattr(reach, "only_this_computer", lambda: False)
    app = opened(own="Shelf inspector")
    assert any(words.not_allowed(off=False) in info.value for info in app.info)
    assert not app.file_uploader
    assert not any((button.key or "").startswith(("rename-", "remove-")) for button in app.button)
    monkeypatch.setenv(reach.ADD_MODELS, "yes")
    app.run()
    assert app.file_uploader
    assert app.button(key="remove-shelves")


def test_the_owner_can_switch_it_off(opened, monkeypatch):
    monkeypatch.setenv(reach.ADD_MODELS, "no")
    app = opened(own="Shelf inspector")
    assert any(words.not_allowed(off=True) in info.value for info in app.info)
    assert not app.file_uploader


def test_another_name(opened):
    app = opened(own="Shelf inspector")
    app.text_input(key="name-shelves").set_value("Aisle *inspector*").run()
    app.button(key="rename-shelves").click().run()
    assert "Aisle \\*inspector\\*" in text(app)
    assert models.load("shelves").name == "Aisle *inspector*"
    app.text_input(key="name-shelves").set_value(" ").run()
    app.button(key="rename-shelves").click().run()
    assert "needs a name" in app.error[0].value


def test_a_removed_model_is_gone_everywhere(opened, page):
    app = opened(own="Shelf inspector")
    other = page(model="shelves")  # another tab
    assert other.selectbox(key="model").value == "shelves"
    app.button(key="remove-shelves").click().run()
    assert "Shelf inspector" not in text(app)
    assert not custom.own_folders()
    other.run()
    assert not other.exception
    assert not other.error
    assert MODEL_GONE in [warning.value for warning in other.warning]
    assert other.selectbox(key="model").value != "shelves"
    other.switch_page("pages/compare.py").run()
    assert not other.exception
    other.switch_page("pages/audit.py").run()
    assert not other.exception


def test_a_model_of_the_catalogue_is_downloaded_here(opened, monkeypatch):
    app = opened()
    asked = []
    monkeypatch.setattr("ui.work.loading.download", lambda entry, draw: asked.append(entry.key))
    app.selectbox(key="model-download").select("resnet50").run()
    assert "102 MB" in text(app)
    assert "non-commercial" in text(app)
    app.button(key="download").click().run()
    assert asked == ["resnet50"]
    assert not app.exception
