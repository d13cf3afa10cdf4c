"""Asks a service about pictures: each one once, several at the same time, and no more than its budget."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from hashlib import sha256
from pathlib import Path

import torch
from torch import Tensor

from models.endpoint.count import Count
from models.endpoint.exchange import Exchange, given_up
from models.endpoint.failure import BudgetReachedError, GivenUpError
from models.endpoint.question import Values, question, values_of
from models.endpoint.reply import Reply, Row
from models.endpoint.settings import Endpoint
from models.errors import ModelError

REMEMBERED = 64 * 2**20  # bytes of answers that are kept, about
_OVERHEAD = 400  # bytes that an answer takes beside its numbers
Promise = Future[Row]


class Client:
    """One service, for all that this program asks of it; any number of threads may.

    Attributes:
        endpoint: What is stated of it.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        labels: Sequence[str] | None = None,
        *,
        single: bool = False,
        count: Count | None = None,
    ) -> None:
        """Get ready; nothing is sent.

        Args:
            endpoint: What is stated of it.
            labels: Of its classes, in order; ``None``: those of its first answer, sorted.
            single: Whether it gives one number for two labels, yes and no.
            count: Of the pictures that it is asked about; ``None``: one in memory.

        Raises:
            ModelError: Nobody says what its scores are of.
        """
        if labels is None and not endpoint.answer.labels:
            raise ModelError(
                "The service's answers name no labels. List them in labels.txt, one per line, in its order."
            )
        if labels is None and endpoint.answer.top_only:
            raise ModelError(
                'The service names the likeliest labels only ("top_only"). List all of them in labels.txt.'
            )
        self.endpoint, self._single = endpoint, single
        self._labels = None if labels is None else tuple(labels)
        self._exchange = Exchange(endpoint)
        self._workers = ThreadPoolExecutor(endpoint.requests_at_once, thread_name_prefix="endpoint")
        self._lock, self._quickest = threading.Lock(), endpoint.timeout
        self._counted = Count() if count is None else count
        self._known: OrderedDict[bytes, Promise] = OrderedDict()

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of its classes, in the order of its scores; empty before they are known."""
        return self._labels or ()

    @property
    def asked(self) -> int:
        """About how many pictures it was asked about today, by any program that keeps the same count."""
        return self._counted.asked

    @property
    def left(self) -> int | None:
        """About how many it may still be asked about today; ``None`` for any number."""
        budget = self.endpoint.budget
        return None if budget is None else max(0, budget - self.asked)

    @property
    def seconds(self) -> float:
        """About how long it takes to ask about a picture, where there are many."""
        endpoint = self.endpoint
        together = endpoint.at_once * endpoint.requests_at_once
        return max(self._quickest / together, 1 / (endpoint.requests_a_second * endpoint.at_once))

    def ask(self, pictures: Tensor) -> Tensor:
        """Scores ``(n, K)``, float32, of pictures ``(n, 3, h, w)``, values in [0, 1] unless tensors are sent.

        Raises:
            BudgetReachedError: More pictures would be sent than its budget allows; none of these was.
            ModelError: It does not answer, or not as it should.
        """
        if not len(pictures):
            return torch.zeros(0, len(self.labels))
        values = values_of(pictures, self.endpoint.send)
        keys = [_key(value) for value in values]
        answers, new = self._answers_to(keys)
        if new:
            self._ask(new, dict(zip(keys, values, strict=True)))
        return torch.tensor([answer.result() for answer in answers], dtype=torch.float32)

    def _answers_to(self, keys: Sequence[bytes]) -> tuple[list[Promise], dict[bytes, Promise]]:
        """Promises of the answers, and of those among them that nobody has asked for yet."""
        with self._lock:
            unknown = [key for key in dict.fromkeys(keys) if key not in self._known]
            self._count(len(unknown))
            new: dict[bytes, Promise] = {key: Future() for key in unknown}
            self._known |= new
            for key in keys:
                self._known.move_to_end(key)
            answers = [self._known[key] for key in keys]
            size = _OVERHEAD + 32 * len(self.labels)
            while len(self._known) > max(len(keys), REMEMBERED // size):
                self._known.popitem(last=False)
        return answers, new

    def _ask(self, new: Mapping[bytes, Promise], values: Mapping[bytes, Values]) -> None:
        """Asks, and keeps the promises; once one request fails, the others are given up."""
        stop, keys = threading.Event(), list(new)
        batches = [keys[i : i + self.endpoint.at_once] for i in range(0, len(keys), self.endpoint.at_once)]
        tasks = [self._workers.submit(self._rows, [values[key] for key in batch], stop) for batch in batches]
        try:
            wait_for(tasks, return_when=FIRST_EXCEPTION)
        finally:
            stop.set()
            for task in tasks:
                task.cancel()
            wait_for(tasks)
            failures = [error for task in tasks if not task.cancelled() and (error := task.exception())]
            failures.sort(key=lambda error: isinstance(error, GivenUpError))  # what went wrong comes first
            for batch, task in zip(batches, tasks, strict=True):
                if task.cancelled() or task.exception():
                    self._break([new[key] for key in batch], batch, failures)
                else:
                    for key, row in zip(batch, task.result(), strict=True):
                        new[key].set_result(row)

    def _break(
        self, promises: Sequence[Promise], keys: Sequence[bytes], failures: Sequence[BaseException]
    ) -> None:
        """Forgets questions that were not answered, and tells whoever waits for them."""
        with self._lock:
            for key in keys:
                self._known.pop(key, None)
        for promise in promises:
            promise.set_exception(failures[0] if failures else given_up())

    def _count(self, pictures: int) -> None:
        if not pictures:
            return
        budget = self.endpoint.budget
        asked = self._counted.add(pictures, budget)
        if budget is not None and asked + pictures > budget:
            raise BudgetReachedError(
                f"The service at {self.endpoint.host} was asked about {asked:,} pictures today, and may be "
                f"asked about {budget:,} a day; {pictures:,} more are too many. What is finished stays. "
                "Choose a quicker view, go on tomorrow, or have whoever runs this program raise “budget” in "
                "model.json."
            )

    def _count_again(self, pictures: int) -> None:
        with self._lock:
            self._count(pictures)

    def _rows(self, values: Sequence[Values], stop: threading.Event) -> list[Row]:
        send, count = self.endpoint.send, len(values)
        begun = time.monotonic()
        body = self._exchange.post(question(values, send), lambda: self._count_again(count), stop)
        self._quickest = min(self._quickest, time.monotonic() - begun)
        reply = Reply(body, self.endpoint.answer, count, self.endpoint.host)
        with self._lock:
            if self._labels is None and reply.labels is not None:
                self._labels = tuple(sorted(reply.labels[0]))
        return reply.rows(self.labels, self._single)


def _key(values: Values) -> bytes:
    return sha256(repr(values.shape).encode() + values.tobytes()).digest()


_CLIENTS: dict[str, Client] = {}
_CLIENTS_LOCK = threading.Lock()


def shared_client(
    digest: str,
    endpoint: Endpoint,
    labels: Sequence[str] | None,
    *,
    single: bool = False,
    folder: Path | None = None,
) -> Client:
    """The client for a model, by the SHA-256 of what is said of it: one, however often the model is loaded.

    So what was answered is known to all.

    Args:
        digest: The SHA-256.
        endpoint: As for :class:`Client`, as are the arguments after it.
        labels: The same.
        single: The same.
        folder: Of the model, where the pictures that it is asked about are counted.
    """
    with _CLIENTS_LOCK:
        if digest not in _CLIENTS:
            _CLIENTS[digest] = Client(endpoint, labels, single=single, count=Count(folder))
        return _CLIENTS[digest]


def client_of(digest: str) -> Client | None:
    """The client that a classifier with this digest asks; ``None`` for a model on this computer."""
    return _CLIENTS.get(digest)
