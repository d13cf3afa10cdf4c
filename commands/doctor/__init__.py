"""What ``python -m saliency doctor`` does: says in plain words what is wrong with an installation."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable

from commands.doctor import machine, packages, weights
from commands.doctor.finding import PROBLEM, Finding

CHECKS: dict[str, Callable[[int], Iterable[Finding]]] = {
    "Python": lambda port: packages.python(),
    "Packages": lambda port: packages.required(),
    "torch": lambda port: packages.torch_works(),
    "Threads": lambda port: machine.threads(),
    "Memory": lambda port: machine.memory(),
    "Device": lambda port: machine.device(),
    "Folders": lambda port: machine.folders(),
    "Proxy": lambda port: machine.proxies(),
    "Models": lambda port: weights.built_in(),
    "Downloads": lambda port: weights.downloaded(),
    "Fonts": lambda port: machine.fonts(),
    "Port": machine.port_free,
    "Formats": lambda port: packages.optional(),
}
"""By subject, in the order in which they are told: what later ones need comes first."""


def run(options: argparse.Namespace) -> int:
    """The command; 0, or 1 where something hinders the work."""
    findings = list(examined(options.port))
    problems = sum(finding.level == PROBLEM for finding in findings)
    if options.json:
        rows = [vars(finding) for finding in findings]
        print(json.dumps({"problems": problems, "findings": rows}, indent=2, ensure_ascii=False))
        return int(problems > 0)
    width = max(len(finding.subject) for finding in findings)
    for finding in findings:
        print(f"{finding.level:<7}  {finding.subject:<{width}}  {finding.sentence}")
    print(_summary(problems))
    return int(problems > 0)


def examined(port: int) -> Iterable[Finding]:
    """What all checks found; one that fails itself is a problem, and the others go on.

    Args:
        port: Where the page is to answer.
    """
    for subject, check in CHECKS.items():
        try:
            for finding in check(port):
                yield Finding(finding.level, subject, finding.sentence)
        except Exception as error:  # an installation can be broken in any way
            reason = next(iter(str(error).strip().splitlines()), "")[:300]
            yield Finding(PROBLEM, subject, f"This could not be examined ({type(error).__name__}: {reason}).")


def _summary(problems: int) -> str:
    if not problems:
        return "Nothing hinders the work here. No browser is needed on this computer, only on a visitor's."
    return f"{problems} {'problem' if problems == 1 else 'problems'}: see the lines that begin so."
