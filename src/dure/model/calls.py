"""A call: what the programme offers, to whom, and by which stated rule it is given.

An offer has purses: one of credits, named ``""``, and one for each pool of which it dedicates nodes. Every rule about amounts holds for
each purse by itself. Shares are parts per million, credits whole micro-credits, instants Unix seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dure.model.people import CallState, Form, OrganisationKind, Sector
from dure.model.units import DAY_S, MICRO

CREDITS = ""
"""The name of the purse of credits; the others are pools, `site/pool`."""
POINTS_MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class FastLane:
    """What is granted at once. `open_most`: grants of this lane that a project, and a person, holds at one time."""

    micro_most: int
    nodes_most: int
    term_s_most: int
    open_most: int = 1
    organisation_month_micro: int
    organisation_month_nodes: int
    kinds: frozenset[OrganisationKind] = frozenset(OrganisationKind)

    def most(self, form: Form) -> int:
        return self.micro_most if form is Form.CREDITS else self.nodes_most

    def organisation_month(self, form: Form) -> int:
        return self.organisation_month_micro if form is Form.CREDITS else self.organisation_month_nodes


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """How reviewed applications are ranked and what they may get.

    The score is the mean of all reviews, each the mean of its criteria by weight, in milli-points of 100,000, plus `region_bonus_milli`
    where the organisation is of a preferred region. Equal scores: the earlier application first, then the lower number.
    `sectors_ppm` splits each purse; with `spill` what a sector leaves goes down the whole ranking. `organisation_ppm` is the most of a
    purse that one organisation may get.
    """

    criteria: Mapping[str, int]
    reviews_least: int = 2
    score_least_milli: int = 0
    sectors_ppm: Mapping[Sector, int] = field(default_factory=dict)
    spill: bool = True
    organisation_ppm: int = MICRO
    preferred_regions: frozenset[str] = frozenset()
    region_bonus_milli: int = 0


FIRM_PPM_LEAST, FIRM_PPM_MOST = 50_000, 100_000
"""Firms pay 5 to 10 % of the price, by the published rules of the first call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copay:
    """What holders pay of the price of a credit: firms `firm_ppm` of it, large ones `large_ppm` (None: as the others), young firms half of
    what their size would pay, all others nothing.
    """

    price_won: int
    firm_ppm: int
    large_ppm: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRule:
    """The text of a call, as numbers. Without `panel` there is only the fast lane, without `fast` only the panel.

    `quota_milli`: billing-weighted milli-accelerators that a project may have placed at one moment; None: no ceiling by the call.
    `quota_models`: the same in accelerators of a model; a model that is not in it has no ceiling by the call.
    `conditions`: what holders have to do, in words. `models`: accelerators that its credits are spent on; none named: on any.
    """

    purses: Mapping[str, int]
    micro_most: int
    nodes_most: int
    term_s_most: int
    fast: FastLane | None = None
    panel: Panel | None = None
    copay: Copay | None = None
    notice_s: int = 120
    quota_milli: int | None = None
    quota_models: Mapping[str, int] = field(default_factory=dict)
    conditions: str = ""
    models: tuple[str, ...] = ()

    def most(self, form: Form) -> int:
        """What one project may ask: micro-credits, or nodes."""
        return self.micro_most if form is Form.CREDITS else self.nodes_most


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """`closes_at` None: it stands open."""

    id: int
    name: str
    title: str
    rule: CallRule
    state: CallState
    opens_at: int
    closes_at: int | None = None


def standing(pools: Mapping[str, int]) -> CallRule:
    """The call of a new installation: a fast lane alone, of the size that national gateways give without a panel.

    Assumed, after two that are published: 10,000 accelerator-hours for three months (UK AIRR gateway), at most 5,000 accelerator-hours
    (IndiaAI, approved without a committee); whole servers by ones and twos (units of at most two servers, NIPA). Nodes: half of a pool.
    """
    fast = FastLane(
        micro_most=5_000 * MICRO,
        nodes_most=2,
        term_s_most=90 * DAY_S,
        organisation_month_micro=50_000 * MICRO,
        organisation_month_nodes=8,
    )
    purses = {CREDITS: 1_000_000 * MICRO} | {pool: (nodes + 1) // 2 for pool, nodes in pools.items()}
    return CallRule(purses=purses, micro_most=fast.micro_most, nodes_most=fast.nodes_most, term_s_most=fast.term_s_most, fast=fast)
