from __future__ import annotations

from pathlib import Path

import pytest

from models.sources import folder


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where people's own models are, empty."""
    where = tmp_path / "custom"
    monkeypatch.setattr(folder, "OWN_FOLDER", where)
    return where
