"""Reviewed applications: scores, the ranking with its stated ties, and what each purse gives to whom.

Rank by rank, everybody gets what is asked as far as their sector's part of the purse and the cap of their organisation reach; a part is
given only if it is no less than the least that the application says is of use. With `spill`, what sectors leave goes down the same
ranking once more. Who gets nothing, or less than asked, keeps the reason; those above the least score are the waiting list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dure.model.calls import POINTS_MOST, CallRule, Panel
from dure.model.errors import PeopleError
from dure.model.people import Application, ApplicationState, Organisation, Review, Sector, Wanted
from dure.model.units import MICRO, MILLI, round_div, split_largest_remainder
from dure.programme.allocations import checked_copay
from dure.programme.fast import purse_of

MOVES: Mapping[ApplicationState, frozenset[ApplicationState]] = {
    ApplicationState.SUBMITTED: frozenset(
        {ApplicationState.GRANTED, ApplicationState.WAITING, ApplicationState.REFUSED, ApplicationState.WITHDRAWN}
    ),
    ApplicationState.WAITING: frozenset({ApplicationState.GRANTED, ApplicationState.REFUSED, ApplicationState.WITHDRAWN}),
    ApplicationState.GRANTED: frozenset(),
    ApplicationState.REFUSED: frozenset(),
    ApplicationState.WITHDRAWN: frozenset(),
}
"""What an application may become; what is decided stays, a change of mind is another application."""


class Ground(StrEnum):
    """Why an application got what it got."""

    WHOLE = "whole"
    PART = "part"
    SCORE = "score"
    SECTOR = "sector"
    ORGANISATION = "organisation"
    PURSE = "purse"


@dataclass(frozen=True, slots=True)
class Ranked:
    """One row of the ranking; `score_milli` holds `bonus_milli` already."""

    application: Application
    organisation: Organisation
    score_milli: int
    bonus_milli: int


@dataclass(frozen=True, slots=True)
class Decided:
    """What a ranked application gets: micro-credits or nodes, 0 on the waiting list and below the least score."""

    ranked: Ranked
    amount: int
    ground: Ground


def checked_rule(rule: CallRule) -> CallRule:
    """PeopleError for a call that contradicts itself or promises what no rule can hold."""
    amounts = [*rule.purses.values(), rule.micro_most, rule.nodes_most, rule.term_s_most, rule.notice_s]
    amounts += [rule.quota_milli or 0, *rule.quota_models.values()]
    if rule.fast is None and rule.panel is None:
        raise PeopleError("the call has no fast lane and no panel", remedy="state at least one of them")
    if rule.fast is not None:
        lane = rule.fast
        amounts += [lane.micro_most, lane.nodes_most, lane.term_s_most, lane.organisation_month_micro, lane.organisation_month_nodes]
        amounts.append(lane.open_most)
    if rule.panel is not None:
        amounts += [*rule.panel.criteria.values(), rule.panel.region_bonus_milli, rule.panel.reviews_least]
        _checked_panel(rule.panel)
    if any(amount < 0 for amount in amounts):
        raise PeopleError("an amount of the call is below 0", remedy="write 0 or more")
    if rule.copay is not None:
        checked_copay(rule.copay)
    return rule


def _checked_panel(panel: Panel) -> None:
    if not sum(panel.criteria.values()) > 0:
        raise PeopleError("the panel has no criterion of a weight above 0", remedy="name criteria and their weights")
    if panel.sectors_ppm and sum(panel.sectors_ppm.values()) != MICRO:
        raise PeopleError("the parts of the sectors do not add up to 100 %", remedy="write parts that do, or none at all")
    if any(share < 0 for share in panel.sectors_ppm.values()) or not 0 < panel.organisation_ppm <= MICRO:
        raise PeopleError("a part of the call is not from 0 to 100 %", remedy="write a part in that range")


def moved(application: Application, state: ApplicationState) -> None:
    """PeopleError where an application cannot become that."""
    if state not in MOVES[application.state]:
        raise PeopleError(
            f"application {application.id} is {application.state} and cannot become {state}", remedy="make another application"
        )


def checked(panel: Panel, review: Review) -> None:
    """PeopleError for a review that leaves out a criterion, names another, or gives points outside 0 to 100."""
    if set(review.points) != set(panel.criteria):
        wanted = ", ".join(panel.criteria)
        raise PeopleError(f"points are given for {', '.join(review.points) or 'nothing'}", remedy=f"give points for each of {wanted}")
    for name, points in review.points.items():
        if not 0 <= points <= POINTS_MOST:
            raise PeopleError(f"{name} gets {points} points", remedy=f"give 0 to {POINTS_MOST} points")


def score_milli(panel: Panel, reviews: Sequence[Review]) -> int:
    """The mean of at least one review, each by the weights of its criteria; one rounding, at the end."""
    weights = sum(panel.criteria.values())
    points = sum(panel.criteria[name] * one.points[name] for one in reviews for name in panel.criteria)
    return round_div(MILLI * points, weights * len(reviews))


def ranking(panel: Panel, entries: Sequence[tuple[Application, Organisation, Sequence[Review]]]) -> tuple[Ranked, ...]:
    """Best first. PeopleError where an application lacks reviews: what is not judged is not ranked."""
    short = [one.id for one, _, reviews in entries if len(reviews) < max(1, panel.reviews_least)]
    if short:
        raise PeopleError(
            f"{len(short)} applications have fewer than {panel.reviews_least} reviews, the first is {short[0]}",
            remedy="wait for the reviews, or ask other reviewers",
        )
    found = []
    for application, organisation, reviews in entries:
        bonus = panel.region_bonus_milli if organisation.region in panel.preferred_regions else 0
        found.append(Ranked(application, organisation, score_milli(panel, reviews) + bonus, bonus))
    return tuple(sorted(found, key=lambda one: (-one.score_milli, one.application.submitted_at, one.application.id)))


def sector_parts(panel: Panel, purse: int) -> Mapping[Sector, int]:
    """Each sector's part of a purse, whole units that add up to it; without a split every sector may take all."""
    if not panel.sectors_ppm:
        return dict.fromkeys(Sector, purse)
    sectors = list(Sector)
    return dict(zip(sectors, split_largest_remainder(purse, [panel.sectors_ppm.get(one, 0) for one in sectors]), strict=True))


def organisation_cap(panel: Panel, purse: int) -> int:
    """The most of a purse that one organisation may get, rounded down: a cap is never exceeded by rounding."""
    return purse * panel.organisation_ppm // MICRO


class _Purse:
    """What is left of one purse while it is given: in all, by sector, by organisation."""

    def __init__(self, panel: Panel, whole: int, taken: Mapping[int, int]) -> None:
        self.left = whole - sum(taken.values())
        self.sectors = dict(sector_parts(panel, self.left))
        self.cap = organisation_cap(panel, whole)
        self.taken = dict(taken)

    def room(self, one: Organisation, *, split: bool) -> int:
        room = min(self.left, self.cap - self.taken.get(one.id, 0))
        return max(0, min(room, self.sectors[one.sector]) if split else room)

    def take(self, one: Organisation, amount: int) -> None:
        self.left -= amount
        self.sectors[one.sector] -= amount
        self.taken[one.id] = self.taken.get(one.id, 0) + amount


def _least(wanted: Wanted) -> int:
    return wanted.least or wanted.amount


def decide(rule: CallRule, panel: Panel, ranked: Sequence[Ranked], taken: Mapping[str, Mapping[int, int]]) -> tuple[Decided, ...]:
    """What each ranked application gets, in the order of the ranking. `taken`: purse → organisation → what it got of it before."""
    purses = {name: _Purse(panel, whole, taken.get(name, {})) for name, whole in rule.purses.items()}
    got = dict.fromkeys((one.application.id for one in ranked), 0)
    good = [one for one in ranked if one.score_milli >= panel.score_least_milli]
    for split in (True, False) if panel.spill and panel.sectors_ppm else (bool(panel.sectors_ppm),):
        for one in good:
            wanted, purse = one.application.wanted, purses.get(purse_of(one.application.wanted))
            if purse is None:
                continue
            had = got[one.application.id]
            amount = min(wanted.amount - had, purse.room(one.organisation, split=split))
            if had + amount >= _least(wanted):
                purse.take(one.organisation, amount)
                got[one.application.id] = had + amount
    return tuple(Decided(one, got[one.application.id], _ground(one, got[one.application.id], panel, purses)) for one in ranked)


def _ground(one: Ranked, amount: int, panel: Panel, purses: Mapping[str, _Purse]) -> Ground:
    wanted = one.application.wanted
    if amount:
        return Ground.WHOLE if amount == wanted.amount else Ground.PART
    if one.score_milli < panel.score_least_milli:
        return Ground.SCORE
    purse = purses.get(purse_of(wanted))
    if purse is None or purse.left < _least(wanted):
        return Ground.PURSE
    if purse.cap - purse.taken.get(one.organisation.id, 0) < _least(wanted):
        return Ground.ORGANISATION
    return Ground.SECTOR


def waiting(decided: Sequence[Decided]) -> tuple[Ranked, ...]:
    """Who gets what comes back, in the order of the ranking."""
    return tuple(one.ranked for one in decided if not one.amount and one.ground is not Ground.SCORE)


def redistribute(
    panel: Panel, rule: CallRule, waiting_list: Sequence[Ranked], freed: Mapping[str, int], taken: Mapping[str, Mapping[int, int]]
) -> tuple[Decided, ...]:
    """What the waiting list gets of what was taken back: down the ranking, within the caps of organisations, sectors aside."""
    whole = {name: amount + sum(taken.get(name, {}).values()) for name, amount in freed.items()}
    caps = {name: organisation_cap(panel, rule.purses.get(name, 0)) for name in freed}
    purses = {name: _Purse(panel, whole[name], taken.get(name, {})) for name in freed}
    for name, purse in purses.items():
        purse.cap = caps[name]
    found = []
    for one in waiting_list:
        wanted, held = one.application.wanted, purses.get(purse_of(one.application.wanted))
        if held is None:
            continue
        amount = min(wanted.amount, held.room(one.organisation, split=False))
        if amount >= _least(wanted):
            held.take(one.organisation, amount)
            found.append(Decided(one, amount, Ground.WHOLE if amount == wanted.amount else Ground.PART))
    return tuple(found)
