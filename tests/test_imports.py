"""What importing a package brings into memory. The layers themselves are held by ``lint-imports``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import models
import saliency

ROOT = Path(__file__).parents[1]
PACKAGES = "import sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"


def packages_after(*statements: str) -> list[set[str]]:
    """Top-level packages in memory each time that a fresh interpreter has run one of the statements."""
    code = "\n".join(f"{statement}; {PACKAGES}" for statement in statements)
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return [set(line.split()) for line in run.stdout.splitlines()]


def answer_of(package: str, arguments: list[str]) -> tuple[str, set[str]]:
    """What ``python -m package`` says, and the packages in memory at its end."""
    ending = f"atexit.register(lambda: exec({PACKAGES!r}))"
    start = f"runpy.run_module({package!r}, run_name='__main__')"
    code = f"import atexit, runpy, sys; sys.argv[1:] = {arguments!r}; {ending}; {start}"
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    *answer, packages = run.stdout.splitlines()
    return "\n".join(answer) + run.stderr, set(packages.split())


def test_packages_pull_in_only_what_is_below_them() -> None:
    of_saliency, of_models = packages_after("from saliency import *", "from models import *")
    assert "torch" in of_saliency
    assert not of_saliency & {"streamlit", "torchvision", "models", "ui"}
    assert not of_models & {"streamlit", "torchvision", "ui"}


@pytest.mark.parametrize("package", [saliency, models])
def test_a_name_comes_from_its_module_when_it_is_asked_for(package: ModuleType) -> None:
    values = {name: getattr(package, name) for name in package.__all__}
    assert all(value is not None for value in values.values())
    assert set(package.__all__) <= set(dir(package))
    with pytest.raises(AttributeError, match="no attribute 'explian'"):
        _ = package.explian


LIBRARIES = {"torchvision", "timm", "transformers", "sklearn", "scipy", "skimage", "reportlab", "ray"}


EXPLAIN, CHECK = ["explain", "--out", "{folder}"], ["check", "--area", "0.3,0.3,0.4,0.4"]


@pytest.mark.parametrize(
    ("model", "arguments", "drawn"),
    [
        ("showroom", CHECK, False),
        pytest.param("everyday", EXPLAIN, True, marks=pytest.mark.slow),
        pytest.param("everyday", CHECK, False, marks=pytest.mark.slow),
        pytest.param("showroom", EXPLAIN, True, marks=pytest.mark.slow),
        pytest.param("shortcut", EXPLAIN, True, marks=pytest.mark.slow),
    ],
)
def test_a_built_in_model_is_asked_without_libraries_of_models(
    model: str, arguments: list[str], drawn: bool, tmp_path: Path
) -> None:
    photo = ROOT / "models" / "showroom" / "samples" / "full-table.jpg"
    command, *further = [argument.format(folder=tmp_path) for argument in arguments]
    answer, packages = answer_of("saliency", [command, str(photo), "--model", model, *further])
    assert '"map": "spots"' in answer or '"area"' in answer
    assert "torch" in packages
    assert not packages & (LIBRARIES if drawn else LIBRARIES | {"matplotlib"})


HEAVY = {"torch", "numpy", "scipy", "PIL", "matplotlib", "skimage", "torchvision", "models"}


@pytest.mark.parametrize(
    ("package", "arguments", "says"),
    [
        ("saliency", ["methods"], "grad-cam"),
        ("saliency", ["methods", "--json"], '"paper"'),
        ("saliency", ["--help"], "check"),
        ("saliency", ["explain", "--help"], "--set"),
        ("saliency", ["check", "--help"], "--suggest"),
        ("saliency", ["audit", "--help"], "--masks"),
        ("saliency", ["methods", "--help"], "--json"),
        ("saliency", ["explain", "cup.jpg"], "required: --out"),
        (
            "saliency",
            ["explain", "cup.jpg", "--out", "maps", "--method", "grad-cma"],
            "Did you mean grad-cam",
        ),
        ("saliency", ["explain", "cup.jpg", "--out", "maps", "--set", "samples=2"], "no setting"),
        ("saliency", ["check", "cup.jpg"], "Name an area"),
        ("saliency", ["audit", "photos", "--out", "results", "--second", "occulsion"], "Did you mean"),
        ("models", ["--help"], "download"),
        ("models", ["check"], "required: KEY|FOLDER"),
    ],
)
def test_what_computes_nothing_waits_for_nothing(package: str, arguments: list[str], says: str) -> None:
    answer, packages = answer_of(package, arguments)
    assert says in answer
    assert not packages & HEAVY - {package}
