"""ONNX files, read and refused; the files are made here."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper

from models.errors import ModelError
from models.sources import onnx as source
from saliency.classifier import Classifier, Preprocessing
from saliency.network.outputs import Ending

FLOAT = TensorProto.FLOAT


def weights(name, *shape):
    values = np.random.default_rng(len(name)).normal(0, 0.3, shape).astype(np.float32)
    return numpy_helper.from_array(values, name)


def small(batch="n", layout="NCHW", channels=3, end="Softmax", outputs=None, kind=FLOAT):
    """A model of one convolution, a pooling whose size is read back from the tensor, and a linear layer."""
    last = layout == "NHWC"
    shape = [batch, 32, 32, channels] if last else [batch, channels, 32, 32]
    nodes = [helper.make_node("Cast", ["x"], ["f"], to=FLOAT)] if kind != FLOAT else []
    start = "f" if nodes else "x"
    if last:
        nodes.append(helper.make_node("Transpose", [start], ["t"], perm=[0, 3, 1, 2]))
        start = "t"
    nodes += [
        helper.make_node("Conv", [start, "w"], ["c"], pads=[1, 1, 1, 1], strides=[2, 2]),
        helper.make_node("Add", ["c", "b"], ["d"]),
        helper.make_node("Relu", ["d"], ["r"]),
        helper.make_node("GlobalAveragePool", ["r"], ["p"]),
        helper.make_node("Shape", ["p"], ["s"]),
        helper.make_node("Gather", ["s", "zero"], ["count"], axis=0),
        helper.make_node("Concat", ["count", "rest"], ["wanted"], axis=0),
        helper.make_node("Reshape", ["p", "wanted" if batch == "n" else "fixed"], ["q"]),
        helper.make_node("MatMul", ["q", "v"], ["m"]),
        helper.make_node("Add", ["m", "a"], ["l"]),
    ]
    result = "l"
    if end:
        nodes.append(helper.make_node(end, ["l"], ["y"]))
        result = "y"
    stored = [
        weights("w", 8, channels, 3, 3),
        weights("b", 1, 8, 1, 1),
        weights("v", 8, 5),
        weights("a", 5),
        numpy_helper.from_array(np.array([0]), "zero"),
        numpy_helper.from_array(np.array([-1]), "rest"),
        numpy_helper.from_array(np.array([1, 8]), "fixed"),
    ]
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("x", kind, shape)],
        outputs or [helper.make_tensor_value_info(result, FLOAT, [batch, 5])],
        stored,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def saved(model, folder, name="model.onnx"):
    path = folder / name
    path.write_bytes(model.SerializeToString())
    return path


def refused(path, *parts):
    with pytest.raises(ModelError) as error:
        source.read([path])
    for part in parts:
        assert part in error.value.message
    return error.value.message


@pytest.mark.parametrize("batch", ["n", 1])
@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
@pytest.mark.parametrize("channels", [3, 1])
def test_outputs_are_those_of_onnxruntime(tmp_path, batch, layout, channels):
    runtime = pytest.importorskip("onnxruntime")
    path = saved(small(batch, layout, channels), tmp_path)
    read = source.read([path])
    pictures = torch.randn(3, channels, 32, 32)
    session = runtime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    given = pictures.permute(0, 2, 3, 1) if layout == "NHWC" else pictures
    rows = [given[i : i + 1].numpy() for i in range(3)]
    expected = np.concatenate([session.run(None, {"x": np.ascontiguousarray(row)})[0] for row in rows])
    assert np.allclose(read.module(pictures).numpy(), expected, rtol=1e-4, atol=1e-6)
    assert read.size == (32, 32)
    assert read.outputs == "probabilities"
    assert read.channels == ("grey" if channels == 1 else None)


@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
def test_feature_map_is_found_and_softmax_cut_off(tmp_path, layout):
    read = source.read([saved(small(1, layout), tmp_path)])
    recipe = Preprocessing(crop_size=32, resize_size=32)
    classifier = Classifier.build(read.module, recipe, list("abcde"), "small", "a test")
    assert classifier.graph.ending is Ending.SOFTMAX
    assert classifier.graph.layer().height == 16
    assert classifier.graph.head is not None  # the bias that stood apart is the linear layer's own
    assert not any(weight.requires_grad for weight in read.module.parameters())


def test_whole_numbers_are_scaled(tmp_path):
    read = source.read([saved(small(kind=TensorProto.UINT8), tmp_path)])
    assert read.mean == (0, 0, 0)
    assert read.std == (1 / 255,) * 3


def test_sigmoids_are_labels_and_logits_are_not_guessed(tmp_path):
    assert source.read([saved(small(end="Sigmoid"), tmp_path)]).outputs == "labels"
    assert source.read([saved(small(end=None), tmp_path)]).outputs is None


def test_labels_and_colours_come_from_the_file(tmp_path):
    model = small()
    facts = {"names": "{0: 'a', 1: 'b', 2: 'c', 3: 'd', 4: 'é'}", "Image.BitmapPixelFormat": "Bgr8"}
    helper.set_model_props(model, {**facts, "Image.NominalPixelRange": "NominalRange_0_255"})
    read = source.read([saved(model, tmp_path)])
    assert read.labels == ("a", "b", "c", "d", "é")
    assert read.channels == "bgr"
    assert read.std == (1 / 255,) * 3


def test_labels_lie_beside_the_file(tmp_path):
    path = saved(small(), tmp_path)
    (tmp_path / "labels.txt").write_text("0 a\n1 b\n2 c\n3 d\n4 e\n")
    assert source.read([path]).labels == ("a", "b", "c", "d", "e")
    (tmp_path / "labels.txt").write_text("a\nb\n")
    refused(path, "2 labels", "5 scores")


def test_metadata_is_never_run(tmp_path):
    model = small()
    helper.set_model_props(model, {"names": "__import__('os').mkdir('x')"})
    assert source.read([saved(model, tmp_path)]).labels is None


def test_a_branch_with_a_constant_condition_is_taken(tmp_path):
    model = small(end=None)
    branches = {
        f"{which}_branch": helper.make_graph(
            [helper.make_node(operator, ["l"], [which])],
            which,
            [],
            [helper.make_tensor_value_info(which, FLOAT, ["n", 5])],
        )
        for which, operator in {"then": "Sigmoid", "else": "Tanh"}.items()
    }
    model.graph.initializer.append(numpy_helper.from_array(np.array(True), "yes"))
    model.graph.node.append(helper.make_node("If", ["yes"], ["y"], **branches))
    model.graph.output[0].name = "y"
    assert source.read([saved(model, tmp_path)]).outputs == "labels"


def test_unknown_operators_are_named(tmp_path):
    model = small()
    model.graph.node[0].op_type = "Wavelet"
    model.graph.node[2].domain = "com.example"
    refused(saved(model, tmp_path), "Wavelet", "Relu of com.example")


def test_two_inputs_are_refused(tmp_path):
    model = small()
    model.graph.input.append(helper.make_tensor_value_info("mask", FLOAT, ["n", 3]))
    refused(saved(model, tmp_path), "2 inputs", "“mask”")


def test_names_with_their_scores_are_labels_and_a_row(tmp_path):
    """As Azure Custom Vision exports a classifier: the best class's name, and all names with their scores."""
    kind = helper.make_sequence_type_proto(
        helper.make_map_type_proto(TensorProto.STRING, helper.make_tensor_type_proto(FLOAT, []))
    )
    names = ["cat", "dog", "bird", "fish", "Küche"]
    outputs = [
        helper.make_tensor_value_info("best", TensorProto.STRING, ["n"]),
        helper.make_value_info("z", kind),
    ]
    plain, model = small(), small(outputs=outputs)
    nodes = [
        helper.make_node("ArgMax", ["y"], ["at"], axis=1),
        helper.make_node("ArrayFeatureExtractor", ["names", "at"], ["best"], domain="ai.onnx.ml"),
        helper.make_node("ZipMap", ["y"], ["z"], domain="ai.onnx.ml", classlabels_strings=names),
    ]
    model.graph.initializer.append(
        helper.make_tensor("names", TensorProto.STRING, [5], [n.encode() for n in names])
    )
    model.graph.node.extend(nodes)
    model.opset_import.append(helper.make_opsetid("ai.onnx.ml", 3))
    (tmp_path / "named").mkdir()
    read, expected = source.read([saved(model, tmp_path / "named")]), source.read([saved(plain, tmp_path)])
    assert read.labels == tuple(names)
    x = torch.rand(3, 3, 32, 32)
    assert torch.equal(read.module.forward(x), expected.module.forward(x))


def test_lists_of_dictionaries_without_names_are_refused(tmp_path):
    kind = helper.make_sequence_type_proto(
        helper.make_map_type_proto(TensorProto.STRING, helper.make_tensor_type_proto(FLOAT, []))
    )
    model = small(outputs=[helper.make_value_info("z", kind)])
    model.graph.node.append(helper.make_node("ZipMap", ["y"], ["z"], domain="ai.onnx.ml"))
    refused(saved(model, tmp_path), "ZipMap", "have no names")


def test_what_gives_no_row_of_scores_is_refused(tmp_path):
    model = small(outputs=[helper.make_tensor_value_info("r", FLOAT, ["n", 8, 16, 16])])
    refused(saved(model, tmp_path), "no classifier")


def test_what_takes_no_picture_is_refused(tmp_path):
    model = small()
    model.graph.input[0].CopyFrom(helper.make_tensor_value_info("x", FLOAT, ["n", 7]))
    refused(saved(model, tmp_path), "no picture")


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 not an ONNX file", None])
def test_damaged_files_are_refused(tmp_path, damage):
    path = saved(small(), tmp_path)
    path.write_bytes(path.read_bytes()[:900] if damage is None else damage)
    refused(path, "damaged")


def test_a_file_of_three_gigabytes_is_refused(tmp_path):
    path = tmp_path / "large.onnx"
    with path.open("wb") as file:
        file.truncate(3 * 10**9)  # a sparse file, which takes no room
    refused(path, "2 GB")


@pytest.mark.parametrize(
    ("place", "said"),
    [("gone.bin", "not there"), ("../w.bin", "not in its folder"), ("/etc/hostname", "not in its folder")],
)
def test_weights_beside_the_file_have_to_be_there(tmp_path, place, said):
    folder = tmp_path / "model"
    folder.mkdir()
    (tmp_path / "w.bin").write_bytes(b"\0" * 10_000)
    model = small()
    _beside(model, place)
    refused(saved(model, folder), said)


def test_weights_beside_the_file_are_read(tmp_path):
    model = small()
    expected = numpy_helper.to_array(model.graph.initializer[0])
    (tmp_path / "w.bin").write_bytes(expected.tobytes())
    _beside(model, "w.bin")
    path = saved(model, tmp_path)
    kept = [weight for weight in source.read([path]).module.parameters() if weight.ndim == 4]
    assert np.array_equal(kept[0].numpy(), expected)
    (tmp_path / "w.bin").write_bytes(b"short")
    refused(path, "do not fit")


def test_opsets_too_old_or_new_are_refused(tmp_path):
    for version in (3, 99):
        model = small()
        model.opset_import[0].version = version
        refused(saved(model, tmp_path), f"opset {version}", "7 to")


def test_without_the_package_the_command_is_named(tmp_path, monkeypatch):
    path = saved(small(), tmp_path)
    monkeypatch.setitem(__import__("sys").modules, "onnx", None)
    refused(path, "pip install")


def _beside(model, place):
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", place
