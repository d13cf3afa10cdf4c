"""Requests and answers over the network, each within bounds of time and size, and tried again where it helps.

`requests` speaks HTTP, and takes proxies from the environment. A redirect is never followed, as keys and
photos would go where nobody said.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from typing import NamedTuple, TypeVar
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError, InvalidHeader
from urllib3.util import Retry

from models.endpoint.question import Question
from models.endpoint.secret_values import blotted, filled_in
from models.endpoint.settings import Endpoint
from models.errors import ModelError, quoted

LARGEST = 16 * 2**20  # bytes of an answer
LONGEST_PAUSE = 60.0  # seconds that a service may ask to be left alone
_FIRST_PAUSE, _GROWTH = 0.5, 2.0
_CHUNK = 2**16
_BUSY, _FIRST_FAULT = 429, 500
T = TypeVar("T")


class _Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


class _TooLargeError(Exception):
    """An answer is larger than any could be."""


class Exchange:
    """The way to one service; any number of threads may use it."""

    def __init__(self, endpoint: Endpoint, pause: Callable[[float], None] = time.sleep) -> None:
        """Get ready; nothing is sent. `pause` waits so many seconds."""
        self._endpoint, self._pause = endpoint, pause
        self._session, self._turn, self._next = requests.Session(), threading.Lock(), 0.0
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        most = endpoint.requests_at_once
        for scheme in ("http://", "https://"):
            adapter = requests.adapters.HTTPAdapter(pool_connections=1, pool_maxsize=most)
            self._session.mount(scheme, adapter)

    def post(self, question: Question, again: Callable[[], None]) -> bytes:
        """What the service answers.

        Args:
            question: What is sent.
            again: Called before it is sent another time, though it may have been answered the first time.

        Raises:
            ModelError: It does not answer, or says that something is wrong.
        """
        reason, wait = "", _FIRST_PAUSE
        for number in range(self._endpoint.tries):
            if number:
                self._pause(wait)
            self._wait_for_turn()
            growing = _FIRST_PAUSE * _GROWTH ** (number + 1)
            try:
                answer = self._once(question)
            except TimeoutError:
                reason, wait = f"did not answer within {self._endpoint.timeout:g} seconds", growing
                if number + 1 < self._endpoint.tries:
                    again()
                continue
            except _TooLargeError:
                self._fail(f"answered with more than {LARGEST // 2**20} MB, as no list of scores is. Check the address")
            except requests.exceptions.SSLError:
                self._fail("shows no certificate that can be trusted. Check the address, or this computer's clock")
            except (requests.RequestException, HTTPError, HTTPException, OSError):
                reason, wait = "could not be reached, or broke off", growing
                continue
            if answer.status != _BUSY and answer.status < _FIRST_FAULT:
                return self._checked(answer)
            busy = answer.status == _BUSY
            reason = "is asked too often" if busy else f"is out of order (HTTP {answer.status})"
            wait = max(growing / _GROWTH, self._asked_pause(answer))
        tries = self._endpoint.tries
        self._fail(f"{reason}, though it was asked {f'{tries} times' if tries > 1 else 'once'}. Try again later")

    def _once(self, question: Question) -> _Answer:
        """One request and its answer, for which a thread of its own waits: nothing can hold the caller."""
        endpoint = self._endpoint
        address = filled_in(endpoint.address)
        headers = {name: filled_in(value) for name, value in endpoint.headers.items()}
        headers |= {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "spotlight"}
        until = time.monotonic() + endpoint.timeout

        def work() -> _Answer:
            with self._session.post(
                address,
                data=question.body,
                headers=headers | question.headers,
                timeout=endpoint.timeout,
                stream=True,
                allow_redirects=False,
                auth=_as_it_is,
            ) as response:
                pieces, size = [], 0
                while piece := response.raw.read1(_CHUNK, decode_content=True):
                    pieces.append(piece)
                    size += len(piece)
                    if size > LARGEST:
                        raise _TooLargeError
                    if time.monotonic() > until:
                        raise TimeoutError
                return _Answer(response.status_code, response.headers, b"".join(pieces))

        try:
            return _within(endpoint.timeout, work)
        except requests.Timeout as error:
            raise TimeoutError from error

    def _checked(self, answer: _Answer) -> bytes:
        """The body of an answer that is none of a fault that passes."""
        status = answer.status
        if 300 <= status < 400:
            there = urlsplit(answer.headers.get("Location", "")).hostname or "another place"
            self._fail(
                f"sends the question on to {quoted(there)}, where nothing was sent. If it has moved there, put "
                "the new address into model.json"
            )
        if status in (401, 403):
            self._fail(f"refuses the key (HTTP {status}). Check the environment variable that holds it")
        if status == 404:
            self._fail("has nothing at that address (HTTP 404). Check it in model.json")
        if status >= 400:
            self._fail(f"refuses the question (HTTP {status}). {self._reason(answer)}Check “send” in model.json")
        return answer.body

    def _reason(self, answer: _Answer) -> str:
        """What the service says itself, where it says it in JSON."""
        try:
            said = json.loads(answer.body)
        except (ValueError, RecursionError):
            return ""
        while isinstance(said, dict):
            said = next((said[key] for key in ("error", "message", "detail", "msg") if key in said), None)
        if not isinstance(said, str) or not said.strip():
            return ""
        text = blotted(said, self._endpoint.headers, self._endpoint.address)
        return f"It says {quoted(text)}. "

    def _asked_pause(self, answer: _Answer) -> float:
        """Seconds that the service asks to be left alone."""
        stated = answer.headers.get("Retry-After")
        try:
            seconds = Retry().parse_retry_after(stated) if stated else 0.0
        except (InvalidHeader, ValueError, OverflowError):
            return 0.0
        if seconds > LONGEST_PAUSE:
            self._fail(f"asks to be left alone for {seconds:,.0f} seconds. Try again after that")
        return max(0.0, seconds)

    def _wait_for_turn(self) -> None:
        """Waits until another request may be begun."""
        with self._turn:
            begin = max(time.monotonic(), self._next)
            self._next = begin + 1 / self._endpoint.requests_a_second
        if (left := begin - time.monotonic()) > 0:
            time.sleep(left)

    def _fail(self, what: str) -> None:
        raise ModelError(f"The service at {self._endpoint.host} {what}.")


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """In place of a login that `requests` would find in a file .netrc, and send instead of the key."""
    return request


def _within(seconds: float, work: Callable[[], T]) -> T:
    """What the work gives, in a thread that is left behind where it takes longer.

    Raises:
        TimeoutError: It does.
    """
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # raised again in the caller's thread
            outcome.set_exception(error)

    threading.Thread(target=run, daemon=True, name="endpoint").start()
    return outcome.result(timeout=seconds)
