"""Mistakes that somebody could make in the code, made on purpose: the seeds have to find every one of them.

A mutant is a piece of text in one function and what stands there instead. The text must be there, once: who changes the code is told.
"""

from __future__ import annotations

import importlib
import inspect
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.simulation.seeds import play


@dataclass(frozen=True, slots=True)
class Mutant:
    name: str
    where: str
    """module:Class.function"""
    old: str
    new: str
    within: int
    """Seeds, from 0 on, among which one at least fails."""


MUTANTS = (
    Mutant(
        "does not look at its term",
        "dure.adapters.store.sql:SqlStore.commit",
        "if done.rowcount != 1:",
        "if done.rowcount < 0:",
        200,
    ),
    Mutant(
        "takes silence for absence",
        "dure.bootstrap.drive:Driver._presences",
        "if presence != Presence.UNKNOWN:\n                found[key] = presence",
        "found[key] = Presence.ABSENT if presence == Presence.UNKNOWN else presence",
        200,
    ),
    Mutant(
        "retries what was not answered as another attempt",
        "dure.operate.broker:Broker._answers",
        "self._doubted.add(attempt)",
        "yield Fact(Kind.ENDED, now, key, cause=Outcome.LOST)",
        200,
    ),
    Mutant(
        "forgets its outbox when it starts again",
        "dure.operate.broker:Broker.outbox",
        "placed = tuple(self.attempts.of(AttemptState.PLACED))",
        "placed = ()",
        200,
    ),
    Mutant(
        "forgets stops that were not heard",
        "dure.bootstrap.drive:Driver._stop",
        "self._again.append(stop)",
        "pass",
        400,
    ),
    Mutant(
        "marks a site as read before its facts are kept",
        "dure.operate.broker:Broker.step",
        "self._store.commit(rows, jobs, gathered.marks)",
        "self._store.commit(rows[:0], jobs[:0], gathered.marks); self._store.commit(rows, jobs, {})",
        200,
    ),
    Mutant(
        "takes a fact twice",
        "dure.operate.broker:Broker._of_facts",
        "if before is None:",
        "if True:",
        200,
    ),
    Mutant(
        "charges from placement",
        "dure.ledger.attempts:_started",
        'columns["started_s"][attempt] = facts["at"]',
        'columns["started_s"][attempt] = np.minimum(facts["at"], columns["placed_s"][attempt])',
        200,
    ),
    Mutant(
        "does not hear a cancel that comes with its job",
        "dure.bootstrap.intake:Acts._jobs_of",
        "return recorded or ",
        "return recorded and ",
        200,
    ),
    Mutant(
        "forgets quotas",
        "dure.bootstrap.intake:Acts._take",
        "value=NO_QUOTA if milli is None else milli * 1_000",
        "value=NO_QUOTA",
        400,
    ),
    Mutant(
        "stops at once, without notice",
        "dure.bootstrap.drive:Driver._stop",
        ".stop(stop.key, stop.by, now)",
        ".stop(stop.key, now, now)",
        400,
    ),
    Mutant(
        "a site that starts what it has given up",
        "dure.adapters.engines.simulated:SimulatedSite.lookup",
        "self._given_up.add(key)",
        "pass",
        400,
    ),
)


@contextmanager
def mutated(mutant: Mutant) -> Iterator[None]:
    """The code with this mistake in it."""
    module_name, _, path = mutant.where.partition(":")
    module = importlib.import_module(module_name)
    owner: Any = module
    *outer, last = path.split(".")
    for name in outer:
        owner = getattr(owner, name)
    right = inspect.getattr_static(owner, last)
    source = textwrap.dedent(inspect.getsource(right))
    old = textwrap.dedent(mutant.old)
    assert source.count(old) == 1, f"{mutant.name}: `{mutant.old}` stands {source.count(old)} times in {mutant.where}"
    scope = dict(vars(module))
    text = "from __future__ import annotations\n" + source.replace(old, textwrap.dedent(mutant.new))
    exec(compile(text, mutant.where, "exec"), scope)
    made = scope[last]
    setattr(owner, last, made)
    try:
        yield
    finally:
        setattr(owner, last, right)


def found_within(mutant: Mutant, most: int = 0) -> tuple[int, str]:
    """(the first seed that finds it, what it says); −1 where none of `within` does."""
    with mutated(mutant):
        for seed in range(most or mutant.within):
            _, broke, _ = play(seed)
            if broke:
                return seed, broke
    return -1, ""


if __name__ == "__main__":
    for one in MUTANTS:
        seed, broke = found_within(one)
        sys.stdout.write(f"{seed:4d}  {one.name}: {broke[:160]}\n")
        sys.stdout.flush()
