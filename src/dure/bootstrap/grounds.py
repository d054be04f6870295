"""What a served scenario is to the policy: its pools, its rules, and what a job spec is on them.

The people of the scenario are not here: who may ask for what stands in the store, and comes as acts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import dure
from dure.adapters.asked_pools import asked_pools
from dure.adapters.files import LoadedScenario
from dure.adapters.framework_tables import load_frameworks
from dure.adapters.scenario_models import ScenarioModels, scenario_models
from dure.adapters.store.registry import Ground, Known, KnownClass
from dure.model.catalog import PPM
from dure.model.errors import InputError
from dure.model.fleet import Mode
from dure.model.units import ceil_div
from dure.model.work import DomainRule
from dure.operate.verdicts import AskedPool, Verdict, explain
from dure.plant.verdict import Frameworks
from dure.policy.build import ClassSpec, PoolSpec, ProjectSpec, Spec
from dure.policy.layout import NONE
from dure.twin.build import rules_of
from dure.twin.floor import Floor, build_floor
from dure.twin.people import qualities_of
from dure.wire.jobspec import TIME_MOST_S, JobSpec
from dure.wire.scenario import Scenario

_DOMAINS = {"prefer": DomainRule.PREFER, "require": DomainRule.REQUIRE}
NO_QUOTA = 1 << 46
"""Weighted devices, in ppm: more than there are anywhere. A project has a quota from the beginning, or an act could not change it; it is a
ceiling, for the tree above it has none from which something could be borrowed."""
ROOM = 1 << 14
"""Open jobs that a State has room for when it is made; it grows."""


@dataclass(frozen=True, slots=True)
class Meant:
    """A job spec on these pools: its class, what it asks of the reference accelerator, and its time limit by pool."""

    klass: KnownClass
    request_s: int
    limit_s: Mapping[str, int]


@dataclass
class Grounds:
    """The pools of a scenario, without anybody who holds a part of them."""

    loaded: LoadedScenario
    models: ScenarioModels
    floor: Floor
    asked: tuple[AskedPool, ...]
    frameworks: Frameworks
    kept: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Pools whose log began with another billing weight than the scenario says now: (that of the log, the scenario's), ppm."""
    _meant: dict[str, Meant] = field(default_factory=dict)

    @property
    def scenario(self) -> Scenario:
        return self.loaded.scenario

    def grounds(self) -> tuple[Ground, ...]:
        """The pools in the order of their numbers."""
        return tuple(Ground(pool.path, pool.nodes, pool.devices) for pool in self.floor.pools)

    def rules(self) -> dict[str, Any]:
        """All that a choice depends on besides the State: the policy, the published weights, the release whose kernel chooses."""
        weights = {pool.path: pool.weight_ppm for pool in self.floor.pools}
        return {"release": dure.__version__, "policy": self.scenario.policy.model_dump(mode="json"), "billing_weight_ppm": weights}

    def pool_of(self, model: str) -> int:
        """The number of the first pool of a model, by which the log speaks of it. Raises InputError where there is none."""
        for number, pool in enumerate(self.floor.pools):
            if pool.model == model:
                return number
        raise InputError(f"no pool is of {model}", remedy=f"name some of {', '.join(self.floor.models)}")

    def qos(self, name: str | None) -> int:
        """The number of a quality of service; the first is everybody's."""
        names = [one.name for one in self.scenario.policy.qos]
        return names.index(name) if name in names else 0

    def meant(self, spec: JobSpec) -> Meant:
        """What a spec is here. Names in it are known: `look_up` has said which are not."""
        part = spec.model_dump_json(include={"accelerators", "nodes", "workload", "framework", "time_s", "time_on", "kind", "env", "image"})
        if part not in self._meant:
            self._meant[part] = self._read(spec)
        return self._meant[part]

    def _read(self, spec: JobSpec) -> Meant:
        can = explain(spec, self.asked, self.models.speeds, self.frameworks).can
        speeds = {one.pool.path: one.speed_ppm for one in can if one.speed_ppm is not None}
        rule = _DOMAINS.get(spec.accelerators.domain, DomainRule.NONE)
        klass = KnownClass(spec.accelerators.count.least, int(rule), tuple(sorted(speeds.items())))
        return Meant(klass, _request_s(spec, max(speeds.values(), default=PPM)), {one.pool.path: _limit_s(one) for one in can})

    def spec(self, known: Known) -> Spec:
        """What the State is built from: pools, then the servers of each holder as pools of their own."""
        number = {ground.pool: index for index, ground in enumerate(known.grounds)}
        pools = [
            PoolSpec(
                nodes=pool.nodes,
                devices=pool.devices,
                model=self.floor.models.index(pool.model),
                domain_nodes=min(pool.domain_nodes, pool.nodes),
                delay=pool.start_delay_s,
                ahead=pool.ahead_s,
                weight=pool.weight_ppm,
            )
            for pool in self.floor.pools
        ]
        for piece in known.pieces:
            parent = number[piece.pool]
            whole = pools[parent]
            pools.append(
                PoolSpec(
                    nodes=len(piece.nodes),
                    devices=whole.devices,
                    model=whole.model,
                    owner=piece.party,
                    lent=piece.lent,
                    notice=piece.notice_s,
                    parent=parent,
                    delay=whole.delay,
                    ahead=whole.ahead,
                    weight=whole.weight,
                    modes=[int(Mode.NOT_DELIVERED)] * len(piece.nodes),
                )
            )
        places = [(one.pool, "") for one in known.grounds] + [(one.pool, one.grant) for one in known.pieces]
        classes = [ClassSpec(devices=one.devices, speeds=_by_pool(one, places), domain=one.domain) for one in known.classes]
        people = [
            ProjectSpec(parent=one.parent, share=one.share, nominal=NO_QUOTA, borrow=0, credits=0)
            if one.leaf and not one.dedicated
            else ProjectSpec(parent=one.parent, share=one.share, leaf=one.leaf)
            for one in known.parties
        ]
        return Spec(
            pools=pools,
            classes=classes or [ClassSpec(devices=1, speeds=[0] * len(pools))],
            projects=(ProjectSpec(parent=NONE, leaf=False), *people),
            qos=qualities_of(self.scenario),
            rules=rules_of(self.scenario),
            jobs=ROOM,
            acts=True,
            ceilings=True,
            fleet=self.floor.devices,
        )


def _by_pool(one: KnownClass, places: list[tuple[str, str]]) -> list[int]:
    """Speeds by pool of the State; jobs of no grant may also run on what is lent, which is the policy's matter."""
    speeds = dict(one.speeds)
    return [speeds.get(path, 0) if one.grant in ("", grant) else 0 for path, grant in places]


def _request_s(spec: JobSpec, fastest_ppm: int) -> int:
    """Seconds on the reference accelerator. Where the time is the machine's, it is asked for on the fastest one that the job may get."""
    if spec.time_s is None:
        return TIME_MOST_S
    return spec.time_s if spec.time_on == "reference" else ceil_div(spec.time_s * fastest_ppm, PPM)


def _limit_s(verdict: Verdict) -> int:
    return verdict.limit_s if verdict.limit_s is not None else TIME_MOST_S


def grounds_of(loaded: LoadedScenario, weights: Mapping[str, int] = MappingProxyType({})) -> Grounds:
    """`weights`: billing weights with which a log began. They stay: what was charged by a weight is not charged anew by another one.

    Raises InputError where the scenario names what the catalogue does not know.
    """
    alone = loaded.scenario.programme.model_copy(update={"organisations": (), "allocations": ()})
    served = loaded.served(alone)
    models = scenario_models(served)
    own = build_floor(served.scenario, models.pools)
    kept = {one.path: (weights[one.path], one.weight_ppm) for one in own.pools if weights.get(one.path, one.weight_ppm) != one.weight_ppm}
    if kept:
        pools = {path: replace(pool, weight_ppm=kept[path][0]) if path in kept else pool for path, pool in models.pools.items()}
        models = replace(models, pools=pools)
        own = build_floor(served.scenario, models.pools)
    return Grounds(served, models, own, asked_pools(served, models, None, None), load_frameworks(), kept)
