"""A model of one's own, from its file to an audit, as a person would; and the page on a phone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch
from browsing import answered, choose, ready, shop_zip, still
from keras_files import teachable_machine_zip
from playwright.sync_api import expect

import models
from models.sources.folder import _content
from saliency.verdict.words import HEADLINES
from ui.audit import words as audit_words
from ui.audit.results import words as found_words
from ui.explain.words import BOTH
from ui.models import words
from ui.words import MODEL

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,  # models are looked into in a process of their own
    pytest.mark.filterwarnings("ignore"),  # of those who write the files
]

SAMPLES = Path(models.__file__).parent / "showroom" / "samples"
ANSWERS = {
    "plant.jpg": "potted plant",
    "red-teapot.jpg": "teapot",
    "alarm-clock.jpg": "clock",
    "full-table.jpg": "mug",
    "orange-lamp.jpg": "lamp",
    "wooden-chair.jpg": "chair",
}
DEPENDS = HEADLINES["depends"].partition("} ")[2]


@pytest.fixture(scope="session")
def onnx_file(tmp_path_factory):
    """Showroom as somebody exports it: weights without names of classes, without a word on preparation."""
    path = tmp_path_factory.mktemp("onnx") / "product finder.onnx"
    module = _content(models.BUILT_IN["showroom"]).assembly.module.eval()
    names = {"input_names": ["pictures"], "output_names": ["scores"], "dynamic_axes": {"pictures": {0: "n"}}}
    torch.onnx.export(module, (torch.zeros(2, 3, 224, 224),), path, dynamo=False, **names)
    return path


@pytest.fixture(scope="session")
def teachable_machine(tmp_path_factory):
    """A model of three classes as Teachable Machine gives it."""
    os.environ["KERAS_BACKEND"] = "torch"
    keras = pytest.importorskip("keras")
    folder = tmp_path_factory.mktemp("teachable")
    keras.utils.set_random_seed(0)
    layers = keras.layers
    network = keras.Sequential(
        [
            layers.Input((224, 224, 3)),
            layers.Conv2D(8, 3, strides=4, padding="same", activation="relu"),
            layers.DepthwiseConv2D(3, padding="same"),
            layers.Conv2D(16, 3, strides=2, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(3, activation="softmax"),
        ]
    )
    return teachable_machine_zip(network, folder, ("potted plant", "teapot", "clock"))


@pytest.fixture(scope="session")
def shop(tmp_path_factory):
    """A ZIP of eight photos in folders by what they show."""
    return shop_zip(tmp_path_factory.mktemp("shop") / "eight.zip", 8)


def uploader(page, label):
    return page.get_by_test_id("stFileUploader").filter(has_text=label).locator("input[type=file]")


def handed_over(page, path):
    """Gives the page a model."""
    uploader(page, words.FILES).set_input_files(path)
    expect(page.get_by_role("heading", name=words.RECOGNISED)).to_be_visible()
    ready(page)


def proved(page, answers):
    """Proves the preparation with photos and their answers."""
    uploader(page, words.PHOTOS).set_input_files([SAMPLES / name for name in answers])
    for name, label in answers.items():
        choose(page, words.SHOWS.format(name=name), label, exact=True)
    page.get_by_role("button", name=words.PROVE.start).click()
    expect(page.get_by_text(f"of {len(answers)} of your photos are right").first).to_be_visible()
    ready(page)


def added(page, name):
    page.get_by_role("textbox", name=words.NAME, exact=True).fill(name)
    page.get_by_role("button", name=words.ADD_YES).click()
    expect(page.get_by_text(words.ADDED.format(name=name)).first).to_be_visible()
    ready(page)


def removed(page, name, key):
    card = page.locator(f".st-key-card-{key}")
    opener = card.get_by_role("button", name=words.REMOVE, exact=True)
    still(opener)
    opener.click()
    yes = page.get_by_role("button", name=words.REMOVE_YES)
    expect(yes).to_be_in_viewport()
    yes.click()
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_hidden()


def explained(page, name):
    page.get_by_role("link", name=words.USE["explain"], exact=True).click()
    expect(page.get_by_role("heading", name=BOTH).first).to_be_visible()
    expect(page.get_by_role("combobox", name=MODEL).first).to_have_value(name)


def test_an_onnx_file_from_the_page_to_an_audit(tab, onnx_file, shop):
    page = tab("/models")
    handed_over(page, onnx_file)
    names = "\n".join(models.load("showroom").labels)
    page.get_by_label(words.LABELS).fill(names)
    page.get_by_role("button", name=words.LABELS_USE).click()
    expect(page.get_by_text("Asked about a sample photo").first).to_be_visible()
    proved(page, ANSWERS)
    expect(page.get_by_test_id("stMain")).to_contain_text("6 of 6 of your photos are right")
    added(page, "Product finder")
    explained(page, "Product finder")

    checked = tab("/?sample=plant&model=product-finder&area=0.24,0.3,0.52,0.48")
    answered(checked, checked.get_by_role("heading", name=DEPENDS))

    page.get_by_role("link", name="Audit", exact=True).first.click()
    expect(page.get_by_role("heading", name=audit_words.TITLE)).to_be_visible()
    ready(page)
    page.locator("input[type=file]").first.set_input_files(shop)
    expect(page.get_by_text("1 ZIP")).to_be_visible()
    labels = page.get_by_role("combobox", name=audit_words.LABELS)  # preset
    expect(labels).to_have_count(1)
    expect(labels).to_have_value(audit_words.LABEL_KINDS["folders"])
    expect(page.get_by_role("combobox", name=MODEL)).to_have_value("Product finder")
    page.get_by_role("button", name=audit_words.START).click()
    expect(page.get_by_role("heading", name=found_words.RESULTS)).to_be_visible(timeout=600_000)

    other = tab("/models")
    ready(other)
    removed(other, "Product finder", "product-finder")
    page.reload()  # an audit stays readable without its model
    expect(page.get_by_role("heading", name=found_words.RESULTS)).to_be_visible()


def test_a_teachable_machine_zip(tab, teachable_machine):
    page = tab("/models")
    handed_over(page, teachable_machine)
    expect(page.get_by_text("Prepared as Teachable Machine does").first).to_be_visible()
    some = dict(list(ANSWERS.items())[:3])
    proved(page, some | {"teapot-with-badge.jpg": "teapot", "cactus-and-mug.jpg": "potted plant"})
    added(page, "Teachable")
    explained(page, "Teachable")
    page.get_by_role("link", name=words.TITLE, exact=True).first.click()
    ready(page)
    removed(page, "Teachable", "teachable")


def test_looking_into_a_model_can_be_stopped(tab):
    page = tab("/models")
    file = {"name": "slow.onnx", "mimeType": "application/octet-stream", "buffer": b"anything"}
    uploader(page, words.FILES).set_input_files([file])
    expect(page.get_by_text("Looking into the model").first).to_be_visible()
    cancel = page.get_by_role("button", name="Cancel")
    still(cancel)
    cancel.click()
    expect(page.get_by_text("Stopped. Nothing was changed.")).to_be_visible()
    page.get_by_role("button", name=words.START_OVER).click()
    expect(uploader(page, words.FILES)).to_be_attached()


def test_the_page_on_a_phone(tab):
    page = tab("/models", viewport={"width": 390, "height": 844})
    expect(page.get_by_role("heading", name=words.TITLE, exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
