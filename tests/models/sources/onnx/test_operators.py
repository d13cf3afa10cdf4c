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
        "bitwise_not_3d",
    ),
    "half precision becomes single": ("test_cast_", "test_castlike_"),
    "numbers of eight bits with a point, and of four or two": (
        "e4m3fn",
        "e5m2",
        "int4",
        "int2",
        "float4",
        "e8m0",
    ),
    "training": ("training",),
    "ties": ("select_last_index",),
    "caches, softcaps, windows, causal masks beside others": (
        "past",
        "softcap",
        "qk_matmul",
        "window",
        "nonpad",
        "padded_kv",
        "mask_3d_causal",
        "mask_4d_causal",
        "causal_boolmask",
    ),
    "gaps, and margins counted in a size rounded up": (
        "averagepool_2d_dilations",
        "averagepool_3d_dilations",
        "lppool_2d_dilations",
        "last_window_starts_on_pad",
    ),
    "places of maxima": ("with_argmax",),
    "block by block": ("blocked",),
    "a stated size of the result": (
        "convtranspose_output_shape",
        "convtranspose_kernel",
        "convtranspose_autopad_same",
    ),
    "maxima of nothing": ("reduce_max_empty_set", "reduce_min_empty_set"),
    "cubic curves": ("gridsample_bicubic",),
    "a kept aspect ratio, and cutting out while resizing": ("not_larger", "not_smaller", "tf_crop"),
    "places that differ from picture to picture": ("batch_dim",),
    "what is put in is multiplied by, or compared with, what is there": (
        "scatter_elements_with_reduction_m",
        "scatternd_m",
    ),
}
"""Why cases are left out, and parts of their names."""

STILL_READ = (
    "test_dequantizelinear_uint16",
    "test_equal_uint16",
    "test_equal_uint32",
    "test_equal_uint64",
    "test_mul_uint16",
    "test_mul_uint32",
    "test_mul_uint64",
    "test_pow_types_float32_uint32",
    "test_pow_types_float32_uint64",
)
"""Cases that are read although a part of their name is left out."""

LEAST = 760


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


@pytest.mark.slow
def test_nothing_is_left_out_that_is_read():
    import node_cases

    cases = node_cases.cases()
    assert not [name for name in cases if is_left_out(name) and not node_cases.in_any_way(cases[name])]
