"""By which rules a programme chose, and since when: a choice can name its own.

A leader writes down the rules that it was started with, where they are others than those of the leader before it. A choice was made by
the rules of the last row that does not begin behind it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, func, insert, select

from dure.adapters.store.schema import rules
from dure.adapters.store.sql import SqlStore
from dure.programme.watch import WatchRule, rule_in

DIGITS = 12
"""Of the hash, in the name of a set of rules."""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules in force for rows of the log from `since_seq` on, until the next set's."""

    number: int
    hash: str
    since_seq: int
    since_at: int
    text: Mapping[str, Any]

    @property
    def name(self) -> str:
        """How a choice names them."""
        return f"{self.number}-{self.hash[:DIGITS]}"


def rule_sets(engine: Engine) -> tuple[RuleSet, ...]:
    """Every set, oldest first."""
    with engine.connect() as connection:
        found = connection.execute(select(rules).order_by(rules.c.number))
        return tuple(RuleSet(row.number, row.hash, row.since_seq, row.since_at, row.text) for row in found)


def newest_set(engine: Engine) -> int:
    """The number of the newest set; 0 where there is none."""
    with engine.connect() as connection:
        return int(connection.execute(select(func.coalesce(func.max(rules.c.number), 0))).scalar_one())


def first_weights(engine: Engine) -> dict[str, int]:
    """Pool → the billing weight with which its log began, ppm."""
    found: dict[str, int] = {}
    for one in rule_sets(engine):
        found = {**one.text.get("billing_weight_ppm", {}), **found}
    return found


def rules_of(sets: tuple[RuleSet, ...], seq: int) -> RuleSet | None:
    """The rules of the choice in this row; None for a row that is older than the book of rules."""
    return next((one for one in reversed(sets) if one.since_seq <= seq), None)


def watch_rule(sets: Sequence[RuleSet], at: int | None = None) -> tuple[WatchRule, str]:
    """The rule of the watch in force at a second (None: now), and the name of its set; before any set the usual rule, without a name."""
    found = next((one for one in reversed(sets) if at is None or one.since_at <= at), None)
    return (WatchRule(), "") if found is None else (rule_in(found.text), found.name)


def begin(engine: Engine, store: SqlStore, text: Mapping[str, Any], now: int) -> RuleSet:
    """The rules that this leader chooses by; a new set where the leader before it had others."""
    digest = hashlib.sha256(json.dumps(text, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    known = rule_sets(engine)
    if known and known[-1].hash == digest:
        return known[-1]
    made = RuleSet(len(known) + 1, digest, store.seq, now, text)
    row = {"number": made.number, "hash": digest, "since_seq": made.since_seq, "since_at": now, "text": dict(text)}
    with store.leading() as connection:
        connection.execute(insert(rules), [row])
    return made
