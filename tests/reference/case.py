"""A scheduling problem and its answer as plain data.

Nothing here knows how an answer is found: the reference scheduler, the kernel's runner and the checkers all speak in these
terms. Seconds, devices and parts per million are integers throughout; `docs/POLICY.md` is the definition of every rule.
"""

from __future__ import annotations

from dataclasses import dataclass, field

PPM = 1_000_000
FOREVER_S = 1 << 62
CANCEL_NOTICE_S = 30


@dataclass(frozen=True)
class Pool:
    """Interchangeable nodes. `domain_nodes` 0: the whole pool is one domain; `owner` -1: dedicated to nobody; `ahead_s` 0: no limit."""

    nodes: int
    devices: int
    domain_nodes: int = 0
    weight_ppm: int = PPM
    start_delay_s: int = 0
    ahead_s: int = 0
    owner: int = -1
    lend: bool = False
    lend_notice_s: int = 0
    model: int = 0

    def domain(self, node: int) -> int:
        return node // self.domain_nodes if self.domain_nodes else 0


@dataclass(frozen=True)
class Account:
    """Node of the tree; number 0 is the root, parents come before children. Limits are weighted devices in ppm; None: no limit.

    `credits` (ppm-device-seconds) count at the project that a job names, not at the nodes above it. `models`: (model, most devices).
    """

    parent: int = -1
    share: int = 1
    nominal: int | None = None
    borrow: int | None = None
    lend: int | None = None
    credits: int | None = None
    models: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Qos:
    """Quality of service. `notice_s` is what it gives to those it preempts."""

    priority: int = 0
    rank: int = 0
    preempts: bool = False
    preemptible: bool = False
    notice_s: int = 0


@dataclass(frozen=True)
class Job:
    """`run_s`, `request_s`: seconds on the reference accelerator; `kind`: row of `Case.speeds`; domain: 0 none, 1 prefer, 2 require."""

    submit_s: int
    run_s: int
    request_s: int
    devices: int
    project: int = 1
    qos: int = 0
    kind: int = 0
    domain: int = 0
    checkpoint_s: int = 0


@dataclass(frozen=True)
class Supply:
    """From `at_s` on the node is up or not; `evict`: the attempts on it end now (else they go on: drained)."""

    at_s: int
    pool: int
    node: int
    up: bool
    evict: bool = True


@dataclass(frozen=True)
class Rule:
    """`what`: stop, go, credit (add `value`), nominal (set to `value`), or withdraw: then `account` is a job.

    `ceiling`: of `model`, set to `value` devices, or (-1) lifted.
    """

    at_s: int
    what: str
    account: int
    value: int = 0
    model: int = 0


@dataclass(frozen=True)
class Policy:
    """The rules' names are those of POLICY.md; `replan_s`, `depth` belong to conservative, the last block to multifactor."""

    order: str = "fcfs"
    backfill: str = "none"
    hold: str = "fresh"
    pool_rule: str = "first"
    node_rule: str = "best"
    replan_s: int = 0
    depth: int = 0
    reserve_ppm: int = 0
    reserve_after_s: int = 0
    period_s: int = 300
    half_life_s: int = 604_800
    fairshare_weight: int = 0
    size_weight: int = 0
    age_weight: int = 0
    age_max_s: int = 604_800


@dataclass(frozen=True)
class Case:
    """Jobs are known by their row. All nodes are up at second 0 unless a supply event of that second says otherwise."""

    pools: tuple[Pool, ...]
    jobs: tuple[Job, ...]
    policy: Policy = Policy()
    accounts: tuple[Account, ...] = (Account(), Account(parent=0))
    qos: tuple[Qos, ...] = (Qos(),)
    speeds: tuple[tuple[int, ...], ...] = ()
    supply: tuple[Supply, ...] = ()
    rules: tuple[Rule, ...] = ()
    late_s: tuple[int, ...] = (0,)
    """By attempt number, over and over: so much later than modelled it starts."""
    back_s: tuple[int, ...] = (1,)
    """The same: so long it takes to take it back."""

    def speed(self, job: int, pool: int) -> int:
        """Parts per million; without a table every kind runs everywhere at the reference speed."""
        return self.speeds[self.jobs[job].kind][pool] if self.speeds else PPM

    def gang(self, job: int, pool: int) -> bool:
        return self.jobs[job].devices > self.pools[pool].devices

    def starts_s(self, attempt: int, pool: int, placed_s: int) -> int:
        """When the site starts an attempt that is not taken back before."""
        return placed_s + self.pools[pool].start_delay_s + self.late_s[attempt % len(self.late_s)]

    def shape(self, job: int) -> tuple[int, int, int]:
        """The class of a job."""
        row = self.jobs[job]
        return row.devices, row.kind, row.domain

    def nodes_needed(self, job: int, pool: int) -> int:
        """k(j,p): whole nodes of a gang, else 1."""
        return -(-self.jobs[job].devices // self.pools[pool].devices) if self.gang(job, pool) else 1

    def billed(self, job: int, pool: int) -> int:
        """b(j,p): devices that are charged."""
        return self.nodes_needed(job, pool) * self.pools[pool].devices if self.gang(job, pool) else self.jobs[job].devices

    def order(self) -> list[int]:
        """Rows by submission second, then row: position in this list is o_j."""
        return sorted(range(len(self.jobs)), key=lambda j: (self.jobs[j].submit_s, j))


@dataclass(frozen=True)
class Row:
    """One decision. `what`: PLACED, PREEMPTED or RECALLED; `devices` are those billed, over all `nodes` (ascending)."""

    at: int
    what: str
    job: int
    attempt: int
    pool: int
    nodes: tuple[int, ...]
    devices: int


@dataclass(frozen=True)
class Ended:
    """One attempt, as the world saw it. `outcome`: completed, preempted, evicted or recalled; `kept_s` in reference seconds."""

    attempt: int
    job: int
    placed_s: int
    started_s: int | None
    ended_s: int
    outcome: str
    kept_s: int


@dataclass(frozen=True)
class Promise:
    """Conservative backfill only: at `at` the job was told that it starts at `start_s` or before."""

    at: int
    job: int
    start_s: int


@dataclass
class Result:
    """`starts`: first STARTED of each job that ran; `ends`: completion of each job that completed."""

    rows: list[Row] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    dates: list[tuple[int, int, int, int]] = field(default_factory=list)
    """(at, job, pool, date) of each dated reservation that was given."""
    starts: dict[int, int] = field(default_factory=dict)
    ends: dict[int, int] = field(default_factory=dict)

    def wait_mean_s(self, case: Case) -> float:
        """Over the jobs that started."""
        return sum(at - case.jobs[j].submit_s for j, at in self.starts.items()) / len(self.starts)

    def makespan_s(self, case: Case) -> int:
        """First submission to last completion."""
        return max(self.ends.values()) - min(job.submit_s for job in case.jobs)
