"""What the computer gives: processors, memory, a device, folders, a way to the network, fonts, a port."""

from __future__ import annotations

import json
import os
import socket
import tempfile
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from commands.doctor.finding import Finding, note, ok, problem
from models.disk import room

GIGABYTE = 2**30
ENOUGH_MEMORY = 2 * GIGABYTE
CGROUP = Path("/sys/fs/cgroup")
"""Where Linux says what a container, or a service of systemd, may use."""

_PROXIES = ("http_proxy", "https_proxy", "all_proxy")


def threads() -> Iterator[Finding]:
    """Whether torch takes as many threads as there are processors."""
    cores, allowed = _cores(), _quota()
    usable = cores if allowed is None else min(cores, max(1, int(allowed)))
    setting = os.environ.get("OMP_NUM_THREADS", "").strip()
    if setting and not (setting.isdecimal() and int(setting) > 0):
        yield problem(f"OMP_NUM_THREADS has to be a number of threads; it is “{setting[:40]}”. Unset it.")
    elif setting and int(setting) > usable:
        yield problem(
            f"OMP_NUM_THREADS is {setting}, and {usable} processors may be used: threads that wait for one "
            f"another make everything slower. Set OMP_NUM_THREADS={usable}."
        )
    elif not setting and usable < cores:
        yield problem(
            f"{cores} processors are seen, and {usable} may be used. Set OMP_NUM_THREADS={usable}, as torch "
            "would start too many threads."
        )
    elif setting and int(setting) < usable:
        yield note(f"OMP_NUM_THREADS is {setting}, though {usable} processors may be used.")
    else:
        yield ok(f"{usable} processors, and as many threads.")


def memory() -> Iterator[Finding]:
    """Whether there is memory for the built-in models and a few tabs."""
    total = _memory()
    if total is None:
        yield note("How much memory there is cannot be told here; 2 GB should be free.")
    elif total < ENOUGH_MEMORY:
        yield problem(f"{total / GIGABYTE:.1f} GB of memory may be used, and the app needs 2 GB.")
    else:
        yield ok(f"{total / GIGABYTE:.1f} GB of memory.")


def device() -> Iterator[Finding]:
    """Where models compute, and whether what SPOTLIGHT_DEVICE says is there."""
    from saliency.errors import SaliencyError
    from saliency.network.device import chosen_device

    try:
        yield ok(f"Models compute on {chosen_device()}.")
    except SaliencyError as error:
        yield problem(f"{error.message} SPOTLIGHT_DEVICE says so.")


def folders() -> Iterator[Finding]:
    """Whether what is kept can be written, and has room."""
    home = os.environ.get("SPOTLIGHT_AUDITS") or Path.home() / ".spotlight" / "audits"
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    torch_home = os.environ.get("TORCH_HOME") or Path(cache) / "torch"
    own = Path(__file__).parents[2] / "models" / "custom"
    for what, folder, setting in (
        ("Audits", Path(home), "Set SPOTLIGHT_AUDITS to a folder that can be written."),
        ("Downloaded models", Path(torch_home) / "hub" / "checkpoints", "Set TORCH_HOME to one that can."),
        ("Your own models", own, "Give this account the right to write there."),
        ("Temporary files", _temporary(), "Set TMPDIR to a folder that can be written."),
    ):
        free, writable = room(folder)
        if not writable:
            yield problem(f"{what} cannot be written to {folder}. {setting}")
        elif free is not None and free < GIGABYTE:
            yield problem(
                f"{what}: {free / GIGABYTE:.1f} GB is free at {folder}. Free some room: 1 GB or more."
            )
        else:
            yield ok(f"{what}: {folder}" + ("." if free is None else f", {free / GIGABYTE:.0f} GB free."))


def proxies() -> Iterator[Finding]:
    """Whether the proxies that the environment names can be used for downloads."""
    given = {n: os.environ.get(n) or os.environ.get(n.upper()) or "" for n in _PROXIES}
    used = {name: text for name, text in given.items() if text}
    for name, text in used.items():
        try:
            parts = urlsplit(text)
            whole = bool(parts.hostname) and parts.scheme in ("http", "https") and (parts.port or 1) > 0
        except ValueError:
            whole = False
        if whole:
            yield note(f"Downloads go through the proxy {parts.hostname} ({name}).")
        else:  # what is there may hold a password
            yield problem(
                f"{name} is no address of a proxy. It has to be like http://proxy.example.com:3128."
            )
    if used and "localhost" not in (os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""):
        yield note("no_proxy does not list localhost: models behind an address of this computer need it.")
    if not used:
        yield ok("No proxy is set: downloads go straight to the network.")


def fonts() -> Iterator[Finding]:
    """Whether the fonts of PDF and pictures are there; they come with matplotlib."""
    from saliency.export.typeset import font

    font(12), font(12, bold=True)
    yield ok("The fonts for PDF and slides are here; no font of the system is needed.")


def port_free(port: int) -> Iterator[Finding]:
    """Whether the page can answer at a port, or does already."""
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        with socket.socket(family) as probe:
            probe.settimeout(2)
            try:
                taken = probe.connect_ex((address, port)) == 0
            except OSError:  # no IPv6 here
                continue
        if taken and _is_spotlight(port):
            yield ok(f"Spotlight answers at port {port}.")
            return
        if taken:
            yield problem(f"Something else answers at port {port}. Choose another: --server.port {port + 1}.")
            return
    yield ok(f"Port {port} is free.")


def _is_spotlight(port: int) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"http://localhost:{port}/health", timeout=5) as answer:
            return "longest_wait_seconds" in json.load(answer).get("line", {})
    except urllib.error.HTTPError as error:
        with error:
            return b"longest_wait_seconds" in error.read(10_000)
    except (OSError, HTTPException, ValueError, AttributeError):  # it may not even speak HTTP
        return False


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _quota() -> float | None:
    """How many processors' time a container may use; None where nothing says."""
    try:
        most, period = (CGROUP / "cpu.max").read_text(encoding="ascii").split()
        return None if most == "max" else int(most) / int(period)
    except (OSError, ValueError):
        return None


def _memory() -> int | None:
    """Bytes of memory that may be used: the computer's, or what a container may; None where nothing says."""
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows
        return None
    try:
        return min(total, int((CGROUP / "memory.max").read_text(encoding="ascii")))
    except (OSError, ValueError):
        return total


def _temporary() -> Path:
    """Where temporary files go: what is set, even where Python would choose another for it."""
    named = next((os.environ[name] for name in ("TMPDIR", "TEMP", "TMP") if os.environ.get(name)), "")
    return Path(named or tempfile.gettempdir())
