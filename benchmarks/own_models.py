"""Models of one's own: is each format read, how near is it to its own runtime, which methods does it offer?

Weights are random. ONNX files are held against onnxruntime, all others against the package that made them.

    python -m benchmarks.own_models [--page docs/models.md] [--only onnx]
"""

from __future__ import annotations

import argparse
import os
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch import Tensor, nn

from benchmarks.machine import provenance
from benchmarks.tables import line
from models.sources import registry
from models.torchvision_guard import import_torchvision
from saliency.methods.registry import METHODS, compatible
from saliency.network.graph import ATTENTION, BIASES, FEATURE_MAP, GRADIENT, Graph
from saliency.network.outside import OutsideModel

TORCHVISION = "alexnet densenet121 efficientnet_b0 mobilenet_v2 mobilenet_v3_small regnet_y_400mf"
TORCHVISION += " resnet18 shufflenet_v2_x0_5 squeezenet1_1 convnext_tiny swin_t"
QUANTISED = "resnet18 mobilenet_v2"
TIMM = "resnet10t mobilenetv3_small_050 vit_tiny_patch16_224 convnext_atto regnetx_002"
HUGGING_FACE = "ResNet ConvNext ViT DeiT"
_HEADING = """\
# Models of one's own

What `python -m models add` reads, made by a script with random weights: the largest difference of an output
to that of the format's own runtime as a share of the largest output (three pictures at once, one more than
the file was made with), and how many of the {methods} methods are offered. A failure is written as it was
said.
Not measured: GoogLeNet and ViT, whose outputs say nothing with random weights.
"""

_OUTSIDE = """\
## Models asked from outside

Of a model that cannot be taken apart only answers can be had: an ONNX file with an operator that is not read
here (quantised files, for example) through `onnxruntime`, a TFLite file through `ai-edge-litert`, a module
whose structure depends on the picture, a service on the network ([endpoints.md](endpoints.md)). It is said
which of these it is, and why.
{offered} of the {methods} methods need no more than that; on every one of them a model asked from outside
gives the same map as its graph, to 1e-4 of its peak (`tests/saliency/network/test_outside.py`). The page's
first answer is `occlusion`, its second view `kernel-shap`. Covering, keeping, pasting, hiding, the second
view, familiarity, comparisons and audits work as with any model; the test with shuffled weights does not.
What the others need, and how many of them, some more than one of these: {needs}.

Python: `saliency.Classifier.from_outside(ask, preprocessing, labels, name, source)`, where `ask` is any
function from pictures `(n, 3, H, W)` to numbers `(n, K)`.
"""

Case = tuple[str, str, Callable[[Path], tuple[list[Path], Callable[[Tensor], Tensor], int]]]


def main() -> None:
    """Measure all, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.own_models", description=__doc__)
    parser.add_argument("--page", type=Path)
    parser.add_argument("--only", default="", help="formats whose name holds this")
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # the exporters' own
    lines = [line(["format", "model", "difference", "methods"]), "|---|---|--:|--:|"]
    for form, name, make in cases():
        if options.only in form:
            lines.append(line([form, name, *measured(make)]))
            print(lines[-1], flush=True)
            if options.page:
                text = [
                    _HEADING.format(methods=len(METHODS)),
                    provenance("benchmarks.own_models"),
                    "",
                    *lines,
                    "",
                    asked_from_outside(),
                ]
                options.page.write_text("\n".join(text) + "\n")
    if not options.page:
        print(asked_from_outside())


def asked_from_outside() -> str:
    """What a model offers that is only asked, and what the other methods need."""
    simple = sorted((m for m in METHODS.values() if not m.needs), key=lambda m: m.passes)
    rows = [line([f"`{m.key}`", m.name, f"{m.passes:g}"]) for m in simple]
    needs = [
        f"{need} ({sum(need in m.needs for m in METHODS.values())})"
        for need in (FEATURE_MAP, GRADIENT, ATTENTION, BIASES)
    ]
    table = [line(["method", "", "passes"]), "|---|---|--:|", *rows]
    return "\n".join(
        [_OUTSIDE.format(offered=len(simple), methods=len(METHODS), needs=", ".join(needs)), *table]
    )


def cases() -> Iterator[Case]:
    """Format, model, and how its files are made."""
    for name in TORCHVISION.split():
        yield "onnx, TorchScript exporter", name, lambda where, name=name: onnx_file(where, name, False)
        yield "onnx, dynamo exporter", name, lambda where, name=name: onnx_file(where, name, True)
    for name in QUANTISED.split():
        yield "onnx, quantised", name, lambda where, name=name: quantised_file(where, name)
    for name in TIMM.split():
        yield "timm", name, lambda where, name=name: timm_checkpoint(where, name)
    for name in HUGGING_FACE.split():
        yield "hugging-face", name, lambda where, name=name: hugging_face_folder(where, name)
    yield "keras-file", "MobileNetV2 (.h5)", keras_file


def measured(make: Callable[[Path], Any]) -> tuple[str, str]:
    """Difference and methods; what went wrong in place of the first."""
    with TemporaryDirectory() as folder:
        try:
            torch.manual_seed(0)
            files, reference, size = make(Path(folder))
            model = registry.read(registry.format_of(files), files)
            pictures = torch.randn(3, 3, size, size)
            with torch.no_grad():
                given, expected = model.module(pictures), reference(pictures)
            kind = OutsideModel if model.outside else Graph
            offered = len(compatible(kind(model.module, size=size)))
        except Exception as error:  # one failure must not hide the others
            reason = (str(error).strip() or type(error).__name__).partition("\n")[0]
            return f"**failed**: {reason[:160]}", "–"
    share = float((given - expected).abs().max() / expected.abs().max())
    return f"{share:.0e}", f"{offered}"


def onnx_file(where: Path, name: str, newer: bool) -> tuple[list[Path], Callable[[Tensor], Tensor], int]:
    """One of torchvision's in an ONNX file."""
    import onnxruntime

    module, path = import_torchvision().models.get_model(name, weights=None).eval(), where / "model.onnx"
    pictures = (torch.randn(2, 3, 224, 224),)
    if newer:
        free = ({0: torch.export.Dim("batch")},)
        torch.onnx.export(module, pictures, path, dynamo=True, dynamic_shapes=free, verbose=False)
    else:
        axes = {"x": {0: "batch"}}
        torch.onnx.export(module, pictures, path, dynamo=False, dynamic_axes=axes, input_names=["x"])
    session = onnxruntime.InferenceSession(path)
    given = session.get_inputs()[0].name
    return [path], lambda x: torch.from_numpy(session.run(None, {given: x.numpy()})[0]), 224


def quantised_file(where: Path, name: str) -> tuple[list[Path], Callable[[Tensor], Tensor], int]:
    """One of torchvision's in an ONNX file whose weights are bytes."""
    import onnxruntime
    from onnxruntime.quantization import QuantType, quantize_dynamic

    (plain,), _, size = onnx_file(where, name, False)
    path = where / "quantised.onnx"
    quantize_dynamic(plain, path, weight_type=QuantType.QUInt8)
    plain.unlink()
    session = onnxruntime.InferenceSession(path)
    given = session.get_inputs()[0].name
    return [path], lambda x: torch.from_numpy(session.run(None, {given: x.numpy()})[0]), size


def timm_checkpoint(where: Path, name: str) -> tuple[list[Path], Callable[[Tensor], Tensor], int]:
    """One of timm's beside a config.json."""
    import json

    import_torchvision()
    import timm

    module: nn.Module = timm.create_model(name, num_classes=5).eval()
    torch.save(module.state_dict(), where / "model.pth")
    (where / "config.json").write_text(json.dumps({"architecture": name, "num_classes": 5}))
    return sorted(where.iterdir()), module, 224


def hugging_face_folder(where: Path, name: str) -> tuple[list[Path], Callable[[Tensor], Tensor], int]:
    """One of transformers', as it saves it."""
    import_torchvision()
    import transformers

    config = getattr(transformers, f"{name}Config")(num_labels=5)
    module = getattr(transformers, f"{name}ForImageClassification")(config).eval()
    module.save_pretrained(where)
    return sorted(where.iterdir()), lambda x: module(x).logits, 224


def keras_file(where: Path) -> tuple[list[Path], Callable[[Tensor], Tensor], int]:
    """The network of a Teachable Machine."""
    os.environ["KERAS_BACKEND"] = "torch"
    import keras

    inner = keras.applications.MobileNetV2((224, 224, 3), alpha=0.35, weights=None, classes=5)
    inner.save(where / "keras_model.h5")
    return [where / "keras_model.h5"], lambda x: inner(x.permute(0, 2, 3, 1)), 224


if __name__ == "__main__":
    main()
