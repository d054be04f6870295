"""What became of dedicated servers, as the log and the rows of attempts say: what the watch over under-use reads, and nothing else.

Of a grant's servers in a window of time: `used` is what the holder's own jobs were busy, `lent` what others' were, `idle` the rest of what
was up. Servers that were down were not held. Where a part was not observed, the window is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from sqlalchemy import Connection, Engine, select

from dure.adapters.store.registry import KnownPiece, known
from dure.adapters.store.schema import attempt, work
from dure.adapters.store.sql import read_rows
from dure.ledger.recorded import recorded
from dure.ledger.waterfall import LINES
from dure.model.reasons import CAUSES
from dure.model.units import MILLI
from dure.programme.watch import Window

_DOWN = [place for place, cause in enumerate(CAUSES) if cause.step in ("installed", "powered", "available")]
_BUSY = [LINES.index(name) for name in ("rework", "overhead", "job_error", "productive")]
_UNOBSERVED, _FOREIGN = LINES.index("unobserved"), LINES.index("foreign")
Spans = Sequence[tuple[int, int]]


def held_windows(engine: Engine, spans: Spans) -> Mapping[int, Sequence[Window]]:
    """Grant → one window for each span [from, to), in milli-device-seconds."""
    now = known(engine)
    if not now.pieces or not spans:
        return {}
    devices = {one.pool: one.devices for one in now.grounds}
    milli = [one.nodes * one.devices * MILLI for one in now.grounds]
    milli += [len(piece.nodes) * devices[piece.pool] * MILLI for piece in now.pieces]
    found: dict[int, list[Window]] = {int(piece.grant): [] for piece in now.pieces if piece.grant.isdecimal()}
    with engine.connect() as connection:
        rows = read_rows(connection, 0)
        for since, until in spans:
            lines = recorded(rows, milli, since, until).lines
            for place, piece in enumerate(now.pieces, len(now.grounds)):
                if not piece.grant.isdecimal():
                    continue  # nobody granted these: they are of a test or of a scenario
                own = _own(connection, place, piece, since, until)
                found[int(piece.grant)].append(_window(lines[place], own, since, until))
    return found


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
