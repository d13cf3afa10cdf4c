"""Many people at once, with mixed pages, uploads, slow views, and audits behind them: what they wait and get.

Speaks the page's protocol, without a browser. Every answer is compared with what a lone person is given by a
server of its own, afterwards. Goals are for a machine that does nothing else.

    python -m benchmarks.load [--people 20] [--minutes 60] [--audits 2] [--close 100] [--pause 5] [--seed 0]
        [--page docs/operations.md]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import tempfile
import time
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from streamlit.proto.Element_pb2 import Element

from benchmarks import load_report
from benchmarks.page_client import Lost, Tab
from benchmarks.responsive import prepare_audit
from benchmarks.visitors import Question, answer, ask, images, photo_name, place_told, problem, questions
from benchmarks.watched_server import WatchedServer, watched_server
from ui.audit import store
from ui.widgets.samples import samples

FORGET = ("--server.disconnectedSessionTTL", "3")


@dataclass(eq=False)
class Act:
    """One thing that somebody did.

    Attributes:
        person: Who.
        question: What they asked.
        begun: When, in seconds since the beginning.
        answered: Seconds until the answer could be seen; of a slow view, from the press on its button.
        told: The places in line they were told of, and 0 for each telling how far the work is.
        known: Whether somebody had been given the same answer before.
        answer: The pictures and headlines of the page.
        problem: What went wrong, or an error that the page showed; empty where nothing did.
    """

    person: int
    question: Question
    begun: float
    answered: float = 0.0
    told: list[int] = field(default_factory=list)
    known: bool = False
    answer: frozenset[str] = frozenset()
    problem: str = ""

    @property
    def ahead(self) -> int:
        """How many people were told to be ahead, at most."""
        return max(self.told, default=0)


@dataclass(eq=False)
class Load:
    """All that happened.

    Attributes:
        acts: What people did.
        memory: Seconds since the beginning, and megabytes of the server.
        lone: What a lone person is given, and after how many seconds.
        alive: What was alive in the server, at several times.
    """

    acts: list[Act] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    lone: dict[Question, Act] = field(default_factory=dict)
    alive: dict[str, dict[str, int]] = field(default_factory=dict)
    audits: int = 0
    _answered: set[Question] = field(default_factory=set)
    _start: float = 0.0

    def begin(self) -> None:
        """Begins to count the time."""
        self._start = time.monotonic()

    @property
    def now(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._start

    async def act(self, tab: Tab, person: int, question: Question) -> Act:
        """Does one thing, and waits until the page is drawn."""
        act = Act(person, question, self.now, known=question in self._answered)
        name = photo_name(person, question)

        def look(tab: Tab, element: Element) -> None:
            if (ahead := place_told(element)) is not None:
                act.told.append(ahead)
            shows = any("under the colours" in image.alt and name in image.alt for image in images(element))
            if shows and not act.answered and question.kind in ("sample", "own"):
                act.answered = time.monotonic() - tab.asked

        tab.on_element = look
        try:
            await ask(tab, question, name)
            act.answered = act.answered or time.monotonic() - tab.asked
            act.answer, act.problem = answer(tab, name), problem(tab, name)
        except (Lost, StopIteration, OSError) as error:
            act.problem = f"lost: {error}"
        if not act.problem and question.kind != "own":
            self._answered.add(question)
        return act


def main() -> None:
    """Let people loose on a server, ask the same alone, and print or write what came of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--audits", type=int, default=2)
    parser.add_argument(
        "--close", type=int, default=100, help="tabs that are closed in the middle, at the end"
    )
    parser.add_argument("--pause", type=float, default=5.0, help="seconds that people look, on average")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--page", type=Path, help="a page with a place for the table; its chart goes beside it"
    )
    options = parser.parse_args()
    load = Load()
    with tempfile.TemporaryDirectory() as folder:
        os.environ[store.HOME] = folder
        for _ in range(options.audits):
            prepare_audit()
        with watched_server(*FORGET, SPOTLIGHT_MOST_WAITING="200") as server:
            asyncio.run(loaded(load, server, options))
        load.audits = options.audits
        with watched_server(*FORGET, **{store.HOME: str(Path(folder) / "none")}) as server:
            asyncio.run(ask_alone(load, server))
    load_report.report(load, options)


async def loaded(load: Load, server: WatchedServer, options: argparse.Namespace) -> None:
    """The people's time, and then that of tabs that are closed in the middle."""
    load.alive["before anybody came"] = server.alive()
    load.begin()
    watch = asyncio.create_task(_watch_memory(load, server))
    end = load.now + 60 * options.minutes
    people = [_person(load, server, number, end, options) for number in range(options.people)]
    await asyncio.gather(*people)
    watch.cancel()
    load.alive["when people had left"] = await _settled(server)
    if options.close:
        load.alive[f"with {options.close} tabs in a slow view"] = await _closed(server, options.close)
        load.alive["when all were closed in the middle"] = await _settled(server)


async def ask_alone(load: Load, server: WatchedServer) -> None:
    """Asks each question that was asked, one after the other, each in a tab of its own."""
    for question in dict.fromkeys(act.question for act in load.acts):
        async with Tab(server.address) as tab:
            await tab.open()
            await tab.drawn()
            load.lone[question] = await load.act(tab, 0, question)


async def _person(
    load: Load, server: WatchedServer, number: int, end: float, options: argparse.Namespace
) -> None:
    """Comes, asks one thing after the other, now and then in a new tab, and leaves."""
    chance = random.Random(1000 * options.seed + number)
    asked = questions(chance)
    await asyncio.sleep(chance.random() * options.pause)
    while load.now < end:
        try:
            async with Tab(server.address) as tab:
                await tab.open()
                await tab.drawn()
                for _ in range(chance.randrange(3, 12)):
                    if load.now < end:
                        load.acts.append(await load.act(tab, number, next(asked)))
                        await asyncio.sleep(chance.expovariate(1 / options.pause))
        except (Lost, OSError) as error:
            load.acts.append(Act(number, Question("audit"), load.now, problem=f"lost: {error}"))
            await asyncio.sleep(options.pause)


async def _watch_memory(load: Load, server: WatchedServer) -> None:
    while True:
        load.memory.append((load.now, server.megabytes))
        await asyncio.sleep(5)


async def _closed(server: WatchedServer, count: int) -> dict[str, int]:
    """Closes so many tabs while they wait for slow views, and tells what was alive just before."""
    keys = list(samples())

    async def begin(tab: Tab, number: int) -> None:
        await tab.open("", sample=keys[number % len(keys)], view="rise", framing="crop")
        with suppress(Lost):
            await tab.until(lambda: tab.has_button("start") or tab.at_rest, 120)
            if tab.has_button("start"):
                await tab.press("start")

    async with AsyncExitStack() as stack:
        tabs = [await stack.enter_async_context(Tab(server.address)) for _ in range(count)]
        await asyncio.gather(*(begin(tab, number) for number, tab in enumerate(tabs)))
        await asyncio.sleep(2)
        return await asyncio.to_thread(server.alive)


async def _settled(server: WatchedServer) -> dict[str, int]:
    """What is alive once nothing goes any more, or after a minute."""
    counts = server.alive()
    for _ in range(12):
        await asyncio.sleep(5)
        before, counts = counts, server.alive()
        if counts == before and not counts["tabs"] + counts["states of tabs"]:
            break
    return counts


if __name__ == "__main__":
    main()
