"""What is answered: scores and labels out of JSON, or a sentence about what is wrong with it."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any, NoReturn

import jmespath

from models.endpoint.failure import ServiceError
from models.endpoint.settings import Answering
from models.errors import counted, first_three, quoted

Row = list[float]


class Reply:
    """One answer of a service, for so many pictures.

    Attributes:
        host: Who answered, for sentences.
        labels: Names of its scores for each picture, in the answer's order; ``None`` where it names none.
        scores: The scores for each picture.
    """

    def __init__(self, body: bytes, answer: Answering, count: int, host: str) -> None:
        """Read an answer.

        Args:
            body: What came.
            answer: Where scores and labels are in it.
            count: How many pictures were asked about.
            host: Who answered.

        Raises:
            ServiceError: It is not as it should be.
        """
        self.host, self._answer = host, answer
        content = self._json(body)
        self.scores = self._rows(self._part(content, answer.scores, "scores"), count)
        self.labels: list[list[str]] | None = None
        if answer.labels:
            self.labels = self._names(self._part(content, answer.labels, "labels"), count)

    def rows(self, labels: Sequence[str], single: bool = False) -> list[Row]:
        """The scores for each picture, in the order of the labels.

        Args:
            labels: Of all classes.
            single: Whether one number is enough for them, of yes and no.

        Raises:
            ServiceError: There are others, or more or fewer.
        """
        if self.labels is None:
            for row in self.scores:
                if len(row) != len(labels) and not (single and len(row) == 1):
                    self._fail(
                        f"gave {counted(len(row), 'score', 'scores')} for a picture, but labels.txt lists "
                        f"{counted(len(labels), 'label', 'labels')}. List one for each, in its order"
                    )
            return self.scores
        return [
            self._ordered(row, names, labels) for row, names in zip(self.scores, self.labels, strict=True)
        ]

    def _ordered(self, row: Row, names: Sequence[str], labels: Sequence[str]) -> Row:
        by_name = dict(zip(names, row, strict=True))
        if other := sorted(by_name.keys() - set(labels)):
            self._fail(
                f"named {first_three([quoted(name) for name in other])}, which is not among the labels "
                "known of it. If the model behind the address has changed, start this program anew; if it "
                "names only some labels each time, list all of them in labels.txt"
            )
        missing = [label for label in labels if label not in by_name]
        if missing and not self._answer.top_only:
            self._fail(
                f"gave no score for {first_three([quoted(name) for name in missing])}. If it names only the "
                'likeliest labels, list all in labels.txt and state "top_only": true in "answer"'
            )
        return [by_name.get(label, 0.0) for label in labels]

    def _json(self, body: bytes) -> Any:
        if body.lstrip()[:1] == b"<":
            self._fail("answered with a web page, not with JSON. Check the address: it may need a sign-in")
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            self._fail("answered with something that is not JSON. Check the address")

    def _part(self, content: Any, path: str, what: str) -> Any:
        try:
            part = jmespath.search(path, content)
        except (jmespath.exceptions.JMESPathError, RecursionError, TypeError, ValueError, AttributeError):
            part = None
        if part is None or part == []:
            there = (
                f" It has {first_three([quoted(str(key)) for key in content])}."
                if isinstance(content, dict) and content
                else ""
            )
            self._fail(f"answered without {what} at {quoted(path)}", there)
        return part

    def _rows(self, scores: Any, count: int) -> list[Row]:
        """One list of numbers for each picture, of whichever shape they came in."""
        if not isinstance(scores, list):
            scores = [scores]
        rows = scores if all(isinstance(row, list) for row in scores) else [scores]
        if rows is not scores and count > 1:  # one flat list of all
            if len(scores) % count:
                self._fail(f"gave {counted(len(scores), 'score', 'scores')} for {count} pictures")
            width = len(scores) // count
            rows = [scores[first : first + width] for first in range(0, len(scores), width)]
        if len(rows) != count:
            self._fail(
                f"gave {counted(len(rows), 'row', 'rows')} of scores for "
                f"{counted(count, 'picture', 'pictures')}"
            )
        return [[self._number(value) for value in row] for row in rows]

    def _number(self, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._fail(f"gave {quoted(str(value))} where a score should be, which is no number")
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            self._fail("gave a score that is not a finite number. The model behind the address is at fault")
        return number

    def _names(self, labels: Any, count: int) -> list[list[str]]:
        lists = labels if isinstance(labels, list) else [labels]
        names = lists if all(isinstance(row, list) for row in lists) else [lists] * count
        for row, scores in zip(names, self.scores, strict=False):
            if not all(isinstance(name, str) and name.strip() for name in row):
                self._fail("gave labels that are no texts")
            if len(set(row)) != len(row):
                self._fail("gave one label twice")
            if len(row) != len(scores):
                self._fail(
                    f"gave {counted(len(row), 'label', 'labels')} and "
                    f"{counted(len(scores), 'score', 'scores')} for one picture"
                )
        if len(names) != count:
            self._fail(f"gave {counted(len(names), 'list', 'lists')} of labels for {count} pictures")
        return names

    def _fail(self, what: str, more: str = "") -> NoReturn:
        raise ServiceError(f"The service at {self.host} {what}.{more}")
