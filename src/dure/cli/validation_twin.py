"""How the twin answers the known questions: replays of public traces, queues with a closed form, draws of published clusters."""

from __future__ import annotations

import math
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dure.cli.known_answers import Answer, Bench, Ours

if TYPE_CHECKING:
    from dure.twin.account import Account
    from dure.twin.demand import Wanted
    from dure.wire.tables import Jobs

SEED = 1
CLUSTER = """
programme: {{name: known answer, start: 2020-01-01}}
catalog:
  accelerators:
    - {{id: any-device, vendor: not stated, model: a device, kind: cpu, origin: other, training: unknown, source: the scenario}}
sites:
  - {{name: one, operator: one, pools: [{{name: all, model: any-device, nodes: {nodes}, accelerators_per_node: {devices}}}]}}
demand: {{unstarted: keep, time_limit: ignore}}
policy: {{order: {order}, backfill: {backfill}, hold: {hold}, node_rule: best}}
"""


@dataclass(frozen=True, slots=True)
class Cluster:
    """One pool under one policy, as a scenario would write it."""

    nodes: int
    devices: int = 1
    order: str = "fcfs"
    backfill: str = "none"
    hold: str = "fresh"

    @property
    def text(self) -> str:
        names = ("nodes", "devices", "order", "backfill", "hold")
        return CLUSTER.format(**{name: getattr(self, name) for name in names})


def replay(cluster: Cluster, jobs: Jobs) -> Account:
    """The jobs on the cluster, to the end of the last."""
    from dure.adapters.files import load_scenario
    from dure.adapters.scenario_models import scenario_models
    from dure.ledger.attempts import Gathering
    from dure.twin.account import account
    from dure.twin.build import build_plan
    from dure.twin.offer import traced
    from dure.twin.run import run

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cluster.yaml"
        path.write_text(cluster.text, encoding="utf-8")
        loaded = load_scenario(path)
    models = scenario_models(loaded)
    plan = build_plan(loaded.scenario, models.pools, models.speeds, traced(jobs))
    gathering = Gathering()
    return account(plan, run(plan, gathering.add), gathering)


def replayed(bench: Bench, trace: str, cluster: Cluster) -> dict[str, Any]:
    """The summary of a public trace on a cluster; read and replayed once, whoever asks."""

    def make() -> dict[str, Any]:
        from dure.adapters.traces import read_trace

        jobs = bench.once(f"trace {trace}", lambda: read_trace(bench.file(trace), unstarted="keep").jobs)
        return replay(cluster, jobs).summary

    summary: dict[str, Any] = bench.once(f"replay {trace} {cluster}", make)
    return summary


def summary_of(trace: str, cluster: Cluster, key: str) -> Answer:
    """A function of the bench: one figure of a replay."""
    return lambda bench: Ours(float(replayed(bench, trace, cluster)[key]))


# --- queues with a closed form

SERVICE_MEAN_S = 10_000
RUNS = 20
ARRIVALS = 8_000
MORE_ARRIVALS = {(64, 0.7): 128_000} | {(servers, 0.95): 32_000 for servers in (1, 8, 64)}
"""Where few jobs wait, or waits hang together for long, an interval as wide as the answer would prove nothing."""
T_99_OF_19 = 2.861


def erlang_c_wait_s(servers: int, load: float, service_s: float = SERVICE_MEAN_S) -> float:
    """Mean wait of M/M/c: C(c, a) · s / (c (1 − load)), with a = c · load."""
    offered = servers * load
    blocked = 1.0
    for k in range(1, servers + 1):
        blocked = offered * blocked / (k + offered * blocked)
    waits = blocked / (1 - load * (1 - blocked))
    return waits * service_s / (servers * (1 - load))


def queue_wait(servers: int, load: float) -> Answer:
    """Mean of independent runs, each started in balance; the tolerance is half of their own 99 % confidence interval."""

    def answer(bench: Bench) -> Ours:
        means = [_queue_run_s(servers, load, SEED + number) for number in range(RUNS)]
        mean = math.fsum(means) / RUNS
        spread = math.sqrt(math.fsum((one - mean) ** 2 for one in means) / (RUNS - 1))
        return Ours(mean, tolerance=T_99_OF_19 * spread / math.sqrt(RUNS))

    return answer


def _queue_run_s(servers: int, load: float, seed: int) -> float:
    """Mean wait of the jobs that arrive after second 0."""
    import numpy as np

    from dure.twin.draws import Stream, bits, exponential
    from dure.wire.tables import Jobs

    present = _in_balance(servers, load, seed)
    count = present + MORE_ARRIVALS.get((servers, load), ARRIVALS)
    unit = 2.0 ** -_scale()
    entity = np.arange(count)
    service_s = np.maximum(1, np.rint(exponential(bits(seed, Stream.RUN, entity)) * unit * SERVICE_MEAN_S)).astype(np.int64)
    gap_s = exponential(bits(seed, Stream.ARRIVAL, entity)) * unit * SERVICE_MEAN_S / (servers * load)
    gap_s[:present] = 0
    submit_s = np.ceil(np.cumsum(gap_s)).astype(np.int64)
    jobs = Jobs.build(submit_s=submit_s, run_s=service_s, devices=np.ones(count, np.int32))
    times = replay(Cluster(servers), jobs).times
    return float((times.first_start_s - times.submit_s)[present:].mean())


def _in_balance(servers: int, load: float, seed: int) -> int:
    """How many are in the system at a random moment: started so, a run needs no warm-up."""
    from dure.twin.draws import Stream, bits, choice

    offered, weight, weights = servers * load, 1.0, [1.0]
    while len(weights) <= servers or weight > 1e-9 * max(weights):
        weight *= offered / min(len(weights), servers)
        weights.append(weight)
    unit = 2**30 / sum(weights)
    return int(choice(bits(seed, Stream.SIZE, [servers]), [round(one * unit) for one in weights])[0])


def _scale() -> int:
    from dure.twin.draws import SCALE

    return int(SCALE)


# --- two drivers


def live_day(bench: Bench) -> tuple[int, int]:
    """Decisions of the twin over a day, and how many of them the live broker makes alike."""

    def make() -> tuple[int, int]:
        from dure.cli.examples import example
        from dure.cli.live_run import a_day

        return a_day(example("quickstart.yaml"))[:2]

    found: tuple[int, int] = bench.once("a live day", make)
    return found


# --- draws of published clusters


def drawn(cluster: str, name: str) -> Answer:
    """A function of the bench: one figure of 200,000 jobs drawn from the profile of a published cluster."""

    def answer(bench: Bench) -> Ours:
        figures = bench.once(f"drawn {cluster}", lambda: _figures(cluster))
        return Ours(figures[name])

    return answer


def _figures(cluster: str) -> dict[str, float]:
    import numpy as np

    from dure.twin.demand import Wanted
    from dure.wire.profile import OUTCOMES

    jobs = draw(cluster, Wanted(jobs=200_000, seed=SEED))
    work_s = jobs.run_s * jobs.devices
    found = {
        "size_mean": float(jobs.devices.mean()),
        "size_median": float(np.median(jobs.devices)),
        "run_mean": float(jobs.run_s.mean()),
        "run_median": float(np.median(jobs.run_s)),
    }
    return found | {
        f"{outcome}_time_share": float(work_s[jobs.outcome == index].sum() / work_s.sum()) for index, outcome in enumerate(OUTCOMES)
    }


def draw(profile: str, wanted: Wanted) -> Jobs:
    """Jobs drawn from a packaged profile."""
    from dure.adapters.profiles import load_profile
    from dure.twin.demand import generate

    return generate(load_profile(profile), wanted)


DRAWS = (1, 2, 3)


def profile_summary_of(profile: str, cluster: Cluster, key: str) -> Answer:
    """A function of the bench: the mean over three draws of one figure of as many jobs as the profile itself states, replayed."""

    def answer(bench: Bench) -> Ours:
        from dure.twin.demand import Wanted

        def make() -> list[dict[str, Any]]:
            return [replay(cluster, draw(profile, Wanted(seed=seed))).summary for seed in DRAWS]

        summaries = bench.once(f"profile {profile} {cluster}", make)
        return Ours(math.fsum(float(summary[key]) for summary in summaries) / len(DRAWS))

    return answer
