"""Peak memory of one explanation in a process of its own (what the operating system counts).

python -m benchmarks.memory
"""

from __future__ import annotations

import resource
import subprocess
import sys

from benchmarks.machine import description

CASES = [
    ("resnet50", "grad-cam"),
    ("resnet50", "smooth-grad"),
    ("resnet50", "integrated-gradients"),
    ("vit_b_16", "transformer-attribution"),
]


def main() -> None:
    """Run every case in a fresh process and print its peak."""
    print(f"Peak memory of one 224 × 224 explanation, {description()}\n")
    for model, method in CASES:
        run = subprocess.run(
            [sys.executable, "-m", "benchmarks.memory", model, method],
            check=True,
            capture_output=True,
            text=True,
        )
        print(f"{model:<12} {method:<26} {float(run.stdout):>6.0f} MB")


def one(model: str, method: str) -> None:
    """Explain random pixels with random weights and print the peak in megabytes (10^6 bytes)."""
    import torch

    import saliency
    from models.torchvision_guard import import_torchvision
    from saliency.graph import Graph

    torch.manual_seed(0)
    graph = Graph(import_torchvision().models.get_model(model, weights=None))
    saliency.attribute(graph, torch.randn(1, 3, 224, 224), 7, method=method)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6)


if __name__ == "__main__":
    main() if len(sys.argv) == 1 else one(*sys.argv[1:])
