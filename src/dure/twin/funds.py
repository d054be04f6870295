"""What a run knows of the money of its sites before it begins: budgets, prices, powers. Everything is resolved; nothing is unknown."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from dure.ledger.running import Yearly
from dure.model.deals import Holidays, Tariff
from dure.twin.purse import FundLine


@dataclass(frozen=True, slots=True)
class PoolTerms:
    """One pool of a site (its number on the floor): W of one accelerator at work and waiting, won a year of one server.

    `capital_won` is the annuity of what one server cost (its financing in it), whoever bears it.
    """

    pool: int
    devices: int
    busy_w: int
    idle_w: int
    costs: tuple[Yearly, ...]
    capital_won: Fraction


@dataclass(frozen=True, slots=True)
class SiteFunds:
    """The money of one site. `order` holds the pools in the order in which they go unfunded; empty = the same part of each."""

    site: str
    lines: tuple[FundLine, ...]
    pools: tuple[PoolTerms, ...]
    people: tuple[Yearly, ...]
    tariff: Tariff
    holidays: Holidays
    contract_w: int | None
    pue_ppm: int
    evenly: bool
    order: tuple[int, ...]
    dedicated_last: bool
    committed: frozenset[str]
    notice_s: int
    power_cap_w: int | None = None
    factor: tuple[int, int] | None = None
    """Power factor by day and by night, in whole per cent; None = unknown."""


@dataclass(frozen=True, slots=True)
class Funds:
    """The sites that have a budget, and the Unix second of second 0."""

    epoch_s: int
    sites: tuple[SiteFunds, ...]
