"""What every test shares: torch on one thread, so that suites side by side do not slow each other down."""

from __future__ import annotations

import torch

torch.set_num_threads(1)
