"""What jobs are to the policy: classes of equal need with a speed on every pool; and the jobs that no pool could ever run.

A class is made of devices, fabric domain rule and speeds. Jobs of different workloads that run equally fast everywhere are one class.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from dure.model.catalog import PPM, Accelerator
from dure.model.errors import CatalogError, InputError
from dure.model.needs import Alternative
from dure.model.work import DomainRule
from dure.plant.speed import GENERIC, SpeedTable
from dure.plant.verdict import Fit, fit
from dure.policy.build import ClassSpec
from dure.twin.floor import Floor, Machine
from dure.twin.people import People, Submitters
from dure.wire.constraint import parse_constraint
from dure.wire.tables import Jobs

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_LISTED: Final = 5


@dataclass(frozen=True, slots=True)
class Refusal:
    """Jobs (rows of the table) that no pool could ever run, and why."""

    reason: str
    rows: Ints


@dataclass(frozen=True, slots=True)
class Classes:
    """Specs, the class of each job (−1: refused), what was refused, and what nobody knows."""

    specs: tuple[ClassSpec, ...]
    of_job: Ints
    refusals: tuple[Refusal, ...]
    notes: tuple[str, ...]
    workloads: tuple[str, ...]
    """Workload classes that some job has."""


class Stays(Protocol):
    """What a service says about where its replicas may run: on the models of its rates, if it has any."""

    @property
    def rates(self) -> Container[str]: ...

    @property
    def unit(self) -> str: ...


@dataclass(frozen=True, slots=True)
class _Needs:
    """Distinct (workload, training, memory, constraint, service), the one of each job, speeds by need and pool; `why` a need has none."""

    of_job: Ints
    speeds: Ints
    why: tuple[str, ...]
    notes: tuple[str, ...]
    workloads: tuple[str, ...]


def build_classes(
    jobs: Jobs,
    who: Submitters,
    people: People,
    floor: Floor,
    machines: Mapping[str, Machine],
    table: SpeedTable,
    service: Ints,
    services: Sequence[Stays],
) -> Classes:
    """Classes of all jobs on a floor. `machines` by `site/pool`.

    `service`: 1 + the place in `services` of jobs that last by the clock, equally long on every model; 0 for all others.
    """
    needs = _needs(jobs, Reader([machines[pool.path].accelerator for pool in floor.pools], table), table, service, services)
    speeds, of_speeds = np.unique(needs.speeds, axis=0, return_inverse=True)
    row = of_speeds.reshape(-1)[needs.of_job]
    keys, of_key = _distinct((row, len(speeds)), (jobs.devices, int(jobs.devices.max(initial=0)) + 1), (_domain(jobs, floor), 3))
    combos = np.array(keys, np.int64).reshape(-1, 3)
    piece_pool = floor.piece_pool()
    specs = tuple(
        ClassSpec(devices=devices, speeds=speeds[s][piece_pool].tolist(), domain=domain) for s, devices, domain in combos.tolist()
    )
    able = _able(combos, speeds, floor)
    public = np.array([not piece.never_public for piece in floor.pieces], np.bool_)
    runs: Flags = np.any(able & public, axis=1)
    refused = ~runs[of_key]
    if refused.any():
        refused[refused] = ~_own_pieces(np.flatnonzero(refused), of_key, able, who, people, floor)
    refusals = _refusals(jobs, np.flatnonzero(refused), needs, combos, of_key, speeds, floor)
    return Classes(specs, np.where(refused, -1, of_key), refusals, needs.notes, needs.workloads)


def _domain(jobs: Jobs, floor: Floor) -> Ints:
    """The domain rule where it can matter: of jobs larger than the smallest server."""
    smallest = min((pool.devices for pool in floor.pools), default=1)
    return np.where(jobs.devices > smallest, jobs.domain, int(DomainRule.NONE)).astype(np.int64)


def _distinct(*columns: tuple[npt.NDArray[np.integer], int]) -> tuple[list[tuple[int, ...]], Ints]:
    """Distinct rows of columns given as (values from 0, bound), and the row number of each."""
    key = np.zeros(len(columns[0][0]), np.int64)
    room = 1
    for values, bound in columns:
        assert room < 2**62 // max(bound, 1), "too many kinds of jobs"
        key = key * bound + values
        room *= bound
    found, inverse = _unique(key, room)
    parts: list[Ints] = []
    for _, bound in reversed(columns):
        found, part = np.divmod(found, bound)
        parts.append(part)
    return list(zip(*(part.tolist() for part in reversed(parts)), strict=True)), inverse


def _unique(key: Ints, room: int) -> tuple[Ints, Ints]:
    """np.unique with inverse, by counting where the room is small (no sort of ten million rows)."""
    if room > 1 << 22:
        found, inverse = np.unique(key, return_inverse=True)
        return found, inverse.reshape(-1)
    used = np.zeros(room, np.bool_)
    used[key] = True
    found = np.flatnonzero(used)
    place = np.zeros(room, np.int64)
    place[found] = np.arange(len(found))
    return found, place[key]


def _needs(jobs: Jobs, reader: Reader, table: SpeedTable, service: Ints, services: Sequence[Stays]) -> _Needs:
    sizes, memory = np.unique(jobs.memory_gb, return_inverse=True)
    columns = (
        (jobs.workload, len(jobs.workloads)),
        (jobs.training + 1, 3),
        (memory.reshape(-1), max(1, len(sizes))),
        (jobs.constraint, len(jobs.constraints)),
        (service, len(services) + 1),
    )
    combos, of_job = _distinct(*columns)
    rows, why = [], []
    for workload, training, size, constraint, number in combos:
        rated = services[number - 1] if number and services[number - 1].unit else None
        if rated is not None:
            speeds, reason = [PPM if model.id in rated.rates else 0 for model in reader.models], ""
        else:
            speeds, reason = reader.speeds(jobs.workloads[workload], training - 1, int(sizes[size]), jobs.constraints[constraint])
        rows.append([PPM if speed else 0 for speed in speeds] if number else speeds)
        why.append(reason)
    names = dict.fromkeys(jobs.workloads[workload] for workload, *_ in combos)
    known = tuple(dict.fromkeys(table.workload(name).name for name in names if table.knows(name)))
    shape = (len(combos), len(reader.models))
    return _Needs(of_job, np.array(rows, np.int64).reshape(shape), tuple(why), reader.notes(), known)


class Reader:
    """Speeds of needs on models; gathers what is unknown, once per (workload, model)."""

    def __init__(self, models: Sequence[Accelerator], table: SpeedTable) -> None:
        self.models = models
        self._table = table
        self._unknown: dict[str, dict[str, None]] = {}
        self._no_memory: dict[str, None] = {}

    def allowed(self, constraint: str) -> list[bool]:
        """Which of the models a constraint allows."""
        wanted = parse_constraint(constraint)
        return [self._fits(model, 0, wanted.alternatives) for model in self.models]

    def speeds(self, workload: str, training: int, memory_gb: int, constraint: str) -> tuple[list[int], str]:
        """Speed on each pool (0: not eligible), and the reason if it is 0 everywhere."""
        try:
            wanted = parse_constraint(constraint)
            for name in wanted.names:
                if not self._table.catalog.group(name):
                    self._table.catalog.resolve(name)
            kind = self._table.workload(workload)
        except (InputError, CatalogError) as error:
            return [0] * len(self.models), str(error)
        trains = None if training < 0 else training == 1
        found = self._table.class_speeds(workload, [model.id for model in self.models], training=trains)
        speeds, refused, unknown, narrow = [], 0, 0, 0
        for model, speed in zip(self.models, found, strict=True):
            fits = self._fits(model, memory_gb, wanted.alternatives)
            if fits and speed is None:
                self._unknown.setdefault(kind.name, {})[model.id] = None
                unknown += 1
            refused += fits and speed == 0
            narrow += not fits
            speeds.append(speed or 0 if fits else 0)
        if any(speeds):
            return speeds, ""
        return speeds, _why_nowhere(kind.name, refused, unknown, narrow, constraint, memory_gb)

    def _fits(self, model: Accelerator, memory_gb: int, alternatives: tuple[Alternative, ...]) -> bool:
        found = fit(self._table.catalog, model, memory_gb, alternatives)
        if found is Fit.UNKNOWN_MEMORY:
            self._no_memory[model.id] = None
        return found is Fit.YES

    def notes(self) -> tuple[str, ...]:
        said = [
            f"no speed of {name} on {', '.join(models)} is known: its jobs are not placed there" for name, models in self._unknown.items()
        ]
        if self._no_memory:
            said.append(f"no source states the memory of {', '.join(self._no_memory)}: jobs that ask for memory are not placed there")
        return tuple(said)


def _why_nowhere(workload: str, refused: int, unknown: int, narrow: int, constraint: str, memory_gb: int) -> str:
    """Why a need has no pool at all, from how many pools refuse it, have no known speed, or are not what it insists on."""
    asks = " and ".join(part for part in (constraint and f"insists on {constraint}", memory_gb and f"asks for {memory_gb} GB") if part)
    kind = "a job that names no workload" if workload == GENERIC else workload
    if narrow and not refused and not unknown:
        return f"{kind} {asks}: no pool has that"
    where = " where it may run" if narrow else ""
    if refused and not unknown:
        return f"{kind} trains, and every pool{where} is inference-only"
    return f"no speed of {kind} is known on any pool{where}: state or assume one"


def _able(combos: Ints, speeds: Ints, floor: Floor) -> Flags:
    """Class × piece: fast enough to be known there, and large enough to hold the gang (inside one domain if it must)."""
    size = np.array([floor.pools[piece.pool].devices for piece in floor.pieces], np.int64)
    nodes = np.array([piece.most for piece in floor.pieces], np.int64)
    domain = np.array([floor.pools[piece.pool].domain_nodes for piece in floor.pieces], np.int64)
    inside = np.where(domain > 0, np.minimum(domain, nodes), nodes)
    need = -(-combos[:, 1:2] // size[None, :])
    room = np.where((combos[:, 2:3] == DomainRule.REQUIRE) & (need > 1), inside[None, :], nodes[None, :])
    able: Flags = (speeds[combos[:, 0]][:, floor.piece_pool()] > 0) & (need <= room)
    return able


def _own_pieces(rows: Ints, of_key: Ints, able: Flags, who: Submitters, people: People, floor: Floor) -> Flags:
    """Of jobs that no public piece could run: which run on nodes dedicated to their project, or lent and they may borrow."""
    answer = np.zeros(len(rows), np.bool_)
    index = {body.name: body.index for body in people.projects}
    borrows = np.array([one.preemptible for one in people.qos], np.bool_)[who.qos[rows]]
    for p, piece in enumerate(floor.pieces):
        if piece.never_public:
            term = piece.terms[0]
            answer |= able[of_key[rows], p] & ((who.project[rows] == index[term.project]) | (borrows & term.lent))
    return answer


def _refusals(jobs: Jobs, rows: Ints, needs: _Needs, combos: Ints, of_key: Ints, speeds: Ints, floor: Floor) -> tuple[Refusal, ...]:
    """Refused rows by reason, in order of first appearance."""
    reasons: dict[str, list[Ints]] = {}
    pairs, of_pair = np.unique(np.stack([needs.of_job[rows], of_key[rows]]), axis=1, return_inverse=True)
    for k, (need, key) in enumerate(pairs.T.tolist()):
        why = needs.why[need] or _too_large(combos[key], speeds[combos[key][0]], floor)
        reasons.setdefault(why, []).append(rows[of_pair.reshape(-1) == k])
    return tuple(Refusal(why, np.sort(np.concatenate(parts))) for why, parts in reasons.items())


def _too_large(combo: Ints, speeds: Ints, floor: Floor) -> str:
    """How large the largest pool is that could run such a job but for its size; own pools of others are none."""
    _, devices, domain = combo.tolist()
    where = [p for p in floor.pieces if speeds[p.pool] and not p.never_public]
    if not where:
        return "every pool that could run it is dedicated to another project"
    whole = max(piece.most * floor.pools[piece.pool].devices for piece in where)
    if domain == DomainRule.REQUIRE and devices <= whole:
        return f"asks for {devices:,} accelerators in one fabric domain: no domain is that large"
    uncut = max(floor.pools[piece.pool].nodes * floor.pools[piece.pool].devices for piece in where)
    if uncut >= devices:
        return f"asks for {devices:,} accelerators: the largest pool that could run it has {whole:,} beside what others hold all the time"
    return f"asks for {devices:,} accelerators: the largest pool that could run it has {whole:,}"
