"""Starts the app as `streamlit run app.py` does, with another folder for models of one's own.

Usage: python serve.py PORT OWN_FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def main(port: str, own_folder: str) -> None:
    """Serves the app until the process is ended."""
    sys.path.insert(0, str(ROOT))
    from streamlit.web import cli

    from models import custom
    from ui import computing

    custom.OWN_FOLDER = Path(own_folder)
    computing.SLOW = 1.0  # a thousand passes are to wait for a click however fast this computer is
    options = ["--server.headless=true", f"--server.port={port}", "--server.address=localhost"]
    sys.argv = ["streamlit", "run", str(ROOT / "app.py"), *options]
    cli.main()


if __name__ == "__main__":
    main(*sys.argv[1:])
