"""The cases of ONNX's own test suite for single operators, run through the builder."""

from __future__ import annotations

import warnings
from functools import cache

import numpy as np
import torch

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from onnx.backend.test.case.node import collect_testcases

from models.sources.onnx.build import Builder
from models.sources.onnx.call import ON_SIZES, OPERATORS
from models.sources.onnx.operators import register_all

register_all()


@cache
def cases():
    """Those that use only operators that are claimed, by name."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        collected = collect_testcases(None)
    claimed = OPERATORS.keys() | ON_SIZES.keys()
    return {
        case.name: case
        for case in collected
        if case.model is not None
        and len(case.model.graph.node) == 1
        and case.model.graph.node[0].op_type in claimed
        and case.model.graph.node[0].domain == ""
    }


def tensor(value):
    return torch.from_numpy(np.array(value))


def run(case, moving):
    """The outputs for a case; the inputs at these positions are stand-ins, the others constants."""
    model, (given, _) = case.model, case.data_sets[0]
    version = next(o.version for o in model.opset_import if o.domain == "")
    builder, values, stand_ins = Builder(version), {}, []
    for position, (named, value) in enumerate(zip(model.graph.input, given, strict=True)):
        x = tensor(value)
        if position in moving:
            proxy = builder.tracer.input(f"x{position}")
            builder.tracer.examples.start(proxy.node, [x.shape], x.dtype)
            stand_ins.append(x)
            values[named.name] = proxy
        else:
            values[named.name] = x
    results = builder.run(model.graph, values)
    module = builder.module([], results)
    with torch.no_grad():
        return module(*stand_ins)


def difference(case, moving):
    """Empty if the outputs are those expected, otherwise what is wrong."""
    _, expected = case.data_sets[0]
    try:
        given = run(case, moving)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    for got, wanted in zip(given, expected, strict=True):
        got, wanted = np.asarray(got), np.asarray(wanted)
        if got.shape != wanted.shape:
            return f"shape {got.shape}, not {wanted.shape}"
        if not np.allclose(got, wanted, rtol=1e-4, atol=1e-5, equal_nan=True):
            return "other values"
    return ""


def in_any_way(case):
    """What is wrong where all inputs are stand-ins, or the first one only, or (for shapes) none."""
    count = len(case.model.graph.input)
    ways = [range(count), (0,)]
    if case.model.graph.node[0].op_type in ("ConstantOfShape", "Range"):
        ways.append(())
    wrong = ""
    for moving in ways:
        wrong = difference(case, moving)
        if not wrong:
            break
    return wrong
