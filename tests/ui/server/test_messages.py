from __future__ import annotations

import pytest
from asgi import finished
from streamlit.proto.BackMsg_pb2 import BackMsg

from ui.server.messages import MessageCheck


def heard(*sent):
    """What of these messages of a browser the app hears."""
    queue = [{"type": "websocket.connect"}, *({"type": "websocket.receive", **one} for one in sent)]
    queue.append({"type": "websocket.disconnect", "code": 1001})
    received = []

    async def receive():
        return queue.pop(0)

    async def app(scope, receive, send):
        while not received or received[-1]["type"] != "websocket.disconnect":
            received.append(await receive())

    finished(MessageCheck(app)({"type": "websocket"}, receive, None))
    return received[1:-1]


@pytest.mark.parametrize("kind", ["clear_cache", "set_run_on_save", "load_git_info"])
def test_no_tab_can_change_the_server_for_everybody(kind):
    assert heard({"bytes": BackMsg(**{kind: True}).SerializeToString()}) == []


def test_all_that_a_page_says_is_heard():
    rerun = BackMsg()
    rerun.rerun_script.query_string = "view=rise"
    sent = [{"bytes": message.SerializeToString()} for message in (rerun, BackMsg(stop_script=True))]
    sent += [{"bytes": b"\xff\xff no message"}, {"text": "text"}, {"bytes": b""}]
    assert heard(*sent) == [{"type": "websocket.receive", **one} for one in sent]


def test_what_is_no_websocket_passes():
    reached = []

    async def app(scope, receive, send):
        reached.append((scope, receive))

    finished(MessageCheck(app)({"type": "http"}, heard, None))
    assert reached == [({"type": "http"}, heard)]
