"""Command line: ``python -m saliency explain PHOTO… | check PHOTO… | audit FOLDER | remedy JOB | methods``.

And ``python -m saliency doctor``, which looks at the installation.

Results go to standard output, one JSON object a line; everything else goes to standard error.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from commands.arguments import COMMANDS
from commands.terminal import Parser, complain
from saliency.errors import SaliencyError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code is 0.

    Or 1 for problems that `doctor` found, 2 for bad usage or input, 3 for what an audit found.
    """
    parser = Parser(prog="python -m saliency", description="See what an image classifier responds to.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command", parser_class=Parser)
    for name, command in COMMANDS.items():
        command.add(commands.add_parser(name, help=command.help))
    options = parser.parse_args(arguments)
    try:
        COMMANDS[options.command].check(options)
        return int(_run(options))
    except SaliencyError as error:
        return complain(error.message)


def _run(options: argparse.Namespace) -> int:
    """The one command that is asked for is imported, as most of what they need takes a second or two."""
    match options.command:
        case "explain":
            from commands.explain import run
        case "check":
            from commands.check import run
        case "audit":
            from commands.audit import run
        case "remedy":
            from commands.remedy import run
        case "doctor":
            from commands.doctor import run
        case _:
            from commands.methods import run
    return run(options)
