"""``python -m saliency audits FOLDER``: the log of the audits in a folder, as JSON lines or as a table."""

from __future__ import annotations

import argparse
import sys

from commands.terminal import say, show
from saliency.audit.json_types import as_json
from saliency.audit.reports.log.entries import LogEntry, audit_log
from saliency.audit.reports.log.table import write_log
from saliency.audit.reports.sentences import counted
from saliency.names import folded


def run(options: argparse.Namespace) -> int:
    """The command; the exit code.

    Raises:
        SaliencyError: There is no such folder.
    """
    entries = [entry for entry in audit_log(options.folder) if _is_wanted(entry, options.model)]
    of = f" of “{options.model}”" if options.model else ""
    say(f"{counted(len(entries), 'finished audit')}{of} in “{options.folder}”, the oldest first")
    if options.csv:
        write_log(entries, sys.stdout)
    else:
        for entry in entries:
            show(as_json(entry))
    return 0


def _is_wanted(entry: LogEntry, model: str | None) -> bool:
    """Whether an audit is of a model, by its name or by how the digest of its weights begins."""
    if not model:
        return True
    return folded(model) == folded(entry.model) or (len(model) >= 6 and entry.weights.startswith(model))
