"""The app in a process that tells what is alive in it: on each line of standard input, a line of JSON.

python -m benchmarks.watched_server --server.port 8600
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from streamlit import runtime
from streamlit.web import cli

from benchmarks.browser import ROOT, free_port, wait_for
from ui.session import sessions
from ui.work.jobs import jobs
from ui.work.line import line
from ui.work.loading import loaded_models


def main() -> None:
    """Serve the page, and answer."""
    threading.Thread(target=_tell, daemon=True).start()
    sys.argv = ["streamlit", "run", str(ROOT / "app.py"), "--server.headless", "true", *sys.argv[1:]]
    cli.main()


def alive() -> dict[str, int]:
    """What is alive in this process."""
    gc.collect()
    tabs = runtime.get_instance()._session_mgr.list_sessions() if runtime.exists() else []
    return {
        "tabs": len(tabs),
        "states of tabs": len(sessions()) - 1,
        "jobs": len(jobs()),
        "waiting in line": line().waiting,
        "threads at work": sum(thread.name == "work" for thread in threading.enumerate()),
        "threads": threading.active_count(),
        "models": len(loaded_models()),
    }


@dataclass(eq=False)
class WatchedServer:
    """Such a process, and where it answers."""

    process: subprocess.Popen[str]
    address: str

    def alive(self) -> dict[str, int]:
        """What is alive in it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        for text in self.process.stdout:
            if text.startswith('{"tabs"'):
                counts: dict[str, int] = json.loads(text)
                return counts
        raise RuntimeError("The server has ended.")

    @property
    def megabytes(self) -> float:
        """Resident memory in megabytes (10^6 bytes), as Linux counts it."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(float(each.split()[1]) for each in lines if each.startswith("VmRSS")) * 1024 / 1e6


@contextmanager
def watched_server(*options: str, **environment: str) -> Iterator[WatchedServer]:
    """The app on a free port, as soon as it answers; stopped at the end."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.watched_server", "--server.port", str(port), *options]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            wait_for(f"http://localhost:{port}/_stcore/health")
            yield WatchedServer(process, f"http://localhost:{port}")
        finally:
            process.kill()


def _tell() -> None:
    for _ in sys.stdin:
        print(json.dumps(alive()), flush=True)


if __name__ == "__main__":
    main()
