"""One thing that was found out about an installation."""

from __future__ import annotations

from dataclasses import dataclass

OK, NOTE, PROBLEM = LEVELS = ("ok", "note", "problem")


@dataclass(frozen=True)
class Finding:
    """What was found.

    Attributes:
        level: `OK`; `NOTE`: it works, and is good to know; `PROBLEM`: it hinders the work.
        subject: What it is about, in a word.
        sentence: What is so, and for a problem the remedy.
    """

    level: str
    subject: str
    sentence: str


def ok(sentence: str) -> Finding:
    """All is well."""
    return Finding(OK, "", sentence)


def note(sentence: str) -> Finding:
    """Good to know."""
    return Finding(NOTE, "", sentence)


def problem(sentence: str) -> Finding:
    """It hinders the work."""
    return Finding(PROBLEM, "", sentence)
