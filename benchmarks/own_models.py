"""Models of one's own: is each format read, how near is it to its own runtime, which methods does it offer?

Weights are random. ONNX files are held against onnxruntime, all others against the package that made them.
Each row is kept in ``results/own_models.jsonl`` as it is measured, so that rows can be made one at a time;
the page shows none of another version of the script, and names what is missing.

    python -m benchmarks.own_models --page docs/models.md [--missing] [--only onnx] [--model resnet18]
"""

from __future__ import annotations

import argparse
import json
import logging
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from filelock import FileLock

from benchmarks.machine import description, today
from benchmarks.own_model_files import VERSION, Made, cases
from benchmarks.tables import line
from models.sources import registry
from saliency.methods.registry import METHODS, compatible
from saliency.network.graph import ATTENTION, BIASES, FEATURE_MAP, GRADIENT, Graph
from saliency.network.outside import OutsideModel

RESULTS = Path(__file__).parent / "results" / "own_models.jsonl"

_HEADING = """\
# Models of one's own

What `python -m models add` reads, made by a script with random weights: the largest difference of an output
to that of the format's own runtime as a share of the spread of the outputs (three pictures at once, one more
than the file was made with), and how many of the {methods} methods are offered, with what the model lacks
for the others. A failure is written as it was said.

ONNX files are held against onnxruntime, all others against the package that made them. Transformers are
narrow ones where the package builds them of any width. The light models are those inside the `onnx` package;
their constant weights are replaced by random ones, as with constants all their classes are equal (that they
give their own expected outputs too is a test). Where the difference is 0, operations are the same to the
last bit, or (ResNet-50 and ShuffleNet of the light ones) one class has it all.

**ONNX files that onnxruntime wrote.** What its optimiser puts in up to the level "extended", and what its
quantiser writes, is read: 27 operators of `com.microsoft`, each held against onnxruntime
(`tests/models/sources/onnx/test_contributed.py`). A file with another operator is asked from outside, and
the operator named: so are all files of the level "all", which are laid out for one kind of processor
(`com.microsoft.nchwc`); export again without it to have all methods. Scores that are rounded to 256 levels
after a last softmax or sigmoid are taken as they were before, so that methods see what is below.

**Attention through ONNX.** In double precision a small transformer's attention, its gradients, and the maps
of transformer attribution, rollout and LeGrad are the same to 1.4e-7 of their largest value, out of an ONNX
file as of the module itself. In single precision they are to 1.3e-6, which is rounding: the module's own maps
in single and in double precision are up to 3.8e-6 apart (16 pictures;
`tests/models/sources/test_attention.py`).

**Keras files** of a fixed number of pictures are built for any number, and held against the file's own; where
that cannot be, they are asked from outside, a few at a time. **TFLite files** that state how pictures are
prepared (`NormalizationOptions` in `TFLITE_METADATA`) and where their labels are, are believed; the reader
was tried once with what the package tflite-support writes (0.4.4), and no file of Vertex AI was at hand.
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


@dataclass(frozen=True)
class Row:
    """What was measured of one model.

    Attributes:
        version: Of the script that measured it.
        machine: What it ran on.
    """

    format: str
    model: str
    difference: str
    methods: str
    version: int
    date: str
    machine: str


def main() -> None:
    """Measure what is asked for, keep it, and write the page of all that this version measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.own_models", description=__doc__)
    parser.add_argument("--page", type=Path, help="write the page of all rows, new and kept")
    parser.add_argument("--only", default="", help="formats whose name holds this")
    parser.add_argument("--model", default="", help="models whose name holds this")
    parser.add_argument("--missing", action="store_true", help="only what this version has not measured")
    parser.add_argument("--none", action="store_true", help="measure nothing: write the page anew")
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # the exporters' own
    logging.disable(logging.WARNING)
    for form, name, make in () if options.none else cases():
        done = options.missing and (form, name) in kept_rows()
        if options.only not in form or options.model not in name or done:
            continue
        row = Row(form, name, *measured(make), VERSION, today(), description())
        keep(row)
        print(_line(row), flush=True)
        if options.page:
            write_page(options.page)
    if options.page:
        write_page(options.page)


def kept_rows(path: Path = RESULTS) -> dict[tuple[str, str], Row]:
    """What this version of the script measured, by format and model."""
    lines = path.read_text().splitlines() if path.is_file() else []
    rows = [Row(**json.loads(each)) for each in lines]
    return {(row.format, row.model): row for row in rows if row.version == VERSION}


def keep(row: Row, path: Path = RESULTS) -> None:
    """Keeps a row in place of the one before; those of older versions are dropped."""
    with FileLock(path.with_suffix(".lock")):
        rows = kept_rows(path) | {(row.format, row.model): row}
        fresh = path.with_suffix(".new")
        fresh.write_text("".join(json.dumps(asdict(each)) + "\n" for each in rows.values()))
        fresh.replace(path)


def write_page(path: Path, results: Path = RESULTS) -> None:
    """The page: rows of this version only, in the order of the cases; those that are missing are named."""
    rows, order = kept_rows(results), [(form, name) for form, name, _ in cases()]
    missing = [f"{name} ({form})" for form, name in order if (form, name) not in rows]
    measured_rows = [rows[case] for case in order if case in rows]
    sources = dict.fromkeys(f"{row.machine}; {row.date}" for row in measured_rows)
    text = [
        _HEADING.format(methods=len(METHODS)),
        *([f"Not measured with this version of the script: {', '.join(missing)}.\n"] if missing else []),
        f"{' and '.join(sources)}; version {VERSION} of `python -m benchmarks.own_models`.",
        "",
        line(["format", "model", "difference", "methods"]),
        "|---|---|--:|---|",
        *map(_line, measured_rows),
        "",
        asked_from_outside(),
    ]
    fresh = path.with_suffix(".new")
    fresh.write_text("\n".join(text) + "\n")
    fresh.replace(path)


def _line(row: Row) -> str:
    return line([row.format, row.model, row.difference, row.methods])


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
