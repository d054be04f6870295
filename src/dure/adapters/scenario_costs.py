"""The cost part of a scenario's plan, resolved: models by the catalogue, tariffs by theirs, every price with its place in the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from dure.adapters.catalogs import load_catalog
from dure.adapters.files import TARIFF_TABLES, LoadedScenario, read_bytes
from dure.adapters.tariff_tables import load_holidays, load_tariffs, tariff_named
from dure.ledger.cost import CostTerms
from dure.ledger.fleet_cost import PriceBook
from dure.model.deals import ExchangeRate, Holidays, Price, Tariff
from dure.model.errors import CostError, Where
from dure.model.units import MILLI
from dure.wire.scenario_plan import POINT_PPM, CostSection, PriceEntry

ANY = "*"


@dataclass(frozen=True, slots=True)
class SiteTerms:
    """What one site pays by: its tariff, contract power in W (None: unknown), people in thousandths, and the power factor by day and by
    night in whole per cent (None: unknown, billed as the standard).
    """

    tariff: Tariff
    contract_w: int | None
    persons_milli: int
    factor: tuple[int, int] | None = None
    always_staffed: bool = False
    """Whether a plan pays the people in years in which nothing stands at the site."""


@dataclass(frozen=True, slots=True)
class ScenarioCosts:
    """Everything that `ledger.fleet_cost` and `ledger.cost` ask for."""

    book: PriceBook
    terms: CostTerms
    sites: Mapping[str, SiteTerms]
    holidays: Holidays
    life_months: int
    residual_ppm: int


def scenario_costs(loaded: LoadedScenario) -> ScenarioCosts:
    """Raises CostError where the scenario has no costs or names an unknown tariff, CatalogError for an unknown model."""
    cost = loaded.scenario.plan.cost
    if cost is None:
        raise CostError("the scenario states no costs", where=loaded.where("plan"), remedy="write `plan:` with `cost:`")
    catalog = load_catalog(loaded.scenario.catalog, loaded.where)
    prices: dict[tuple[str, str, str], Price] = {}
    for index, entry in enumerate(cost.prices):
        where = loaded.where("plan", "cost", "prices", index)
        model = ANY if entry.model == ANY else catalog.resolve(entry.model, where)
        key = (entry.item, model, entry.site)
        if key in prices:
            what = f"the price of {entry.item} for {entry.model} at {entry.site} stands twice"
            raise CostError(what, where=where, remedy="keep one of the two")
        amount = Decimal(entry.price.micro).scaleb(-6)
        prices[key] = Price(amount, entry.price.currency, entry.per, entry.vat, entry.mark, _said(entry), where)
    added = further_tables(loaded) if cost.tariffs is not None else {}
    tariffs = load_tariffs(added=added)
    sites = {
        site.name: SiteTerms(
            tariff_named(site.tariff, tariffs, loaded.where("plan", "cost", "sites", site.name, "tariff")),
            site.contract_w,
            site.staff_micro // MILLI,
            None if site.power_factor is None else (site.power_factor.day_ppm // POINT_PPM, site.power_factor.night_ppm // POINT_PPM),
            site.staffed == "always",
        )
        for site in cost.sites
    }
    return ScenarioCosts(PriceBook(prices), _terms(cost), sites, load_holidays(added=added), cost.life_months, cost.residual_ppm)


def further_tables(loaded: LoadedScenario) -> dict[str, tuple[str, str]]:
    """The tables of a folder that the scenario names, as far as they are there."""
    place = ("plan", "cost", "tariffs")
    folder = loaded.path(*place)
    files = {name: folder / f"{name}.csv" for name in TARIFF_TABLES}
    found = {}
    for name, path in files.items():
        if path.is_file():
            try:
                found[name] = str(path), read_bytes(path).decode("utf-8-sig")
            except UnicodeDecodeError:
                raise CostError("is not UTF-8", where=Where(str(path)), remedy="save it as UTF-8") from None
    if not found:
        remedy = f"put one of {', '.join(path.name for path in files.values())} there"
        raise CostError(f"{folder} holds no table of tariffs", where=loaded.where(*place), remedy=remedy)
    return found


def _terms(cost: CostSection) -> CostTerms:
    exchange = {
        currency: ExchangeRate(Decimal(entry.rate_micro).scaleb(-6), entry.mark, entry.source or f"{entry.who}: {entry.why}")
        for currency, entry in cost.exchange.items()
    }
    return CostTerms(cost.interest.rate_ppm, cost.vat_ppm, cost.interest.mark, exchange=exchange)


def _said(entry: PriceEntry) -> str:
    return entry.source or f"{entry.who}: {entry.why}"
