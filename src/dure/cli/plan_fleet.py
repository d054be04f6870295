"""`dure plan fleet`: what a plan has in service at a date, as a scenario that a person can check, edit and run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from dure import __version__
from dure.cli.context import at_least, put_json, words
from dure.cli.options import GAP_PPM, Days, Force, Json, PlayedAt, Seconds, Sets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dure.present.words import Words


def fleet(
    scenario: Annotated[Path, Parameter(help="scenario file with `plan.purchase`")],
    /,
    *,
    at: PlayedAt = None,
    scale: Annotated[str, Parameter(metavar="PART", help="play such a part of fleet and demand, like 1/10; 1 is everything")] = "1",
    days: Days = 30,
    output: Annotated[Path, Parameter(name=("--output", "-o"), metavar="FILE", help="scenario file to write")] = Path("runs/fleet.yaml"),
    force: Force = False,
    seconds: Seconds = 60,
    sets: Sets = (),
    json: Json = False,
) -> None:
    """Plans, and writes the fleet of the orders; a plan that is refused is written too, and that it is refused is said."""
    from dure.adapters.files import load_scenario, write_text
    from dure.adapters.fleet_files import fleet_file, parse_scale, when
    from dure.adapters.outputs import may_write
    from dure.adapters.scenario_purchase import scenario_purchase
    from dure.cli.study_fleet import fleet_of
    from dure.model.errors import ScenarioError
    from dure.plan.purchase import plan
    from dure.solver import Limits
    from dure.study.asked import asked_by_workload
    from dure.study.fleet import Month
    from dure.study.spare import periods, tightest

    at_least("--seconds", seconds)
    at_least("--days", days)
    if output.parent != Path("runs"):
        may_write(output, [scenario], force=force)
    loaded = load_scenario(scenario, sets)
    purchase = scenario_purchase(loaded).purchase
    when(loaded, purchase, at)  # a day that lies outside is an error before anything is solved
    planned = plan(purchase, Limits(float(seconds), GAP_PPM / 1_000_000))
    if not planned.chosen.found:
        raise ScenarioError("no plan keeps every rule", where=loaded.where("plan", "purchase"), remedy="dure plan run says which, and why")
    most = tightest(periods(purchase, planned.chosen.orders, planned.chosen.served)) if at is None else None
    period = when(loaded, purchase, at, most)
    month = Month(period.start, days, 0, parse_scale(scale))
    made = fleet_of(loaded, purchase, planned.chosen.orders, period, month)
    asked = sum(asked_by_workload(loaded.scenario, purchase, period.period).values())
    say = words()
    said = {"period": period.label, "scale": str(month.scale)}
    header = say("fleet.header", source=str(scenario), asked=asked, version=__version__, **said)
    told = "".join(f"\nPlanned with --set {one}: say it again to dure twin run" for one in sets)
    write_text(output, f"# dure plan fleet {__version__}\n" + fleet_file(loaded, made.text, output, header + told))
    pools = made.loaded.scenario.pools
    jobs = made.loaded.scenario.demand.generate
    figures = {
        "accelerators": sum(pool.nodes * (pool.accelerators_per_node or 0) for pool in pools.values()),
        "pools": len(pools),
        "jobs": None if jobs is None else jobs.jobs,
        "days": days,
    }
    delays = sorted({pool.start_delay_s for pool in pools.values()})
    failing = sum(site.failures is not None for site in made.loaded.scenario.sites)
    taken = {"start": period.start, "start_delays_s": delays, "sites_with_failures": failing}
    refused = [] if planned.refusal is None else list(planned.refusal.refused_by)
    if json:
        put_json({"wrote": [str(output)], "asked": asked, "refused_by": refused, **said, **figures, **taken})
        return
    print(say("fleet.wrote", file=str(output), **said, **figures))
    print(say("fleet.from", start=period.start) if at is None else say("fleet.at", at=at, period=period.label, start=period.start))
    print(_taken(delays, failing, len(made.loaded.scenario.sites), say))
    if refused:
        print(say("fleet.refused", rules=", ".join(refused)))
    print(say("fleet.next", file=str(output)))


def _taken(delays_s: Sequence[int], failing: int, sites: int, say: Words) -> str:
    """What the fleet has of the scenario: what it does not state is said to be absent, not left unsaid."""
    known = [say.duration(one) for one in delays_s if one]
    delay = say("fleet.delay", delay="–".join(dict.fromkeys((known[0], known[-1])))) if known else say("fleet.no_delay")
    failures = say("fleet.failures", n=failing, sites=sites) if failing else say("fleet.no_failures")
    return f"{delay} {failures}"
