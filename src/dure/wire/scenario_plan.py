"""Section `plan`: what buying and running machines costs (`cost`), what may be bought for what (`purchase`), what may go wrong (`risk`)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from dure.model.deals import ITEMS, Vat
from dure.model.units import MILLI
from dure.wire.fields import LifeMonths, Money, Name, NumberMicro, Part, PositiveNumberMicro, PowerW, SharePPM, Words
from dure.wire.marks import Marked
from dure.wire.quantity import QuantityError, micro_text
from dure.wire.ranges import outside, outside_price
from dure.wire.scenario_catalog import NameOrAll
from dure.wire.scenario_purchase import PurchaseSection
from dure.wire.scenario_risk import RiskSection

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
ItemOfCost = Literal["accelerators", "servers", "fabric", "storage", "site", "software", "labour", "support", "spares", "insurance"]
Driver = Literal["accelerator", "server", "tb", "kw", "accelerator_year", "server_year", "person_year", "share_year"]
POINT_PPM = 10_000
"""One per cent."""

DRIVERS = {item.name: item.drivers for item in ITEMS}


class InterestEntry(Marked):
    """What capital costs."""

    rate_ppm: SharePPM = Field(alias="rate", description="interest a year, paid monthly")


class ExchangeEntry(Marked):
    """What one unit of a currency is worth."""

    rate_micro: PositiveNumberMicro = Field(alias="rate", description="won for one unit")
    range: tuple[PositiveNumberMicro, PositiveNumberMicro] | None = Field(
        None, description="[lowest, highest] it may be; `dure plan ranges` moves it"
    )

    @model_validator(mode="after")
    def _in_range(self) -> Self:
        if self.range is not None and not self.range[0] <= self.rate_micro <= self.range[1]:
            raise outside(self.rate_micro, self.range, micro_text, key="rate")
        return self


class PriceEntry(Marked):
    """What one unit of something costs; the narrowest entry that fits a model and a site holds. What costs nothing is written as 0."""

    item: ItemOfCost = Field(description="line of the cost stack; electricity follows from the tariffs of the sites")
    model: NameOrAll = Field("*", description="accelerator id of the catalogue; `*` = every model")
    site: NameOrAll = Field("*", description="site; `*` = every site")
    price: Money = Field(description="in won, in another currency that has a rate, or `5%` for a share of what the machines cost")
    range: tuple[Money, Money] | None = Field(None, description="[lowest, highest] it may be; needed where it is assumed")
    per: Driver = Field(description="what one unit is; `share_year` = of what accelerators, servers, fabric and storage cost, each year")
    vat: Vat = Field(description="whether value added tax comes on top, is in the price, or is not due")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.per not in DRIVERS[self.item]:
            raise QuantityError(f"{self.item} have no price per {self.per}", f"state it per one of {', '.join(DRIVERS[self.item])}")
        if (self.per == "share_year") != (not self.price.currency):
            raise QuantityError(
                f"a price per {self.per} in another form", "write 5% per share_year, and an amount of money per anything else"
            )
        if self.mark == "assumed" and self.range is None:
            raise QuantityError("gives a value without its range", "write range: [lowest, highest]")
        if self.range is not None:
            low, high = self.range
            if not low.currency == high.currency == self.price.currency or not low.micro <= self.price.micro <= high.micro:
                raise outside_price(self.price, self.range)
        return self


class PowerFactorEntry(Part):
    """Monthly means that the electricity bill states, in whole per cent."""

    day_ppm: SharePPM = Field(alias="day", description="lagging, by day")
    night_ppm: SharePPM = Field(1_000_000, alias="night", description="leading, by night; nights that lag count as 100%")

    @model_validator(mode="after")
    def _whole_per_cent(self) -> Self:
        if self.day_ppm % POINT_PPM or self.night_ppm % POINT_PPM:
            raise QuantityError("a power factor between two points", "write whole per cent such as 95%, as the bill does")
        return self


class SiteCost(Part):
    """What one site pays for power and people."""

    name: Name = Field(description="a site of this scenario")
    tariff: Name = Field(description="tariff of the catalogue, like `general-b-high-a-1`")
    contract_w: PowerW | None = Field(None, alias="contract", description="contract power; absent = unknown, and its floor is left out")
    staff_micro: NumberMicro = Field(alias="staff", description="full-time people, 0 where others pay them")
    staffed: Literal["in_use", "always"] = Field(
        "in_use", description="a plan pays them in years in which something stands there (`in_use`), or in all its years (`always`)"
    )
    power_factor: PowerFactorEntry | None = Field(None, description="of the site; absent = unknown, billed as the standard: nothing added")

    @model_validator(mode="after")
    def _staff_to_a_thousandth(self) -> Self:
        if self.staff_micro % MILLI:
            raise QuantityError("staff is finer than a thousandth of a person", "write fewer digits")
        return self


class CostSection(Part):
    """Prices, interest, tax and tariffs: everything that the cost of a fleet over its life follows from."""

    interest: InterestEntry = Field(description="what capital costs")
    vat_ppm: SharePPM = Field(100_000, alias="vat", description="value added tax")
    exchange: dict[Currency, ExchangeEntry] = Field({}, description="currencies of prices, by their three letters")
    life_months: LifeMonths = Field(alias="life", description="how long machines are kept")
    residual_ppm: SharePPM = Field(alias="residual", description="what they fetch then, as a share of their price")
    prices: tuple[PriceEntry, ...] = Field(description="a price that is missing is an error where it is needed, never 0")
    tariffs: Words | None = Field(
        None, description="folder with tables of further tariffs and holidays, named and headed like those of src/dure/catalog"
    )
    sites: tuple[SiteCost, ...] = Field((), description="tariff, contract power and staff of each site")


class Plan(Part):
    """What is bought, when and where: `dure plan run` answers it. The twin does not read this section."""

    cost: CostSection | None = Field(None, description="prices, interest, tax and tariffs")
    purchase: PurchaseSection | None = Field(None, description="what may be bought when and where, with whose money, to serve what")
    risk: RiskSection | None = Field(None, description="what may go otherwise than planned; `dure plan risk` weighs it")
