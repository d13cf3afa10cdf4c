"""Command line: ``python -m saliency explain PHOTO… | check PHOTO… | audit FOLDER | methods``.

Results go to standard output, one JSON object a line; everything else goes to standard error.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import saliency
from commands import audit as audit_command
from commands import check as check_command
from saliency.errors import SaliencyError
from saliency.methods.registry import METHODS
from saliency.photo.reading import SUFFIXES

BAD = 2
"""Exit code for bad usage and for bad input."""


class _Parser(argparse.ArgumentParser):
    """One clear line instead of the whole usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD, f"{self.prog}: {message}. See {self.prog} --help.\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code is 0, 2 for bad usage or input, or 3 for what an audit found."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except SaliencyError as error:
        return _complain(error.message)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m saliency", description="See what an image classifier responds to.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)
    explain = commands.add_parser("explain", help="explain photos and write overlay, heat map and record")
    _ask(explain)
    explain.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="settings")
    explain.add_argument("--out", type=Path, required=True, metavar="DIR", help="where files are written")
    explain.set_defaults(run=_explain)
    check = commands.add_parser("check", help=check_command.HELP)
    _ask(check)
    check_command.add_arguments(check)
    check.set_defaults(run=_check)
    audit = commands.add_parser("audit", help=audit_command.HELP)
    audit_command.add_arguments(audit)
    audit.set_defaults(run=_audit, target=None, rather_than=None)
    methods = commands.add_parser("methods", help="list the methods")
    methods.add_argument("--json", action="store_true", help="as JSON")
    methods.set_defaults(run=_methods)
    return parser


def _ask(parser: argparse.ArgumentParser) -> None:
    """What is asked, of which photos: the same for all commands."""
    parser.add_argument("photos", nargs="+", type=Path, metavar="PHOTO", help="a photo, or a folder of them")
    parser.add_argument("--model", default="showroom", help="a model's name, or a folder with your own")
    parser.add_argument("--method", default="grad-cam", help="see python -m saliency methods")
    parser.add_argument("--target", help="the class to explain; the model's top guess if not given")
    parser.add_argument("--rather-than", metavar="LABEL", help="explain the lead over this class instead")
    parser.add_argument("--framing", choices=[str(f) for f in saliency.Framing], default="whole")
    parser.add_argument("--seed", type=int, default=0)


def _loaded(options: argparse.Namespace) -> saliency.Classifier:
    """The model asked for; a class that it does not have is wrong for every photo."""
    import models
    from commands.terminal import Meter

    classifier = models.load(options.model, on_progress=Meter())
    for label in (options.target, options.rather_than):
        if label is not None:
            classifier.index(label)
    return classifier


def _check(options: argparse.Namespace) -> int:
    saliency.find(options.method)
    boxes = check_command.areas_named(options)
    others = [saliency.read_photo(path) for path in _photos(options.paste)]
    classifier = _loaded(options)
    worst = 0
    for path in _photos(options.photos):
        try:
            photo = saliency.read_photo(path)
            for note in photo.notes:
                _say(f"{path}: {note}")
            for found in check_command.records(classifier, photo, boxes, others, options):
                if isinstance(found, SaliencyError):
                    worst = _complain(f"{path}: {found.message}")
                else:
                    print(json.dumps({"photo": str(path), **found}), flush=True)
        except SaliencyError as error:
            worst = _complain(f"{path}: {error.message}")
    return worst


def _audit(options: argparse.Namespace) -> int:
    saliency.find(options.method)
    return audit_command.run(options, lambda: _loaded(options), _loader(options.model))


def _loader(model: str) -> Callable[[], saliency.Classifier]:
    """Loads a model on any computer: a folder by its whole path."""
    import models

    known = {choice.key for choice in models.choices()}
    return partial(models.load, model if model in known else str(Path(model).resolve()))


def _explain(options: argparse.Namespace) -> int:
    method = saliency.find(options.method)
    settings: dict[str, Any] = dict(method.check(dict(map(_setting, options.settings))))
    classifier = _loaded(options)
    worst = 0
    used: set[str] = set()
    for path in _photos(options.photos):
        try:
            photo = saliency.read_photo(path)
            explanation = saliency.explain(
                classifier,
                photo,
                method=options.method,
                target=options.target,
                rather_than=options.rather_than,
                framing=options.framing,
                seed=options.seed,
                **settings,
            )
            unique = replace(explanation, photo=replace(photo, name=_unused(photo.name, used)))
            files = [str(file) for file in unique.save(options.out)]
        except SaliencyError as error:
            worst = _complain(f"{path}: {error.message}")
            continue
        for note in photo.notes:
            _say(f"{path}: {note}")
        print(json.dumps({**explanation.record(), "photo": str(path), "files": files}), flush=True)
    return worst


def _photos(paths: Sequence[Path]) -> Iterator[Path]:
    """The files named, and those in the folders named, in order; an empty folder is an error of its own."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        inside = sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES and p.is_file())
        yield from inside or [path]


def _unused(name: str, used: set[str]) -> str:
    """A photo's name that no earlier photo's files have: photos of one name may come from two folders."""
    stem, suffix = Path(name).stem, Path(name).suffix
    count = 1
    candidate = stem
    while candidate.casefold() in used:
        count += 1
        candidate = f"{stem}-{count}"
    used.add(candidate.casefold())
    return candidate + suffix


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise SaliencyError(f"--set needs NAME=VALUE, such as samples=50; it was “{text}”.")
    return name, value


def _methods(options: argparse.Namespace) -> int:
    rows = [_row(key) for key in METHODS]
    if options.json:
        print(json.dumps(rows, indent=2))
        return 0
    width = max(len(key) for key in METHODS)
    indent = " " * (width + 16)
    for row in rows:
        print(f"{row['key']:<{width}}  {row['passes']:>5g} passes  {row['sentence']}")
        print(f"{indent}{row['paper']}")
        for setting in row["settings"]:
            print(f"{indent}--set {setting['name']}={setting['default']}  {setting['sentence']}")
    return 0


def _row(key: str) -> dict[str, Any]:
    method = METHODS[key]
    return {
        "key": key,
        "name": method.name,
        "sentence": method.sentence,
        "paper": method.paper,
        "signed": method.signed,
        "class_specific": method.class_specific,
        "passes": method.passes,
        "needs": sorted(method.needs),
        "settings": [
            {"name": s.name, "default": s.default, "sentence": s.sentence} for s in method.settings.values()
        ],
    }


def _complain(sentence: str) -> int:
    _say(sentence)
    return BAD


def _say(sentence: str) -> None:
    print(" ".join(sentence.split()), file=sys.stderr)
