"""Chains: the hash of every row of the log, and of every act, each after those before it; what a seal binds together.

A seal's head is the hash of the rows up to its last one, into which at every seal goes what stands beside the log: the chain of acts, the
terms of leaders, the rules and the pools. One head that somebody kept therefore proves all of that.

An act is chained by its number, key, name, actor, second, and by the hash of each field of its body: whoever shows an act to a stranger may
show some fields and of the others their hashes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, func, select

from dure.adapters.store.schema import event, ground, inbox, piece, rules
from dure.operate.ports import Rows

ACTS_AT_ONCE = 10_000
POOL_COLUMNS = ("pool", "path", "first_node", "nodes", "devices", "away")


def chained(before: str, rows: Rows) -> str:
    """The hash of rows after that of those before them; their lines are those of an audit bundle."""
    now = bytes.fromhex(before)
    for row in rows.tolist():
        now = hashlib.sha256(now + ",".join(map(str, row)).encode()).digest()
    return now.hex()


def canonical(value: Any) -> str:
    """One text for one value, in ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def digest(value: Any) -> str:
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def act_line(number: int, key: str, act: str, actor: str, at: int, body: Mapping[str, Any]) -> str:
    """What of an act is chained."""
    return canonical([number, key, act, actor, at, {name: digest(value) for name, value in body.items()}])


def acts_chained(before: str, lines: Iterable[str]) -> str:
    """The hash of acts after that of those before them."""
    now = bytes.fromhex(before)
    for line in lines:
        now = hashlib.sha256(now + line.encode()).digest()
    return now.hex()


def act_lines(connection: Connection, since: int, until: int) -> Iterator[str]:
    """Of acts [since, until), in their order."""
    columns = (inbox.c.number, inbox.c.key, inbox.c.act, inbox.c.actor, inbox.c.at, inbox.c.body)
    for begin in range(since, until, ACTS_AT_ONCE):
        ours = (inbox.c.number >= begin) & (inbox.c.number < min(begin + ACTS_AT_ONCE, until))
        for row in connection.execute(select(*columns).where(ours).order_by(inbox.c.number)):
            yield act_line(*row)


def pool_rows(connection: Connection) -> list[tuple[int, str, int, int, int, int]]:
    """Pools of the log with their first nodes. `away`: the supply mode in which their nodes begin: a holder's are another pool's then."""
    grounds = connection.execute(select(ground).order_by(ground.c.number)).all()
    devices = {one.pool: one.devices for one in grounds}
    found: list[tuple[int, str, int, int, int, int]] = []
    node = 0
    pieces = connection.execute(select(piece.c.pool, piece.c.nodes).order_by(piece.c.number))
    for path, nodes, away in [(one.pool, one.nodes, 0) for one in grounds] + [(one.pool, len(one.nodes), 1) for one in pieces]:
        found.append((len(found), path, node, nodes, devices[path], away))
        node += nodes
    return found


def beside(connection: Connection, first: int, last: int, acts: int, acts_head: str) -> str:
    """What a seal of rows `first` to `last` binds beside them: how many acts there are and their chain, since which row which leader's term
    and since when which rules hold, how many pools there are and the hash of their lines.
    """
    terms = select(func.min(event.c.seq), event.c.term).where(event.c.seq >= first, event.c.seq <= last).group_by(event.c.term)
    ruled = select(rules.c.since_seq, rules.c.since_at, rules.c.hash).where(rules.c.since_seq <= last).order_by(rules.c.number)
    pools = pool_rows(connection)
    lines = "\n".join(",".join(map(str, row)) for row in pools)
    return canonical(
        {
            "acts": [acts, acts_head],
            "terms": sorted(list(row) for row in connection.execute(terms)),
            "rules": [list(row) for row in connection.execute(ruled)],
            "pools": [len(pools), hashlib.sha256(lines.encode()).hexdigest()],
        }
    )


def absorbed(chain: str, also: str) -> str:
    """The chain of the log after what stands beside it; seals of releases that bound the rows alone have nothing."""
    if not also:
        return chain
    return hashlib.sha256(bytes.fromhex(chain) + hashlib.sha256(also.encode()).digest()).hexdigest()
