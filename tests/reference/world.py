"""What is so at one instant, kept plainly: who waits, who runs where, what each project holds and has left.

Free devices of a pool are summed anew from its attempts whenever one of them or a node changes.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.reference.case import FOREVER_S, PPM, Account, Case, Ended, Result, Row


@dataclass
class Waiting:
    """A job that waits, with what is left of its request and of its true work (reference seconds)."""

    request_s: int
    run_s: int


@dataclass
class Attempt:
    """A placement from PLACED to its end. `per_node` devices on each of `nodes`; `gang`: it covers its nodes wholly."""

    number: int
    job: int
    pool: int
    nodes: tuple[int, ...]
    per_node: int
    left: Waiting
    placed_s: int
    estimated_end_s: int
    weighted: int
    escrow: int
    started_s: int | None = None
    work_ends_s: int = FOREVER_S
    deadline_s: int | None = None
    recalled_s: int | None = None
    back_s: int = FOREVER_S

    def release_s(self) -> int:
        """When its devices are expected back."""
        return self.estimated_end_s if self.deadline_s is None else min(self.estimated_end_s, self.deadline_s)

    def next_s(self) -> int:
        """When the world will end it, as things stand."""
        if self.started_s is None:
            return self.back_s
        return self.work_ends_s if self.deadline_s is None else min(self.work_ends_s, self.deadline_s)


class World:
    def __init__(self, case: Case) -> None:
        self.case = case
        self.now = 0
        self.place_in_line = {job: place for place, job in enumerate(case.order())}
        self.waiting: dict[int, Waiting] = {}
        self.live: dict[int, Attempt] = {}
        self.up = [[True] * pool.nodes for pool in case.pools]
        self.free = [[pool.devices] * pool.nodes for pool in case.pools]
        self.nominal = [account.nominal for account in case.accounts]
        self.ceilings = [dict(account.models) for account in case.accounts]
        self.credits = [account.credits for account in case.accounts]
        self.stopped: set[int] = set()
        self.held = [0] * len(case.accounts)
        self.escrow = [0] * len(case.accounts)
        self.fairshare = [case.policy.fairshare_weight] * len(case.accounts)
        self.tick_s = 0
        self.holds: dict[int, tuple[int, int, int]] = {}
        self.reserved: dict[int, tuple[int, int]] = {}
        self.promises: dict[int, int] = {}
        self.bars: dict[tuple[tuple[int, int, int], int], int] = {}
        self.withdrawn: set[int] = set()
        self.replan_due = False
        self.replanned_s = 0
        self.placed_count = 0
        self.result = Result()

    # --- what is asked for

    def eligible(self, job: int, pool: int) -> bool:
        return self.case.speed(job, pool) > 0

    def barred(self, job: int, pool: int) -> bool:
        """Whether the pool is barred to the class of a job."""
        return self.now < self.bars.get((self.case.shape(job), pool), 0)

    def on_pool_s(self, reference_s: int, job: int, pool: int) -> int:
        """Reference seconds of work as seconds on the pool's model."""
        return -(-reference_s * PPM // self.case.speed(job, pool))

    def duration_s(self, job: int, pool: int) -> int:
        """d(j,p)"""
        return self.case.pools[pool].start_delay_s + self.on_pool_s(self.waiting[job].request_s, job, pool)

    def weighted(self, job: int, pool: int) -> int:
        return self.case.billed(job, pool) * self.case.pools[pool].weight_ppm

    def key(self, job: int) -> tuple[int, int, int]:
        """Smaller comes first."""
        order, qos = self.case.policy.order, self.case.qos
        rank = qos[self.case.jobs[job].qos].rank if any(quality.preempts for quality in qos) else 0
        if order == "sjf":
            return -rank, self.waiting[job].request_s, self.place_in_line[job]
        if order == "multifactor":
            return -rank, -self.priority(job), self.place_in_line[job]
        return -rank, 0, self.place_in_line[job]

    def priority(self, job: int) -> int:
        policy, row = self.case.policy, self.case.jobs[job]
        everything = sum(pool.nodes * pool.devices for pool in self.case.pools)
        size = policy.size_weight * min(row.devices, everything) // everything
        age_s = min(max(0, self.tick_s - row.submit_s), policy.age_max_s)
        age = policy.age_weight * age_s // policy.age_max_s if policy.age_max_s else 0
        return self.fairshare[row.project] + self.case.qos[row.qos].priority + size + age

    # --- what there is

    def attempts_on(self, pool: int) -> list[Attempt]:
        return [attempt for attempt in self.live.values() if attempt.pool == pool]

    def free_without(self, pool: int, gone: set[int]) -> list[int]:
        """Free devices of each node as if the attempts numbered in `gone` had ended."""
        used = [0] * self.case.pools[pool].nodes
        for attempt in self.attempts_on(pool):
            if attempt.number not in gone:
                for node in attempt.nodes:
                    used[node] += attempt.per_node
        size = self.case.pools[pool].devices
        return [max(0, size - u) if up else 0 for u, up in zip(used, self.up[pool], strict=True)]

    def count_again(self, pool: int) -> None:
        self.free[pool] = self.free_without(pool, set())

    # --- what changes

    def place(self, job: int, pool: int, nodes: tuple[int, ...]) -> None:
        case, left, project = self.case, self.waiting[job], self.case.jobs[job].project
        weighted, asked_s = self.weighted(job, pool), self.duration_s(job, pool)
        attempt = Attempt(
            number=self.placed_count,
            job=job,
            pool=pool,
            nodes=tuple(sorted(nodes)),
            per_node=case.billed(job, pool) // len(nodes),
            left=left,
            placed_s=self.now,
            estimated_end_s=self.now + asked_s,
            weighted=weighted,
            escrow=weighted * asked_s,
        )
        self.placed_count += 1
        self.live[attempt.number] = attempt
        del self.waiting[job]
        self.promises.pop(job, None)
        self.reserved = {p: reservation for p, reservation in self.reserved.items() if reservation[0] != job}
        self.held[project] += attempt.weighted
        self.escrow[project] += attempt.escrow
        self.count_again(pool)
        self.result.rows.append(Row(self.now, "PLACED", job, attempt.number, pool, attempt.nodes, case.billed(job, pool)))

    def start(self, attempt: Attempt) -> None:
        attempt.started_s = self.now
        attempt.estimated_end_s += self.now - attempt.placed_s - self.case.pools[attempt.pool].start_delay_s
        attempt.work_ends_s = self.now + max(1, self.on_pool_s(attempt.left.run_s, attempt.job, attempt.pool))
        self.result.starts.setdefault(attempt.job, self.now)

    def recall(self, attempt: Attempt) -> None:
        attempt.recalled_s = self.now
        attempt.back_s = self.now + self.case.back_s[attempt.number % len(self.case.back_s)]
        billed = self.case.billed(attempt.job, attempt.pool)
        self.result.rows.append(Row(self.now, "RECALLED", attempt.job, attempt.number, attempt.pool, attempt.nodes, billed))

    def give_notice(self, attempt: Attempt, notice_s: int) -> None:
        attempt.deadline_s = self.now + notice_s
        if attempt.deadline_s < attempt.estimated_end_s:
            self.replan_due = True
        billed = self.case.billed(attempt.job, attempt.pool)
        self.result.rows.append(Row(self.now, "PREEMPTED", attempt.job, attempt.number, attempt.pool, attempt.nodes, billed))

    def end(self, attempt: Attempt, outcome: str) -> None:
        """Take the attempt off its nodes and books; unless it completed, its job waits again with what was not kept."""
        project = self.case.jobs[attempt.job].project
        del self.live[attempt.number]
        self.count_again(attempt.pool)
        self.held[project] -= attempt.weighted
        self.escrow[project] -= attempt.escrow
        left, void = self.credits[project], attempt.recalled_s is not None and attempt.started_s is None
        if void:
            self.bars[self.case.shape(attempt.job), attempt.pool] = self.now + self.case.pools[attempt.pool].ahead_s
        if left is not None and outcome != "recalled":
            self.credits[project] = left - attempt.weighted * (self.now - attempt.placed_s)
        if self.now < attempt.release_s():
            self.replan_due = True
        kept_s = attempt.left.run_s if outcome == "completed" else self.kept_s(attempt)
        self.result.ended.append(Ended(attempt.number, attempt.job, attempt.placed_s, attempt.started_s, self.now, outcome, kept_s))
        if outcome == "completed":
            self.result.ends[attempt.job] = self.now
        elif attempt.job not in self.withdrawn:
            self.waiting[attempt.job] = Waiting(max(1, attempt.left.request_s - kept_s), max(1, attempt.left.run_s - kept_s))

    def withdraw(self, job: int) -> None:
        """Its user wants the job no more: one that waits is gone, one that runs does not come back."""
        if any(attempt.job == job for attempt in self.live.values()):
            self.withdrawn.add(job)
        elif self.waiting.pop(job, None) is not None:
            self.promises.pop(job, None)
            self.reserved = {p: reservation for p, reservation in self.reserved.items() if reservation[0] != job}
            self.replan_due = True

    def kept_s(self, attempt: Attempt) -> int:
        """Whole checkpoint intervals of an attempt that stops now, in reference seconds."""
        interval_s = self.case.jobs[attempt.job].checkpoint_s
        if attempt.started_s is None or interval_s == 0:
            return 0
        durable_s = (self.now - attempt.started_s) // interval_s * interval_s
        return durable_s * self.case.speed(attempt.job, attempt.pool) // PPM

    def account(self, number: int) -> Account:
        return self.case.accounts[number]
