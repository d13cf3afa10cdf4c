"""A place on the page that keeps what it shows until it is drawn anew.

`st.empty` blanks its place at once. On a long page that is bad: until it is full again, the page below moves
up under the reader, and what was opened there is closed.
"""

from __future__ import annotations

from typing import Any

from streamlit.delta_generator import DeltaGenerator


class Place:
    """A place for one thing at a time."""

    def __init__(self, frame: DeltaGenerator) -> None:
        """Args: frame: A container, with nothing in it yet."""
        self._frame = frame
        self._blank: DeltaGenerator | None = None
        self._drawn = False

    def container(self, **options: Any) -> DeltaGenerator:
        """A container to draw in; what was there before stays until it is drawn over, unless blanked."""
        keeps = self._blank is None and not self._drawn
        self._drawn = True
        # The browser hands on what is in a container to the next one at its place. So the new one comes
        # second, after what was drawn meanwhile; and always does, or else all of it would be made anew.
        around = (self._frame if keeps else self.blank()).container()
        around.empty()
        return around.container(**options)

    def meanwhile(self, **options: Any) -> DeltaGenerator:
        """A container to draw in until the next call of `container`; nothing older is seen beside it."""
        return self.blank().container().container(**options)

    def blank(self) -> DeltaGenerator:
        """The place with nothing in it, as `st.empty` gives it."""
        if self._blank is None:
            self._blank = self._frame.empty()
        return self._blank

    def __getattr__(self, name: str) -> Any:
        """Anything else is drawn in place of what was there."""
        return getattr(self.blank(), name)
