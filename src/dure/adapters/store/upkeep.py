"""What people want of servers: the last word about each, and whether its site has taken it. Only the leader writes it, from acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from sqlalchemy import Engine, delete, insert, select, update

from dure.adapters.store.schema import upkeep
from dure.adapters.store.sql import SqlStore
from dure.operate.ports import Upkeep


@dataclass(frozen=True, slots=True)
class Word:
    """Somebody's word about a server (`site/pool/place`), since second `at`; `told`: its site has taken it."""

    node: str
    wanted: Upkeep
    reason: str
    actor: str
    at: int
    told: bool = False


def words(engine: Engine) -> Mapping[str, Word]:
    """The last word about each server that anybody has spoken of."""
    with engine.connect() as connection:
        rows = connection.execute(select(upkeep))
        return {row.node: Word(row.node, Upkeep(row.wanted), row.reason, row.actor, row.at, bool(row.told)) for row in rows}


class Words:
    """The leader's pen."""

    def __init__(self, engine: Engine, store: SqlStore) -> None:
        self._store = store
        self.known = dict(words(engine))

    def say(self, word: Word) -> None:
        """What is wanted of a server from now on; its site is yet to be told."""
        with self._store.leading() as connection:
            connection.execute(delete(upkeep).where(upkeep.c.node == word.node))
            connection.execute(insert(upkeep), [asdict(word) | {"wanted": word.wanted.value, "told": int(word.told)}])
        self.known[word.node] = word

    def heard(self, node: str) -> None:
        """Its site has taken it."""
        with self._store.leading() as connection:
            connection.execute(update(upkeep).where(upkeep.c.node == node).values(told=1))
        self.known[node] = replace(self.known[node], told=True)
