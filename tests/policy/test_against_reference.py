"""The kernel against the reference scheduler, which shares no code with it: the same rows, ends and starts on random cases.

Conservative backfill is compared where the kernel has it; everything else over all rules by name.
"""

from __future__ import annotations

import os
import subprocess
import sys
from random import Random

import pytest

from tests.conftest import ROOT
from tests.policy.wide import wide
from tests.reference import kernel_runner, loop
from tests.reference.case import Case, Ended, Result, Row
from tests.reference.generate import FEATURES, any_features, make, pairwise, smaller

COVER = pairwise()
POLICIES = [(order, backfill) for order in FEATURES["order"] for backfill in FEATURES["backfill"]]


def plain(result: Result) -> tuple[list[Row], list[Ended], dict[int, int], dict[int, int]]:
    """Decisions in their order; ends by second and attempt, for those of one second have no order."""
    return result.rows, sorted(result.ended, key=lambda end: (end.ended_s, end.attempt)), result.starts, result.ends


def differ(case: Case) -> bool:
    return plain(loop.run(case)) != plain(kernel_runner.run(case))


def agree(case: Case, about: str) -> None:
    """Fails with the smallest case found that still differs."""
    if differ(case):
        case = smaller(case, differ)
        want, got = plain(loop.run(case)), plain(kernel_runner.run(case))
        assert got == want, f"{about}\n{case}"


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    kernel_runner.run(make(Random(0), 2, COVER[0]))


@pytest.mark.parametrize(("order", "backfill"), POLICIES, ids=lambda name: name)
def test_100_cases_a_policy(order: str, backfill: str) -> None:
    done, seed = 0, 0
    while done < 100:
        rng, seed = Random(f"{order} {backfill} {seed}"), seed + 1
        features = any_features(rng)
        if (features["order"], features["backfill"]) == (order, backfill):
            agree(make(rng, rng.randint(2, 30), features), f"{features}, seed {seed - 1}")
            done += 1


@pytest.mark.system
@pytest.mark.parametrize("part", range(10))
def test_2000_cases_over_the_pairwise_cover(part: int) -> None:
    for seed in range(200 * part, 200 * part + 200):
        rng = Random(seed)
        features = COVER[seed % len(COVER)]
        agree(make(rng, rng.choice((20, 60, 160)), features), f"{features}, seed {seed}")


@pytest.mark.system
@pytest.mark.parametrize("chosen", COVER, ids=lambda chosen: "-".join(chosen.values()))
def test_wide_floors(chosen: dict[str, str]) -> None:
    """Hundreds of nodes and long lists of few sizes: several words of bitmap, several blocks of release entries and of waiting jobs."""
    agree(wide(Random(1), 250, chosen), f"{chosen}")


def test_plain_python_agrees() -> None:
    """The same source without the JIT."""
    code = """
from random import Random
from tests.policy.test_against_reference import COVER, agree
from tests.reference.generate import make
for seed in range(34):
    agree(make(Random(seed), 12, COVER[seed % len(COVER)]), f"seed {seed}")
"""
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)
