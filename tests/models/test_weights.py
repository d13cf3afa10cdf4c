"""Downloads against a server on this computer that behaves, cuts, stalls, lies and refuses."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import pickle
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from models.catalogue import CATALOGUE, CatalogueEntry
from models.errors import ModelError
from models.http import Timeouts
from models.weights import download, find, weights_folder
from saliency.errors import Cancelled

CONTENT = bytes(range(256)) * 12_000  # 3 MB
SHA256 = hashlib.sha256(CONTENT).hexdigest()
QUICK = {"timeouts": Timeouts(connect=2, read=1), "attempts": 4, "pause": 0.01}


class Server:
    """Serves CONTENT; the list of behaviours is used up, one a request, the last one for all further ones."""

    def __init__(self) -> None:
        self.behaviours: list[str] = ["good"]
        self.ranges: list[str | None] = []
        self.closing, self.go_on = threading.Event(), threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.ranges.append(self.headers.get("Range"))
                behaviour = outer.behaviours.pop(0) if len(outer.behaviours) > 1 else outer.behaviours[0]
                outer.answer(self, behaviour)

            def log_message(self, format: str, *args: object) -> None:
                """Keep quiet."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.http.handle_error = lambda *_: None  # clients of these tests hang up on purpose
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def answer(self, handler: BaseHTTPRequestHandler, behaviour: str) -> None:
        if behaviour.isdecimal():
            handler.send_error(int(behaviour))
            return
        if behaviour == "silent":
            self.closing.wait(10)
            return
        byte_range = handler.headers.get("Range") if behaviour != "no range" else None
        start = int(byte_range.removeprefix("bytes=").rstrip("-")) if byte_range else 0
        if start >= len(CONTENT):
            handler.send_error(416)
            return
        body = b"\0" * len(CONTENT) if behaviour == "wrong" else CONTENT
        handler.send_response(206 if start else 200)
        handler.send_header("Content-Length", str(len(body) - start))
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        handler.end_headers()
        end = start + 1_000_000 if behaviour in ("cut", "stall") else len(body)
        for first in range(start, min(end, len(body)), 100_000):
            handler.wfile.write(body[first : min(first + 100_000, end)])
            if behaviour == "slow":
                time.sleep(0.03)
            if behaviour == "pause" and first >= 1_000_000:
                self.go_on.wait(10)
        handler.wfile.flush()
        if behaviour == "stall":
            self.closing.wait(10)
        handler.close_connection = True


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Server]:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setenv("no_proxy", "*")
    server = Server()
    yield server
    server.closing.set()
    server.http.shutdown()
    server.http.server_close()


@pytest.fixture
def entry(server: Server) -> CatalogueEntry:
    url = f"http://127.0.0.1:{server.http.server_port}/models/tiny-{SHA256[:8]}.pth"
    return dataclasses.replace(CATALOGUE["squeezenet1_0"], url=url)


ROOT = Path(__file__).parents[2]
FETCH = "import pickle, sys; from models.weights import download; download(pickle.load(sys.stdin.buffer))"


@contextlib.contextmanager
def other_process(entry: CatalogueEntry) -> Iterator[subprocess.Popen[bytes]]:
    """Another process, once it is in the middle of the download."""
    process = subprocess.Popen([sys.executable, "-c", FETCH], cwd=ROOT, stdin=subprocess.PIPE)
    try:
        assert process.stdin is not None
        with process.stdin as pipe:
            pipe.write(pickle.dumps(entry))
        while not (part(entry).is_file() and part(entry).stat().st_size > 300_000):
            assert process.poll() is None
            time.sleep(0.01)
        yield process
    finally:
        process.kill()
        process.wait()


def part(entry: CatalogueEntry) -> Path:
    return weights_folder() / (entry.file_name + ".part")


def nothing_left(entry: CatalogueEntry) -> bool:
    return not part(entry).exists() and find(entry) is None


def test_success_with_progress(server: Server, entry: CatalogueEntry, tmp_path: Path) -> None:
    reports: list[tuple[int, int]] = []
    assert find(entry) is None
    path = download(entry, lambda done, total: reports.append((done, total)))
    assert path == tmp_path / "hub" / "checkpoints" / entry.file_name
    assert path.read_bytes() == CONTENT
    assert find(entry) == path
    assert not part(entry).exists()
    assert reports[-1] == (len(CONTENT), len(CONTENT))
    assert reports == sorted(reports)


def test_present_already_sends_no_request(server: Server, entry: CatalogueEntry) -> None:
    download(entry)
    download(entry)
    assert len(server.ranges) == 1


def test_resumes_after_cuts(server: Server, entry: CatalogueEntry) -> None:
    server.behaviours = ["cut", "cut", "good"]
    assert download(entry, **QUICK).read_bytes() == CONTENT
    assert server.ranges == [None, "bytes=1000000-", "bytes=2000000-"]


def test_starts_over_where_the_server_cannot_resume(server: Server, entry: CatalogueEntry) -> None:
    server.behaviours = ["cut", "no range"]
    assert download(entry, **QUICK).read_bytes() == CONTENT


def test_a_server_in_trouble_for_a_moment(server: Server, entry: CatalogueEntry) -> None:
    server.behaviours = ["503", "good"]
    assert download(entry, **QUICK).read_bytes() == CONTENT


def test_gives_up_after_many_cuts_and_goes_on_next_time(server: Server, entry: CatalogueEntry) -> None:
    server.behaviours = ["cut"]
    with pytest.raises(ModelError, match="interrupted") as error:
        download(entry, attempts=2, pause=0.01)
    assert error.value.code == "M4"
    assert find(entry) is None
    server.behaviours = ["good"]
    assert download(entry).read_bytes() == CONTENT
    assert server.ranges[-1] == "bytes=2000000-"


def test_wrong_hash_leaves_nothing(server: Server, entry: CatalogueEntry) -> None:
    server.behaviours = ["wrong"]
    with pytest.raises(ModelError, match="not the one that was published") as error:
        download(entry)
    assert error.value.code == "M2"
    assert nothing_left(entry)


def test_a_spoilt_part_is_fetched_anew(server: Server, entry: CatalogueEntry) -> None:
    part(entry).parent.mkdir(parents=True)
    part(entry).write_bytes(b"spoilt" * 1000)
    assert download(entry).read_bytes() == CONTENT
    assert server.ranges == ["bytes=6000-", None]


@pytest.mark.parametrize("content", [CONTENT, CONTENT + b"more"])
def test_a_part_that_has_it_all(server: Server, entry: CatalogueEntry, content: bytes) -> None:
    part(entry).parent.mkdir(parents=True)
    part(entry).write_bytes(content)
    assert download(entry, **QUICK).read_bytes() == CONTENT


@pytest.mark.parametrize("status", ["404", "403"])
def test_not_found(server: Server, entry: CatalogueEntry, status: str) -> None:
    server.behaviours = [status]
    with pytest.raises(ModelError, match=status) as error:
        download(entry)
    assert error.value.code == "M3"
    assert nothing_left(entry)
    assert len(server.ranges) == 1


@pytest.mark.parametrize("behaviour", ["stall", "silent"])
def test_stalled(server: Server, entry: CatalogueEntry, behaviour: str) -> None:
    server.behaviours = [behaviour]
    started = time.monotonic()
    with pytest.raises(ModelError, match="interrupted") as error:
        download(entry, **QUICK)
    assert error.value.code == "M4"
    assert time.monotonic() - started < 4
    assert find(entry) is None


def test_cancel_keeps_what_came_and_puts_nothing_in_place(server: Server, entry: CatalogueEntry) -> None:
    server.behaviours = ["slow"]

    def cancel(done: int, total: int) -> None:
        if done > 300_000:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        download(entry, cancel)
    assert find(entry) is None
    arrived = part(entry).stat().st_size
    assert 300_000 < arrived < len(CONTENT)
    server.behaviours = ["good"]
    assert download(entry).read_bytes() == CONTENT
    assert server.ranges[-1] == f"bytes={arrived}-"


def test_cancel_while_nothing_comes(server: Server, entry: CatalogueEntry) -> None:
    server.behaviours = ["silent"]
    started = time.monotonic()

    def cancel(done: int, total: int) -> None:
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        download(entry, cancel)
    assert time.monotonic() - started < 1
    assert nothing_left(entry)


def assert_no_network(entry: CatalogueEntry) -> None:
    started = time.monotonic()
    with pytest.raises(ModelError, match="could not be downloaded") as error:
        download(entry)
    assert time.monotonic() - started < 5
    assert error.value.code == "M1"
    assert "(code M1)" in error.value.message
    assert nothing_left(entry)


def test_no_network_refused(server: Server, entry: CatalogueEntry) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}/{entry.file_name}"
    assert_no_network(dataclasses.replace(entry, url=url))


def test_no_network_unknown_host(server: Server, entry: CatalogueEntry) -> None:
    assert_no_network(dataclasses.replace(entry, url=f"https://nowhere.invalid/{entry.file_name}"))


@pytest.mark.slow
def test_no_network_name_server_hangs(
    server: Server, entry: CatalogueEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: server.closing.wait(10) and [])
    assert_no_network(dataclasses.replace(entry, url=f"https://nowhere.invalid/{entry.file_name}"))


@pytest.mark.slow
def test_no_network_swallowed(server: Server, entry: CatalogueEntry, monkeypatch: pytest.MonkeyPatch) -> None:
    def swallow(*args: object, **options: object) -> None:
        server.closing.wait(10)
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", swallow)
    assert_no_network(entry)


def test_folder_that_cannot_be_written(
    server: Server, entry: CatalogueEntry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "file"))
    with pytest.raises(ModelError, match="could not be saved on this computer") as error:
        download(entry)
    assert error.value.code == "M5"


def test_no_space(server: Server, entry: CatalogueEntry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 1000}))
    with pytest.raises(ModelError, match="3 MB of free space") as error:
        download(entry)
    assert error.value.code == "M5"
    assert nothing_left(entry)


def test_many_at_once_fetch_once(server: Server, entry: CatalogueEntry) -> None:
    server.behaviours = ["slow"]
    with ThreadPoolExecutor(6) as pool:
        paths = list(pool.map(lambda _: download(entry), range(6)))
    assert len(set(paths)) == 1
    assert paths[0].read_bytes() == CONTENT
    assert len(server.ranges) == 1
    assert not part(entry).exists()


def test_one_takes_over_where_another_gave_up(server: Server, entry: CatalogueEntry) -> None:
    server.behaviours = ["stall", "good"]
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(download, entry, **QUICK)
        time.sleep(0.2)
        second = pool.submit(download, entry, **QUICK)
        with pytest.raises(ModelError):
            first.result()
        assert second.result().read_bytes() == CONTENT


@pytest.mark.slow
def test_two_processes_fetch_once_and_leave_only_the_file(server: Server, entry: CatalogueEntry) -> None:
    server.behaviours = ["pause"]
    reports: list[int] = []

    def progress(done: int, total: int) -> None:
        reports.append(done)
        server.go_on.set()

    with other_process(entry) as process:
        path = download(entry, progress)
        assert path.read_bytes() == CONTENT
        assert process.wait(10) == 0
    assert reports[0] > 300_000, "while it waits, it says how far the other is"
    assert len(server.ranges) == 1
    assert list(weights_folder().iterdir()) == [path]


def test_a_killed_process_leaves_its_part_and_no_lock(server: Server, entry: CatalogueEntry) -> None:
    server.behaviours = ["stall", "good"]
    with other_process(entry) as process:
        process.kill()
        process.wait()
    arrived = part(entry).stat().st_size
    assert 300_000 < arrived < len(CONTENT)
    path = download(entry)
    assert path.read_bytes() == CONTENT
    assert server.ranges == [None, f"bytes={arrived}-"]
    assert list(weights_folder().iterdir()) == [path]
