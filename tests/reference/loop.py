"""The world around `decide`: events of one second in the order supply, ends, starts, submissions, rules, then one decide."""

from __future__ import annotations

from tests.reference import conservative, cycle
from tests.reference.case import CANCEL_NOTICE_S, Case, Result, Rule, Supply
from tests.reference.fairshare import FairShare
from tests.reference.world import Waiting, World


def run(case: Case) -> Result:
    """Play the case to its end."""
    return Loop(case).play()


class Loop:
    def __init__(self, case: Case) -> None:
        self.case = case
        self.world = World(case)
        self.share = FairShare(case)
        self.supply = sorted(case.supply, key=lambda event: event.at_s)
        self.rules = sorted(case.rules, key=lambda event: event.at_s)
        self.submissions = case.order()
        self.ticking = case.policy.order == "multifactor"

    def play(self) -> Result:
        while (at := self.next_s()) is not None:
            self.instant(at)
        return self.world.result

    def next_s(self) -> int | None:
        """The next second in which something happens; None when nothing but ticks is left."""
        times = [event.at_s for event in self.supply[:1]] + [event.at_s for event in self.rules[:1]]
        times += [self.case.jobs[job].submit_s for job in self.submissions[:1]]
        for attempt in self.world.live.values():
            times.append(attempt.next_s())
            if attempt.started_s is None:
                times.append(self.case.starts_s(attempt.number, attempt.pool, attempt.placed_s))
                if attempt.recalled_s is None and self.case.pools[attempt.pool].ahead_s:
                    times.append(attempt.placed_s + self.case.pools[attempt.pool].ahead_s)
        times += [at for at in self.world.bars.values() if at > self.world.now]
        promised = [*self.world.promises.values(), *(date_s for _, date_s in self.world.reserved.values())]
        times += [at for at in promised if at > self.world.now]
        if times and self.ticking:
            period_s = self.case.policy.period_s
            times.append((self.world.now // period_s + 1) * period_s)
        return min(times, default=None)

    def instant(self, now: int) -> None:
        world = self.world
        for attempt in world.live.values():
            self.share.gather(self.case.jobs[attempt.job].project, attempt.weighted, now - world.now)
        world.now = now
        for event in [event for event in self.rules if event.at_s == now and event.what == "withdraw"]:
            self.rules.remove(event)
            world.withdraw(event.account)
        while self.supply and self.supply[0].at_s == now:
            self.node_event(self.supply.pop(0))
        for attempt in [a for a in world.live.values() if a.next_s() == now]:
            cut = "recalled" if attempt.started_s is None else "preempted"
            world.end(attempt, "completed" if attempt.work_ends_s == now else cut)
        for attempt in [a for a in world.live.values() if a.started_s is None]:
            if self.case.starts_s(attempt.number, attempt.pool, attempt.placed_s) == now:
                world.start(attempt)
        while self.submissions and self.case.jobs[self.submissions[0]].submit_s == now:
            job = self.submissions.pop(0)
            world.waiting[job] = Waiting(self.case.jobs[job].request_s, self.case.jobs[job].run_s)
        while self.rules and self.rules[0].at_s == now:
            self.rule(self.rules.pop(0))
        if self.ticking and now % self.case.policy.period_s == 0:
            world.fairshare, world.tick_s = self.share.tick(), now
        for attempt in list(world.live.values()):
            ahead_s = self.case.pools[attempt.pool].ahead_s
            if ahead_s and attempt.started_s is None and attempt.recalled_s is None and attempt.placed_s + ahead_s <= now:
                world.recall(attempt)
        for attempt in [a for a in world.live.values() if a.job in world.withdrawn and a.started_s is not None and a.deadline_s is None]:
            world.give_notice(attempt, CANCEL_NOTICE_S)
        decide = conservative.decide if self.case.policy.backfill == "conservative" else cycle.decide
        decide(world)
        for attempt in [a for a in world.live.values() if a.placed_s == now == self.case.starts_s(a.number, a.pool, now)]:
            world.start(attempt)

    def node_event(self, event: Supply) -> None:
        world = self.world
        if not event.up and event.evict:
            for attempt in [a for a in world.attempts_on(event.pool) if event.node in a.nodes]:
                world.end(attempt, "evicted")
        if world.up[event.pool][event.node] != event.up:
            world.replan_due = True
        world.up[event.pool][event.node] = event.up
        world.count_again(event.pool)

    def rule(self, event: Rule) -> None:
        world = self.world
        if event.what == "stop":
            world.stopped.add(event.account)
        elif event.what == "go":
            world.stopped.discard(event.account)
        elif event.what == "credit":
            world.credits[event.account] = (world.credits[event.account] or 0) + event.value
        elif event.what == "nominal":
            world.nominal[event.account] = event.value
        elif event.what == "ceiling" and event.value < 0:
            world.ceilings[event.account].pop(event.model, None)
        elif event.what == "ceiling":
            world.ceilings[event.account][event.model] = event.value
        else:
            raise ValueError(f"no such rule: {event.what}")
