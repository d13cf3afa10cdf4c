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
from concurrent.futures import wait as wait_for
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from typing import NamedTuple, TypeVar
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError, InvalidHeader, ReadTimeoutError
from urllib3.util import Retry

from models.endpoint.failure import GivenUpError, ServiceError
from models.endpoint.question import Question
from models.endpoint.secret_values import blotted, filled_in
from models.endpoint.settings import Endpoint
from models.errors import quoted

LARGEST = 16 * 2**20  # bytes of an answer
LONGEST_PAUSE = 60.0  # seconds that a service may ask to be left alone
FIRST_PAUSE = 0.5  # seconds before a request is tried again
_GROWTH = 2.0
_TICK = 0.05
_CHUNK = 2**16
_BUSY, _FIRST_FAULT = 429, 500
T = TypeVar("T")


class _Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


class _TooLargeError(Exception):
    """An answer is larger than any could be."""


class _PassingError(Exception):
    """A request brought nothing, and the next one may.

    Attributes:
        reason: What the service did, as half a sentence.
        pause: Seconds that it asks to be left alone.
        taken: Whether it may have done what it was asked.
    """

    def __init__(self, reason: str, pause: float = 0.0, *, taken: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.pause, self.taken = reason, pause, taken


class Exchange:
    """The way to one service; any number of threads may use it."""

    def __init__(self, endpoint: Endpoint) -> None:
        """Get ready; nothing is sent."""
        self._endpoint = endpoint
        self._session, self._turn, self._next = requests.Session(), threading.Lock(), 0.0
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        most = endpoint.requests_at_once
        for scheme in ("http://", "https://"):
            adapter = requests.adapters.HTTPAdapter(pool_connections=1, pool_maxsize=most)
            self._session.mount(scheme, adapter)

    def post(self, question: Question, again: Callable[[], None], stop: threading.Event) -> bytes:
        """What the service answers.

        Args:
            question: What is sent.
            again: Called before it is sent another time, though it may have been answered the first time.
            stop: Set where nobody waits for the answer any more.

        Raises:
            ServiceError: It does not answer, or says that something is wrong.
        """
        wait, tries, reason = 0.0, self._endpoint.tries, ""
        for number in range(tries):
            self._wait_for_turn(wait, stop)
            try:
                return self._answer(question, stop)
            except _PassingError as error:
                reason, wait = error.reason, max(error.pause, FIRST_PAUSE * _GROWTH**number)
                if error.taken and number + 1 < tries:
                    again()
        count = f"{tries} times" if tries > 1 else "once"
        raise self._failure(f"{reason}, though it was asked {count}. Try again later")

    def _answer(self, question: Question, stop: threading.Event) -> bytes:
        """What one request brings. Raises :class:`_PassingError` where another one may bring more."""
        try:
            answer = self._once(question, stop)
        except TimeoutError as error:
            reason = f"did not answer within {self._endpoint.timeout:g} seconds"
            raise _PassingError(reason, taken=True) from error
        except _TooLargeError:
            raise self._failure(
                f"answered with more than {LARGEST // 2**20} MB, as no list of scores is. Check the address"
            ) from None
        except requests.exceptions.SSLError as error:
            raise self._failure(
                "shows no certificate that can be trusted. Check the address, or this computer's clock"
            ) from error
        except (requests.RequestException, HTTPError, HTTPException, OSError) as error:
            raise _PassingError("could not be reached, or broke off") from error
        if answer.status == _BUSY:
            raise _PassingError("is asked too often", self._asked_pause(answer))
        if answer.status >= _FIRST_FAULT:
            raise _PassingError(f"is out of order (HTTP {answer.status})", self._asked_pause(answer))
        return self._checked(answer)

    def _once(self, question: Question, stop: threading.Event) -> _Answer:
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
            return _within(endpoint.timeout, work, stop)
        except (requests.Timeout, ReadTimeoutError) as error:
            raise TimeoutError from error

    def _checked(self, answer: _Answer) -> bytes:
        """The body of an answer that is none of a fault that passes."""
        status = answer.status
        if 300 <= status < 400:
            there = urlsplit(answer.headers.get("Location", "")).hostname or "another place"
            raise self._failure(
                f"sends the question on to {quoted(there)}, where nothing was sent. If it has moved, put the "
                "new address into model.json"
            )
        if status in (401, 403):
            raise self._failure(
                f"refuses the key (HTTP {status}). Check the environment variable that holds it"
            )
        if status == 404:
            raise self._failure("has nothing at that address (HTTP 404). Check it in model.json")
        if status >= 400:
            raise self._failure(
                f"refuses the question (HTTP {status}). {self._reason(answer)}Check “send” in model.json"
            )
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
            raise self._failure(f"asks to be left alone for {seconds:,.0f} seconds. Try again after that")
        return max(0.0, seconds)

    def _wait_for_turn(self, pause: float, stop: threading.Event) -> None:
        """Waits for a pause, and until another request may be begun."""
        with self._turn:
            begin = max(time.monotonic() + pause, self._next)
            self._next = begin + 1 / self._endpoint.requests_a_second
        if stop.wait(max(0.0, begin - time.monotonic())):
            raise given_up()

    def _failure(self, what: str) -> ServiceError:
        return ServiceError(f"The service at {self._endpoint.host} {what}.")


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """In place of a login that `requests` would find in a file .netrc, and send instead of the key."""
    return request


def given_up() -> GivenUpError:
    """The error for a question that nobody waits for any more."""
    return GivenUpError("The question was given up, as another one to the same service failed. Ask again.")


def _within(seconds: float, work: Callable[[], T], stop: threading.Event) -> T:
    """What the work gives, in a thread that is left behind where it takes longer, or is not needed any more.

    Raises:
        TimeoutError: It takes longer.
    """
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # raised again in the caller's thread
            outcome.set_exception(error)

    threading.Thread(target=run, daemon=True, name="endpoint").start()
    until = time.monotonic() + seconds
    while not wait_for([outcome], timeout=_TICK).done:
        if stop.is_set():
            raise given_up()
        if time.monotonic() > until:
            raise TimeoutError
    return outcome.result()
