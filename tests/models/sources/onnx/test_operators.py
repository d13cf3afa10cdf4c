"""Every case of ONNX's own test suite for the operators that are claimed, but for what is listed here."""

from __future__ import annotations

import pytest

from models.sources.onnx.call import OPERATORS
from models.sources.onnx.operators import register_all

register_all()

LEFT_OUT = {
    "text, or kinds of numbers that torch does not reckon with": (
        "string",
        "STRING",
        "uint16",
        "uint32",
        "uint64",
        "bfloat16",
        "bf16",
        "BFLOAT16",
        "fp16",
    ),
    "half precision becomes single": ("cast_", "castlike_"),
    "numbers of eight bits or fewer with a point": ("e4m3fn", "e5m2", "int4", "int2", "float4", "e8m0"),
    "training": ("training",),
    "ties": ("select_last_index",),
    "masks, caches, joined heads": ("test_attention_",),
    "gaps, and margins counted in a size rounded up": (
        "averagepool_2d_dilations",
        "averagepool_3d_dilations",
        "last_window_starts_on_pad",
    ),
    "places of maxima": ("with_argmax",),
    "block by block": ("blocked",),
    "a stated size of the result": ("convtranspose_output_shape", "convtranspose_kernel", "autopad_same"),
    "maxima of nothing": ("empty_set",),
    "ways of resizing that torch has not": ("test_resize_",),
}
"""Why cases are left out, and parts of their names."""

STILL_READ = (
    "test_attention_4d",
    "test_attention_4d_scaled",
    "test_attention_4d_causal",
    "test_resize_upsample_scales_linear",
    "test_resize_downsample_scales_linear",
    "test_resize_upsample_scales_cubic",
    "test_resize_upsample_scales_linear_align_corners",
)
"""Cases that are read although a part of their name is left out."""

LEAST = 600


def is_left_out(name):
    parts = (part for parts in LEFT_OUT.values() for part in parts)
    return name not in STILL_READ and any(part in name for part in parts)


@pytest.mark.slow
@pytest.mark.parametrize("operator", sorted(OPERATORS))
def test_operator_gives_what_its_cases_expect(operator):
    import node_cases

    cases = [case for case in node_cases.cases().values() if case.model.graph.node[0].op_type == operator]
    failed = {}
    for case in cases:
        if not is_left_out(case.name) and (wrong := node_cases.in_any_way(case)):
            failed[case.name] = wrong
    assert not failed


@pytest.mark.slow
def test_most_cases_are_read():
    import node_cases

    assert sum(not is_left_out(name) for name in node_cases.cases()) >= LEAST
