"""One study of one scenario: the wiring of plan, fleet, twin and measures; a function of values, for any thread or process."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from dure import __version__

if TYPE_CHECKING:
    from dure.adapters.files import LoadedScenario
    from dure.cli.study_fleet import Fleet
    from dure.model.purchases import Purchase
    from dure.plan.purchase import Planned
    from dure.solver import Limits
    from dure.study.delivered import Delivered


@dataclass(frozen=True, slots=True)
class StudyOptions:
    """What the command line says of a study."""

    at: str | None = None
    days: int = 30
    warm_up_days: int = 10
    scale: Fraction | None = None
    """None: by what is asked for."""
    tolerance_ppm: int = 10_000
    mix_ppm: int = 50_000
    rounds_most: int = 8
    seconds: int = 60
    gap_ppm: int = 5_000
    wait_most_s: int | None = None
    only: str | None = None
    """Buy from this vendor alone, for what the plan of the scenario costs at most."""
    chosen: bool = False
    """Whether nobody said `at`: it is then the tightest period of the first candidate's plan."""


def first_plan(loaded: LoadedScenario, options: StudyOptions) -> tuple[Planned, StudyOptions]:
    """The plan of a scenario, and the options with the day and the scale that follow from it where nobody said them."""
    from dure.adapters.fleet_files import when
    from dure.adapters.scenario_purchase import scenario_purchase
    from dure.plan.purchase import plan
    from dure.study.asked import asked_by_workload, usual_scale
    from dure.study.spare import periods, tightest

    question = scenario_purchase(loaded).purchase
    when(loaded, question, options.at)  # a day that lies outside is an error before anything is solved
    planned = plan(question, limits_of(options))
    most = tightest(periods(question, planned.chosen.orders, planned.chosen.served)) if options.at is None else None
    at = when(loaded, question, options.at, most)
    scale = options.scale or usual_scale(asked_by_workload(loaded.scenario, question, at.period))
    chosen = options.chosen or options.at is None
    return planned, replace(options, at=at.start, scale=scale, chosen=chosen)


def limits_of(options: StudyOptions) -> Limits:
    """When the solver may stop."""
    from dure.solver import Limits

    return Limits(float(options.seconds), options.gap_ppm / 1_000_000)


def study_point(name: str, loaded: LoadedScenario, options: StudyOptions, known: Planned | None = None) -> dict[str, Any]:
    """Everything that is known of one candidate as plain values; `known` is the scenario's own plan, where it was made before."""
    from dure.adapters.fleet_files import when
    from dure.adapters.scenario_purchase import scenario_purchase
    from dure.cli.study_fleet import Counted, fleet_of
    from dure.plan.purchase import plan
    from dure.study.asked import workloads
    from dure.study.fleet import Month
    from dure.study.result import Asked, study_rows
    from dure.study.settle import Settling, settle

    read = scenario_purchase(loaded)
    if known is None and (options.at is None or options.scale is None or options.only is not None):
        known, options = first_plan(loaded, options)
    limits = limits_of(options)
    assert options.scale is not None, "it follows from the first plan"
    question = read.purchase if options.only is None or known is None else only_from(read.purchase, options.only, known)
    at = when(loaded, question, options.at)
    month = Month(at.start, options.days, options.warm_up_days, options.scale)
    made = [known] if known is not None and options.only is None else []

    def solve(asked: Purchase) -> Planned:
        return made.pop() if made else plan(asked, limits)  # the first turn asks what was asked before

    classes = workloads(loaded.scenario)
    fleets: dict[str, tuple[Delivered, str]] = {}
    hashes: list[str] = []
    counted = Counted()

    def play(planned: Planned) -> Delivered:
        fleet = fleet_of(loaded, question, planned.chosen.orders, at, month, counted)
        if fleet.text not in fleets:  # the same fleet gets the same draws: it would deliver the same
            fleets[fleet.text] = play_fleet(fleet, question, classes, month)
        got, digest = fleets[fleet.text]
        hashes.append(digest)
        return got

    settling = Settling(options.tolerance_ppm, options.mix_ppm, options.rounds_most, options.wait_most_s)
    settled = settle(question, classes, solve, play, settling)
    head = {"name": name, "title": question.name, "version": __version__, "seed": loaded.scenario.programme.seed, "only": options.only}
    rows = study_rows(Asked(question, classes, at.period, month, options.wait_most_s), settled, hashes)
    assumed = [asdict(one) for one in read.assumed]
    inputs = [{"path": path, "sha256": digest} for path, digest in loaded.inputs]
    rows["day"] = _day(loaded, question, settled.first.planned, at.period, chosen=options.chosen)
    return (
        head
        | rows
        | {
            "tolerance": options.tolerance_ppm / 1_000_000,
            "mix_tolerance": options.mix_ppm / 1_000_000,
            "assumptions": assumed,
            "inputs": inputs,
        }
    )


def _day(loaded: LoadedScenario, question: Purchase, planned: Planned, period: int, *, chosen: bool) -> dict[str, Any]:
    """Why this period is played: how tight it is, which is the tightest, and where the plan promises the least of what is asked for."""
    from dure.adapters.scenario_purchase import purchase_calendar
    from dure.study.spare import SPARE, periods, shortest, tightest

    known, calendar = periods(question, planned.chosen.orders, planned.chosen.served), purchase_calendar(loaded)

    def row(at: int) -> dict[str, Any]:
        one = known[at]
        start = calendar.first_day(at).isoformat()
        return {"period": question.labels[at], "start": start, "at_work": round(one.at_work, 6), "promised": round(one.promised, 6)}

    most, short = tightest(known), shortest(known, max(question.buying, period))
    spare = most is not None and period in known and known[most].at_work - known[period].at_work > SPARE
    return {
        "chosen": chosen,
        "own": row(period) if period in known else None,
        "tightest": None if most is None else row(most),
        "spare": spare,
        "short": None if short is None else row(short),
    }


def play_fleet(fleet: Fleet, question: Purchase, classes: dict[str, str], month: Any) -> tuple[Delivered, str]:
    """A fleet, played and measured; with the hash of its events."""
    from dure.adapters.run_input import Options, planned, read_demand
    from dure.adapters.runs import NoWriter
    from dure.adapters.scenario_models import scenario_models
    from dure.ledger.attempts import Gathering
    from dure.model.units import DAY_S
    from dure.study.delivered import alone, delivered
    from dure.study.services import services_got
    from dure.twin.account import account
    from dure.twin.run import run

    models = scenario_models(fleet.loaded)
    prepared = planned(fleet.loaded, models, read_demand(fleet.loaded, models, Options()))
    writer, gathering = NoWriter(), Gathering(room=len(prepared.plan.jobs) + 1024)

    def take(rows: Any) -> None:
        gathering.add(rows)
        writer.events(rows)

    result = run(prepared.plan, take)
    found = account(prepared.plan, result, gathering)
    offer, from_s = prepared.demand.offer, month.warm_up_days * DAY_S
    services = services_got(prepared.plan, found.attempts, fleet.services, from_s, result.horizon_s, month.scale)
    jobs = offer.jobs if not offer.services else alone(offer.jobs[offer.service == 0])
    got = delivered(question, classes, prepared.plan, result, found.attempts, found.times, jobs, from_s, services)
    return got, writer.digest()[0]


def only_from(question: Purchase, vendor: str, mixed: Planned) -> Purchase:
    """The same question for one vendor: no shares, and no more money to buy than the plan of the scenario spends."""
    from dure.model.errors import InputError, Where
    from dure.model.purchases import BudgetLine
    from dure.plan.spending import spent

    machines = tuple(one for one in question.machines if one.vendor.casefold() == vendor.casefold())
    if not machines:
        vendors = ", ".join(sorted({one.vendor for one in question.machines}))
        raise InputError(f"no machine is of {vendor}", where=Where("--beside"), remedy=f"write one of {vendors}, or none")
    paid = sorted(spent(question, mixed.chosen.orders).items())
    capex = [BudgetLine(year, "capex", "the plan", won, True) for (kind, year), won in paid if kind == "capex"]
    budgets = tuple(one for one in question.budgets if one.kind != "capex")
    standing = tuple(one for one in question.standing if one.machine in {each.name for each in machines})
    return replace(question, machines=machines, shares=(), standing=standing, budgets=(*capex, *budgets))


@dataclass(frozen=True, slots=True)
class Point:
    """One study of several: its name, its scenario, read, what was set, and the options."""

    name: str
    loaded: LoadedScenario
    sets: tuple[str, ...]
    options: StudyOptions
    known: Planned | None = None
    """The plan of its scenario, where it was made before."""


def guarded(point: Point) -> dict[str, Any]:
    """The study of a point; what is wrong with it is said in its own row, so that no point loses the others."""
    from dure.model.errors import DureError

    head: dict[str, Any] = {"name": point.name, "scenario": point.loaded.inputs[0][0], "set": list(point.sets)}
    try:
        return head | study_point(point.name, point.loaded, point.options, point.known)
    except DureError as error:
        rows = [
            {"file": one.where.file, "line": one.where.line, "field": one.where.field, "what": one.what, "remedy": one.remedy}
            for one in getattr(error, "errors", (error,))
        ]
        return head | {"failed": rows, "exit_code": error.exit_code}
