"""EfficientNet-Lite: as large as published, padded as TensorFlow pads."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from models.efficientnet_lite import WIDTH_AND_DEPTH, EfficientNetLite, _padded

PUBLISHED = {0: 4.7, 1: 5.4, 2: 6.1, 3: 8.2, 4: 13.0}  # millions of parameters, by the announcement


@pytest.mark.parametrize("number", PUBLISHED)
def test_as_many_parameters_as_published(number: int) -> None:
    with torch.device("meta"):
        module = EfficientNetLite(f"efficientnet_lite{number}")
    assert sum(p.numel() for p in module.parameters()) / 1e6 == pytest.approx(PUBLISHED[number], abs=0.06)


def test_every_size_is_named_once() -> None:
    assert list(WIDTH_AND_DEPTH) == [f"efficientnet_lite{number}" for number in PUBLISHED]


@settings(deadline=None, max_examples=60)
@given(st.integers(5, 40), st.integers(5, 40), st.sampled_from([3, 5]))
def test_edges_are_padded_as_tensorflow_pads_them(height: int, width: int, kernel: int) -> None:
    def total(side: int) -> int:  # TensorFlow's rule for SAME, stride 2
        return max((-(-side // 2) - 1) * 2 + kernel - side, 0)

    down, across = total(height), total(width)
    before = (across // 2, across - across // 2, down // 2, down - down // 2)
    x = torch.randn(1, 2, height, width)
    assert torch.equal(_padded(x, kernel), F.pad(x, before))


def test_a_convolution_without_a_stride_needs_no_padding_of_its_own() -> None:
    x = torch.randn(1, 2, 7, 9)
    assert _padded(x, 0) is x


def test_pictures_of_any_size_and_shape() -> None:
    module = EfficientNetLite("efficientnet_lite0", 3).eval()
    with torch.inference_mode():
        for height, width in ((64, 64), (65, 90)):
            logits = module(torch.randn(2, 3, height, width))
            assert logits.shape == (2, 3)
            assert logits.isfinite().all()
