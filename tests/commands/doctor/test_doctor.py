"""``python -m saliency doctor`` on installations that are broken, one thing at a time."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections import namedtuple

import pytest

from commands import doctor
from commands.doctor import machine, packages, weights
from commands.doctor.finding import NOTE, OK, PROBLEM, ok
from commands.main import main
from models.catalogue import CATALOGUE


def levels(findings):
    return [finding.level for finding in findings]


def problems(findings):
    return " ".join(finding.sentence for finding in findings if finding.level == PROBLEM)


@pytest.fixture
def versions(monkeypatch):
    """Makes packages have other versions; None for one that is not installed."""
    real, other = packages._installed, {}
    monkeypatch.setattr(packages, "_installed", lambda name: other[name] if name in other else real(name))
    return other


@pytest.mark.parametrize(
    ("version", "level"), [((3, 10, 2), PROBLEM), ((3, 12, 0), OK), ((3, 14, 1), PROBLEM)]
)
def test_another_python(monkeypatch, version, level):
    Version = namedtuple("Version", "major minor micro")
    monkeypatch.setattr(packages.sys, "version_info", Version(*version))
    assert levels(packages.python()) == [level]


def test_a_package_that_is_missing_or_of_another_version(versions):
    versions |= {"pillow": None, "streamlit": "1.0.0"}
    text = problems(packages.required())
    assert "pillow" in text
    assert "is not installed" in text
    assert "streamlit 1.0.0 is here, and 1.67.0" in text
    assert "pip install -r requirements.txt" in text


def test_a_build_of_torch_is_no_other_version(versions):
    versions["torch"] = dict(packages.pins("requirements.txt"))["torch"] + "+cu128"
    assert "torch " not in problems(packages.required())


def test_every_pin_of_this_python_is_read():
    names = [name for name, _ in packages.pins("requirements.txt")]
    assert names.count("scipy") == 1
    assert {"streamlit", "torch", "torchvision", "arabic-reshaper"} <= set(names)
    assert [name for name, _ in packages.pins("requirements-ray.txt")] == ["ray"]


def test_torchvision_for_another_torch(monkeypatch):
    monkeypatch.setattr(
        packages, "requires", lambda name: ["numpy", "torch==1.0.0", 'gdown>=4; extra == "gdown"']
    )
    assert "made for torch 1.0.0" in problems(packages.torch_works())


def test_torchvision_that_is_the_right_one():
    assert levels(packages.torch_works())[0] == OK


def test_packages_for_further_formats_are_no_problem(versions):
    versions |= {"keras": None, "timm": "0.1"}
    findings = list(packages.optional())
    assert PROBLEM not in levels(findings)
    assert any("timm 0.1 is here" in finding.sentence for finding in findings)
    assert any("keras" in finding.sentence and "only needed" in finding.sentence for finding in findings)


@pytest.mark.parametrize(
    ("setting", "cores", "quota", "level"),
    [
        ("", 8, None, OK),
        ("8", 8, None, OK),
        ("2", 8, None, NOTE),
        ("16", 8, None, PROBLEM),
        ("many", 8, None, PROBLEM),
        ("", 64, "200000 100000", PROBLEM),
        ("2", 64, "200000 100000", OK),
        ("4", 64, "200000 100000", PROBLEM),
        ("", 8, "max 100000", OK),
    ],
)
def test_threads_and_processors(monkeypatch, tmp_path, setting, cores, quota, level):
    monkeypatch.setenv("OMP_NUM_THREADS", setting)
    monkeypatch.setattr(machine, "_cores", lambda: cores)
    monkeypatch.setattr(machine, "CGROUP", tmp_path)
    if quota:
        (tmp_path / "cpu.max").write_text(quota)
    assert levels(machine.threads()) == [level]


def test_a_container_with_little_memory(monkeypatch, tmp_path):
    monkeypatch.setattr(machine, "CGROUP", tmp_path)
    (tmp_path / "memory.max").write_text(str(2**29))
    assert "0.5 GB" in problems(machine.memory())


def test_a_device_that_is_not_here(monkeypatch):
    monkeypatch.setenv("SPOTLIGHT_DEVICE", "cuda:97")
    assert "SPOTLIGHT_DEVICE" in problems(machine.device())


def test_folders_that_cannot_be_written_or_have_no_room(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SPOTLIGHT_AUDITS", str(tmp_path / "file" / "audits"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "full"))
    real = machine.room
    monkeypatch.setattr(machine, "room", lambda f: (10**6, True) if "full" in str(f) else real(f))
    text = problems(machine.folders())
    assert "Set SPOTLIGHT_AUDITS" in text
    assert "Downloaded models: 0.0 GB is free" in text
    assert not (tmp_path / "full").exists()


def test_proxies(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    assert levels(machine.proxies()) == [OK]
    monkeypatch.setenv("HTTPS_PROXY", "http://me:hunter2@proxy.example.com:3128")
    monkeypatch.setenv("http_proxy", "me:hunter2@proxy")
    findings = list(machine.proxies())
    assert levels(findings) == [PROBLEM, NOTE, NOTE]
    assert "proxy.example.com" in findings[1].sentence
    assert "hunter2" not in " ".join(finding.sentence for finding in findings)


def test_a_port_that_is_taken(monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setattr(machine, "_is_spotlight", lambda port: False)
        assert "Something else answers" in problems(machine.port_free(port))
        monkeypatch.setattr(machine, "_is_spotlight", lambda port: True)
        assert levels(machine.port_free(port)) == [OK]
    assert levels(machine.port_free(port)) == [OK]


def test_what_answers_at_the_port_may_not_even_speak_http():
    with socket.create_server(("127.0.0.1", 0)) as other:

        def greet():
            while True:
                try:
                    caller, _ = other.accept()
                    with caller:
                        caller.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
                        caller.recv(1000)
                except OSError:
                    return

        threading.Thread(target=greet, daemon=True).start()
        assert "Something else answers" in problems(machine.port_free(other.getsockname()[1]))
        other.shutdown(socket.SHUT_RDWR)


def test_weights_that_are_not_the_published_ones(monkeypatch, tmp_path):
    monkeypatch.setattr("models.weights.weights_folder", lambda: tmp_path)
    entry = next(iter(CATALOGUE.values()))
    (tmp_path / entry.file_name).write_bytes(b"something else")
    (tmp_path / "other.part").write_bytes(b"")
    findings = list(weights.downloaded())
    assert levels(findings) == [PROBLEM, NOTE, OK]
    assert f"models download {entry.key}" in findings[0].sentence


def test_a_built_in_model_without_weights(monkeypatch, tmp_path):
    monkeypatch.setattr(weights, "BUILT_IN", {"empty": tmp_path})
    findings = list(weights.built_in())
    assert levels(findings) == [PROBLEM]
    assert findings[0].sentence.startswith("empty: ")


def test_all_is_said_and_the_exit_code_is_1_where_a_check_itself_fails(monkeypatch, capsys):
    def broken(port):
        raise ImportError("libgomp.so.1: cannot open shared object file\nmore")

    monkeypatch.setattr(doctor, "CHECKS", {"torch": broken, "Port": lambda port: [ok(f"Port {port}.")]})
    assert main(["doctor", "--port", "9000"]) == 1
    out = capsys.readouterr().out
    assert "libgomp.so.1" in out
    assert "more" not in out
    assert "Port 9000." in out
    assert main(["doctor", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["problems"] == 1
    assert told["findings"][0].keys() == {"level", "subject", "sentence"}
    monkeypatch.setattr(doctor, "CHECKS", {"Port": lambda port: [ok("Free.")]})
    assert main(["doctor"]) == 0
    assert main(["doctor", "--port", "0"]) == 2


def test_it_starts_without_torch_and_all_else():
    code = (
        "import sys; sys.modules.update(dict.fromkeys(['torch', 'torchvision', 'numpy', 'PIL']));"
        "from commands.main import main; sys.exit(main(['doctor', '--port', '1']))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=packages.ROOT, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "problem  torch" in done.stdout
    assert "ok       Folders" in done.stdout
