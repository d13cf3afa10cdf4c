"""What is wrong with a file that was handed over, by the name that its owner knows it by."""

from __future__ import annotations

from saliency.errors import SaliencyError


class FileError(SaliencyError):
    """A table or an archive that cannot be used.

    Attributes:
        file: The file's name as it stands in the message.
    """

    def __init__(self, before: str, file: str, after: str) -> None:
        """A message with a file's name in it.

        Args:
            before: What stands before the name.
            file: The name.
            after: What stands behind it.
        """
        super().__init__(f"{before}{file}{after}")
        self.file, self._before, self._after = file, before, after

    def named(self, file: str) -> FileError:
        """The same of a file that people know by another name."""
        return FileError(self._before, file, self._after)
