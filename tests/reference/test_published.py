"""The reference against answers that others published: T1 (HPC2N under AccaSim and CQSim), T2 (Erlang-C)."""

from __future__ import annotations

import math
from pathlib import Path
from random import Random
from statistics import mean, stdev

import pytest

from tests.reference.case import Case, Job, Policy, Pool, Result
from tests.reference.loop import run


def read_swf(path: Path) -> tuple[Job, ...]:
    """Every row: submission (field 2), run (4; −1 counts as no time at all: 1 s here), estimate (9), requested processors (8)."""
    rows = [line.split() for line in path.read_text(encoding="ascii").splitlines() if line.strip() and not line.startswith(";")]
    return tuple(Job(submit_s=int(f[1]), run_s=max(1, int(f[3])), request_s=int(f[8]), devices=int(f[7])) for f in rows)


def hpc2n(shared: Path, policy: Policy) -> tuple[Case, Result]:
    case = Case(pools=(Pool(240, 1),), jobs=read_swf(shared / "traces" / "swf" / "hpc2n.swf"), policy=policy)
    return case, run(case)


@pytest.mark.parametrize(("order", "makespan_s", "wait_mean_s"), [("fcfs", 5_309_576, 5_579.96), ("sjf", 5_400_681, 3_439.83)])
def test_t1_without_backfill(shared: Path, order: str, makespan_s: int, wait_mean_s: float) -> None:
    # All 3,170 rows; the 25 of them without a run time (−1) last 1 s here, 0 s there: the mean moves by 0.006 s.
    case, result = hpc2n(shared, Policy(order=order))
    assert len(result.ends) == 3_170
    assert result.makespan_s(case) == makespan_s
    assert result.wait_mean_s(case) == pytest.approx(wait_mean_s, abs=0.02)


def test_t1_easy_with_the_reservation_kept(shared: Path) -> None:
    # The published mean is AccaSim's, which makes a reservation once and keeps it: within 3 % (here −1.04 %).
    case, result = hpc2n(shared, Policy(backfill="easy", hold="kept"))
    assert result.makespan_s(case) == 5_282_045
    assert result.wait_mean_s(case) == pytest.approx(3_345.30, rel=0.03)


def test_t1_easy_with_a_fresh_reservation(shared: Path) -> None:
    # A reservation that is computed anew at each instant protects the head more and backfills less: +4.07 %, outside the 3 % of the target.
    case, result = hpc2n(shared, Policy(backfill="easy"))
    assert result.makespan_s(case) == 5_282_045
    assert result.wait_mean_s(case) == pytest.approx(3_481.56, abs=0.01)


# --- T2

SERVICE_MEAN_S = 10_000
RUNS = 30
T_99_OF_29 = 2.756


def erlang_c(servers: int, offered: float) -> float:
    """Probability that an arrival waits, offered = arrival rate · mean service."""
    blocked = 1.0
    for k in range(1, servers + 1):
        blocked = offered * blocked / (k + offered * blocked)
    return blocked / (1 - offered / servers * (1 - blocked))


def wait_expected_s(servers: int, load: float) -> float:
    return erlang_c(servers, load * servers) * SERVICE_MEAN_S / (servers * (1 - load))


def queue_in_balance(rng: Random, servers: int, load: float) -> int:
    """How many are in the system at a random moment: so no warm-up is needed."""
    offered, weight, k = load * servers, 1.0, 0
    weights = [weight]
    while k < servers or weight > 1e-12 * max(weights):
        k += 1
        weight *= offered / min(k, servers)
        weights.append(weight)
    return rng.choices(range(len(weights)), weights)[0]


def waits_mean_s(rng: Random, servers: int, load: float, arrivals: int) -> float:
    """Mean wait of the jobs that arrive after second 0 in one run that starts in balance."""

    def service_s() -> int:
        return max(1, round(rng.expovariate(1 / SERVICE_MEAN_S)))

    present = queue_in_balance(rng, servers, load)
    jobs, at_s = [Job(0, s, s, 1) for s in (service_s() for _ in range(present))], 0.0
    for _ in range(arrivals):
        at_s += rng.expovariate(load * servers / SERVICE_MEAN_S)
        s = service_s()
        jobs.append(Job(math.ceil(at_s), s, s, 1))
    result = run(Case(pools=(Pool(servers, 1),), jobs=tuple(jobs)))
    return mean(result.starts[j] - jobs[j].submit_s for j in range(present, len(jobs)))


def assert_erlang_c(servers: int, load: float, arrivals: int) -> None:
    """The mean of independent runs lies within its own 99 % confidence interval of Erlang-C."""
    rng = Random(f"{servers} {load}")
    means = [waits_mean_s(rng, servers, load, arrivals) for _ in range(RUNS)]
    half_width_s = T_99_OF_29 * stdev(means) / math.sqrt(RUNS)
    assert abs(mean(means) - wait_expected_s(servers, load)) <= half_width_s, (mean(means), wait_expected_s(servers, load), half_width_s)


@pytest.mark.parametrize("servers", [1, 8])
def test_t2_at_a_light_load(servers: int) -> None:
    assert_erlang_c(servers, 0.7, 300)


@pytest.mark.system
@pytest.mark.parametrize("servers", [1, 8, 64])
@pytest.mark.parametrize("load", [0.7, 0.9, 0.95])
def test_t2_mean_wait_is_erlang_c(servers: int, load: float) -> None:
    # At 64 and 0.7 one arrival in 230 waits, and they come in clusters: it takes more arrivals until a confidence interval means something.
    assert_erlang_c(servers, load, 6_000 if (servers, load) == (64, 0.7) else 800)
