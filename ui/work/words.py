"""The words of work that takes a while: what it does, how long it takes, how far it is."""

from __future__ import annotations

from typing import NamedTuple

from ui.words import about, number, plain


class TaskWords(NamedTuple):
    """What is said of one kind of work: before it is begun, on its button, and beside its progress."""

    offer: str
    start: str
    running: str


VIEW = TaskWords(
    "**{name}** takes {about} on this computer. {sentence}",
    "Start ({about})",
    "Measuring the influence: {percent} % done{left}.",
)
CHECK = TaskWords(
    "{sentence} This takes {about} on this computer.",
    "Run this test ({about})",
    "Asking the model again: {percent} % done{left}.",
)
CANCEL = "Cancel"
CANCELLED = "Stopped. Nothing was changed. You can start again at any time."
DOWNLOAD_OFFER = "**{name}** is not on this computer yet. The download has {megabytes} MB."
DOWNLOAD = "Download ({megabytes} MB)"
DOWNLOAD_STOPPED = "The download was stopped. You can start it again at any time."
BACK_TO_BUILT_IN = "Use the built-in model"


def offer(task: TaskWords, name: str, sentence: str, seconds: float) -> str:
    """What slow work does and how long it takes, before it is started."""
    return task.offer.format(name=plain(name), sentence=sentence, about=about(seconds))


def start(task: TaskWords, seconds: float) -> str:
    """The button that starts it."""
    return task.start.format(about=about(seconds))


def running(task: TaskWords, done: int, total: int, seconds_left: float) -> str:
    """Its progress, with the time left once it can be told."""
    percent = 100 * done // total if total else 0
    told = 0 < done < total and seconds_left >= 1
    return task.running.format(percent=percent, left=f", {about(seconds_left)} left" if told else "")


def waiting(ahead: int) -> str:
    """The place in the line for heavy work."""
    if ahead <= 1:
        return "Someone else is being served. You are next."
    return f"{number(ahead).capitalize()} others are before you."


def line_full(waiting: int) -> str:
    """Too many people ask at once."""
    return (
        f"This server is busy: {number(waiting)} others are waiting already, and the line is full. Please "
        "try again in a minute. What you have so far is kept."
    )


def too_many_at_once(waiting: int) -> str:
    """One person has asked for too much at once."""
    return (
        f"You have {number(waiting)} pieces of work waiting already, perhaps in other tabs. Wait until one "
        "of them is done, or cancel one; then try again."
    )


def downloading(name: str, done: int, total: int) -> str:
    """Progress of a download, in bytes."""
    return f"Downloading {name}: {done / 1e6:.0f} of {total / 1e6:.0f} MB."
