"""Independent pieces of work on threads of this machine or on a Dask cluster: answers come in the order of the pieces, whoever is first.

What is sent and what comes back are plain values that can be pickled; work that fails must say so in its answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from dure.model.errors import InputError, Where

Work = Callable[[Any], Any]
CONNECT_S = 30


def on_threads(work: Work, pieces: Sequence[Any], workers: int) -> list[Any]:
    """The kernel runs without Python's lock, so threads share the cores."""
    if workers == 1 or len(pieces) < 2:
        return [work(piece) for piece in pieces]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(work, pieces))


def on_dask(work: Work, pieces: Sequence[Any], address: str) -> list[Any]:
    """On the workers of a cluster that runs already; raises InputError where the package or the cluster is not there."""
    where = Where("--dask")
    try:
        from distributed import Client
    except ImportError:
        remedy = "pip install dure[cluster], or leave --dask out and use --workers"
        raise InputError("Dask is not installed", where=where, remedy=remedy) from None
    connect: Any = Client
    try:
        client = connect(address, timeout=CONNECT_S)
    except (OSError, ValueError, TimeoutError) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        remedy = "start a scheduler (dask scheduler) and its workers, and give its address such as tcp://host:8786"
        raise InputError(f"no cluster answers at {address}: {said}", where=where, remedy=remedy) from None
    with client:
        if not client.scheduler_info()["workers"]:
            raise InputError(f"the cluster at {address} has no worker", where=where, remedy="start one: dask worker ADDRESS")
        return list(client.gather(client.map(work, pieces, pure=False)))
