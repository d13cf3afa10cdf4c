"""What all commands share: how they start and end, what they say, and a download's progress."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Callable
from typing import NoReturn

from saliency.names import readable

BAD = 2
"""Exit code for bad usage and for bad input."""


def run(main: Callable[[], int]) -> NoReturn:
    """Ends the process with the exit code of a command line; ``| head`` ends it quietly."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(main())


class Parser(argparse.ArgumentParser):
    """Says what was wrong in one clear line, instead of the whole usage."""

    def error(self, message: str) -> NoReturn:
        """Say it and end the process."""
        self.exit(BAD, f"{self.prog}: {message}. See {self.prog} --help.\n")


def say(sentence: str) -> None:
    """Print a line on standard error; results alone go to standard output.

    Names in it cannot steer the terminal: what nobody sees is left out.
    """
    print(readable(sentence), file=sys.stderr)


def show(result: object) -> None:
    """Print a result as one line of JSON, with escapes where standard output cannot take its names."""
    text = json.dumps(result, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeError:  # a file's name that is not UTF-8
        text = json.dumps(result)
    print(text, flush=True)


def complain(sentence: str) -> int:
    """Say what was wrong; returns the exit code for it."""
    say(sentence)
    return BAD


class Meter:
    """Progress on stderr: one line that changes on a terminal, a line every tenth of the way elsewhere."""

    def __init__(self) -> None:
        self.tenths = 0

    def __call__(self, done: int, total: int) -> None:
        """Shows how many bytes of how many are here."""
        line = f"{done / 1e6:.1f} of {total / 1e6:.1f} MB"
        if sys.stderr.isatty():
            print(f"\r{line} ", end="\n" if done >= total else "", file=sys.stderr, flush=True)
        elif total and 10 * done // total > self.tenths:
            self.tenths = 10 * done // total
            print(line, file=sys.stderr, flush=True)
