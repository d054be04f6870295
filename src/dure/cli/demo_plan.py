"""Act 2 of the demo, and the money of act 4: what a purchase plan answers, in a few lines."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from dure.cli.demo_stage import Stage

if TYPE_CHECKING:
    from dure.present.acts import Act
    from dure.present.purchase_tables import PlanPage
    from dure.twin.build import Plan

SCENARIO = "korea-50k.yaml"


def planned(name: str) -> PlanPage:
    """The plan of an example."""
    from dure.adapters.files import load_scenario
    from dure.cli.answers import limits
    from dure.cli.examples import example
    from dure.cli.options import GAP_PPM
    from dure.cli.plan_run import plan_page

    return plan_page(load_scenario(example(name)), limits(60, GAP_PPM), unfunded=False)


def plan(stage: Stage, act: Act) -> None:
    """Act 2: what 5 trillion won buys by vendor, and who refuses it."""
    say = stage.say
    began = time.monotonic()
    page = planned(SCENARIO)
    chosen, refusal, won = page.planned.chosen, page.planned.refusal, page.won
    assert refusal is not None, "the example has no money to run what it buys"
    vendors = " · ".join(f"{say.count(count)} {say.name(vendor, 'vendor')}" for vendor, count in page.by_vendor.items())
    checked = say("validate.no" if page.broken else "validate.yes")
    act.lines += [
        f"{say('demo.plan.bought', vendors=vendors, won=say.won(won['capex']), gap=say.percent(chosen.gap, 2))} {checked}",
        say("demo.plan.refused", rule=", ".join(refusal.refused_by), won=say.won(sum(one.won for one in refusal.missing))),
    ]
    if refusal.money is not None and refusal.money.found:
        act.lines.append(say("demo.plan.way", won=say.won(refusal.money.won or 0)))
    act.note = say("demo.seconds", s=round(time.monotonic() - began, 1))
    stage.figures["plan"] = {
        "gap": chosen.gap,
        "refused_by": list(refusal.refused_by),
        "accelerators_total": page.units,
        "cost_won": won,
        "checked": not page.broken,
    }


def relit(stage: Stage) -> str:
    """Act 4: what it costs a year to light the rest of the plant again."""
    refusal = planned("gwangju.yaml").planned.refusal
    assert refusal is not None, "a part of the plant has no money"
    missing = sum(one.won for one in refusal.missing)
    stage.figures["gwangju_missing_won"] = missing
    return stage.say("demo.gwangju.relit", won=stage.say.won(missing))


WRITTEN_IN_PPM = 40_000
"""Of the 67 billion won that Gwangju asked to run its plant, 2.5 were written in: about 4 %."""


def short_of_money(stage: Stage, plan: Plan) -> str:
    """Act 4: when the plant would go dark with the part of its need that was once written in, and what of the month is left."""
    from dure.present.funding_tables import day_text
    from dure.twin.shares import Site

    given = Site(plan, "gwangju").share(WRITTEN_IN_PPM)
    say, site = stage.say, given.site
    stage.figures["gwangju_funding"] = {"share_ppm": WRITTEN_IN_PPM, "won": given.won, **site}
    return say(
        "demo.gwangju.funding",
        share=say.percent(WRITTEN_IN_PPM / 1_000_000, 0),
        day=day_text(site["dark_from"], say),
        rate=say.percent(given.rate),
    )
