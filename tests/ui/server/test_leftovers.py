from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from ui.server.leftovers import PREFIX, none_left

ROOT = Path(__file__).parents[3]
_KILLED = """
import os, pathlib, signal, sys, tempfile
tempfile.tempdir = sys.argv[1]
from ui.server.leftovers import none_left
with none_left():
    pathlib.Path(tempfile.mkdtemp(), "photo.jpg").write_bytes(b"pixels")
    if sys.argv[2] == "dies":
        os.kill(os.getpid(), signal.SIGKILL)
    print("works", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def begun(folder, how):
    command = [sys.executable, "-c", _KILLED, str(folder), how]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def test_temporary_files_are_in_one_folder_that_goes(temporary, monkeypatch):
    monkeypatch.setenv("TMPDIR", "/elsewhere")
    with none_left() as folder:
        assert Path(tempfile.mkdtemp()).parent == folder
        assert os.environ["TMPDIR"] == str(folder)
    assert list(temporary.iterdir()) == []
    assert tempfile.gettempdir() == str(temporary)
    assert os.environ["TMPDIR"] == "/elsewhere"


def test_what_a_killed_server_left_goes_when_the_next_starts_and_what_others_are_at_stays(temporary):
    (temporary / "of-somebody-else").mkdir()
    with begun(temporary, "dies") as killed:
        killed.wait(60)
    assert list(temporary.rglob("photo.jpg"))
    with begun(temporary, "works") as other:
        assert other.stdout.readline() == b"works\n"
        with none_left() as folder:
            own = {path.name for path in temporary.glob(f"{PREFIX}*")}
            assert len(own) == 2
            assert folder.name in own
        assert len(list(temporary.rglob("photo.jpg"))) == 1
        other.stdin.close()
        other.wait(60)
    assert [path.name for path in temporary.iterdir()] == ["of-somebody-else"]


def test_a_crash_writes_no_memory_to_the_disk(temporary):
    resource = pytest.importorskip("resource")
    with none_left():
        assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0
