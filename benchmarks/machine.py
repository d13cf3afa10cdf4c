"""What the figures were measured on, and when."""

from __future__ import annotations

import os
import platform
from datetime import date
from pathlib import Path

import torch


def description() -> str:
    """Processor, cores, system and torch version, in one line."""
    processor = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        lines = info.read_text().splitlines()
        names = [line.split(":", 1)[1].strip() for line in lines if "model name" in line]
        processor = names[0] if names else processor
    return f"{processor}, {os.cpu_count()} cores, {platform.system()}, torch {torch.__version__}"


def today() -> str:
    """The date, as the pages write it."""
    return f"{date.today():%d %B %Y}"


def provenance(module: str) -> str:
    """Where, when and with what a table was measured, in one line."""
    return f"{description()}; {today()}; `python -m {module}`."
