from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from asgi import ask, asking, finished
from hypothesis import given, settings
from hypothesis import strategies as some
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from ui.server import upload_ledger
from ui.server.upload_ledger import SERVER, TAB, UploadLedger, UploadRefused
from ui.server.uploads import FRAMING, UploadQuota

MEGABYTE = 2**20
LARGEST = 4  # megabytes, of a ZIP
PHOTO = 1
KINDS = {"": PHOTO * MEGABYTE, ".zip": 100 * MEGABYTE, ".csv": 2 * MEGABYTE}


class Server:
    """Streamlit's store of files behind the quota; `taken` counts the bytes that reached it."""

    def __init__(self):
        self.manager = MemoryUploadedFileManager("/_stcore/upload_file")
        self.ledger = UploadLedger()
        self.ledger.watch(self.manager)
        self.quota = UploadQuota(self.app, self.ledger)
        self.taken = 0

    async def app(self, scope, receive, send):
        *_, session, file = scope["path"].split("/")
        content = b""
        while True:
            message = await receive()
            content += message["body"]
            self.taken += len(message["body"])
            if not message["more_body"]:
                break
        self.manager.add_file(session, UploadedFileRec(file, "name", "", content))
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    def ask(self, session, *names, kinds=KINDS):
        """Ids of files that a tab asks for."""
        self.ledger.takes(session, kinds)
        return [info.file_id for info in self.manager.get_upload_urls(session, names)]

    def request(self, session, file, size, announced=True, chunk=MEGABYTE // 4):
        length = size if announced is True else announced
        headers = [] if length is None else [(b"content-length", str(length).encode())]
        body = [b"x" * min(chunk, size - start) for start in range(0, size, chunk)]
        path = f"/base/_stcore/upload_file/{session}/{file}"
        return {"path": path, "method": "PUT", "headers": headers, "body": body}

    def put(self, session, file, size, announced=True):
        """The answer to an upload of so many bytes."""
        return ask(self.quota, **self.request(session, file, size, announced))

    @property
    def held(self):
        return sum(len(file.data) for files in self.manager.file_storage.values() for file in files.values())


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(upload_ledger, "largest_file", lambda: LARGEST * MEGABYTE)
    return Server()


def test_a_file_that_was_asked_for_arrives(server):
    [file] = server.ask("tab", "photo.jpg")
    assert server.put("tab", file, 1000).status == 204
    assert server.put("tab", file, 1000, announced=None).status == 204
    assert server.held == 1000


def test_invented_ids_are_refused_before_anything_is_read(server):
    [file] = server.ask("tab", "photo.jpg")
    for session, invented in (("tab", "invented"), ("other", file), ("other", "invented"), (file, "tab")):
        answer = server.put(session, invented, 5 * MEGABYTE)
        assert answer.status == 403
        assert answer.read == server.taken == server.held == 0


@pytest.mark.parametrize(
    ("name", "most"), [("a.jpg", 1), ("a.zip", LARGEST), ("A.ZIP", LARGEST), ("a.csv", 2)]
)
@pytest.mark.parametrize("name_ending", ["", ".exe"])
def test_each_kind_of_file_has_its_limit_whether_its_length_is_told_or_not(server, name, most, name_ending):
    most = PHOTO if name_ending else most
    [file] = server.ask("tab", name + name_ending)
    assert server.put("tab", file, most * MEGABYTE).status == 204
    too_much = most * MEGABYTE + FRAMING + 1
    told = server.put("tab", file, too_much)
    assert (told.status, told.read) == (413, 0)
    assert f"{most} MB".encode() in told.body
    assert told.headers["connection"] == "close"
    before = server.taken
    for announced in (None, 10):
        untold = server.put("tab", file, 10 * too_much, announced)
        assert untold.status == 413
        assert server.taken - before <= 2 * too_much
        assert untold.read <= too_much + MEGABYTE
    assert server.held == most * MEGABYTE


def test_a_page_that_takes_photos_takes_no_zip(server):
    [file] = server.ask("tab", "set.zip", kinds={"": KINDS[""]})
    assert server.put("tab", file, 3 * MEGABYTE).status == 413
    [file] = server.ask("a tab without a page", "photo.jpg", kinds={})
    assert server.put("a tab without a page", file, FRAMING + 1).status == 413


def test_one_tab_holds_no_more_than_its_share(server):
    files = server.ask("tab", *(["set.zip"] * 5))
    sizes = [server.put("tab", file, 3 * MEGABYTE).status for file in files]
    assert sizes == [204, 204, 413, 413, 413]
    assert server.held <= TAB * LARGEST * MEGABYTE
    server.manager.remove_file("tab", files[0])
    assert server.put("tab", files[2], 3 * MEGABYTE, announced=None).status == 204
    [other] = server.ask("other", "set.zip")
    assert server.put("other", other, 3 * MEGABYTE).status == 204


def test_all_tabs_hold_no_more_than_the_server_can(server):
    answers = []
    for tab in range(10):
        [file] = server.ask(f"tab {tab}", "set.zip")
        answers.append(server.put(f"tab {tab}", file, LARGEST * MEGABYTE, announced=None).status)
    assert answers == [204] * SERVER + [503] * (10 - SERVER)
    server.manager.remove_session_files("tab 0")  # it was closed
    [file] = server.ask("late", "set.zip")
    assert server.put("late", file, LARGEST * MEGABYTE).status == 204


def test_what_arrives_at_once_counts_together(server):
    files = server.ask("tab", *(["set.zip"] * 6))

    async def at_once():
        requests = (server.request("tab", file, 3 * MEGABYTE, announced=None) for file in files)
        return await asyncio.gather(*(asking(server.quota, **request) for request in requests))

    answers = finished(at_once())
    assert {answer.status for answer in answers} <= {204, 413}
    assert server.held <= TAB * LARGEST * MEGABYTE
    assert not server.ledger._arriving


def test_what_was_broken_off_counts_no_more(server):
    [file] = server.ask("tab", "set.zip")

    async def gone(scope, receive, send):
        await receive()
        raise ConnectionError

    quota = UploadQuota(gone, server.ledger)
    for _ in range(20):
        with pytest.raises(ConnectionError):
            ask(quota, **server.request("tab", file, 3 * MEGABYTE))
    assert server.put("tab", file, 3 * MEGABYTE).status == 204


@pytest.mark.parametrize("length", ["-1", "1e3", "abc", "", "9" * 30, "²"])
def test_a_length_that_is_no_number_is_refused(server, length):
    [file] = server.ask("tab", "photo.jpg")
    request = server.request("tab", file, 10) | {"headers": [(b"content-length", length.encode())]}
    assert ask(server.quota, **request).status == 400


def test_a_closed_tab_and_endless_wishes_leave_nothing(server, monkeypatch):
    monkeypatch.setattr(upload_ledger, "IDS", 3)
    files = server.ask("tab", *(["photo.jpg"] * 5))
    assert [server.put("tab", file, 10).status for file in files] == [204, 204, 204, 403, 403]
    server.manager.remove_session_files("tab")
    assert not server.ledger._asked
    assert not server.ledger._kinds
    assert server.put("tab", files[0], 10).status == 403


def test_all_else_passes(server):
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"page"})

    quota = UploadQuota(app, server.ledger)
    assert ask(quota, path="/").status == 200
    assert ask(quota, path="/_stcore/upload_file/tab/file", method="DELETE").status == 200


@settings(max_examples=60, deadline=None)
@given(some.lists(some.tuples(some.sampled_from("abc"), some.integers(0, 6), some.booleans()), max_size=25))
def test_whatever_tabs_send_the_limits_hold(sent):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(upload_ledger, "largest_file", lambda: LARGEST * 1024)
        server = Server()
        for tab, kilobytes, told in sent:
            [file] = server.ask(tab, "set.zip", kinds={"": 0, ".zip": LARGEST * 1024})
            with pytest.MonkeyPatch.context() as inner:
                inner.setattr("ui.server.uploads.FRAMING", 0)
                server.put(tab, file, kilobytes * 1024, announced=True if told else None)
            sizes = [sum(len(f.data) for f in fs.values()) for fs in server.manager.file_storage.values()]
            assert max(sizes, default=0) <= TAB * LARGEST * 1024
            assert sum(sizes) <= SERVER * LARGEST * 1024
        assert not server.ledger._arriving


def test_many_threads_may_use_one_ledger(server):
    def use(number):
        [file] = server.ask(f"tab {number}", "photo.jpg")
        server.ledger.limit(f"tab {number}", file)
        with server.ledger.arriving(f"tab {number}") as arrival:
            server.ledger.count(arrival, 100)
        server.manager.remove_session_files(f"tab {number}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(use, range(200)))
    assert not server.ledger._asked
    with pytest.raises(UploadRefused):
        server.ledger.limit("tab 0", "file")
