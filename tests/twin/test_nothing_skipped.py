"""On a whole fleet too, what `decide` does not look at could not have started: looking at everything gives the same rows."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from dure.adapters.run_input import Options, prepare
from dure.twin.build import Plan
from dure.twin.run import run
from tests.conftest import ROOT


def digest(plan: Plan) -> tuple[int, str, int]:
    """How many rows a run has, a hash of them, and how many dates it gave."""
    found, rows = hashlib.sha256(), 0

    def take(chunk: np.ndarray) -> None:
        nonlocal rows
        rows += len(chunk)
        found.update(chunk.tobytes())

    result = run(plan, take)
    return rows, found.hexdigest(), int(result.state.meta[0]["reserve_given"])


@pytest.mark.system
@pytest.mark.parametrize(
    ("hold", "reserve"),
    [("fresh", "null"), ("kept", "null"), ("fresh", "{gang_share: 5%, after: 1h}"), ("kept", "{gang_share: 5%, after: 1h}")],
)
def test_korea_50k(hold: str, reserve: str) -> None:
    """Five sites, 21 pools, four of them dedicated, a hundred projects over their quotas, preemption, failures; dates or none."""
    sets = ("programme.horizon=4d", f"policy.hold={hold}", f"policy.reserve={reserve}")
    plan = prepare(ROOT / "examples" / "korea-50k.yaml", Options(sets=sets)).plan
    forgetful = replace(plan, spec=replace(plan.spec, rules=replace(plan.spec.rules, forget=True)))
    found = digest(plan)
    assert found == digest(forgetful)
    assert (found[2] > 50) == (reserve != "null")
