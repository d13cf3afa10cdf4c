"""The models inside the onnx package, with the outputs that it expects of them.

Their weights are constants, so that all their classes are equal: what is shown is that each of their hundreds
of operators is read and gives the right size. ``benchmarks.own_models`` holds them, with random weights,
against onnxruntime.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from models.sources import onnx as source

onnx = pytest.importorskip("onnx")
FOLDER = Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"
QUICK = ("squeezenet", "zfnet512")
NAMES = sorted(path.stem.removeprefix("light_") for path in FOLDER.glob("*.onnx"))


@pytest.mark.skipif(not NAMES, reason="this version of onnx comes without its light models")
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in NAMES]
)
def test_a_light_model_gives_what_is_expected_of_it(name):
    stored = onnx.load_tensor(str(FOLDER / f"light_{name}_output_0.pb"))
    expected = onnx.numpy_helper.to_array(stored)
    count = 3 * 224 * 224
    picture = (np.arange(count) / count).astype(np.float32).reshape(1, 3, 224, 224)
    module = source.read([FOLDER / f"light_{name}.onnx"]).module
    with torch.no_grad():
        given = module(torch.from_numpy(picture)).numpy()
    np.testing.assert_allclose(given, expected.reshape(given.shape), rtol=1e-4)
