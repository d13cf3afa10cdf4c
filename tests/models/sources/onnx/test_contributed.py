"""onnxruntime's own operators (``com.microsoft``): read, and equal to onnxruntime."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from onnx import TensorProto, helper, load, numpy_helper, save
from torch import nn

from models.errors import ModelError
from models.sources import onnx as source
from models.sources.onnx import runtime
from models.sources.onnx.call import OPERATORS
from models.sources.onnx.operators import register_all
from saliency.network.graph import ATTENTION, Graph

onnxruntime = pytest.importorskip("onnxruntime")
pytestmark = pytest.mark.filterwarnings("ignore")  # the exporter's own
register_all()
SIDE = 16
draw = np.random.default_rng(0)


def real(*shape: int) -> np.ndarray:
    return draw.normal(0, 0.5, shape).astype(np.float32)


def whole(*shape: int, kind: Any = np.uint8) -> np.ndarray:
    return draw.integers(0, 100, shape).astype(kind)


def scale(value: float) -> np.ndarray:
    return np.float32(value)


def zero(value: int, kind: Any = np.uint8) -> np.ndarray:
    return kind(value)


STATED = (scale(0.05), zero(120))
"""Scale and zero point of what is made."""

MAP, TOKENS, ROW = (3, SIDE, SIDE), (12, 64), (768,)
"""Shapes of what an operator is given of a picture: the picture, as it is or laid out anew."""

PLAIN: dict[str, tuple[str, tuple[int, ...], list[Any], dict[str, Any]]] = {
    "Gelu": ("Gelu", MAP, ["x"], {}),
    "BiasGelu": ("BiasGelu", TOKENS, ["x", real(64)], {}),
    "FastGelu": ("FastGelu", TOKENS, ["x"], {}),
    "FastGelu with a bias": ("FastGelu", TOKENS, ["x", real(64)], {}),
    "QuickGelu": ("QuickGelu", MAP, ["x"], {}),
    "QuickGelu as SiLU": ("QuickGelu", MAP, ["x"], {"alpha": 1.0}),
    "FusedConv": ("FusedConv", MAP, ["x", real(4, 3, 3, 3), real(4)], {"activation": "Relu"}),
    "FusedConv with a term": (
        "FusedConv",
        MAP,
        ["x", real(3, 3, 3, 3), real(3), "x"],
        {"activation": "Relu", "pads": [1, 1, 1, 1]},
    ),
    "FusedConv, leaky": (
        "FusedConv",
        MAP,
        ["x", real(4, 3, 3, 3)],
        {"activation": "LeakyRelu", "activation_params": [0.2]},
    ),
    "FusedConv, clipped": (
        "FusedConv",
        MAP,
        ["x", real(4, 3, 3, 3)],
        {"activation": "Clip", "activation_params": [0.0, 1.0]},
    ),
    "FusedConv, hard sigmoid": (
        "FusedConv",
        MAP,
        ["x", real(4, 3, 3, 3)],
        {"activation": "HardSigmoid", "activation_params": [0.2, 0.5]},
    ),
    "FusedGemm": ("FusedGemm", ROW, ["x", real(768, 5), real(5)], {"activation": "Relu"}),
    "FusedGemm, leaky": (
        "FusedGemm",
        ROW,
        ["x", real(5, 768), real(5)],
        {"activation": "LeakyRelu", "activation_alpha": 0.3, "transB": 1, "alpha": 0.5},
    ),
    "FusedMatMul": ("FusedMatMul", TOKENS, ["x", real(64, 6)], {"alpha": 0.25}),
    "FusedMatMul, turned": ("FusedMatMul", TOKENS, ["x", "x"], {"alpha": 0.125, "transB": 1}),
    "TransposeMatMul": ("TransposeMatMul", TOKENS, ["x", "x"], {"transA": 1}),
    "SkipLayerNormalization": (
        "SkipLayerNormalization",
        TOKENS,
        ["x", "x", real(64), real(64), real(64)],
        {"epsilon": 1e-5},
    ),
    "SkipSimplifiedLayerNormalization": (
        "SkipSimplifiedLayerNormalization",
        TOKENS,
        ["x", "x", real(64)],
        {"epsilon": 1e-5},
    ),
    "Attention": ("Attention", TOKENS, ["x", real(64, 192), real(192)], {"num_heads": 4}),
    "Attention with a scale": (
        "Attention",
        TOKENS,
        ["x", real(64, 160), real(160)],
        {"num_heads": 4, "scale": 0.3, "qkv_hidden_sizes": [64, 64, 32]},
    ),
    "Attention to what came before": (
        "Attention",
        TOKENS,
        ["x", real(64, 192), real(192)],
        {"num_heads": 4, "unidirectional": 1},
    ),
    "Attention with a mask": (
        "Attention",
        TOKENS,
        ["x", real(64, 192), real(192), "", "", real(1, 4, 12, 12)],
        {"num_heads": 4},
    ),
    "MultiHeadAttention": ("MultiHeadAttention", TOKENS, ["x", "x", "x", real(192)], {"num_heads": 2}),
    "DynamicQuantizeMatMul": (
        "DynamicQuantizeMatMul",
        ROW,
        ["x", whole(768, 5), scale(0.01), zero(50), real(5)],
        {},
    ),
    "QuantizeLinear": ("QuantizeLinear", MAP, ["x", *STATED], {}),
}

QUANTISED: dict[str, tuple[str, tuple[int, ...], list[Any], dict[str, Any]]] = {
    "DequantizeLinear": ("DequantizeLinear", MAP, ["q"], {}),
    "QLinearAdd": ("QLinearAdd", MAP, ["q", "q", *STATED], {}),
    "QLinearAdd of a constant": (
        "QLinearAdd",
        MAP,
        ["q", whole(3, 1, 1), scale(0.01), zero(40), *STATED],
        {},
    ),
    "QLinearMul": ("QLinearMul", MAP, ["q", "q", *STATED], {}),
    "QLinearSigmoid": ("QLinearSigmoid", MAP, ["q", scale(1 / 256), zero(0)], {}),
    "QLinearLeakyRelu": ("QLinearLeakyRelu", MAP, ["q", *STATED], {"alpha": 0.1}),
    "QLinearSoftmax": ("QLinearSoftmax", TOKENS, ["q", scale(1 / 256), zero(0)], {"axis": -1, "opset": 13}),
    "QLinearSoftmax, older": (
        "QLinearSoftmax",
        TOKENS,
        ["q", scale(1 / 4096), zero(0)],
        {"axis": 1, "opset": 11},
    ),
    "QLinearAveragePool": (
        "QLinearAveragePool",
        MAP,
        ["q", *STATED],
        {"kernel_shape": [3, 3], "strides": [2, 2]},
    ),
    "QLinearGlobalAveragePool": ("QLinearGlobalAveragePool", MAP, ["q", *STATED], {}),
    "QLinearGlobalAveragePool of channels last": (
        "QLinearGlobalAveragePool",
        (4, 4, 48),
        ["q", *STATED],
        {"channels_last": 1},
    ),
    "QLinearConcat": ("QLinearConcat", MAP, [*STATED, "q", "q"], {"axis": 1}),
    "QLinearWhere": ("QLinearWhere", MAP, [whole(3, 1, 1) > 50, "q", "q", *STATED], {}),
    "MatMulIntegerToFloat": (
        "MatMulIntegerToFloat",
        ROW,
        ["whole", whole(768, 5, kind=np.int8), "s", scale(0.01), "z", zero(3, np.int8), real(5)],
        {},
    ),
    "QGemm": (
        "QGemm",
        ROW,
        [
            "q",
            whole(768, 5, kind=np.int8),
            np.array([0.01, 0.02, 0.01, 0.03, 0.01], np.float32),
            np.array([3, 0, -2, 1, 0], np.int8),
            whole(5, kind=np.int32),
            scale(0.5),
            zero(120),
        ],
        {},
    ),
    "QGemm, turned, unrounded": (
        "QGemm",
        ROW,
        ["q", whole(5, 768, kind=np.int8), scale(0.01), zero(3, np.int8), whole(5, kind=np.int32)],
        {"transB": 1, "alpha": 0.5},
    ),
    "QLinearConv": (
        "QLinearConv",
        MAP,
        ["q", whole(4, 3, 3, 3, kind=np.int8), scale(0.01), zero(2, np.int8), scale(0.1), zero(128)],
        {},
    ),
}


def written(
    where: Path, case: tuple[str, tuple[int, ...], list[Any], dict[str, Any]], batch: Any = "N"
) -> Path:
    """A file that is one operator, of a picture and of constants."""
    name, shape, given, attributes = case
    constants: dict[str, np.ndarray] = {"shape": np.array([-1, *shape]), "s": scale(0.02), "z": zero(128)}
    inputs: list[str] = []
    for value in given:
        if isinstance(value, str):
            inputs += {"x": ["laid"], "q": ["whole", "s", "z"]}.get(value, [value])
        else:
            inputs.append(f"c{len(constants)}")
            constants[inputs[-1]] = np.asarray(value)
    nodes = [helper.make_node("Reshape", ["picture", "shape"], ["laid"])]
    if "whole" in inputs:
        nodes.append(helper.make_node("QuantizeLinear", ["laid", "s", "z"], ["whole"]))
    nodes.append(helper.make_node(name, inputs, ["made"], domain="com.microsoft", **attributes))
    nodes.append(helper.make_node("Cast", ["made"], ["number"], to=TensorProto.FLOAT))
    nodes.append(helper.make_node("Flatten", ["number"], ["scores"]))
    graph = helper.make_graph(
        nodes,
        "model",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, [batch, 3, SIDE, SIDE])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [batch, "K"])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    save(helper.make_model(graph, opset_imports=opsets, ir_version=8), where / "model.onnx")
    return where / "model.onnx"


def ran(path: Path, pictures: torch.Tensor) -> torch.Tensor:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(path, options)
    given = session.get_inputs()[0].name
    return torch.from_numpy(
        np.concatenate([session.run(None, {given: x[None].numpy()})[0] for x in pictures])
    )


@pytest.mark.parametrize("case", PLAIN.values(), ids=PLAIN)
def test_an_operator_gives_what_onnxruntime_gives(tmp_path: Path, case: Any) -> None:
    path = written(tmp_path, case)
    pictures = torch.randn(3, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(0))
    read = source.read([path])
    assert not read.outside
    torch.testing.assert_close(read.module(pictures), ran(path, pictures), rtol=1e-4, atol=5e-5)


@pytest.mark.parametrize("case", QUANTISED.values(), ids=QUANTISED)
def test_an_operator_on_whole_numbers_gives_what_onnxruntime_gives(tmp_path: Path, case: Any) -> None:
    path = written(tmp_path, case)
    pictures = torch.randn(3, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(0))
    read = source.read([path])
    assert not read.outside
    given, expected = read.module(pictures), ran(path, pictures)
    step = 1 if expected.abs().max() > 20 else 1e-4  # a tie may be rounded the other way
    assert expected.std() > 0
    assert (given - expected).abs().max() <= step
    assert ((given - expected).abs() > 1e-3).float().mean() < 0.02


def test_every_claimed_operator_has_a_case() -> None:
    claimed = {name.partition(" of ")[0] for name in OPERATORS if name.endswith("com.microsoft")}
    tried = {case[0] for case in (*PLAIN.values(), *QUANTISED.values())}
    assert claimed <= tried, claimed - tried


def network() -> nn.Module:
    """Convolutions whose activations are fused, and a block of attention."""
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, stride=2, padding=1),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.Conv2d(8, 16, 4, stride=4),
        nn.Flatten(2),
        Turned(),
        nn.TransformerEncoderLayer(16, 2, 32, activation="gelu", batch_first=True, norm_first=True),
        Turned(),
        nn.AdaptiveAvgPool1d(1),
        nn.Flatten(),
        nn.Linear(16, 5),
        nn.Softmax(1),
    ).eval()


class Turned(nn.Module):
    """Channels to tokens, and back."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.transpose(1, 2)


def optimised(where: Path, level: str) -> Path:
    """The network as onnxruntime's optimiser writes it."""
    axes = {"x": {0: "batch"}}
    plain, made = where / "plain.onnx", where / "model.onnx"
    pictures = (torch.randn(2, 3, 32, 32),)
    torch.onnx.export(network(), pictures, plain, dynamo=False, dynamic_axes=axes, input_names=["x"])
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = getattr(onnxruntime.GraphOptimizationLevel, f"ORT_ENABLE_{level}")
    options.optimized_model_filepath, options.log_severity_level = str(made), 4
    onnxruntime.InferenceSession(plain, options, providers=["CPUExecutionProvider"])
    return made


def test_what_the_optimiser_writes_is_a_graph(tmp_path: Path) -> None:
    path = optimised(tmp_path, "EXTENDED")
    assert {"FusedConv", "BiasGelu"} <= {node.op_type for node in load(path).graph.node}
    read = source.read([path])
    assert (read.outside, read.outputs) == ("", "probabilities")
    x = torch.randn(3, 3, 32, 32)
    torch.testing.assert_close(read.module(x), network()(x), rtol=1e-4, atol=1e-6)
    assert ATTENTION in Graph(read.module, size=32).offers


def test_what_is_laid_out_for_one_processor_is_asked_from_outside(tmp_path: Path) -> None:
    path = optimised(tmp_path, "ALL")
    if not any(node.domain == "com.microsoft.nchwc" for node in load(path).graph.node):
        pytest.skip("this processor's files are not laid out anew")
    read = source.read([path])
    assert "com.microsoft.nchwc, which cannot be read" in read.outside
    x = torch.randn(3, 3, 32, 32)
    torch.testing.assert_close(read.module(x), network()(x), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "case"),
    [
        (
            "QLinearAveragePool",
            ("QLinearAveragePool", (8, 8, 12), ["q", *STATED], {"kernel_shape": [3, 3], "channels_last": 1}),
        ),
        ("NhwcMaxPool", ("NhwcMaxPool", (8, 8, 12), ["whole"], {"kernel_shape": [3, 3]})),
    ],
)
def test_a_way_that_is_not_read_is_asked_from_outside(
    tmp_path: Path, name: str, case: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, case)
    assert f"the operator {name} of com.microsoft" in source.read([path]).outside
    monkeypatch.setattr(runtime, "find_spec", lambda name: None)
    with pytest.raises(ModelError, match=r"pip install -r requirements-models\.txt"):
        source.read([path])
