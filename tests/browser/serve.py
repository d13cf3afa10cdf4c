"""Starts the app as `streamlit run app.py` does, with another folder for models of one's own.

Usage: python serve.py PORT OWN_FOLDER [OPTION …]
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parents[2]


def main(port: str, own_folder: str, *more: str) -> None:
    """Serves the app until the process is ended."""
    sys.path.insert(0, str(ROOT))
    from streamlit.web import cli

    from models.sources import folder as custom

    custom.OWN_FOLDER = Path(own_folder)
    slow_down("rise")
    slow_down_looking("slow.onnx")
    options = ["--server.headless=true", f"--server.port={port}", "--server.address=localhost", *more]
    sys.argv = ["streamlit", "run", str(ROOT / "app.py"), *options]
    cli.main()


def slow_down(key: str) -> None:
    """Makes a view take an hour, however quick the computer: some tests are about waiting."""
    from saliency.methods.registry import METHODS

    entry = METHODS[key]

    def slowed(*args: object, on_progress: object = None, **settings: object) -> object:
        def wait(done: int, total: int) -> None:
            for _ in range(100):
                time.sleep(0.25)
                if on_progress is not None:
                    on_progress(done, total)

        return entry.function(*args, on_progress=wait, **settings)

    METHODS[key] = replace(entry, passes=1e5, function=slowed)


def slow_down_looking(name: str) -> None:
    """Makes looking into a model whose file has that name take an hour."""
    from ui.models import addition

    quick = addition.draft_apart

    def slowed(path: Path, wishes: object, made: Path, sample: Path, on_progress: object) -> object:
        for _ in range(4 * 3600 if path.name == name else 0):
            time.sleep(0.25)
            on_progress(0, 100)
        return quick(path, wishes, made, sample, on_progress)

    addition.draft_apart = slowed


if __name__ == "__main__":
    main(*sys.argv[1:])
