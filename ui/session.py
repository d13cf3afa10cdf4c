"""What one browser tab has chosen, uploaded and seen; forgotten two minutes after it is closed.

Streamlit keeps a tab so long (`server.disconnectedSessionTTL`), for it may come back after a pause of the
network; `ui/server/tabs.py` sees to it that it keeps it no longer.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from threading import RLock
from typing import Any, TypeVar, cast
from weakref import WeakSet

import streamlit as st

from saliency.explanation import Explanation
from saliency.export.checked_area import CheckedArea
from saliency.photo.reading import Photo
from saliency.prepared_photo import PreparedPhoto
from saliency.verdict.advice import AreaRole
from ui import memory
from ui.views.quick_and_careful import QUICK
from ui.widgets.controls import STRENGTH
from ui.widgets.marks import Mark

REMEMBERED = 128 * 2**20  # bytes of what a tab has computed, beside what it shows
ALL_REMEMBERED = 1024 * 2**20  # the same of all tabs
SAMPLES_REMEMBERED = 256 * 2**20  # the same of what is known of samples, for everybody
OWN = "own"  # key of the uploaded photo among the samples
_KEY = "spotlight"

Key = tuple[object, ...]
"""Everything an answer depends on, the digest of its photo included."""

T = TypeVar("T")


class Cache(dict[Key, T]):
    """Answers by their keys, the one seen last at the end; where there are too many, the first is dropped.

    One tab uses it, and whoever throws a model out for all tabs.
    """

    def __init__(self, most: int) -> None:
        """A cache of at most so many answers."""
        self._most, self._lock = most, RLock()
        self._seen: set[Key] = set()  # since `rest` was called last

    def __getitem__(self, key: Key) -> T:
        """The answer, which now is the one seen last."""
        with self._lock:
            self[key] = answer = self.pop(key)
            return answer

    def __contains__(self, key: object) -> bool:
        """Whether there is an answer; whoever asks will want to see it."""
        with self._lock:
            there = super().__contains__(key)
            if there:
                self._seen.add(cast(Key, key))
            return there

    def __setitem__(self, key: Key, answer: T) -> None:
        """Remembers an answer."""
        with self._lock:
            self.pop(key, None)
            super().__setitem__(key, answer)
            self._seen.add(key)
            if len(self) > self._most:
                del self[next(iter(self))]

    def find(self, key: Key) -> T | None:
        """The answer, which now is the one seen last; None where there is none."""
        with self._lock:
            return self[key] if super().__contains__(key) else None

    def forget(self, digest: str) -> None:
        """Drops all answers about a photo."""
        with self._lock:
            for key in [key for key in self if digest in key]:
                del self[key]

    def drop(self, unwanted: Callable[[Key, T], bool]) -> None:
        """Drops the answers for which, with their keys, that holds."""
        with self._lock:
            for key in [key for key, answer in self.items() if unwanted(key, answer)]:
                del self[key]

    def drop_first(self) -> bool:
        """Drops the answer not seen for longest, where there is one not seen since `rest` was called."""
        with self._lock:
            unseen = next((key for key in self if key not in self._seen), None)
            if unseen is not None:
                del self[unseen]
            return unseen is not None

    def rest(self) -> None:
        """Notes that the page is drawn: what it has shown may be dropped once it shows something else."""
        self._seen.clear()


@dataclass(eq=False)
class Session:
    """The state of one tab; each page draws its widgets from it, and they write to it."""

    photo: str = ""  # key of the sample shown, or `OWN`
    model: str = ""  # its key
    model_chosen: bool = False  # by a person or a link; else the page does, for each photo
    view: str = QUICK  # or careful, or the key of a method
    target: int | None = None  # index of the class that is explained; None for the top guess
    typed: str = ""  # what a person says that the photo shows, where no answer of the model means that
    shown: str = ""  # what a person says that the photo shows, be it an answer of the model or not
    rival: int | None = None  # index of the class it is compared with; None for the score alone
    framing: str = "whole"  # or "crop"
    strength: int = STRENGTH  # opacity of the strongest colour, in percent

    own: Photo | None = None  # the uploaded photo that can be shown
    own_gone: bool = False  # whether the address tells of one that was open before the page was loaded anew
    own_thumbnail: str = ""  # a small picture of it, as a data address
    uploads: int = 0  # how many files were uploaded; each leaves the uploader empty for the next
    upload_error: str = ""  # why the last file could not be used
    upload_above: bool = False  # whether that was handed over at the top of the page
    others: tuple[Photo, ...] = ()  # photos of one's own that an area can be pasted into
    others_error: str = ""  # why some of those could not be used

    page: str = ""  # the one that is shown
    link: dict[str, str] = field(default_factory=dict)  # the part of the address this page wrote last
    links_under_way: list[dict[str, str]] = field(default_factory=list)  # addresses before those it wrote
    linked_classes: dict[str, str] = field(default_factory=dict)  # asked for, until the labels are known
    notices: list[str] = field(default_factory=list)  # sentences to show once
    on_page: tuple[str, str, str] = ("", "", "")  # model, photo and framing that were drawn last

    started: tuple[Key, ...] | None = None  # the slow work or download that was started and is not over
    stopped: bool = False  # whether one has just been stopped
    download_error: str = ""  # why the last download failed

    prepared: Cache[PreparedPhoto] = field(default_factory=partial(Cache, 2))
    results: Cache[Explanation] = field(default_factory=partial(Cache, 6))
    checks: Cache[Any] = field(default_factory=partial(Cache, 16))
    checked: CheckedArea | None = None  # what the page shows as tested, for files to take along
    marks: dict[str, Mark | None] = field(default_factory=dict)  # by a photo's digest; None: cleared
    roles: dict[str, dict[Mark, AreaRole]] = field(default_factory=dict)  # what marks are, as a person says
    remembered: int = 0  # bytes of what is computed, when the page was drawn last
    drawn: float = 0.0  # when that was, in seconds of `time.monotonic`
    most: int = REMEMBERED  # bytes of what is computed, beside what the page shows

    def open(self, page: str) -> None:
        """Notes which page is shown: what the address says is new to another one."""
        if page != self.page:
            self.page, self.link, self.links_under_way = page, {}, []

    def choose_photo(self, key: str) -> None:
        """Shows another photo; its top guess is explained first."""
        self.photo, self.target, self.rival, self.typed, self.shown = key, None, None, "", ""
        self.upload_error, self.own_gone = "", False

    def choose_model(self, key: str) -> None:
        """Asks another model; what a person typed is explained first, else its own top guess."""
        self.model, self.model_chosen, self.target, self.rival = key, True, None, None

    def start(self, key: tuple[Key, ...]) -> None:
        """Notes that a slow view or a download is wanted; it goes on until it is over, stopped or left."""
        self.started, self.stopped, self.download_error = key, False, ""

    def stop(self) -> None:
        """Notes that it is no longer wanted."""
        self.started, self.stopped = None, True

    def take_photo(self, photo: Photo, thumbnail: str) -> None:
        """Shows an uploaded photo instead of the one before, which is forgotten with all its results."""
        if self.own is not None and self.own.digest != photo.digest:
            for cache in self.caches:
                cache.forget(self.own.digest)
            self.unmark(self.own.digest)
        self.own, self.own_thumbnail = photo, thumbnail
        self.choose_photo(OWN)

    @property
    def caches(self) -> tuple[Cache[Any], ...]:
        """What is computed, in the order in which it is dropped."""
        return self.checks, self.results, self.prepared

    def rest(self) -> None:
        """Notes that the page is drawn, and drops what was not seen for longest beyond `most` bytes.

        Beyond `ALL_REMEMBERED`, tabs that were not drawn for longest lose what they computed.
        """
        self.remembered, self.drawn = memory.bytes_of(*self.caches), time.monotonic()
        while self.remembered > self.most and self._drop_first():
            self.remembered = memory.bytes_of(*self.caches)
        for cache in self.caches:
            cache.rest()
        tabs = sorted(_tabs(), key=lambda state: state.drawn)
        total = sum(state.remembered for state in tabs)
        for state in tabs:
            if total > ALL_REMEMBERED and state is not self:
                total -= state.remembered
                state.forget_computed()

    def forget_computed(self) -> None:
        """Drops what is computed, but for what the page that is being drawn has just shown."""
        while self._drop_first():
            pass
        self.remembered = 0

    def _drop_first(self) -> bool:
        return any(cache.drop_first() for cache in self.caches)

    @property
    def opacity(self) -> float:
        """Opacity of the strongest colour in [0, 1], by the slider on the page where there is one."""
        self.strength = st.session_state.get("strength", self.strength)
        return self.strength / 100

    def mark(self, digest: str, mark: Mark | None) -> None:
        """Keeps what a person marked on a photo; None where nothing is to be marked."""
        self.marks[digest] = mark

    def unmark(self, digest: str) -> None:
        """Forgets what a person marked on a photo, and said of it."""
        self.marks.pop(digest, None)
        self.roles.pop(digest, None)

    def role(self, digest: str, mark: Mark) -> AreaRole | None:
        """What a marked area is: as a person says, or the product where it is the product's outline."""
        return self.roles.get(digest, {}).get(mark) or (AreaRole.PRODUCT if mark.outline else None)

    def said_before(self, digest: str, mark: Mark | None) -> tuple[Mark, AreaRole] | None:
        """The area of which a person said last what it is, and what; None where that is this mark."""
        said = self.roles.get(digest, {})
        return None if mark in said or not said else next(reversed(said.items()))

    def say(self, digest: str, mark: Mark, role: AreaRole | None) -> None:
        """Keeps what a person says that a marked area is, and the area with it; None takes it back."""
        self.mark(digest, mark)
        said = self.roles.setdefault(digest, {})
        said.pop(mark, None)
        if role is not None:
            said[mark] = role


_SESSIONS: WeakSet[Session] = WeakSet()
_LOCK = RLock()  # tabs come while others are gone through, and several tell of samples at once


def session() -> Session:
    """The state of this tab, made when it is first asked for."""
    if _KEY not in st.session_state:
        state = st.session_state[_KEY] = Session()
        with _LOCK:
            _SESSIONS.add(state)
    return cast(Session, st.session_state[_KEY])


@st.cache_resource(show_spinner=False)
def of_samples() -> Session:
    """What was computed of samples for everybody, by `ui/start/warm_up.py` or whoever asked first.

    Of photos of one's own, nothing ever gets here: neither their results nor what they are called.
    """
    return Session(prepared=Cache(64), results=Cache(128), checks=Cache(256), most=SAMPLES_REMEMBERED)


def known_to_all(state: Session, cache: Cache[T]) -> Cache[T] | None:
    """What is known of samples, of the kind that a tab keeps in such a cache; None where nothing is."""
    pairs = zip(state.caches, of_samples().caches, strict=True)
    return next((known for own, known in pairs if own is cache), None)


def tell_all(known: Cache[T], key: Key, answer: T) -> None:
    """Keeps an answer about a sample for everybody; beyond the limit, drops those not seen for longest."""
    with _LOCK:
        known[key] = answer
        of_samples().rest()


def sessions() -> list[Session]:
    """The state of every tab that is not forgotten yet, and what is known of samples."""
    return [of_samples(), *_tabs()]


def _tabs() -> list[Session]:
    with _LOCK:
        return list(_SESSIONS)
