"""Python, the packages the project is pinned to, and whether torch and torchvision go together."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from commands.doctor.finding import Finding, note, ok, problem

ROOT = Path(__file__).parents[2]
OLDEST, NEWEST = (3, 11), (3, 13)
_INSTALL = "Run: pip install -r {file}."
_PIN = re.compile(
    r"(?m)^([\w.-]+)(?:\[\w+\])?==([\w.+-]+)(?:\s*;\s*python_version\s*([<>=]+)\s*\"([\d.]+)\")?"
)


def python() -> Iterator[Finding]:
    """Whether this Python is one the pins were resolved for."""
    here = ".".join(map(str, sys.version_info[:3]))
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        yield ok(f"Python {here}.")
        return
    span = f"{OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}"
    yield problem(
        f"Python {here} is here, and packages are for {span}. Make a virtual environment with one of these."
    )


def required() -> Iterator[Finding]:
    """Whether everything in requirements.txt is here, at its version."""
    wrong = list(_wrong("requirements.txt"))
    yield from (problem(f"{sentence} {_INSTALL.format(file='requirements.txt')}") for sentence in wrong)
    if not wrong:
        yield ok("All that requirements.txt lists is here, at its version.")


def optional() -> Iterator[Finding]:
    """What is here of the packages that further formats and clusters need."""
    for file, purpose in (
        ("requirements-models.txt", "further formats of models"),
        ("requirements-ray.txt", "audits on a cluster"),
    ):
        names = [name for name, _ in pins(file)]
        here = [name for name in names if _installed(name)]
        missing = sorted(set(names) - set(here))
        other = [sentence for sentence in _wrong(file) if "is not installed" not in sentence]
        yield from (note(f"{sentence} {_INSTALL.format(file=file)}") for sentence in other)
        if missing:
            yield note(f"Not here, and only needed for {purpose}: {', '.join(missing)}.")
        elif not other:
            yield ok(f"All is here for {purpose}.")


def torch_works() -> Iterator[Finding]:
    """Whether torch can be imported, which build it is, and whether torchvision was made for it."""
    import torch

    build = torch.version.cuda
    kind = f"for CUDA {build}" if build else "for processors"
    wanted = _torch_of_torchvision()
    base = torch.__version__.partition("+")[0]
    if wanted and wanted != base:
        yield problem(
            f"torchvision {_installed('torchvision')} is made for torch {wanted}, and here is torch "
            f"{torch.__version__}. {_INSTALL.format(file='requirements.txt')}"
        )
        return
    from models.torchvision_guard import import_torchvision

    import_torchvision()
    yield ok(f"torch {torch.__version__} ({kind}) and torchvision {_installed('torchvision')} go together.")
    if build and not torch.cuda.is_available():
        yield note(
            "torch's build is for CUDA, and no graphics card can be used: models compute on the processor. "
            "A build for processors saves several gigabytes (docs/operations.md)."
        )


def pins(file: str) -> list[tuple[str, str]]:
    """Names and versions in a list of requirements, as far as they are for this Python."""
    text = (ROOT / file).read_text(encoding="utf-8")
    return [(m[1], m[2]) for m in _PIN.finditer(text) if m[3] is None or _for_this_python(m[3], m[4])]


def _wrong(file: str) -> Iterator[str]:
    """What is missing of a list of requirements, or of another version, in sentences."""
    for name, wanted in pins(file):
        here = _installed(name)
        if here is None:
            yield f"{name} {wanted} is not installed."
        elif here.partition("+")[0] != wanted:
            yield f"{name} {here} is here, and {wanted} is what this was tested with."


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _torch_of_torchvision() -> str:
    """The version of torch that torchvision says it needs; empty where it does not say."""
    for line in requires("torchvision") or ():
        if match := re.match(r"torch\s*\(?==\s*([\d.]+)", line):
            return match[1]
    return ""


def _for_this_python(comparison: str, text: str) -> bool:
    here, other = sys.version_info[:2], tuple(map(int, text.split(".")))
    return {
        "<": here < other,
        "<=": here <= other,
        ">": here > other,
        ">=": here >= other,
        "==": here == other,
    }[comparison]
