"""Procurement: what is asked for, what is offered, by which rules it is judged, and what an award promises.

Money is whole won, time Unix seconds, shares parts per million. A public share is an exact fraction of accelerators
(`public` of `most`), because 79.9 % of 7,656 is no whole number and 6,120 is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction


class Procedure(StrEnum):
    """An agreement pays operators with own use of a part of the machines; a contract pays in money alone."""

    AGREEMENT = "agreement"
    CONTRACT = "contract"


class PricePer(StrEnum):
    """What an amount of a tender pays for: machines once, or one hour of them. An hour's amounts are never added to others."""

    ACCELERATOR = "accelerator"
    ACCELERATOR_HOUR = "accelerator_hour"


class Objective(StrEnum):
    PUBLIC_CAPACITY = "public_capacity"
    """most accelerators for public use, weighted by model, that the budget buys"""
    SCORED_CAPACITY = "scored_capacity"
    """the same, each weighted by the score of its bid over the full score"""
    SCORE = "score"
    """most points × accelerators"""
    COST = "cost"
    """least money for the quantities that the lots need"""
    MATCH_LOWEST = "match_lowest"
    """each lot at its lowest price: every bidder matches it or leaves the lot"""


class Formula(StrEnum):
    LOWEST_PRICE_RATIO = "lowest_price_ratio"
    KR_NEGOTIATED = "kr_negotiated"
    KR_SUITABILITY = "kr_suitability"
    LINEAR = "linear"
    RATIO_TO_BEST = "ratio_to_best"
    POINTS = "points"


class Subject(StrEnum):
    """What a criterion or a rule of eligibility looks at, as a whole number."""

    PRICE = "price"
    PRICE_PER_PUBLIC = "price_per_public"
    PUBLIC_SHARE = "public_share"
    READY = "ready"
    POWER = "power"
    PUE = "pue"
    AVAILABILITY = "availability"
    QUANTITY = "quantity"
    CLUSTER = "cluster"
    SUPPORT = "support"


LOWER_IS_BETTER = frozenset({Subject.PRICE, Subject.PRICE_PER_PUBLIC, Subject.READY, Subject.POWER, Subject.PUE, Subject.SUPPORT})
PRICES = frozenset({Subject.PRICE, Subject.PRICE_PER_PUBLIC})


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """`most` accelerators may be bought, `least` must be; None: no limit. `estimate_won` is the office's own price per accelerator."""

    name: str
    name_ko: str = ""
    least: int = 0
    most: int | None = None
    estimate_won: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """The price that holds where `least` to `most` accelerators are taken: won each, and won once."""

    least: int
    most: int
    unit_won: int
    fixed_won: int = 0

    def won(self, units: int) -> int:
        return self.fixed_won + self.unit_won * units


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A bid on one lot: tiers in order of quantity, `public` of its `most` accelerators for public use, sold by `step`."""

    lot: str
    model: str
    tiers: tuple[Tier, ...]
    public: int
    step: int = 1
    power_w: int | None = None
    floor_won: int | None = None
    """match-the-lowest: the lowest price that the bidder would still accept"""

    @property
    def least(self) -> int:
        return self.tiers[0].least

    @property
    def most(self) -> int:
        return self.tiers[-1].most

    def public_units(self, units: int) -> int:
        """Whole accelerators for public use of so many, rounded down: the operator keeps no fraction, nor does the state."""
        return units * self.public // self.most


@dataclass(frozen=True, slots=True, kw_only=True)
class Bid:
    """What one operator offers. `together`: all lines or none; of several bids with one `alternative` at most one is taken."""

    name: str
    operator: str
    lines: tuple[Line, ...]
    together: bool = False
    alternative: str | None = None
    ready_s: int | None = None
    pue_ppm: int | None = None
    availability_ppm: int | None = None
    support_s: int | None = None
    cluster: int | None = None
    declares: frozenset[str] = frozenset()
    points_micro: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibilityRule:
    """`declares` something, or a subject within limits; a bid that does not say the subject fails."""

    name: str
    name_ko: str = ""
    declares: str | None = None
    subject: Subject | None = None
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """`points_micro` at most, by a formula over a subject; `full` and `zero` are the ends of a linear one."""

    name: str
    name_ko: str = ""
    points_micro: int
    formula: Formula
    subject: Subject = Subject.PRICE
    full: int | None = None
    zero: int | None = None
    target_ppm: int | None = None
    factor_micro: int | None = None
    decimals: int | None = None
    scale: Fraction = Fraction(1)
    """times which evaluators' points and a factor count, when weights are varied; 1 in a tender itself"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """Limits per operator; None where there is none. `cluster_public`: public accelerators in one place that each winner must hold."""

    units: int | None = None
    budget_ppm: int | None = None
    units_ppm: int | None = None
    cluster_public: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tender:
    """The rules: frozen and hashed before any bid is read."""

    name: str
    name_ko: str = ""
    procedure: Procedure
    objective: Objective
    budget_won: int | None
    lots: tuple[Lot, ...]
    eligibility: tuple[EligibilityRule, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    score_least_micro: int | None = None
    caps: Caps = field(default_factory=Caps)
    capacity_micro: Mapping[str, int] = field(default_factory=dict)
    """reference accelerators that one accelerator of a model counts as; 1 where it is not named"""
    abnormally_low_ppm: int | None = None
    price_per: PricePer = PricePer.ACCELERATOR

    @property
    def by_the_hour(self) -> bool:
        """Whether every amount is for one hour, the budget too."""
        return self.price_per is PricePer.ACCELERATOR_HOUR

    @property
    def full_points_micro(self) -> int:
        return sum(one.points_micro for one in self.criteria)

    def lot(self, name: str) -> Lot:
        return next(one for one in self.lots if one.name == name)

    def alike(self, models: Iterable[str]) -> tuple[str, ...]:
        """Of several models on offer those that count as one reference accelerator because nobody said otherwise."""
        offered = set(models)
        unsaid = tuple(sorted(offered - set(self.capacity_micro)))
        return unsaid if len(offered) > 1 and self.objective is not Objective.MATCH_LOWEST else ()

    def capacity_of(self, model: str) -> int:
        return self.capacity_micro.get(model, 1_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """So many accelerators of one line of a bid, at the price of one of its tiers."""

    bid: str
    line: int
    units: int
    won: int
    public: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """What a winner promised and operation will measure; None: the bid says nothing."""

    operator: str
    bid: str
    lot: str
    model: str
    units: int
    public: int
    own: int
    won: int
    ready_s: int | None
    availability_ppm: int | None
    pue_ppm: int | None
    power_w: int | None
    support_s: int | None
    cluster: int | None
