"""What ``python -m saliency methods`` does: the registry of methods as a table."""

from __future__ import annotations

import argparse
import json
from typing import Any

from saliency.methods.registry import METHODS, Method

HELP = "list the methods"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("--json", action="store_true", help="as JSON")


def run(options: argparse.Namespace) -> int:
    """The command; the exit code."""
    if options.json:
        print(json.dumps([_row(method) for method in METHODS.values()], indent=2))
        return 0
    width = max(map(len, METHODS))
    indent = " " * (width + 16)
    for method in METHODS.values():
        print(f"{method.key:<{width}}  {method.passes:>5g} passes  {method.sentence}")
        print(f"{indent}{method.paper}")
        for setting in method.settings.values():
            print(f"{indent}--set {setting.name}={setting.default}  {setting.sentence}")
    return 0


def _row(method: Method) -> dict[str, Any]:
    return {
        "key": method.key,
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
