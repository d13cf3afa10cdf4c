"""Models of one's own: is each format read, how near is it to its own runtime, which methods does it offer?

Weights are random. ONNX files are held against onnxruntime, all others against the package that made them.

    python -m benchmarks.own_models [--page docs/models.md] [--only onnx]
"""

from __future__ import annotations

import argparse
import logging
import warnings
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from benchmarks.machine import provenance
from benchmarks.own_model_files import Made, cases
from benchmarks.tables import line
from models.sources import registry
from saliency.methods.registry import METHODS, compatible
from saliency.network.graph import ATTENTION, BIASES, FEATURE_MAP, GRADIENT, Graph
from saliency.network.outside import OutsideModel

_HEADING = """\
# Models of one's own

What `python -m models add` reads, made by a script with random weights: the largest difference of an output
to that of the format's own runtime as a share of the spread of the outputs (three pictures at once, one more
than the file was made with), and how many of the {methods} methods are offered, with what the model lacks
for the others. A failure is written as it was said.

ONNX files are held against onnxruntime, all others against the package that made them. Transformers are
narrow ones where the package builds them of any width. The light models are those inside the `onnx` package;
their constant weights are replaced by random ones, as with constants all their classes are equal (that they
give their own expected outputs too is a test).
"""

_OUTSIDE = """\
## Models asked from outside

Of a model that cannot be taken apart only answers can be had: an ONNX file with an operator that is not read
here through `onnxruntime`, a TFLite file through `ai-edge-litert`, a module whose structure depends on the
picture, a service on the network ([endpoints.md](endpoints.md)). It is said which of these it is, and why.
{offered} of the {methods} methods need no more than that; on every one of them a model asked from outside
gives the same map as its graph, to 1e-4 of its peak (`tests/saliency/network/test_outside.py`). The page's
first answer is `occlusion`, its second view `kernel-shap`. Covering, keeping, pasting, hiding, the second
view, familiarity, comparisons and audits work as with any model; the test with shuffled weights does not.
What the others need, and how many of them, some more than one of these: {needs}.

Python: `saliency.Classifier.from_outside(ask, preprocessing, labels, name, source)`, where `ask` is any
function from pictures `(n, 3, H, W)` to numbers `(n, K)`.
"""


def main() -> None:
    """Measure all, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.own_models", description=__doc__)
    parser.add_argument("--page", type=Path)
    parser.add_argument("--only", default="", help="formats whose name holds this")
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # the exporters' own
    logging.disable(logging.WARNING)
    lines = [line(["format", "model", "difference", "methods"]), "|---|---|--:|---|"]
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


def measured(make: Callable[[Path], Made]) -> tuple[str, str]:
    """Difference and methods; what went wrong in place of the first."""
    with TemporaryDirectory() as folder:
        try:
            torch.manual_seed(0)
            files, reference, size = make(Path(folder))
            model = registry.read(registry.format_of(files), files)
            pictures = torch.randn(3, 3, size, size)
            graph = (OutsideModel if model.outside else Graph)(model.module, size=size)
            with torch.no_grad():
                given, expected = graph.ending.outputs(graph.logits(pictures)), reference(pictures)
        except Exception as error:  # one failure must not hide the others
            reason = (str(error).strip() or type(error).__name__).partition("\n")[0]
            return f"**failed**: {reason[:160]}", "–"
    share = float((given - expected.flatten(1)).abs().max() / (expected.max() - expected.min()))
    lacking = sorted({GRADIENT, ATTENTION, BIASES, FEATURE_MAP} - graph.offers)
    return f"{share:.0e}", f"{len(compatible(graph))}" + (f" (no {', no '.join(lacking)})" if lacking else "")


if __name__ == "__main__":
    main()
