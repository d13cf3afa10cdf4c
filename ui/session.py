"""What one browser tab has chosen, uploaded and seen; forgotten when the tab is closed."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from saliency.explanation import Explanation
from saliency.photo.reading import Photo
from saliency.prepared_photo import PreparedPhoto
from ui.widgets.marks import Mark

OWN = "own"  # key of the uploaded photo among the samples
QUICK, CAREFUL = "quick", "careful"  # the views up front; any other view is a method's key
STRENGTH = 60  # percent: opacity of the strongest colour to begin with
_KEPT = 6  # results remembered, so that going back costs nothing
_CHECKS_KEPT = 16  # answers of checks remembered
_KEY = "spotlight"

ResultKey = tuple[str, str, str, str, int, int | None]  # model, photo digest, framing, method, target, rival


@dataclass(eq=False)
class Session:
    """The state of one tab.

    Attributes:
        photo: Key of the sample shown, or `OWN`.
        model: Key of the model.
        model_chosen: Whether a person or a link chose it; else the page does, for each photo.
        view: `QUICK`, `CAREFUL` or the key of a method.
        target: Index of the class that is explained; None for the top guess.
        rival: Index of the class it is compared with; None for the score alone.
        framing: "whole" or "crop".
        own: The uploaded photo that can be shown, if any.
        own_thumbnail: A small picture of it, as a data address.
        uploads: How many files were uploaded; each leaves the uploader empty for the next.
        upload_error: Why the last file could not be used; empty when it could.
        wanted: Classes a link asked for, by its parts, until the model's classes are known.
        link: The part of the address this page wrote last.
        notices: Sentences to show once.
        strength: Opacity of the strongest colour, in percent.
        shown: Model, photo and framing that the page has drawn last.
        started: Key of the slow view or download that was started and is not over.
        stopped: Whether one has just been stopped.
        download_error: Why the last download failed; empty when it did not.
        prepared: Photos as prepared for models.
        results: Answers, the one seen last at the end.
        marks: What is marked, by the photo's fingerprint.
        checks: Answers of checks by everything they depend on, the one seen last at the end.
        others: Photos of one's own that an area can be pasted into.
        others_error: Why some of those could not be used; empty when they could.
    """

    photo: str = ""
    model: str = ""
    model_chosen: bool = False
    view: str = QUICK
    target: int | None = None
    rival: int | None = None
    framing: str = "whole"
    own: Photo | None = None
    own_thumbnail: str = ""
    uploads: int = 0
    upload_error: str = ""
    wanted: dict[str, str] = field(default_factory=dict)
    link: dict[str, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    strength: int = STRENGTH
    shown: tuple[str, str, str] = ("", "", "")
    started: tuple[object, ...] | None = None
    stopped: bool = False
    download_error: str = ""
    prepared: OrderedDict[tuple[str, str, str], PreparedPhoto] = field(default_factory=OrderedDict)
    results: OrderedDict[ResultKey, Explanation] = field(default_factory=OrderedDict)
    marks: dict[str, Mark] = field(default_factory=dict)
    checks: OrderedDict[tuple[object, ...], object] = field(default_factory=OrderedDict)
    others: tuple[Photo, ...] = ()
    others_error: str = ""

    def choose_photo(self, key: str) -> None:
        """Shows another photo; its top guess is explained first."""
        self.photo, self.target, self.rival, self.upload_error = key, None, None, ""

    def choose_model(self, key: str) -> None:
        """Asks another model; its own top guess is explained first."""
        self.model, self.model_chosen, self.target, self.rival = key, True, None, None

    def start(self, key: tuple[object, ...]) -> None:
        """Notes that a slow view or a download is wanted; it goes on until it is over, stopped or left."""
        self.started, self.stopped, self.download_error = key, False, ""

    def stop(self) -> None:
        """Notes that it is no longer wanted."""
        self.started, self.stopped = None, True

    def take_photo(self, photo: Photo, thumbnail: str) -> None:
        """Shows an uploaded photo instead of the one before, which is forgotten with all its results."""
        if self.own is not None and self.own.digest != photo.digest:
            self._forget(self.own.digest)
        self.own, self.own_thumbnail = photo, thumbnail
        self.choose_photo(OWN)

    def remember(self, key: ResultKey, result: Explanation) -> None:
        """Keeps a result; the one not seen for longest is dropped."""
        self.results[key] = result
        while len(self.results) > _KEPT:
            self.results.popitem(last=False)

    def result(self, key: ResultKey) -> Explanation | None:
        """The result of exactly these settings, if it is known."""
        if key in self.results:
            self.results.move_to_end(key)
        return self.results.get(key)

    def mark(self, digest: str, mark: Mark | None) -> None:
        """Keeps what is marked on a photo, or forgets it."""
        self.marks.pop(digest, None)
        if mark is not None:
            self.marks[digest] = mark

    def remember_check(self, key: tuple[object, ...], answer: object) -> None:
        """Keeps the answer of a check; the one not seen for longest is dropped."""
        self.checks[key] = answer
        while len(self.checks) > _CHECKS_KEPT:
            self.checks.popitem(last=False)

    def check(self, key: tuple[object, ...]) -> Any:
        """The answer of exactly this check, which must be known."""
        self.checks.move_to_end(key)
        return self.checks[key]

    def _forget(self, digest: str) -> None:
        self.results = OrderedDict((k, v) for k, v in self.results.items() if k[1] != digest)
        self.prepared = OrderedDict((k, v) for k, v in self.prepared.items() if k[1] != digest)
        self.checks = OrderedDict((k, v) for k, v in self.checks.items() if digest not in k)
        self.marks.pop(digest, None)


def session() -> Session:
    """The state of this tab, made when it is first asked for."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = Session()
    state: Session = st.session_state[_KEY]
    return state
