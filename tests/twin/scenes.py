"""Small scenarios and the runs they give, for the tests of the twin."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dure.adapters.files import LoadedScenario, load_scenario
from dure.adapters.scenario_models import scenario_models
from dure.ledger.attempts import Gathering
from dure.twin.account import Account, account
from dure.twin.build import Plan, build_plan
from dure.twin.floor import Floor, build_floor
from dure.twin.offer import Offer, traced
from dure.twin.run import Observer, RunResult, run
from dure.twin.supply import Supply, build_supply
from dure.wire.tables import Jobs


def loaded(text: str, sets: Sequence[str] = ()) -> LoadedScenario:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scene.yaml"
        path.write_text(text, encoding="utf-8")
        return load_scenario(path, sets)


def jobs_of(*rows: dict[str, Any], **names: Any) -> Jobs:
    """A table from rows; what a row leaves out is the column's default."""
    columns = {name: np.array([row.get(name, _DEFAULTS.get(name, 0)) for row in rows]) for name in {key for row in rows for key in row}}
    return Jobs.build(**names, **columns)


_DEFAULTS = {"training": -1, "devices": 1, "request_s": -1}


def plan_of(text: str, jobs: Jobs | Offer, sets: Sequence[str] = (), **more: Any) -> Plan:
    scene = loaded(text, sets)
    models = scenario_models(scene)
    return build_plan(scene.scenario, models.pools, models.speeds, jobs if isinstance(jobs, Offer) else traced(jobs), **more)


def floor_of(text: str) -> tuple[Floor, Supply]:
    scene = loaded(text)
    floor = build_floor(scene.scenario, scenario_models(scene).pools)
    return floor, build_supply(scene.scenario, floor, 1)


def played(plan: Plan, observer: Observer | None = None) -> tuple[RunResult, Account, np.ndarray]:
    """Result, account and all event rows of a run."""
    gathering, chunks = Gathering(), []

    def take(rows: np.ndarray) -> None:
        gathering.add(rows)
        chunks.append(rows.copy())

    result = run(plan, take, observer)
    return result, account(plan, result, gathering), np.concatenate(chunks) if chunks else np.zeros(0)
