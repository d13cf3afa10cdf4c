from __future__ import annotations

from small_models import SmallNet  # noqa: F401

