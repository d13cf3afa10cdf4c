"""Command line: ``python -m models list | download NAME… | check FOLDER``.

Each imports what it needs when it is asked for, so that help and wrong use are answered at once.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Sequence

from commands.terminal import Meter, Parser, complain, say
from saliency.errors import SaliencyError
from saliency.names import readable


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0, or 2 after one line on stderr."""
    parser = Parser(prog="python -m models", description="List, fetch and check models.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    listing = commands.add_parser("list", help="show every model, and which are on this computer")
    listing.add_argument("--json", action="store_true", help="print one JSON list")
    listing.set_defaults(run=_list)
    fetching = commands.add_parser("download", help="fetch weights ahead of a meeting")
    fetching.add_argument("names", nargs="+", metavar="NAME", help="a key shown by list, such as resnet50")
    fetching.set_defaults(run=_download)
    checking = commands.add_parser("check", help="say what is wrong with the folder of a model")
    checking.add_argument("folder", metavar="FOLDER", help="holds model.json, labels.txt and a weights file")
    checking.set_defaults(run=_check)
    options = parser.parse_args(arguments)
    try:
        exit_code: int = options.run(options)
    except SaliencyError as error:
        return complain(error.message)
    except KeyboardInterrupt:
        print("Stopped. What has been downloaded so far is kept.", file=sys.stderr)
        return 130
    return exit_code


def _list(options: argparse.Namespace) -> int:
    import models

    choices = models.choices()
    if options.json:
        print(json.dumps([dataclasses.asdict(choice) for choice in choices], indent=2, ensure_ascii=False))
        return 0
    rows = [("NAME", "KEY", "MB", "HERE", "LICENCE")]
    for choice in choices:
        named = choice.technical in ("", choice.name)
        title = choice.name if named else f"{choice.name} ({choice.technical})"
        rows.append(
            (title, choice.key, f"{choice.megabytes:.1f}", "yes" if choice.present else "no", choice.licence)
        )
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for name, key, size, here, licence in rows:
        row = f"{name:<{widths[0]}}  {key:<{widths[1]}}  {size:>{widths[2]}}  {here:<{widths[3]}}  {licence}"
        print(row.rstrip())
    for choice in choices:
        if choice.problem:
            say(f"{choice.key}: {choice.problem}")
    return 0


def _download(options: argparse.Namespace) -> int:
    from models.catalogue import CATALOGUE
    from models.inventory import unknown
    from models.weights import download, find

    for name in options.names:
        if name not in CATALOGUE:
            raise unknown(name, CATALOGUE)
    for name in dict.fromkeys(options.names):
        entry = CATALOGUE[name]
        if find(entry):
            print(f"{entry.title} is here already.")
        else:
            print(f"{entry.title}: {entry.megabytes:.1f} MB from {entry.url}", flush=True)
        print(download(entry, Meter()))
    return 0


def _check(options: argparse.Namespace) -> int:
    from models.sources.folder import folder_report

    folder, (problems, notes) = readable(options.folder), folder_report(options.folder)
    if not problems:
        print(" ".join([f"{folder} is in order.", *notes]))
        return 0
    if len(problems) > 1:
        print("\n".join(map(readable, problems)))
    count = f" ({len(problems)} problems in all, listed above.)" if len(problems) > 1 else ""
    return complain(f"{folder}: {problems[0]}{count}")
