"""Quantised files, as onnxruntime's own tools make them: outputs are its own, and slopes are those of the
weights."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from models.sources import onnx as source
from models.sources.onnx.operators.quantised import rounded
from saliency.methods.attribution import attribute
from saliency.network.graph import Graph

pytestmark = pytest.mark.filterwarnings("ignore")  # the exporter's own


def network(*last):
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 12, 3, padding=1),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(12, 10),
        nn.ReLU(),
        nn.Linear(10, 4),
        *last,
    ).eval()


def written(folder, pictures, *last):
    path = folder / "model.onnx"
    axes = {"x": {0: "batch"}, "y": {0: "batch"}}
    torch.onnx.export(
        network(*last),
        (pictures,),
        path,
        dynamo=False,
        input_names=["x"],
        output_names=["y"],
        dynamic_axes=axes,
        opset_version=17,
    )
    return path


def quantised(path, how, pictures):
    tool = pytest.importorskip("onnxruntime.quantization")
    made = path.with_name("quantised.onnx")
    if how == "by range":
        tool.quantize_dynamic(path, made)
        return made

    class Pictures(tool.CalibrationDataReader):
        def __init__(self):
            self.rows = iter([{"x": pictures.numpy()}])

        def get_next(self):
            return next(self.rows, None)

    form = tool.QuantFormat.QOperator if how in ("operators", "all") else tool.QuantFormat.QDQ
    kinds = {"operators": ["Conv"]} if how == "operators" else {}  # "all" takes every operator
    tool.quantize_static(
        path,
        made,
        Pictures(),
        quant_format=form,
        per_channel=how not in ("operators", "all"),
        op_types_to_quantize=kinds.get(how),
    )
    return made


@pytest.mark.parametrize("how", ["pairs", "operators", "by range"])
def test_outputs_are_those_of_onnxruntime(tmp_path, how):
    runtime = pytest.importorskip("onnxruntime")
    pictures = torch.randn(4, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    path = quantised(written(tmp_path, pictures), how, pictures)
    module = source.read([path]).module
    session = runtime.InferenceSession(path)
    expected = np.concatenate([session.run(None, {"x": each.numpy()})[0] for each in pictures.split(1)])
    graph = Graph(module, size=32)
    given = graph.logits(pictures).numpy()
    step = 0.03 * (expected.max() - expected.min())  # one number of eight bits may be rounded the other way
    assert np.abs(given - expected).max() < step
    assert np.abs(given - network()(pictures).detach().numpy()).max() < 3 * step
    assert graph.layer().height > 1
    for method in ("gradient", "grad-cam"):
        maps = attribute(graph, pictures, 1, method=method)
        plain = attribute(Graph(network(), size=32), pictures, 1, method=method)
        likeness = np.corrcoef(maps.flatten().numpy(), plain.flatten().numpy())[0, 1]
        assert likeness > 0.9


def test_rounding_passes_slopes_on():
    x = torch.tensor([-1.5, -0.2, 0.5, 2.5], requires_grad=True)
    assert rounded(x).tolist() == [-2, 0, 0, 2]
    assert torch.autograd.grad(rounded(x).sum(), x)[0].tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize("how", ["pairs", "all"])
@pytest.mark.parametrize(("last", "kind"), [(nn.Softmax(1), "probabilities"), (nn.Sigmoid(), "labels")])
def test_scores_that_are_rounded_at_the_end_are_seen_for_what_they_are(tmp_path, how, last, kind):
    pytest.importorskip("onnxruntime")
    pictures = torch.randn(4, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    read = source.read([quantised(written(tmp_path, pictures, last), how, pictures)])
    graph = Graph(read.module, size=32)
    assert (read.outside, read.outputs) == ("", kind)
    assert graph.ending == ("softmax" if kind == "probabilities" else "sigmoid")
    assert torch.allclose(graph.ending.outputs(graph.logits(pictures)), network(last)(pictures), atol=0.03)
