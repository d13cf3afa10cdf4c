"""torchvision is imported beside the CPU build of torch, and other failures are not hidden."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(code: str, *path: Path) -> subprocess.CompletedProcess[str]:
    search = os.pathsep.join(map(str, (*path, ROOT)))
    environment = os.environ | {"PYTHONPATH": search, "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def fake_torchvision(folder: Path, code: str) -> Path:
    (folder / "torchvision").mkdir()
    (folder / "torchvision" / "__init__.py").write_text(code)
    return folder


@pytest.mark.slow
def test_imports_a_working_torchvision_more_than_once() -> None:
    process = run(
        "from models.torchvision_guard import import_torchvision as get\n"
        "first = get(); assert get() is first\n"
        "print(len(first.models.list_models(module=first.models)))\n"
        "import torchvision; assert torchvision is first"
    )
    assert process.returncode == 0, process.stderr
    assert int(process.stdout) >= 80


def test_declares_the_missing_operators_only_after_that_failure(tmp_path: Path) -> None:
    code = (
        "import torch\n"
        "for name in ('nms', 'qnms'):\n"
        "    if not hasattr(torch.ops.torchvision, name):\n"
        "        raise RuntimeError(f'operator torchvision::{name} does not exist')\n"
    )
    process = run(
        "from models.torchvision_guard import import_torchvision\nimport_torchvision()",
        fake_torchvision(tmp_path, code),
    )
    assert process.returncode == 0, process.stderr


@pytest.mark.slow
def test_leaves_a_torchvision_alone_that_works(tmp_path: Path) -> None:
    process = run(
        "import torch\nfrom models import torchvision_guard as guard\n"
        "guard.import_torchvision()\n"
        "assert not guard._declared and not hasattr(torch.ops.torchvision, 'nms')",
        fake_torchvision(tmp_path, "works = True\n"),
    )
    assert process.returncode == 0, process.stderr


@pytest.mark.slow
def test_passes_other_failures_on(tmp_path: Path) -> None:
    process = run(
        "import torch\nfrom models import torchvision_guard as guard\n"
        "try:\n    guard.import_torchvision()\nexcept RuntimeError as error:\n    print(error)\n"
        "assert not guard._declared",
        fake_torchvision(tmp_path, "raise RuntimeError('the disk is on fire')\n"),
    )
    assert process.returncode == 0, process.stderr
    assert process.stdout.strip() == "the disk is on fire"


@pytest.mark.slow
def test_the_package_is_light_and_knows_no_web_page() -> None:
    process = run(
        "import sys, models\n"
        "assert 'torchvision' not in sys.modules\n"
        "models.choices()\n"
        "assert 'streamlit' not in sys.modules\n"
        "assert models.sources.folder.__file__.endswith('folder.py')"  # and not the folder beside it
    )
    assert process.returncode == 0, process.stderr
