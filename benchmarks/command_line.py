"""How long the command line takes, beside ``import torch``: ``python -m benchmarks.command_line``.

Every round starts all of them right after one another; a ratio is the median over rounds. Processor time is
of the whole process, and hardly changes on a busy computer; the clock's does.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import machine, tables

ROOT = Path(__file__).parents[1]
_PHOTO = "models/showroom/samples/full-table.jpg"
_AREA = ("--area", "0.3,0.3,0.4,0.4")

Command = tuple[str, ...]


def commands(folder: str) -> dict[str, Command]:
    """What is run, by what the table calls it; the first is what all others are compared with."""
    saliency = ("-m", "saliency")
    photo = {model: (_PHOTO, "--model", model) for model in ("everyday", "showroom")}
    return {
        "`import torch`": ("-c", "import torch"),
        "`methods`": (*saliency, "methods"),
        "`explain --help`": (*saliency, "explain", "--help"),
        "a misspelt method": (*saliency, "check", _PHOTO, *_AREA, "--method", "grad-cma"),
        "`explain` with Everyday": (*saliency, "explain", *photo["everyday"], "--out", folder),
        "`explain` with Showroom": (*saliency, "explain", *photo["showroom"], "--out", folder),
        "`check` with Everyday": (*saliency, "check", *photo["everyday"], *_AREA),
    }


def seconds(command: Command) -> tuple[float, float]:
    """Processor time and time by the clock of a fresh Python that runs a command."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, check=False)
    clock, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, clock


def main() -> None:
    """Measures and prints the table; writes it into a page if one is named."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.command_line", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--markdown", type=Path, help="a page with a place for the table")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asked = commands(folder)
        rounds = [{name: seconds(command) for name, command in asked.items()} for _ in range(options.rounds)]
    lines = [machine.provenance("benchmarks.command_line"), ""]
    lines += [tables.line(["", "processor time", "beside `import torch`", "by the clock"])]
    lines += [tables.line(["---", "--:", "--:", "--:"])]
    first = next(iter(asked))
    for name in asked:
        ratios = [statistics.median(one[name][kind] / one[first][kind] for one in rounds) for kind in (0, 1)]
        processor = statistics.median(one[name][0] for one in rounds)
        lines += [tables.line([name, f"{processor:.2f} s", *(f"{ratio:.2f} ×" for ratio in ratios)])]
    print("\n".join(lines))
    if options.markdown:
        tables.write_table(options.markdown, "command line", lines)


if __name__ == "__main__":
    main()
