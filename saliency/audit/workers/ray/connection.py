"""The connection with a Ray cluster: begun, looked after and ended, with a sentence for what goes wrong."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from saliency.errors import SaliencyError

MISSING = "--ray needs Ray, which is not installed. Install it: pip install -r requirements-ray.txt"
PATIENCE = 120.0
"""Seconds to wait for a node that has room, or for one at all once all are lost."""

REACH = 5.0
"""Seconds to reach what answers at once or not at all."""

_LOOK = 60.0  # seconds, for a node to say what it sees
LONG = 1800.0
"""Seconds without an answer of any node, as when a photo ends every process that reads it."""

_STORE = 256 * 2**20  # bytes for what goes between processes on this computer
_ENVIRONMENT = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_BACKEND_LOG_LEVEL": "fatal",  # of what its core prints past Python
    "RAY_ENABLE_AUTO_CONNECT": "0",  # to no other cluster, once this one is left
}


class Nodes:
    """The nodes of a cluster that is connected.

    Attributes:
        threads: How many each worker computes with: as many as here, as they decide on the last digits; fewer
            where no node has so many processors.
        needs: What a worker needs of a node, as Ray's options.
    """

    def __init__(self) -> None:
        """Look at the cluster that this process is connected with."""
        import ray

        self._ray, self._head = ray, ray.get_runtime_context().gcs_address
        on_gpus = ray.cluster_resources().get("GPU", 0) >= 1
        most = max((int(node["Resources"].get("CPU", 0)) for node in ray.nodes() if node["Alive"]), default=1)
        self.threads = max(1, min(torch.get_num_threads(), most))
        self.needs: dict[str, int] = {"num_cpus": self.threads, **({"num_gpus": 1} if on_gpus else {})}
        self._checked: set[tuple[str, Path]] = set()

    def workers(self) -> int:
        """For how many workers there is room, whatever else the cluster does."""
        return sum(self._room(node) for node in self._ray.nodes())

    def answers(self) -> bool:
        """Whether the cluster's head can be reached. Without it Ray ends this process after a minute."""
        try:
            _knock(self._head)
        except OSError:
            return False
        return True

    def check(self, folder: Path) -> None:
        """Make sure that there is room, and that every node with room sees a folder.

        Raises:
            SaliencyError: There is none, or a node does not see it.
        """
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        self._wait_for_room()
        answers = []
        for node in filter(self._room, self._ray.nodes()):
            if (node["NodeID"], folder) not in self._checked:
                on_node = NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
                is_dir = self._ray.remote(num_cpus=0, scheduling_strategy=on_node)(_is_dir)
                answers.append((node, is_dir.remote(str(folder))))
        for node, answer in answers:
            self._check_answer(node, answer, folder)
            self._checked.add((node["NodeID"], folder))

    def _room(self, node: dict[str, Any]) -> int:
        """For how many workers there is room on a node."""
        has = node["Resources"] if node["Alive"] else {}
        names = {"num_cpus": "CPU", "num_gpus": "GPU"}
        return min(int(has.get(names[key], 0) // count) for key, count in self.needs.items())

    def _wait_for_room(self) -> None:
        """Run a task with a worker's needs; it also makes a cluster that grows on demand grow."""
        task = self._ray.remote(max_retries=-1, **self.needs)(_nothing).remote()
        try:
            self._ray.get(task, timeout=PATIENCE)
        except self._ray.exceptions.GetTimeoutError:
            self._ray.cancel(task, force=True)
            what = "GPU and processor" if "num_gpus" in self.needs else "processor"
            raise SaliencyError(
                f"No node of the Ray cluster had a free {what} for {PATIENCE:.0f} seconds. "
                "Wait until it is less busy, or add a node."
            ) from None

    def _check_answer(self, node: dict[str, Any], answer: Any, folder: Path) -> None:
        name = f"The node {node['NodeManagerHostname']} ({node['NodeManagerAddress']})"
        try:
            if self._ray.get(answer, timeout=_LOOK):
                return
            problem = (
                f"{name} does not see the photos' folder “{folder}”. "
                "Put photos and masks where every node finds them under the same path."
            )
        except self._ray.exceptions.GetTimeoutError:
            problem = (
                f"{name} did not answer for {_LOOK:.0f} seconds. Take it out of the cluster, and try again."
            )
        except self._ray.exceptions.RayTaskError as error:
            problem = (
                f"{name} cannot run this program ({last_line(error)}). Install the same version "
                "with the same packages under the same path on every node."
            )
        except self._ray.exceptions.RayError:
            return  # lost meanwhile; others do its work
        raise SaliencyError(problem)


@contextlib.contextmanager
def connected(address: str = "") -> Iterator[Nodes]:
    """A cluster: the one at an address; without one, the one that runs here, or a new one of this computer.

    Args:
        address: As ``HOST:PORT``.

    Raises:
        SaliencyError: Ray is not installed, or there is no such cluster.
    """
    os.environ |= _ENVIRONMENT
    try:
        import ray
        import ray.data
    except ImportError:
        raise SaliencyError(MISSING) from None
    if address:
        _reach(address)
    _connect(ray, address)
    try:
        _hush(ray)
        yield Nodes()
    finally:
        ray.shutdown()


def _reach(address: str) -> None:
    host, _, port = address.rpartition(":")
    if "://" in address or not host or not port.isdecimal():
        raise SaliencyError(
            f"A Ray cluster's address is HOST:PORT, such as 10.0.0.1:6379; it was “{address}”."
        )
    try:
        _knock(address)
    except (OSError, OverflowError) as error:
        raise SaliencyError(
            f"There is no Ray cluster at {address} that can be reached from here "
            f"({error}). Check the address, and whether it runs (ray status)."
        ) from None


def _knock(address: str) -> None:
    host, _, port = address.rpartition(":")
    socket.create_connection((host.strip("[]"), int(port)), timeout=REACH).close()


def _connect(ray: Any, address: str) -> None:
    quiet = {"logging_level": logging.ERROR, "log_to_driver": False}
    try:
        with _silent():
            try:
                ray.init(address=address or "auto", **quiet)
            except ConnectionError:
                if address:
                    raise
                ray.init(address="local", include_dashboard=False, object_store_memory=_STORE, **quiet)
    except Exception as error:  # of many kinds; among them other versions of Ray or Python on the cluster
        ray.shutdown()
        raise SaliencyError(
            f"The Ray cluster {address or 'on this computer'} cannot be used ({last_line(error)}). "
            "The command has to run on one of its nodes, with the same versions of Ray and Python, "
            "and with Ray's token (RAY_AUTH_MODE=token) if the cluster asks for one."
        ) from error


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """What Ray's core writes past Python on standard error while it starts is dropped."""
    standard_error = os.dup(2)
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(standard_error, 2)
        os.close(standard_error)


def _hush(ray: Any) -> None:
    """Keep Ray Data off the terminal, and from waiting for ever."""
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    context.execution_no_progress_timeout_s = LONG


def _is_dir(folder: str) -> bool:
    return Path(folder).is_dir()


def _nothing() -> None:
    pass


def last_line(error: BaseException) -> str:
    """What an error says, in one line: of what another machine said, the last one."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
