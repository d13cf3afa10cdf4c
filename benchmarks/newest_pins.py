"""Whether newer versions of what is pinned pass the tests: ``python -m benchmarks.newest_pins [--dry-run]``.

Every list of requirements is resolved anew by uv, without its pins. What is newer is listed; then all of it
is installed together in a fresh environment and tested, and where that fails, each alone beside all the pins.
Nothing in the project is changed: pins are moved by hand, and ``constraints.txt`` is made anew as it says.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
LISTS = ("requirements.txt", "requirements-dev.txt", "requirements-models.txt", "requirements-ray.txt")
TESTED = LISTS[:3]
_PIN = re.compile(r"^([\w.-]+)(\[\w+\])?==([\w.+-]+)\s*(;[^#]*)?")


def pins(files: tuple[str, ...] = LISTS) -> dict[str, str]:
    """Name and version of each pin, as far as it is for this Python."""
    found: dict[str, str] = {}
    for match in _matches(files):
        if match[4] is None or _holds(match[4]):
            found[match[1].lower()] = match[3]
    return found


def unpinned(files: tuple[str, ...] = LISTS) -> str:
    """The lists without versions, as one."""
    return "\n".join(dict.fromkeys(f"{match[1]}{match[2] or ''}" for match in _matches(files))) + "\n"


def newer(resolved: str, pinned: dict[str, str]) -> dict[str, str]:
    """What of the pins is of another version in a list that uv has resolved."""
    lines = (_PIN.match(line) for line in resolved.splitlines())
    versions = {match[1].lower(): match[3].partition("+")[0] for match in lines if match}
    return {name: versions[name] for name in pinned if name in versions and versions[name] != pinned[name]}


def main() -> int:
    """The command; 0 where everything newer passes, or nothing is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dry-run", action="store_true", help="list what is newer, and install nothing")
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="try these alone")
    parser.add_argument("--tests", default="tests", metavar="PATHS", help="what pytest is given; all if not")
    options = parser.parse_args()
    pinned = pins()
    found = newer(_resolved(), pinned)
    for name, version in found.items():
        print(f"{name}: {pinned[name]} is pinned, {version} is the newest that goes with the others")
    if not found:
        print("Every pin is the newest.")
    found = {name: version for name, version in found.items() if not options.only or name in options.only}
    if options.dry_run or not found:
        return 0
    if _passes(found, options.tests):
        return 0
    alone = (
        [_passes({name: version}, options.tests) for name, version in found.items()] if len(found) > 1 else []
    )
    return int(not alone or not all(alone))


def _passes(changed: dict[str, str], tests: str) -> bool:
    """Whether the tests pass in a fresh environment with some pins changed; says so."""
    wanted = {name: version for name, version in (pins(TESTED) | changed).items() if name in pins(TESTED)}
    names = ", ".join(f"{name} {version}" for name, version in changed.items() if name in wanted)
    if not names:
        print(f"Not tested here: {', '.join(changed)}")
        return True
    extras = {match[1].lower(): match[2] or "" for match in _matches(TESTED)}
    with tempfile.TemporaryDirectory(prefix="pins-") as folder:
        python = Path(folder, "venv", "Scripts" if os.name == "nt" else "bin", "python")
        listed = Path(folder, "requirements.txt")
        listed.write_text("".join(f"{name}{extras[name]}=={version}\n" for name, version in wanted.items()))
        steps = (
            ["uv", "venv", "--quiet", "--python", sys.executable, str(python.parents[1])],
            ["uv", "pip", "install", "--quiet", "--python", str(python), "-r", str(listed)],
            [str(python), "-m", "pytest", *tests.split()],
        )
        passed = all(subprocess.run(step, cwd=ROOT, check=False).returncode == 0 for step in steps)
    print(f"{'passes' if passed else 'FAILS'}: {names}", flush=True)
    return passed


def _resolved() -> str:
    """What uv takes of all lists without pins."""
    command = [
        "uv",
        "pip",
        "compile",
        "--quiet",
        "--no-header",
        "--no-annotate",
        "--python",
        sys.executable,
        "-",
    ]
    done = subprocess.run(command, input=unpinned(), capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        raise SystemExit(done.stderr.strip() or "uv could not resolve the lists.")
    return done.stdout


def _matches(files: tuple[str, ...]) -> list[re.Match[str]]:
    lines = (line for file in files for line in (ROOT / file).read_text(encoding="utf-8").splitlines())
    return [match for line in lines if (match := _PIN.match(line))]


def _holds(marker: str) -> bool:
    from packaging.markers import Marker

    return Marker(marker.strip("; ")).evaluate()


if __name__ == "__main__":
    sys.exit(main())
