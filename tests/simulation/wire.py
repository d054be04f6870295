"""What lies between a broker and a site: calls get lost, doubled and late, answers too, clocks differ, and a site may be gone a while."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from dure.adapters.engines.simulated import NEVER, SimulatedSite
from dure.model.events import Kind, Outcome
from dure.operate.ports import Answer, Capabilities, Fact, Held, Placement, Presence, Program, Receipt, Standing, StopWhy, Upkeep, Used
from tests.simulation.dice import Dice

Answered = TypeVar("Answered")


class Around(Protocol):
    """The world, as a call sees it."""

    now: int

    def io(self, what: str) -> None:
        """A call begins or has ended here: whoever makes it may die, or sleep while another one takes over."""

    def strikes(self, fault: str) -> bool:
        """Whether this fault happens now; counted."""


@dataclass(frozen=True, slots=True)
class Weather:
    """How a site is to reach in one run. Times are seconds of the run, `skew_s` is what its clock is ahead."""

    skew_s: int = 0
    dead: tuple[tuple[int, int], ...] = ()
    slow_s: int = 0
    lag_s: int = 0
    """Facts are told so much later than they happen."""


class Wire:
    """An engine in front of a simulated site."""

    def __init__(self, name: str, site: SimulatedSite, weather: Weather, world: Around, dice: Dice) -> None:
        self._name, self.site, self.weather, self._world, self._dice = name, site, weather, world, dice
        self._late: list[tuple[int, Callable[[], object]]] = []
        self.healed = False
        self._refused: dict[str, Receipt] = {}

    def next_at(self) -> int:
        """The next second at which something comes or happens here by itself."""
        dead = [end for start, end in self.weather.dead if start <= self._world.now < end and not self.healed]
        late = min((at for at, _ in self._late), default=NEVER)
        facts = self.site.next_at()
        return min(late, facts, *dead, NEVER)

    def behind(self) -> bool:
        """Whether there are facts that nobody can have been told yet."""
        facts, _ = self.site.observe(0, self._world.now)
        return bool(facts) and self._seen(facts[-1]) > self._world.now

    def heal(self) -> None:
        """Nothing goes wrong here any more; clocks stay as they are."""
        self.healed = True
        self.weather = replace(self.weather, dead=(), slow_s=0, lag_s=0)

    def deliver(self) -> None:
        """Let come in what was late and is there now."""
        due = [what for at, what in self._late if at <= self._world.now]
        self._late = [(at, what) for at, what in self._late if at > self._world.now]
        for what in due:
            what()

    def land(self) -> None:
        """Let come in everything that is still on its way."""
        due, self._late = self._late, []
        for _, what in due:
            what()

    def capabilities(self) -> Capabilities:
        return self.site.capabilities()

    def send(self, key: str, placement: Placement, now: int, program: Program | None = None) -> Receipt:

        def arrives() -> Receipt:
            return self._refused.get(key) or self.site.send(key, placement, self._world.now, program)

        self._begins("send")
        if self._world.strikes("lost send"):
            raise TimeoutError("no answer")
        if self._world.strikes("late send"):
            self._late.append((self._world.now + self._dice.between("late", 1, 90), arrives))
            raise TimeoutError("no answer")
        if self._world.strikes("refused send") and self.site.lookup(key, self._world.now) != Presence.FOUND:
            self._refused.setdefault(key, Receipt(Answer.REFUSED, now + self._dice.between("bar", 1, 60)))
        receipt = arrives()
        if self._world.strikes("doubled send"):
            self._late.append((self._world.now + self._dice.between("late", 0, 90), arrives))
        return self._ends("send", receipt)

    def stop(self, key: str, by: int, now: int, cause: Outcome = Outcome.PREEMPTED, why: StopWhy = StopWhy.PREEMPTED) -> None:
        self._begins("stop")
        if self._world.strikes("lost stop"):
            raise TimeoutError("no answer")
        self.site.stop(key, by, self._world.now, cause, why)
        if self._world.strikes("doubled stop"):
            self._late.append(
                (self._world.now + self._dice.between("late", 0, 90), lambda: self.site.stop(key, by, self._world.now, cause, why))
            )
        self._ends("stop", None)

    def recall(self, key: str, now: int) -> None:
        self._begins("recall")
        if self._world.strikes("lost stop"):
            raise TimeoutError("no answer")
        self.site.recall(key, self._world.now)
        if self._world.strikes("doubled stop"):
            self._late.append((self._world.now + self._dice.between("late", 0, 90), lambda: self.site.recall(key, self._world.now)))
        self._ends("recall", None)

    def observe(self, since: int, now: int) -> tuple[Sequence[Fact], int]:
        """The site's own clock says when; what lies after our second is told when it is ours too."""
        self._begins("observe")
        facts, _ = self.site.observe(0, self._world.now)
        seen = [self._skewed(fact) for fact in facts]
        until = next((place for place, fact in enumerate(facts) if self._seen(fact) > now), len(facts))
        if until > since and self._world.strikes("part of the facts"):
            until = since + self._dice.below("part", until - since)
        first = since
        if since and self._world.strikes("facts again"):
            first = max(0, since - self._dice.between("again", 1, 5))
        return self._ends("observe", (seen[first:until], max(until, since)))

    def lookup(self, key: str, now: int) -> Presence:
        self._begins("lookup")
        return self._ends("lookup", Presence.ABSENT if key in self._refused else self.site.lookup(key, self._world.now))

    def held(self, since: int, now: int) -> Sequence[Held]:
        self._begins("held")
        return self._ends("held", self.site.held(since, self._world.now))

    def logs(self, key: str, since: int, most: int = 1 << 20) -> bytes:
        return self.site.logs(key, since, most)

    def usage(self, since: int, until: int) -> Sequence[Used]:
        return self.site.usage(since, until)

    def node(self, node: int, upkeep: Upkeep, now: int) -> None:
        self._begins("node")
        self.site.node(node, upkeep, self._world.now)
        self._ends("node", None)

    def account(self, user: str, standing: Standing) -> bool:
        return self.site.account(user, standing)

    def _skewed(self, fact: Fact) -> Fact:
        return replace(fact, at=max(0, fact.at + self.weather.skew_s))

    def _seen(self, fact: Fact) -> int:
        """When a fact can be told."""
        return max(fact.at, fact.at + self.weather.skew_s) + (self.weather.lag_s if fact.kind != Kind.NODE else 0)

    def _begins(self, what: str) -> None:
        self._world.io(f"before {what}")
        if any(start <= self._world.now < end for start, end in self.weather.dead):
            self._world.strikes("dead site")
            raise ConnectionRefusedError("nobody there")
        if self.weather.slow_s and self._world.strikes("slow call"):
            self._world.now += self.weather.slow_s
        if self._world.strikes("lost call"):
            raise TimeoutError("no answer")

    def _ends(self, what: str, answer: Answered) -> Answered:
        self._world.io(f"after {what}")
        if self._world.strikes("lost answer"):
            raise TimeoutError("no answer")
        return answer
