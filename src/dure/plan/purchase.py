"""What to buy, when and where: the best plan with its proven gap, or the rule that refuses it and the cheapest ways out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from dure.model.purchases import OPEX_FUNDED, Missing, Purchase
from dure.plan.purchase_part import PurchaseProgram
from dure.plan.purchase_program import build, spending_rule
from dure.plan.spending import missing
from dure.plan.thrift import Thrift, thrifty
from dure.plan.ways_out import Fundable, Way, fundable, money_way, rules_way
from dure.plan.whole_units import Chosen, best
from dure.solver import Clock, Limits, Status, conflict

T = TypeVar("T")
WANTED_COLUMNS = 8_000
"""Of a refused question with more columns than this the time goes to its ways out."""
WHOLE_UNITS = "whole buying units"
"""What refuses a plan where fractions of buying units would do."""
NODES = 20_000
"""Nodes that a search of a refusal takes at most: the same answer whatever else the machine does; seconds are the guard behind it."""
WANTED, CONFLICT, MONEY, RULES = 0.5, 0.4, 0.4, 0.6
"""Shares of the time that is left: of the plan that is wanted, of the conflict, of the way out in money, of the one in rules."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no plan: rules that cannot hold together, or running costs that nobody pays.

    `missing` is what the plan that is wanted lacks, `money` the cheapest way out in money to run it (None where that is not what
    lacks), `fewer` how far rules would have to give, with the money there is where money to run it is what lacks; `fundable` the best
    plan that the money there is pays for. `irreducible`: none of the rules could be left out.
    """

    rules: tuple[str, ...]
    missing: tuple[Missing, ...] = ()
    money: Way | None = None
    fewer: Way | None = None
    fundable: Fundable | None = None
    irreducible: bool = True
    timed: bool = False
    """Whether seconds ended a search, not its own work: with more of them, or on a machine with less to do, more may be known."""

    @property
    def refused_by(self) -> tuple[str, ...]:
        """Names of rules; that running costs are not paid has one name, whatever kind and year."""
        named = (OPEX_FUNDED if one.startswith(OPEX_FUNDED) else one for one in self.rules)
        return (OPEX_FUNDED,) if self.missing else tuple(dict.fromkeys(named))


@dataclass(frozen=True, slots=True)
class Planned:
    """The answer: a plan, and the refusal where it may not be carried out as it stands."""

    purchase: Purchase
    chosen: Chosen
    refusal: Refusal | None
    scale_won: int
    thrift: Thrift | None = None
    """What was looked for of its cost, where the most work was asked for."""


def plan(purchase: Purchase, limits: Limits) -> Planned:
    """The best plan; of a question without one, the plan that would be wanted if running it were paid for, and the refusal."""
    clock = Clock(limits)
    made = build(purchase)
    chosen = best(made, limits, clock)
    if chosen.found or chosen.status is Status.UNKNOWN:
        chosen, thrift = thrifty(made, chosen, clock)
        return Planned(purchase, chosen, None, made.scale_won, thrift)
    unfunded, thrift = _wanted(purchase, clock) if purchase.funded else (chosen, None)
    if unfunded.status is Status.UNKNOWN:
        return Planned(purchase, unfunded, None, made.scale_won)
    if not unfunded.found:
        return Planned(purchase, chosen, _conflict(made, clock), made.scale_won)
    lacking = missing(purchase, unfunded.orders)
    money = _spend(clock, MONEY, lambda part: money_way(made, part))
    fewer = _spend(clock, RULES, lambda part: rules_way(made, _may_give(made, money=False), part))
    rules = tuple(dict.fromkeys(spending_rule(one.kind, one.year) for one in lacking))
    able = _spend(clock, 1.0, lambda part: fundable(purchase, part, (money.orders, fewer.orders, unfunded.orders)))
    return Planned(purchase, unfunded, Refusal(rules, lacking, money, fewer, able, timed=clock.timed), made.scale_won, thrift)


def _wanted(purchase: Purchase, clock: Clock) -> tuple[Chosen, Thrift | None]:
    """The plan that is wanted if running it were paid for; of a large question its cost is not looked at again: nobody may buy it."""
    made = build(replace(purchase, funded=False))
    chosen = _spend(clock, WANTED, lambda part: best(made, part.limits, part))
    return (chosen, None) if len(made.program.columns) > WANTED_COLUMNS else thrifty(made, chosen, clock)


def _spend(clock: Clock, share: float, ask: Callable[[Clock], T]) -> T:
    """An answer within a share of the time that is left."""
    part = clock.part(share)
    part = replace(part, limits=replace(part.limits, nodes=NODES))
    answer = ask(part)
    clock.join(part)
    return answer


def _may_give(made: PurchaseProgram, *, money: bool) -> dict[str, float]:
    """What a programme can change: its rules, and its money where that is asked; the law of the grid is not its own."""
    held = ("grid impact",) if money else ("grid impact", OPEX_FUNDED, "budget")
    return {rule: weight for rule, weight in made.rules.items() if not rule.startswith(held)}


def _conflict(made: PurchaseProgram, clock: Clock) -> Refusal:
    """The rules that cannot hold together, and how far which of them would have to give.

    Where they cannot even with running costs set aside, that is the reason: what cannot be bought need not be run.
    """
    aside = build(replace(made.purchase, funded=False)).program if made.purchase.funded else made.program

    def named(part: Clock) -> tuple[tuple[str, ...], bool]:
        found = conflict(aside, part.limits, part)
        if found is None and aside is not made.program:
            found = conflict(made.program, part.limits, part)
        if found is None:
            return (WHOLE_UNITS,), True
        return tuple(rule for rule in found.rows if rule in made.rules) or found.rows, found.irreducible

    rules, irreducible = _spend(clock, CONFLICT, named)
    fewer = _spend(clock, RULES, lambda part: rules_way(made, _may_give(made, money=True), part))
    able = _spend(clock, 1.0, lambda part: fundable(made.purchase, part, (fewer.orders,)))
    return Refusal(rules, fewer=fewer, fundable=able, irreducible=irreducible, timed=clock.timed)
