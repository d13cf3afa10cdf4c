"""What every test shares: torch on one thread, so that suites side by side do not slow each other down."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from ui.server.heap import give_back, settle

torch.set_num_threads(1)


@pytest.fixture(autouse=True, scope="session")
def _imports_are_no_garbage() -> None:
    """As in the app: else Streamlit searches all that was imported after every run of a page in a test."""
    settle()


@pytest.fixture(autouse=True, scope="module")
def _free_memory_is_given_back() -> Iterator[None]:
    """After each module, so that what one needed at its peak does not stay with the worker."""
    yield
    give_back()
