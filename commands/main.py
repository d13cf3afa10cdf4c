"""Command line: ``python -m saliency explain PHOTO… | check PHOTO… | audit FOLDER | methods``.

Results go to standard output, one JSON object a line; everything else goes to standard error.
"""

from __future__ import annotations

from collections.abc import Sequence

from commands import audit, check, explain, methods
from commands.terminal import Parser, complain
from saliency.errors import SaliencyError

COMMANDS = {"explain": explain, "check": check, "audit": audit, "methods": methods}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code is 0, 2 for bad usage or input, or 3 for what an audit found."""
    parser = Parser(prog="python -m saliency", description="See what an image classifier responds to.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)
    for name, command in COMMANDS.items():
        subparser = commands.add_parser(name, help=command.HELP)
        command.add_arguments(subparser)
        subparser.set_defaults(run=command.run)
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except SaliencyError as error:
        return complain(error.message)
