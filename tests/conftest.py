"""What every test shares: torch on one thread, so that suites side by side do not slow each other down.

The browser tests all go to one worker, and first: one server and one browser at a time are quicker than two,
and what takes long is not begun when the other worker is about to end.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from xdist.scheduler import LoadFileScheduling

from ui.server.heap import give_back, settle

torch.set_num_threads(1)


class _OneBrowser(LoadFileScheduling):
    """File by file, and the browser tests as one."""

    def _split_scope(self, nodeid: str) -> str:
        return "tests/browser" if nodeid.startswith("tests/browser/") else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> _OneBrowser:
    """How tests are dealt out to workers."""
    return _OneBrowser(config, log)


@pytest.fixture(autouse=True, scope="session")
def _imports_are_no_garbage() -> None:
    """As in the app: else Streamlit searches all that was imported after every run of a page in a test."""
    settle()


@pytest.fixture(autouse=True, scope="module")
def _free_memory_is_given_back() -> Iterator[None]:
    """After each module, so that what one needed at its peak does not stay with the worker."""
    yield
    give_back()
