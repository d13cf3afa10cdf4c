"""Speed beside one plain forward pass and beside captum, pytorch-grad-cam and torchcam, as ratios in one run.

    python -m benchmarks.speed [--rows KEY …] [--markdown docs/speed.md] [--json FILE]

Every round times our view and each peer's right after one another, so that a slow moment of the machine hits
all of them; a figure is the median over rounds of the ratio within a round. Weights are random: speed does
not depend on them.
"""
