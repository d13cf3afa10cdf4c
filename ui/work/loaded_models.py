"""The models in memory: one of each, whoever uses it."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable
from threading import Lock, RLock
from weakref import WeakValueDictionary

from saliency.classifier import Classifier
from ui import memory

MOST = 2  # models that are kept though nobody uses them, the ones used last
LIGHT = 256 * 2**20  # bytes of weights of all of them up to which more are kept


class LoadedModels:
    """Models by their keys; any number of threads may ask for one.

    Those used last are kept. One that is thrown out is forgotten by all tabs, too; while somebody is at work
    with it all the same, it is found again, and never loaded a second time.
    """

    def __init__(self, load: Callable[[str], Classifier], forget: Callable[[Classifier], None]) -> None:
        """Load a model by such a call; tell another one which is thrown out."""
        self._load, self._forget = load, forget
        self._kept: OrderedDict[str, Classifier] = OrderedDict()
        self._alive: WeakValueDictionary[str, Classifier] = WeakValueDictionary()
        self._loading: defaultdict[str, Lock] = defaultdict(Lock)
        self._lock = RLock()

    def __len__(self) -> int:
        """How many are kept."""
        return len(self._kept)

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
                self._kept.move_to_end(key)
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

    def _beyond_limits(self) -> list[Classifier]:
        thrown_out = []
        while len(self._kept) > MOST and sum(map(memory.weights_of, self._kept.values())) > LIGHT:
            _, old = self._kept.popitem(last=False)
            thrown_out.append(old)
        return thrown_out
