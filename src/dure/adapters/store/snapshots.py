"""Brokers as they stood, in files beside the store: they shorten the way of the next one and are never needed.

A file is written aside and renamed. It is of one log, of one spec and of one release's kernel: anything else, or a file that cannot be
read, is passed over, and the log is read from its beginning. A spec that has only grown since (pools, classes, projects behind those of
before) is the same one: whoever takes the State up widens it.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from dure.adapters.files import write_bytes
from dure.operate.attempts import Opened
from dure.operate.broker import Saved
from dure.operate.follow import Snapshot
from dure.policy.build import Spec, narrowed, sizes_of
from dure.policy.layout import NONE
from dure.policy.state import State

NAME = "snapshot.npz"


@dataclass(frozen=True, slots=True)
class Ground:
    """What a snapshot must have been made on to be of use, or on what that was before it grew."""

    spec: Spec
    epoch: int

    def digest(self, sizes: Sequence[int]) -> str:
        """Of the first so many pools, classes and projects, the epoch of the keys, the columns of the State.

        How servers of a holder are lent is not part of it: rows of the log change that, so the State knows it better than the spec.
        """
        spec = narrowed(self.spec, *sizes)
        told = replace(spec, pools=[one if one.owner == NONE else replace(one, lent=False, notice=0) for one in spec.pools])
        columns = sorted((name, str(kind)) for name, kind in State.__annotations__.items())
        return hashlib.sha256(repr((told, self.epoch, columns, "split")).encode()).hexdigest()


def ground_of(spec: Spec, epoch: int) -> Ground:
    """`spec`: what a State was built from, or what that has grown into since."""
    return Ground(spec, epoch)


def save(folder: Path, ground: Ground, saved: Saved) -> None:
    """Keep it; the one of before is replaced."""
    sizes = sizes_of(saved.snapshot.state)
    snapshot = saved.snapshot
    about = {
        "ground": ground.digest(sizes),
        "sizes": sizes,
        "seq": snapshot.seq,
        "jobs": snapshot.jobs,
        "bars": list(saved.bars.items()),
        "open": saved.open_attempts,
    }
    arrays = {f"state.{name}": array for name, array in snapshot.state.arrays().items()}
    arrays |= {"wanted": snapshot.wanted[: snapshot.jobs], "told": snapshot.told, "odd": snapshot.odd, "split": saved.split}
    whole = io.BytesIO()
    np.savez(whole, about=np.frombuffer(json.dumps(about).encode(), np.uint8), **arrays)
    write_bytes(folder / NAME, whole.getvalue())


def load(folder: Path, ground: Ground, end: int) -> Saved | None:
    """The last one, where it was made on this ground or on what that has grown out of, and is not behind row `end`; else None."""
    try:
        with open(folder / NAME, "rb") as file, np.load(file, allow_pickle=False) as found:
            about = json.loads(found["about"].tobytes())
            if about["ground"] != ground.digest(about["sizes"]) or about["seq"] > end:
                return None
            state = State(**{name: found[f"state.{name}"] for name in State.names()})
            wanted, told, odd = found["wanted"], found["told"], found["odd"]
            split = found["split"]
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        return None
    opened = tuple(_opened(*one) for one in about["open"])
    snapshot = Snapshot(about["seq"], state, wanted, told, odd, about["jobs"])
    return Saved(snapshot, opened, dict(about["bars"]), split)


def _opened(attempt: int, job: int, pool: int, state: int, stop_by: int, runs: list[list[int]], said: list[list[list[int]]]) -> Opened:
    """An open attempt as it was written: lists are tuples again."""
    told = tuple((tuple(which), tuple(what)) for which, what in said)
    return Opened(attempt, job, pool, state, stop_by, tuple((first, count, each) for first, count, each in runs), told)
