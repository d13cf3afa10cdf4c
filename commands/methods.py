"""What ``python -m saliency methods`` does: the registry of methods as a table."""

from __future__ import annotations

import argparse
import json
from typing import Any

from commands.arguments import facts
from saliency.method_facts import MethodFacts


def run(options: argparse.Namespace) -> int:
    """The command; the exit code."""
    methods = facts().values()
    if options.json:
        print(json.dumps([_row(method) for method in methods], indent=2))
        return 0
    width = max(len(method.key) for method in methods)
    indent = " " * (width + 16)
    for method in methods:
        print(f"{method.key:<{width}}  {method.passes:>5g} passes  {method.sentence}")
        print(f"{indent}{method.paper}")
        for setting in method.settings.values():
            print(f"{indent}--set {setting.name}={setting.default}  {setting.sentence}")
    return 0


def _row(method: MethodFacts) -> dict[str, Any]:
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
