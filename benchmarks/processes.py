"""A process of its own for each measurement: what it prints, and how much memory it takes."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from typing import Any


def json_of(module: str, *arguments: str, **options: Any) -> Any:
    """What ``python -m module …`` prints in its last line, as JSON; ``options`` are of ``subprocess.run``.

    Raises:
        subprocess.CalledProcessError: It failed.
    """
    command = [sys.executable, "-m", module, *arguments]
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **options)
    return json.loads(run.stdout.splitlines()[-1])


def peak_memory() -> float:
    """Peak resident memory of this process in megabytes (10^6 bytes)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
