"""The assumed figures of a scenario that have a range, and the purchase question at both ends of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from dure.adapters.catalogs import load_catalog
from dure.adapters.files import LoadedScenario
from dure.adapters.scenario_purchase import scenario_purchase
from dure.model.purchases import Purchase
from dure.model.units import MICRO, round_div
from dure.wire.quantity import micro_text, price_text
from dure.wire.scenario_catalog import STATEMENT, Assumption
from dure.wire.scenario_purchase import PurchaseSection


@dataclass(frozen=True, slots=True)
class Ranged:
    """A figure with its range as people wrote them: a price, a rate of exchange, a price path, a demand, what works of it all, or a row of
    `catalog.assume`.
    """

    what: Literal["price", "exchange", "path", "catalog", "demand", "usable"]
    of: str
    item: str
    value: str
    low: str
    high: str
    who: str
    why: str
    why_ko: str
    loaded: LoadedScenario
    """The scenario; its questions at the ends differ in `place`."""
    place: tuple[str | int, ...]
    ends: tuple[Any, Any]

    def at_low(self) -> Purchase:
        return self._at(0)

    def at_high(self) -> Purchase:
        return self._at(1)

    def _at(self, end: int) -> Purchase:
        scenario = _put(self.loaded.scenario, self.place, self.ends[end])
        return scenario_purchase(replace(self.loaded, scenario=scenario)).purchase


def assumed_ranges(loaded: LoadedScenario) -> Iterator[Ranged]:
    """Prices first, as they stand in the file; of the catalogue only rows about models that may be bought."""
    plan = loaded.scenario.plan
    for index, price in enumerate(plan.cost.prices if plan.cost else ()):
        if price.range is not None and price.range[0] != price.range[1] and price.who is not None and price.why is not None:
            low, high = price.range
            texts = price_text(price.price), price_text(low), price_text(high)
            said = price.who, price.why, price.why_ko or price.why
            yield Ranged("price", price.model, price.item, *texts, *said, loaded, ("plan", "cost", "prices", index, "price"), (low, high))
    for currency, rate in plan.cost.exchange.items() if plan.cost else ():
        if rate.range is not None and rate.range[0] != rate.range[1]:
            texts = micro_text(rate.rate_micro), micro_text(rate.range[0]), micro_text(rate.range[1])
            said = rate.who or rate.source or "", rate.why or "", rate.why_ko or rate.why or ""
            yield Ranged("exchange", currency, "", *texts, *said, loaded, ("plan", "cost", "exchange", currency, "rate_micro"), rate.range)
    if plan.purchase is None:
        return
    for index, one in enumerate(plan.purchase.machines):
        path = one.price_path
        if path is not None and path.range is not None and path.who is not None and path.why is not None:
            ends = tuple({year: share * each // 1_000_000 for year, share in path.shares.items()} for each in path.range)
            texts = "1", micro_text(path.range[0]), micro_text(path.range[1])
            place = ("plan", "purchase", "machines", index, "price_path", "shares")
            yield Ranged("path", one.label, "", *texts, path.who, path.why, path.why_ko or path.why, loaded, place, (ends[0], ends[1]))
    yield from _asked(loaded, plan.purchase)
    catalog = load_catalog(loaded.scenario.catalog, loaded.where)
    bought = {catalog.resolve(one.model) for one in plan.purchase.machines}
    for index, row in enumerate(loaded.scenario.catalog.assume):
        if row.what in (STATEMENT, "rate") or row.range_micro is None or row.range_micro[0] == row.range_micro[1]:
            continue
        named = {row.model, *(one.id for one in catalog.group(row.model or ""))}
        if row.what in ("speed", "billing_weight") and ("*" in named or named & bought):
            yield _row(loaded, index, row)


def _asked(loaded: LoadedScenario, asked: PurchaseSection) -> Iterator[Ranged]:
    """What is asked for, each class over all its years, and how much of what is in service works."""
    here = ("plan", "purchase")
    for index, work in enumerate(asked.demand):
        if work.range is not None and work.range[0] != work.range[1]:
            low, high = work.range
            ends = tuple({year: round_div(count * each, MICRO) for year, count in work.accelerators.items()} for each in work.range)
            said = work.who or work.source or "", work.why or "", work.why_ko or work.why or ""
            texts = "1", micro_text(low), micro_text(high)
            yield Ranged("demand", work.name, "", *texts, *said, loaded, (*here, "demand", index, "accelerators"), (ends[0], ends[1]))
    about = asked.usable_range
    if about is not None and about.range[0] != about.range[1]:
        texts = _percent(asked.usable_ppm), _percent(about.range[0]), _percent(about.range[1])
        said = about.who or about.source or "", about.why or "", about.why_ko or about.why or ""
        yield Ranged("usable", "*", "usable", *texts, *said, loaded, (*here, "usable_ppm"), about.range)


def _percent(ppm: int) -> str:
    return f"{micro_text(ppm * 100)}%"


def _row(loaded: LoadedScenario, index: int, row: Assumption) -> Ranged:
    assert row.range_micro is not None
    assert row.value_micro is not None
    low, high = row.range_micro
    low = low or (1_000 if row.what == "speed" else low)  # a speed of 0 is no speed: the row would be left out
    texts = micro_text(row.value_micro), micro_text(low), micro_text(high)
    place = ("catalog", "assume", index, "value_micro")
    return Ranged("catalog", row.model or "*", row.what, *texts, row.who, row.why, row.why_ko or row.why, loaded, place, (low, high))


def _put(part: Any, place: tuple[str | int, ...], value: Any) -> Any:
    """A copy of a part with one value changed."""
    if not place:
        return value
    key, *rest = place
    if isinstance(key, int):
        return (*part[:key], _put(part[key], tuple(rest), value), *part[key + 1 :])
    if isinstance(part, dict):
        return {**part, key: _put(part[key], tuple(rest), value)}
    return part.model_copy(update={key: _put(getattr(part, key), tuple(rest), value)})
