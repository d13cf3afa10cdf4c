"""Files of classifiers in the formats that people have, made with random weights, and what runs them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from models.torchvision_guard import import_torchvision

TORCHVISION = "alexnet densenet121 efficientnet_b0 googlenet mobilenet_v2 mobilenet_v3_small regnet_y_400mf"
TORCHVISION += " resnet18 shufflenet_v2_x0_5 squeezenet1_1 vgg11 convnext_tiny swin_t swin_v2_t maxvit_t vit"
TIMM = "resnet10t mobilenetv3_small_050 vit_tiny_patch16_224 deit_tiny_distilled_patch16_224 convnext_atto"
TIMM += " regnetx_002 swin_tiny_patch4_window7_224 mobilevit_xxs hiera_tiny_224 efficientvit_b0"
TIMM += " efficientvit_m0 tf_efficientnetv2_b0 mixer_s32_224 xcit_nano_12_p16_224 cait_xxs24_224"
TIMM += " levit_128s efficientformer_l1 poolformer_s12 repvgg_a0 coatnet_nano_rw_224"
VERSION = 2
"""Of how files are made and compared: raise it with every change that can change a figure."""

_NARROW = {"hidden_size": 96, "num_hidden_layers": 4, "num_attention_heads": 4, "intermediate_size": 192}
HUGGING_FACE: dict[str, dict[str, Any]] = {
    "ViT": _NARROW,
    "DeiT": _NARROW,
    "Beit": _NARROW,
    "Dinov2": {**_NARROW, "image_size": 224, "patch_size": 16},
    "Swin": {"depths": [2, 2, 2, 2]},
    "ConvNext": {"depths": [2, 2, 2, 2], "hidden_sizes": [32, 64, 128, 256]},
    "ResNet": {"layer_type": "basic", "depths": [2, 2, 2, 2], "hidden_sizes": [64, 128, 256, 512]},
    "MobileNetV2": {},
    "EfficientNet": {"width_coefficient": 1.0, "depth_coefficient": 1.0, "hidden_dim": 1280},
    "MobileViT": {"image_size": 256},
    "Segformer": {},
}
QUANTISED = "resnet18 mobilenet_v2"
KERAS = "MobileNetV2 MobileNetV3Small EfficientNetB0 DenseNet121 ResNet50 Xception ConvNeXtTiny"
LIGHT = "bvlc_alexnet densenet121 inception_v1 inception_v2 resnet50 shufflenet squeezenet vgg19 zfnet512"

Module = TypeVar("Module", bound=nn.Module)
Made = tuple[list[Path], Callable[[Tensor], Tensor], int]
"""The files, what the format's own runtime gives for pictures, and their side in pixels."""

Case = tuple[str, str, Callable[[Path], Made]]
"""Format, model, and how its files are made in a folder."""


def cases() -> Iterator[Case]:
    """Format, model, and how its files are made."""
    for name in TORCHVISION.split():
        yield "onnx, TorchScript exporter", name, lambda where, name=name: onnx_file(where, name, False)
        yield "onnx, dynamo exporter", name, lambda where, name=name: onnx_file(where, name, True)
    for name in LIGHT.split():
        yield "onnx, light models", name, lambda where, name=name: light_model(where, name)
    for name in QUANTISED.split():
        yield "onnx, quantised", name, lambda where, name=name: quantised_file(where, name)
    for name in TIMM.split():
        yield "timm", name, lambda where, name=name: timm_checkpoint(where, name)
    for name in HUGGING_FACE:
        yield "hugging-face", name, lambda where, name=name: hugging_face_folder(where, name)
    for name in KERAS.split():
        for kind in (".keras", ".h5"):
            yield (
                "keras-file",
                f"{name} ({kind})",
                lambda where, n=name, kind=kind: keras_file(where, n, kind),
            )


def lively(module: Module, drawn: bool = False) -> Module:
    """The module in eval mode, with no layer of zeros, so that its outputs differ.

    Args:
        module: A classifier with random weights.
        drawn: Whether to draw the weights of its layers anew, where they are so small that outputs vanish.
    """
    with torch.no_grad():
        for part in module.modules():
            if drawn and isinstance(part, nn.Conv2d | nn.Linear):
                nn.init.kaiming_normal_(part.weight)
            if drawn and isinstance(part, nn.BatchNorm2d):
                nn.init.ones_(part.weight)  # EfficientNet's begin near 0
        for weights in module.parameters():
            if weights.ndim > 1 and not weights.any():
                weights.normal_(0, 0.1)
    return module.eval()


def torchvision_model(name: str) -> nn.Module:
    """One of torchvision's; ``vit`` is narrow."""
    models = import_torchvision().models
    if name == "vit":
        return models.VisionTransformer(224, 16, num_layers=4, num_heads=4, hidden_dim=96, mlp_dim=192)
    return models.get_model(name, weights=None, **({"init_weights": False} if name == "googlenet" else {}))


def onnx_file(where: Path, name: str, newer: bool) -> Made:
    """One of torchvision's in an ONNX file."""
    module, path = lively(torchvision_model(name)), where / "model.onnx"
    pictures = (torch.randn(2, 3, 224, 224),)
    if newer:
        free = ({0: torch.export.Dim("batch")},)
        torch.onnx.export(module, pictures, path, dynamo=True, dynamic_shapes=free, verbose=False)
    else:
        axes = {"x": {0: "batch"}}
        torch.onnx.export(module, pictures, path, dynamo=False, dynamic_axes=axes, input_names=["x"])
    return [path], in_onnxruntime(path), 224


def in_onnxruntime(path: Path, alone: bool = False) -> Callable[[Tensor], Tensor]:
    """What onnxruntime gives for a file; picture by picture if it takes one at a time."""
    import onnxruntime

    session = onnxruntime.InferenceSession(path)
    given = session.get_inputs()[0].name

    def run(x: Tensor) -> Tensor:
        return torch.from_numpy(session.run(None, {given: x.numpy()})[0])

    return (lambda x: torch.cat([run(each) for each in x.split(1)])) if alone else run


def light_model(where: Path, name: str) -> Made:
    """One of the models in the onnx package, with random weights in place of its constants."""
    import numpy as np
    import onnx

    model = onnx.load(
        Path(onnx.__file__).parent / "backend" / "test" / "data" / "light" / f"light_{name}.onnx"
    )
    graph, draw = model.graph, np.random.default_rng(0)
    shapes = {stored.name: onnx.numpy_helper.to_array(stored) for stored in graph.initializer}
    for node in [node for node in graph.node if node.op_type == "ConstantOfShape"]:
        shape = shapes[node.input[0]]
        deviation = (2 / max(1, np.prod(shape[1:]))) ** 0.5
        values = draw.normal(0, deviation, shape) if len(shape) > 1 else draw.uniform(0.5, 1, shape)
        graph.initializer.append(onnx.numpy_helper.from_array(values.astype(np.float32), node.output[0]))
        graph.node.remove(node)
    pictures = [given for given in graph.input if given.name not in shapes]
    del graph.input[:]
    graph.input.extend(pictures)
    model.ir_version = 8  # since 4, weights need not be inputs
    onnx.save(model, where / "model.onnx")
    return [where / "model.onnx"], in_onnxruntime(where / "model.onnx", alone=True), 224


def timm_checkpoint(where: Path, name: str) -> Made:
    """One of timm's beside a config.json."""
    import_torchvision()
    import timm

    module = lively(timm.create_model(name, num_classes=5))
    torch.save(module.state_dict(), where / "model.pth")
    (where / "config.json").write_text(json.dumps({"architecture": name, "num_classes": 5}))
    return sorted(where.iterdir()), module, module.pretrained_cfg["input_size"][1]


def hugging_face_folder(where: Path, name: str) -> Made:
    """One of transformers', as it saves it."""
    import_torchvision()
    import transformers

    config = getattr(transformers, f"{name}Config")(num_labels=5, **HUGGING_FACE[name])
    module = lively(getattr(transformers, f"{name}ForImageClassification")(config), drawn=True)
    module.save_pretrained(where)
    return sorted(where.iterdir()), lambda x: module(x).logits, HUGGING_FACE[name].get("image_size", 224)


def keras_file(where: Path, name: str, kind: str) -> Made:
    """One of Keras's own."""
    os.environ["KERAS_BACKEND"] = "torch"
    import keras

    model = getattr(keras.applications, name)(
        input_shape=(224, 224, 3), weights=None, classes=5, classifier_activation=None
    )
    model.save(where / f"model{kind}")
    return [where / f"model{kind}"], lambda x: model(x.permute(0, 2, 3, 1)), 224


def quantised_file(where: Path, name: str) -> Made:
    """One of torchvision's in an ONNX file whose weights are bytes."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    (plain,), _, size = onnx_file(where, name, False)
    path = where / "quantised.onnx"
    quantize_dynamic(plain, path, weight_type=QuantType.QUInt8)
    plain.unlink()
    return [path], in_onnxruntime(path, alone=True), size
