"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import torch


def description() -> str:
    """Processor, cores, system and torch version, in one line."""
    processor = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        names = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if "model name" in line
        ]
        processor = names[0] if names else processor
    return f"{processor}, {os.cpu_count()} cores, {platform.system()}, torch {torch.__version__}"
