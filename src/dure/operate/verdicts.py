"""Verdicts before a job is submitted: which pools can run it, how fast and for how many credits, and what keeps it off the others.

Pure: a spec, pools and the tables in, an answer out. Nothing here knows how long a queue is: times count from the start of the job.
Which models can do the work is `plant.verdict`'s law, the one the twin obeys; sizes are those of the kernel: whole devices of one pool.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from dure.model.catalog import PPM, Accelerator
from dure.model.units import HOUR_S, ceil_div, round_div
from dure.plant.speed import Basis, SpeedTable
from dure.plant.verdict import Frameworks, Part, Runs, Wanted, judge, room_nodes
from dure.wire.jobspec import JobSpec


@dataclass(frozen=True, slots=True)
class AskedPool:
    """What a project may use of a pool: the nodes of its largest piece, 0 where all belong to others. Weights unknown: None."""

    path: str
    model: Accelerator
    devices: int
    nodes: int
    domain_nodes: int
    start_delay_s: int
    weight_ppm: int | None
    held: bool = False
    """Whether there are nodes, but all of them somebody else's."""
    lacks: tuple[tuple[str, Part], ...] = ()
    """What its site does not provide of `pip`, `conda`, `modules` and `image`, and what that fails."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a pool does for a job. Speeds in parts per million of the reference; unknown is None, and nothing is promised from it.

    `time_s` is from the start of the program to its end at the speed itself, `limit_s` the limit that the job would get: its time at the
    lowest speed that would not surprise; both of one task. The tasks of an array run in `waves`, each as many at once as the array allows
    and the pool would hold if it were empty. Credits are for all tasks and replicas, those of an hour for what runs at once.
    """

    pool: AskedPool
    failed: tuple[Part, ...]
    speed_ppm: int | None
    low_ppm: int | None
    high_ppm: int | None
    basis: Basis | None
    source: str
    framework: Runs
    time_s: int | None = None
    limit_s: int | None = None
    credits_micro: int | None = None
    credits_most_micro: int | None = None
    credits_hour_micro: int | None = None
    waves: int = 1

    @property
    def result_s(self) -> int | None:
        """Start-up of the site and the time of the job; of an array, until its last task ends."""
        return None if self.time_s is None else self.waves * (self.pool.start_delay_s + self.time_s)


class ChangeKind(StrEnum):
    """What a person can change so that more pools fit."""

    DROP_TRAINING = "drop_training"
    LESS_MEMORY = "less_memory"
    MORE_MODELS = "more_models"
    FEWER = "fewer"
    DROP_NODES = "drop_nodes"
    ANY_DOMAIN = "any_domain"
    DROP_FRAMEWORK = "drop_framework"
    STATE_SPEED = "state_speed"
    SITES_OWN = "sites_own"


@dataclass(frozen=True, slots=True)
class Change:
    """A change and the pools that it wins; `value` is what to write (GB, a number, names of models), empty where there is nothing."""

    kind: ChangeKind
    value: int | str
    pools: tuple[str, ...]
    accelerators: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Verdicts of pools that can run the job, best first; the others with what they fail; changes, the one that wins most first."""

    can: tuple[Verdict, ...]
    cannot: tuple[Verdict, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class _Ask:
    """The part of a spec that a pool is judged by."""

    wanted: Wanted
    count: int
    nodes: int | None
    one_domain: bool
    needs: frozenset[str] = frozenset()
    """Of `pip`, `conda`, `modules` and `image`, what it brings."""


def explain(spec: JobSpec, pools: Sequence[AskedPool], table: SpeedTable, frameworks: Frameworks) -> Answer:
    """The whole answer. Names in the spec are known to the catalogue: `adapters.jobspecs.look_up` says which are not."""
    ask = _ask(spec)
    verdicts = [_verdict(spec, ask, pool, table, frameworks) for pool in pools]
    can = sorted((one for one in verdicts if not one.failed), key=_best_first)
    cannot = tuple(one for one in verdicts if one.failed)
    return Answer(tuple(can), cannot, _changes(ask, cannot, table, frameworks))


def likely(can: Sequence[Verdict], free: Mapping[str, int], devices: int, rule: str) -> str | None:
    """The pool that the policy's rule picks among those that can run it and have so many accelerators free; None: none has.

    `free` by pool in the order of the fleet, in which the first of equals is taken. What waits before the job is not asked.
    """
    known = {one.pool.path: one for one in can if one.low_ppm}
    room = [known[path] for path, count in free.items() if path in known and count >= devices]
    keys: dict[str, Callable[[Verdict], int]] = {
        "fastest": lambda one: -(one.low_ppm or 0),
        "cheapest": lambda one: one.credits_most_micro or 0,
        "earliest": lambda one: one.limit_s or 0,
    }
    best = min(room, key=keys.get(rule, lambda one: 0), default=None)
    return None if best is None else best.pool.path


def _ask(spec: JobSpec) -> _Ask:
    asked = spec.accelerators
    wanted = Wanted(spec.workload or "", asked.training, asked.alternatives, 0, spec.framework or "")
    return _Ask(wanted, asked.count.least, spec.nodes, asked.domain == "require", needs_of(spec))


def needs_of(spec: JobSpec) -> frozenset[str]:
    """What of `pip`, `conda`, `modules` and `image` a job asks of its site."""
    env = () if spec.env is None else tuple(name for name in ("pip", "conda", "modules") if getattr(spec.env, name))
    return frozenset((*env, *(("image",) if spec.image is not None else ())))


def _best_first(one: Verdict) -> tuple[int, int, str]:
    """By time to result; a service, which has none, by credits an hour."""
    time = one.result_s if one.result_s is not None else 0
    return time, one.credits_hour_micro if one.credits_hour_micro is not None else 1 << 62, one.pool.path


def _failed(ask: _Ask, pool: AskedPool, table: SpeedTable, frameworks: Frameworks) -> tuple[tuple[Part, ...], int | None, Runs]:
    """What a pool fails, its speed, and whether the framework is known to run there."""
    verdict = judge(table, frameworks, pool.model, ask.wanted)
    setting = tuple(part for kind, part in pool.lacks if kind in ask.needs)
    return (*verdict.failed, *_too_small(ask, pool), *setting), verdict.speed_ppm, verdict.framework


def _too_small(ask: _Ask, pool: AskedPool) -> tuple[Part, ...]:
    if not pool.nodes:
        return (Part.HOLDER,) if pool.held else (Part.COUNT,)
    if ask.nodes is not None and ask.count // ask.nodes > pool.devices:
        return (Part.NODES,)
    needed = ask.nodes or ceil_div(ask.count, pool.devices)
    if needed > pool.nodes:
        return (Part.COUNT,)
    inside = room_nodes(pool.nodes, pool.domain_nodes, needed, one_domain=ask.one_domain)
    return (Part.DOMAIN,) if needed > inside else ()


def _verdict(spec: JobSpec, ask: _Ask, pool: AskedPool, table: SpeedTable, frameworks: Frameworks) -> Verdict:
    failed, speed, runs = _failed(ask, pool, table, frameworks)
    cell = table.speed(ask.wanted.workload, pool.model.id)
    low, high = table.interval(ask.wanted.workload, pool.model.id) or (None, None)
    found = Verdict(pool, failed, speed, low, high, cell.basis if cell else None, cell.source if cell else "", runs)
    if failed or speed is None or low is None:
        return found
    at_once = _at_once(spec, ask, pool)
    weight = pool.weight_ppm
    found = replace(found, waves=ceil_div(spec.tasks, at_once))
    found = replace(found, credits_hour_micro=None if weight is None else ask.count * weight * at_once * spec.replicas)
    if spec.time_s is None:
        return found
    hour = None if weight is None else ask.count * weight * spec.tasks * spec.replicas
    machine = spec.time_on == "machine"
    time_s = spec.time_s if machine else seconds_at(spec.time_s, speed)
    limit_s = spec.time_s if machine else seconds_at(spec.time_s, low)
    return replace(found, time_s=time_s, limit_s=limit_s, credits_micro=_credits(hour, time_s), credits_most_micro=_credits(hour, limit_s))


def _at_once(spec: JobSpec, ask: _Ask, pool: AskedPool) -> int:
    """Tasks of an array that run at once: as many as it allows, and no more than the pool holds when it is empty."""
    if spec.array is None:
        return 1
    needed = ask.nodes or ceil_div(ask.count, pool.devices)
    room = pool.nodes // needed if needed > 1 else pool.nodes * (pool.devices // ask.count)
    return max(1, min(spec.tasks, spec.array.at_once or spec.tasks, room))


def seconds_at(reference_s: int, speed_ppm: int) -> int:
    """⌈time / speed⌉: how long work of so many seconds on the reference takes at a speed."""
    return ceil_div(reference_s * PPM, speed_ppm)


def _credits(hour_micro: int | None, seconds: int) -> int | None:
    return None if hour_micro is None else round_div(hour_micro * seconds, HOUR_S)


def _changes(ask: _Ask, cannot: Sequence[Verdict], table: SpeedTable, frameworks: Frameworks) -> tuple[Change, ...]:
    """Each change of one part, judged anew: it is listed with the pools that it alone wins."""
    found = []
    for kind, value, changed in _candidates(ask, [one for one in cannot if len(one.failed) == 1], table):
        won = [one.pool for one in cannot if not _failed(changed, one.pool, table, frameworks)[0]]
        if won:
            found.append(Change(kind, value, tuple(pool.path for pool in won), sum(pool.nodes * pool.devices for pool in won)))
    unknown = [one.pool for one in cannot if one.failed == (Part.SPEED,)]
    if unknown:
        accelerators = sum(pool.nodes * pool.devices for pool in unknown)
        found.append(Change(ChangeKind.STATE_SPEED, "", tuple(pool.path for pool in unknown), accelerators))
    return tuple(sorted(found, key=lambda one: -one.accelerators))


def _candidates(ask: _Ask, near: Sequence[Verdict], table: SpeedTable) -> list[tuple[ChangeKind, int | str, _Ask]]:
    """One change for each part that is the only thing between a pool and the job; the least that wins a pool."""
    by: Mapping[Part, list[AskedPool]] = {part: [one.pool for one in near if one.failed == (part,)] for part in Part}
    wanted = ask.wanted
    found: list[tuple[ChangeKind, int | str, _Ask]] = []
    if by[Part.TRAINING] and wanted.training and not table.trains(wanted.workload):
        found.append((ChangeKind.DROP_TRAINING, "", replace(ask, wanted=replace(wanted, training=None))))
    if sizes := [size for pool in by[Part.MEMORY] if (size := pool.model.memory_gb.whole) is not None]:
        least = max((one.memory_least_gb for one in wanted.alternatives), default=0)
        size = max((size for size in sizes if size < least), default=min(sizes))
        wider = tuple(
            replace(
                one,
                memory_least_gb=min(one.memory_least_gb, size),
                memory_most_gb=None if one.memory_most_gb is None else max(one.memory_most_gb, size),
            )
            for one in wanted.alternatives
        )
        found.append((ChangeKind.LESS_MEMORY, size, replace(ask, wanted=replace(wanted, alternatives=wider))))
    if by[Part.MODEL]:
        names = sorted({pool.model.short for pool in by[Part.MODEL]})
        wider = tuple(dict.fromkeys(replace(one, names=(), vendor="") for one in wanted.alternatives))
        found.append((ChangeKind.MORE_MODELS, ", ".join(names), replace(ask, wanted=replace(wanted, alternatives=wider))))
    if room := [pool.nodes * pool.devices for pool in by[Part.COUNT] if pool.nodes]:
        found.append((ChangeKind.FEWER, max(room), replace(ask, count=max(room), nodes=None)))
    if by[Part.NODES]:
        found.append((ChangeKind.DROP_NODES, "", replace(ask, nodes=None)))
    if by[Part.DOMAIN]:
        found.append((ChangeKind.ANY_DOMAIN, "", replace(ask, one_domain=False)))
    if any(by[part] for part in (Part.PIP, Part.CONDA, Part.MODULES, Part.IMAGE, Part.TOOL)):
        keys = ", ".join(sorted(f"`{one}`" if one == "image" else f"`env.{one}`" for one in ask.needs))
        found.append((ChangeKind.SITES_OWN, keys, replace(ask, needs=frozenset())))
    if by[Part.FRAMEWORK]:
        found.append((ChangeKind.DROP_FRAMEWORK, "", replace(ask, wanted=replace(wanted, framework=""))))
    return found
