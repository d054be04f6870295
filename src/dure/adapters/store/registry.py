"""What the numbers of a log stand for: pools, classes of jobs, servers that a project holds. Only the leader adds to it, and only behind.

A number never means another thing, so a log that is read with more of them than it knows of makes the same State.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import Engine, insert, select, update

from dure.adapters.store.schema import ground, klass, party, piece
from dure.adapters.store.sql import SqlStore
from dure.model.errors import StoreError
from dure.operate.payer import Holding


@dataclass(frozen=True, slots=True)
class Ground:
    """A pool of the scenario as the log knows it; its place in the list is its number."""

    pool: str
    nodes: int
    devices: int


@dataclass(frozen=True, slots=True)
class KnownClass:
    """Jobs alike to the policy: devices, the rule for fabric domains, speed in ppm by pool (`site/pool`; absent: it cannot run there).

    `grant`: they run on the servers of that grant alone; empty: on nobody's.
    """

    devices: int
    domain: int
    speeds: tuple[tuple[str, int], ...]
    grant: str = ""

    @property
    def key(self) -> str:
        """One text for one class."""
        return json.dumps([self.devices, self.domain, self.speeds, self.grant])


@dataclass(frozen=True, slots=True)
class KnownPiece:
    """Servers of a pool that are a project's: `nodes` are their numbers in the fleet; `released`: since when no more, or 0."""

    number: int
    grant: str
    pool: str
    project: int
    party: int
    nodes: tuple[int, ...]
    notice_s: int
    lent: bool
    released: int = 0


@dataclass(frozen=True, slots=True)
class KnownParty:
    """An organisation or a project of the policy's tree; `leaf`: jobs are of it; `dedicated`: those on servers that it holds itself."""

    number: int
    project: int
    parent: int = 0
    share: int = 1
    leaf: bool = True
    dedicated: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that is numbered, each in its order."""

    grounds: tuple[Ground, ...]
    classes: tuple[KnownClass, ...]
    pieces: tuple[KnownPiece, ...]
    parties: tuple[KnownParty, ...]
    """From number 1 on."""


def known(engine: Engine) -> Known:
    """What a store says now; for whoever follows a log."""
    with engine.connect() as connection:
        grounds = connection.execute(select(ground).order_by(ground.c.number))
        found = tuple(Ground(row.pool, row.nodes, row.devices) for row in grounds)
        classes = connection.execute(select(klass).order_by(klass.c.number))
        kinds = tuple(KnownClass(row.devices, row.domain, tuple((pool, ppm) for pool, ppm in row.speeds), row.grant) for row in classes)
        pieces = connection.execute(select(piece).order_by(piece.c.number))
        parties = connection.execute(select(party).order_by(party.c.number))
        tree = tuple(KnownParty(row.number, row.project, row.parent, row.share, bool(row.leaf), bool(row.dedicated)) for row in parties)
        return Known(found, kinds, tuple(_piece(row) for row in pieces), tree)


def held_servers(engine: Engine) -> list[tuple[int, Holding]]:
    """(Project, servers) of every grant of servers that is not released, in the order in which they came."""
    columns = (piece.c.project, piece.c.grant, piece.c.pool, piece.c.nodes, ground.c.devices)
    query = select(*columns).join(ground, ground.c.pool == piece.c.pool).where(piece.c.released == 0).order_by(piece.c.number)
    with engine.connect() as connection:
        return [(row.project, Holding(row.grant, row.pool, len(row.nodes) * row.devices)) for row in connection.execute(query)]


def _piece(row: Any) -> KnownPiece:
    lent = bool(row.lent)
    return KnownPiece(row.number, row.grant, row.pool, row.project, row.party, tuple(row.nodes), row.notice_s, lent, row.released)


class Registry:
    """What is known, and the leader's pen."""

    def __init__(self, engine: Engine, store: SqlStore, grounds: Sequence[Ground]) -> None:
        """Raises StoreError where the log was written on other pools than those of the scenario."""
        self._store = store
        found = known(engine)
        if not found.grounds:
            with store.leading() as connection:
                rows = [{"number": n, "pool": one.pool, "nodes": one.nodes, "devices": one.devices} for n, one in enumerate(grounds)]
                connection.execute(insert(ground), rows)
        elif found.grounds != tuple(grounds):
            was = ", ".join(f"{one.pool} {one.nodes} × {one.devices}" for one in found.grounds)
            raise StoreError(
                f"the log of this store was written on other pools: {was}", remedy="serve the scenario that it began with, or a new store"
            )
        self.grounds = tuple(grounds)
        self.classes: dict[KnownClass, int] = {one: number for number, one in enumerate(found.classes)}
        self.pieces: dict[str, KnownPiece] = {one.grant: one for one in found.pieces}
        self.unsettled = set(self.pieces)
        """Grants whose servers may not all be where they belong: every one that changes; who moves them takes it out again."""
        self._tree = list(found.parties)
        self._parties = {(one.project, one.dedicated): one.number for one in found.parties}

    @property
    def known(self) -> Known:
        """Everything that is numbered now."""
        return Known(self.grounds, tuple(self.classes), tuple(self.pieces.values()), tuple(self._tree))

    @property
    def parties(self) -> int:
        """How many organisations and projects the policy knows."""
        return len(self._tree)

    def party(self, project: int, *, dedicated: bool = False) -> int | None:
        """The number that the policy knows a project by."""
        return self._parties.get((project, dedicated))

    def join(self, project: int, *, parent: int = 0, share: int = 1, leaf: bool = True, dedicated: bool = False) -> int:
        """An organisation or a project; the same number again for the same one. `parent`: as the policy knows it."""
        known = self.party(project, dedicated=dedicated)
        if known is not None:
            return known
        new = KnownParty(len(self._parties) + 1, project, parent, share, leaf, dedicated)
        assert 0 <= parent < new.number, "parents come first"
        with self._store.leading() as connection:
            connection.execute(insert(party), [asdict(new) | {"leaf": int(leaf), "dedicated": int(dedicated)}])
        self._parties[project, dedicated] = new.number
        self._tree.append(new)
        return new.number

    def piece(self, number: int) -> KnownPiece:
        """The servers that are a pool of this number."""
        return next(one for one in self.pieces.values() if one.number == number)

    def klass(self, wanted: KnownClass) -> int:
        """The number of a class; kept before anything speaks of it."""
        number = self.classes.get(wanted)
        if number is None:
            number = len(self.classes)
            row = {"number": number, "devices": wanted.devices, "domain": wanted.domain, "speeds": wanted.speeds, "key": wanted.key}
            row["grant"] = wanted.grant
            with self._store.leading() as connection:
                connection.execute(insert(klass), [row])
            self.classes[wanted] = number
        return number

    def hold(self, grant: str, pool: str, project: int, nodes: Sequence[int], notice_s: int, *, lent: bool) -> KnownPiece:
        """Servers for a grant, as a pool of their own; the same again for the same grant."""
        if grant not in self.pieces:
            holder = self.join(project, dedicated=True)
            new = KnownPiece(len(self.grounds) + len(self.pieces), grant, pool, project, holder, tuple(nodes), notice_s, lent)
            with self._store.leading() as connection:
                connection.execute(insert(piece), [asdict(new) | {"nodes": list(nodes), "lent": int(lent)}])
            self.pieces[grant] = new
            self.unsettled.add(grant)
        return self.pieces[grant]

    def lend(self, grant: str, notice_s: int, *, lent: bool) -> KnownPiece:
        """How the servers of a grant are lent from now on."""
        with self._store.leading() as connection:
            connection.execute(update(piece).where(piece.c.grant == grant).values(notice_s=notice_s, lent=int(lent)))
        self.pieces[grant] = replace(self.pieces[grant], notice_s=notice_s, lent=lent)
        return self.pieces[grant]

    def release(self, grant: str, now: int) -> None:
        """The servers of a grant go back; no grant, or one that ended before, is no error."""
        before = self.pieces.get(grant)
        if before is None or before.released:
            return
        with self._store.leading() as connection:
            connection.execute(update(piece).where(piece.c.grant == grant).values(released=now))
        self.pieces[grant] = replace(before, released=now)
        self.unsettled.add(grant)
