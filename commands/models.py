"""Command line: ``python -m models list | download NAME… | add FILE | check KEY|FOLDER | remove KEY``.

Each imports what it needs when it is asked for, so that help and wrong use are answered at once.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from commands.terminal import Meter, Parser, complain, say
from saliency.errors import SaliencyError
from saliency.names import readable

_OPTIONS = {"labels": "--labels FILE", "size": "--size HxW", "photos": "--photos FOLDER", "key": "--as KEY"}
"""Where a person says anew what an error is about."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0, or 2 after one line on stderr."""
    parser = Parser(prog="python -m models", description="List, fetch, add and check models.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    listing = commands.add_parser("list", help="show every model, and which are on this computer")
    listing.add_argument("--json", action="store_true", help="print one JSON list")
    listing.set_defaults(run=_list)
    fetching = commands.add_parser("download", help="fetch weights ahead of a meeting")
    fetching.add_argument("names", nargs="+", metavar="NAME", help="a key shown by list, such as resnet50")
    fetching.set_defaults(run=_download)
    checking = commands.add_parser("check", help="say what is wrong with the folder of a model")
    checking.add_argument("folder", metavar="KEY|FOLDER", help="of your own, with model.json and labels.txt")
    checking.set_defaults(run=_check)
    _describe_adding(commands.add_parser("add", help="add a model of your own from its file"))
    removing = commands.add_parser("remove", help="delete a model of your own")
    removing.add_argument("key", metavar="KEY", help="as list shows it")
    removing.set_defaults(run=_remove)
    options = parser.parse_args(arguments)
    try:
        exit_code: int = options.run(options)
    except SaliencyError as error:
        option = _OPTIONS.get(getattr(error, "field", ""))
        return complain(f"{error.message} The option is {option}." if option else error.message)
    except KeyboardInterrupt:
        print("Stopped. What has been downloaded so far is kept.", file=sys.stderr)
        return 130
    return exit_code


def _describe_adding(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE|FOLDER|ZIP", help="the model")
    parser.add_argument("--labels", type=Path, metavar="FILE", help="class names, one per line")
    parser.add_argument("--as", dest="key", metavar="KEY", help="what it is called on the command line")
    parser.add_argument("--name", help="what people read")
    parser.add_argument("--outputs", choices=["softmax", "probabilities", "labels", "yes-no", "score"])
    parser.add_argument("--threshold", metavar="SHARE", help="from which a label is given; 0.5 if left out")
    parser.add_argument("--usual-range", metavar="LOW,HIGH", help="where a score usually lies, such as 0,10")
    parser.add_argument(
        "--photos", type=Path, metavar="FOLDER", help="photos with answers, in folders named after labels"
    )
    parser.add_argument("--size", metavar="HxW", help="of its pictures in pixels, such as 224x224")
    parser.add_argument("--mean", metavar="A,B,C", help="of each channel, from 0 to 1; one number for all")
    parser.add_argument("--std", metavar="A,B,C", help="of each channel, from 0 to 1; one number for all")
    parser.add_argument("--order", choices=["rgb", "bgr", "grey"], help="the order of colours it takes")
    parser.set_defaults(run=_add)


def _add(options: argparse.Namespace) -> int:
    size = _size(options.size)
    mean, std = _numbers("mean", options.mean), _numbers("std", options.std)
    from models.sources.adding import add
    from models.sources.statements import Wishes

    wishes = Wishes(
        options.labels,
        options.key,
        options.name,
        options.outputs,
        options.photos,
        size,
        mean,
        std,
        options.order,
        _share(options.threshold),
        _range(options.usual_range),
    )
    added = add(options.file, wishes)
    if added.table:
        print(added.table)
    print(" ".join([f"Added as {added.key}.", *added.notes]))
    return 0


def _remove(options: argparse.Namespace) -> int:
    from models.sources.keeping import remove

    print(f"Removed {readable(str(remove(options.key)))}.")
    return 0


def _size(text: str | None) -> tuple[int, int] | None:
    """Height and width of ``--size``; one number is a square's side."""
    if text is None:
        return None
    parts = text.lower().split("x")
    sides = [int(part) for part in parts if part.isdecimal() and len(part) < 6]
    if len(sides) != len(parts) or len(sides) > 2 or not all(28 <= side <= 1024 for side in sides):
        raise SaliencyError(
            f"--size needs HEIGHTxWIDTH from 28 to 1024 pixels, such as 224x224; it was “{text}”."
        )
    return sides[0], sides[-1]


def _share(text: str | None) -> float | None:
    """The number of ``--threshold``."""
    if text is None:
        return None
    values = _floats(text)
    if len(values) != 1 or not 0 < values[0] < 1:
        raise SaliencyError(f"--threshold needs one number between 0 and 1; it was “{text}”.")
    return values[0]


def _range(text: str | None) -> tuple[float, float] | None:
    """The two numbers of ``--usual-range``."""
    if text is None:
        return None
    values = _floats(text)
    if len(values) != 2 or not -1e9 <= values[0] < values[1] <= 1e9:
        raise SaliencyError(f"--usual-range needs two numbers, the lower one first; it was “{text}”.")
    return values[0], values[1]


def _numbers(name: str, text: str | None) -> tuple[float, ...] | None:
    """The numbers of ``--mean`` or ``--std``."""
    if text is None:
        return None
    low, numbers = 0.0 if name == "mean" else 0.001, _floats(text)
    if len(numbers) not in (1, 3) or not all(low <= number <= 1 for number in numbers):
        raise SaliencyError(f"--{name} needs one number or three, each from {low:g} to 1; it was “{text}”.")
    return numbers


def _floats(text: str) -> tuple[float, ...]:
    """Numbers between commas; none where one of them is none."""
    try:
        return tuple(map(float, text.split(",")))
    except ValueError:
        return ()


def _list(options: argparse.Namespace) -> int:
    import models

    choices = models.choices()
    if options.json:
        print(json.dumps([dataclasses.asdict(choice) for choice in choices], indent=2, ensure_ascii=False))
        return 0
    rows = [("NAME", "KEY", "MB", "HERE", "LICENCE")]
    for choice in choices:
        here = "yes" if choice.present else "no"
        rows.append((choice.title, choice.key, f"{choice.megabytes:.1f}", here, choice.licence))
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
    from models.sources.folder import folder_report, own_folders

    path = (
        options.folder if Path(options.folder).exists() else own_folders().get(options.folder, options.folder)
    )
    folder, (problems, notes) = readable(options.folder), folder_report(path)
    if not problems:
        print(" ".join([f"{folder} is in order.", *notes]))
        return 0
    if len(problems) > 1:
        print("\n".join(map(readable, problems)))
    count = f" ({len(problems)} problems in all, listed above.)" if len(problems) > 1 else ""
    return complain(f"{folder}: {problems[0]}{count}")
