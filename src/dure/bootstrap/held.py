"""What became of dedicated servers, as the log and the rows of attempts say: what the watch over under-use reads, and nothing else.

Of a grant's servers in a window of time: `used` is what the holder's own jobs were busy, `lent` what others' were, `idle` the rest of what
was up. Servers that were down were not held. Where a part was not observed, the window is unknown.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection, Engine, select

from dure.adapters.store.registry import Known, KnownPiece, known
from dure.adapters.store.schema import attempt, head, work
from dure.adapters.store.sql import read_splits
from dure.ledger.recorded import recorded
from dure.ledger.settlement import available_ppm
from dure.ledger.use import quantile
from dure.ledger.waterfall import LINES
from dure.model.events import Kind, Outcome
from dure.model.reasons import CAUSES
from dure.model.units import MILLI
from dure.operate.ports import Rows
from dure.programme.watch import Window

_DOWN = [place for place, cause in enumerate(CAUSES) if cause.step in ("installed", "powered", "available")]
_BUSY = [LINES.index(name) for name in ("rework", "overhead", "job_error", "productive")]
_UNOBSERVED, _FOREIGN = LINES.index("unobserved"), LINES.index("foreign")
_NOT_HERE = LINES.index("not_delivered")
_MISSED = [LINES.index(name) for name in ("failed", "maintenance")]
Spans = Sequence[tuple[int, int]]
MEASURED = 1_000
"""Runs of a site from which its turn-round is measured: the last ones."""


class Promise(NamedTuple):
    """How soon lent servers come back: the notice, and what a site needs beyond it. `turn_round_s` None: not measured yet."""

    notice_s: int
    turn_round_s: int | None

    @property
    def within_s(self) -> int | None:
        return None if self.turn_round_s is None else self.notice_s + self.turn_round_s


class Held:
    """Keeps up with the rows of the log that speak of dedicated servers; may be asked from any thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._lock = engine, threading.Lock()
        self._rows: Rows | None = None
        self._seq = 0

    def windows(self, spans: Spans) -> Mapping[int, Sequence[Window]]:
        """Grant → one window for each span [from, to), in milli-device-seconds."""
        now = known(self._engine)
        if not now.pieces or not spans:
            return {}
        found: dict[int, list[Window]] = {int(piece.grant): [] for piece in now.pieces if piece.grant.isdecimal()}
        milli = _milli(now)
        with self._engine.connect() as connection:
            rows = self._read(connection, len(now.grounds))
            for since, until in spans:
                lines = recorded(rows, milli, since, until).lines
                for place, piece in enumerate(now.pieces, len(now.grounds)):
                    if not piece.grant.isdecimal():
                        continue  # nobody granted these: they are of a test or of a scenario
                    own = _own(connection, place, piece, since, until)
                    found[int(piece.grant)].append(_window(lines[place], own, since, until))
        return found

    def whole(self, grant: int, until: int) -> Window | None:
        """Everything that became of a grant's servers, from the first that the log tells of them until now or their release; None where
        they are not there yet.
        """
        now = known(self._engine)
        for place, piece in enumerate(now.pieces, len(now.grounds)):
            if piece.grant != str(grant):
                continue
            with self._engine.connect() as connection:
                rows = self._read(connection, len(now.grounds))
                mine = rows[(rows["pool"] == place) & (rows["kind"] == Kind.IDLE)]
                if not len(mine):
                    return None
                since, over = int(mine["seen"].min()), max(piece.released, 0) or until
                over = max(since, min(over, until))
                lines = recorded(rows[rows["pool"] == place], _milli(now), since, over).lines
                return _window(lines[place], _own(connection, place, piece, since, over), since, over)
        return None

    def available(self, since: int, until: int) -> Mapping[str, int | None]:
        """Pool → the part (ppm) of what was installed and observed of it in [since, until) that its operator had not down; None: nothing
        was observed. Servers that a project holds are of their pool.
        """
        now = known(self._engine)
        with self._engine.connect() as connection:
            end = int(connection.execute(select(head.c.seq)).scalar_one())
            rows = read_splits(connection, 0, end, 0)
        lines = recorded(rows, _milli(now), since, until).lines
        sums: dict[str, list[int]] = {}
        for path, row in zip((*(one.pool for one in now.grounds), *(one.pool for one in now.pieces)), lines, strict=True):
            found = sums.setdefault(path, [0, 0])
            found[0] += int(row.sum()) - int(row[_UNOBSERVED]) - int(row[_NOT_HERE])
            found[1] += int(row[_MISSED].sum())
        return {path: available_ppm(*found) for path, found in sums.items()}

    def promise(self, grant: int) -> Promise | None:
        """How soon the servers of a grant are back once its holder asks; None where they are not there."""
        now = known(self._engine)
        piece = next((one for one in now.pieces if one.grant == str(grant)), None)
        if piece is None:
            return None
        site = piece.pool.partition("/")[0]
        paths = [*(one.pool for one in now.grounds), *(one.pool for one in now.pieces)]
        pools = [number for number, path in enumerate(paths) if path.partition("/")[0] == site]
        return Promise(piece.notice_s, self._turn_round(pools))

    def _turn_round(self, pools: Sequence[int]) -> int | None:
        """Of the last runs of a site, nine in ten: how long after the end of their notice they were gone, and how long the next one took
        from its placement to its start.
        """
        here = attempt.c.pool.in_(pools)
        gone = select(attempt.c.ended_at, attempt.c.stop_by).where(here, attempt.c.outcome == int(Outcome.PREEMPTED))
        gone = gone.where(attempt.c.stop_by.is_not(None)).order_by(attempt.c.attempt.desc()).limit(MEASURED)
        come = select(attempt.c.started_at, attempt.c.placed_at).where(here, attempt.c.started_at.is_not(None))
        come = come.order_by(attempt.c.attempt.desc()).limit(MEASURED)
        with self._engine.connect() as connection:
            late = sorted(max(0, row.ended_at - row.stop_by) for row in connection.execute(gone))
            begun = sorted(row.started_at - row.placed_at for row in connection.execute(come))
        beyond, start = quantile(late, 900), quantile(begun, 900)
        return None if beyond is None or start is None else beyond + start

    def _read(self, connection: Connection, first: int) -> Rows:
        with self._lock:
            end = int(connection.execute(select(head.c.seq)).scalar_one())
            more = read_splits(connection, self._seq, end, first)
            self._rows = more if self._rows is None else np.concatenate([self._rows, more])
            self._seq = end
            return self._rows


def _milli(now: Known) -> list[int]:
    devices = {one.pool: one.devices for one in now.grounds}
    milli = [one.nodes * one.devices * MILLI for one in now.grounds]
    return milli + [len(piece.nodes) * devices[piece.pool] * MILLI for piece in now.pieces]


def _window(lines: np.ndarray[tuple[int], np.dtype[np.int64]], own: int, since: int, until: int) -> Window:
    if lines[_UNOBSERVED] > 0:
        return Window(from_at=since, to_at=until, used=None, lent=None, idle=None)
    busy, foreign = int(lines[_BUSY].sum()), int(lines[_FOREIGN])
    held = int(lines.sum()) - int(lines[_DOWN].sum())
    # An attempt says when it ran, the split of a pool when the broker knew it: what the holder ran counts as it ran.
    used = min(own, held)
    lent = min(max(0, busy - used) + foreign, held - used)
    return Window(from_at=since, to_at=until, used=used, lent=lent, idle=held - used - lent)


def _own(connection: Connection, place: int, piece: KnownPiece, since: int, until: int) -> int:
    """Milli-device-seconds that the holder's own attempts were busy there."""
    query = select(attempt.c.milli, attempt.c.started_at, attempt.c.ended_at).join(work, work.c.job == attempt.c.job)
    ours = (attempt.c.pool == place) & (work.c.project == piece.project) & (attempt.c.started_at < until)
    rows = connection.execute(query.where(ours & (attempt.c.ended_at.is_(None) | (attempt.c.ended_at > since))))
    return sum(row.milli * (min(row.ended_at or until, until) - max(row.started_at, since)) for row in rows)
