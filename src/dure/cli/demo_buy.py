"""Act 1 of the demo: the first round of 2025 as one award, why the fourth bid lost, and what would have made it win."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from dure.cli.demo_stage import Stage

if TYPE_CHECKING:
    from dure.plan.award import Award
    from dure.plan.flips import Flip
    from dure.present.acts import Act
    from dure.present.words import Words

TENDER = "korea-2025-round-1.yaml"
PUBLISHED_UNITS, PUBLISHED_PUBLIC = 13_136, 10_456


def buy(stage: Stage, act: Act) -> None:
    """Act 1: who won how much, beside what was published, and the price at which the loser would have won, solved again."""
    from dure.adapters.tenders import load_tender
    from dure.cli.examples import example
    from dure.plan.award import award
    from dure.plan.check import check
    from dure.plan.flips import Field, flip_price, flip_quantity, losers

    say = stage.say
    began = time.monotonic()
    loaded = load_tender(example(TENDER))
    made = award(loaded.tender, loaded.bids)
    takings = made.choice.takings
    units, public = sum(one.units for one in takings), sum(one.public for one in takings)
    same = (units, public) == (PUBLISHED_UNITS, PUBLISHED_PUBLIC) and not check(loaded.tender, loaded.bids, takings)
    outcome = say("validate.yes" if same else "validate.no")
    act.lines += [
        say("demo.buy.asked", won=say.won(loaded.tender.budget_won), bids=len(loaded.bids)),
        " · ".join(_bought(made, say)),
        f"{say('demo.buy.sum', units=units, public=public, units_then=PUBLISHED_UNITS, public_then=PUBLISHED_PUBLIC)} {outcome}",
    ]
    field = Field(made)
    flips = {}
    for loser in losers(made):
        price, quantity = flip_price(field, loser), flip_quantity(field, loser)
        act.lines.append(_lost(price, quantity, _solved_again(made, price), say))
        flips[loser.name] = {"price_won": price.change, "quantity": quantity.change}
    act.lines.append(say("demo.buy.marks"))
    act.note = say("demo.seconds", s=round(time.monotonic() - began, 1))
    stage.figures["buy"] = {"accelerators_total": units, "public_total": public, "status": str(made.choice.status), "flips": flips}


def _bought(made: Award, say: Words) -> list[str]:
    by_bid = {one.bid: one for one in made.choice.takings}
    found = []
    for judged in made.judged:
        bid = judged.offer.bid
        if bid.name not in by_bid:
            found.append(say("demo.buy.none", bid=bid.name))
            continue
        one = by_bid[bid.name]
        model = bid.lines[one.line].model.partition("-")[2].upper()
        found.append(say("demo.buy.bid", bid=bid.name, model=model, units=one.units, public=one.public))
    return found


def _solved_again(made: Award, flip: Flip) -> bool:
    """Whether the bid wins at the cut that was found, and does not at one won less: the whole award, from the bids."""
    from dure.plan.award import award_offers
    from dure.plan.offers import cheaper

    if flip.change is None:
        return True
    others = [one.offer for one in made.judged if one.offer.name != flip.offer.name]
    changed = [cheaper(flip.offer, cut) for cut in (flip.change, flip.change - 1)]
    return [award_offers(made.tender, [*others, one]).choice.takes(one) for one in changed] == [True, False]


def _lost(price: Flip, quantity: Flip, shown: bool, say: Words) -> str:
    line = price.offer.lines[0]
    parts = [say("demo.buy.lost", bid=price.offer.name, least=line.least)]
    if price.change is not None:
        parts.append(say("demo.buy.flip", share=say.percent(price.change / line.tiers[-1].unit_won)))
    if quantity.variant is not None:
        parts.append(say("demo.buy.fewer", units=quantity.variant.lines[0].least))
    else:
        parts.append(say("demo.buy.fewer_never"))
    return f"{' '.join(parts)} ({say('demo.buy.again')}: {say('validate.yes' if shown else 'validate.no')})"
