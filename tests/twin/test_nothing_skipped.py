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


def digest(plan: Plan) -> tuple[int, str]:
    """How many rows a run has, and a hash of them."""
    found, rows = hashlib.sha256(), 0

    def take(chunk: np.ndarray) -> None:
        nonlocal rows
        rows += len(chunk)
        found.update(chunk.tobytes())

    run(plan, take)
    return rows, found.hexdigest()


@pytest.mark.system
@pytest.mark.parametrize("hold", ["fresh", "kept"])
def test_korea_50k(hold: str) -> None:
    """Five sites, 21 pools, four of them dedicated, a hundred projects over their quotas, preemption, failures."""
    sets = ("programme.horizon=4d", f"policy.hold={hold}")
    plan = prepare(ROOT / "examples" / "korea-50k.yaml", Options(sets=sets)).plan
    forgetful = replace(plan, spec=replace(plan.spec, rules=replace(plan.spec.rules, forget=True)))
    assert digest(plan) == digest(forgetful)
