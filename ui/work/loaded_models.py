"""The models in memory: one of each, whoever uses it."""

from __future__ import annotations

import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from threading import Lock, RLock
from weakref import WeakValueDictionary

from saliency.classifier import Classifier
from ui import memory

MOST = 2  # models that are kept though nobody uses them, the ones used last
LIGHT = 256 * 2**20  # bytes of weights of all of them up to which more are kept
UNUSED = 30 * 60.0  # seconds after which one that nobody has used goes, all but the one used last


class LoadedModels:
    """Models by their keys; any number of threads may ask for one.

    Those used last are kept, and not for ever. One that is thrown out is forgotten by all tabs, too; while
    somebody is at work with it all the same, it is found again, and never loaded a second time.
    """

    def __init__(
        self,
        load: Callable[[str], Classifier],
        forget: Callable[[Classifier], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Load a model by such a call; tell another one which is thrown out. The clock goes forward only."""
        self._load, self._forget, self._clock = load, forget, clock
        self._used: dict[str, float] = {}
        self._kept: OrderedDict[str, Classifier] = OrderedDict()
        self._alive: WeakValueDictionary[str, Classifier] = WeakValueDictionary()
        self._loading: defaultdict[str, Lock] = defaultdict(Lock)
        self._lock = RLock()

    def __len__(self) -> int:
        """How many are alive, whether kept or only in use."""
        return len(self._alive)

    def find(self, key: str) -> Classifier | None:
        """A model that is in memory and was not changed; None where it has to be loaded."""
        with self._lock:
            classifier = self._kept.get(key)
            if classifier is not None:
                self._note_use(key)
        return classifier

    def get(self, key: str) -> Classifier:
        """A model; whoever asks for one that is being loaded waits for it.

        Raises:
            SaliencyError: It cannot be used.
        """
        with self._lock:
            loading = self._loading[key]
        with loading:
            classifier = self._alive.get(key) or self._load(key)
            with self._lock:
                self._alive[key] = self._kept[key] = classifier
                self._note_use(key)
                thrown_out = self._beyond_limits()
        for old in thrown_out:
            self._forget(old)
        return classifier

    def drop(self, key: str) -> None:
        """Forgets a model that is not as it was any more; whoever is at work with it goes on."""
        with self._lock:
            kept, alive = self._kept.pop(key, None), self._alive.pop(key, None)
        if (old := kept or alive) is not None:
            self._forget(old)

    def forget_unused(self, seconds: float = UNUSED) -> int:
        """Throws out those that nobody has asked for in so many seconds, but the one used last; how many."""
        with self._lock:
            since = self._clock() - seconds
            old = [key for key in list(self._kept)[:-1] if self._used[key] <= since]
            thrown_out = [self._kept.pop(key) for key in old]
        for classifier in thrown_out:
            self._forget(classifier)
        return len(thrown_out)

    def _note_use(self, key: str) -> None:
        self._kept.move_to_end(key)
        self._used[key] = self._clock()

    def _beyond_limits(self) -> list[Classifier]:
        thrown_out = []
        while len(self._kept) > MOST and sum(map(memory.weights_of, self._kept.values())) > LIGHT:
            _, old = self._kept.popitem(last=False)
            thrown_out.append(old)
        return thrown_out
