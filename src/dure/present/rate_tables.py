"""The tables of `dure rate`: the same for the terminal, the page, CSV, Excel and JSON."""

from __future__ import annotations

from collections.abc import Mapping

from dure.ledger.rate import Used, bounded
from dure.ledger.waterfall import Seconds
from dure.present import run_tables
from dure.present.rate_run import RatePage, as_run, occupancy
from dure.present.said import said
from dure.present.tables import Cell, Column, Table, share
from dure.present.words import Words
from dure.wire.runs import RunFolder

LISTS = (("users", "user"), ("accounts", "account"), ("partitions", "partition"), ("asked", "model"), ("states", "state"))


def tables(page: RatePage, say: Words) -> dict[str, Table]:
    """Every table that has rows, by key, in the order of the page."""
    made: list[Table] = []
    if page.rated.fleet is not None:
        run = as_run(page)
        made += [headline(page, say), _noted(run_tables.waterfall(run, say)), levels(page, say), days(page, say)]
    made += [used(page, key, kind, say) for key, kind in LISTS]
    made += [waits(page, say), nodes(page, say), outside(page, say), rejects(page, say), inputs(page, say)]
    return {one.key: one for one in made if one.rows}


def _noted(table: Table) -> Table:
    """Slurm knows no won: nothing is said about them."""
    return Table(table.key, table.title, table.columns, table.rows, table.word)


def headline(page: RatePage, say: Words) -> Table:
    """The rates with their bounds, and coverage."""
    rates = page.rates
    values = [(key, say(f"headline.{key}"), rates[key], say.percent(rates[key])) for key in ("operating_rate", "occupancy", "goodput_rate")]
    values[1] = (*values[1][:3], occupancy(page, page.rated.fleet, say))
    if rates["goodput_rate"] != rates["goodput_most"]:
        between = say("rate.between", least=say.percent(rates["goodput_rate"]), most=say.percent(rates["goodput_most"]))
        values[2] = (*values[2][:3], between)
    values += [("coverage", say("rate.column.coverage"), page.rated.coverage, say.percent(page.rated.coverage))]
    rows = tuple((Cell(key, name), Cell(value, text)) for key, name, value, text in values)
    columns = (Column("measure", say("column.measure"), number=False), Column("value", say("column.value")))
    return Table("headline", say("report.headline"), columns, rows, page.split_word)


def levels(page: RatePage, say: Words) -> Table:
    """The fleet and each model: the steps of the waterfall that Slurm can tell, and both rates."""
    assert page.rated.fleet is not None
    rows = [("", say("level.fleet"), page.rated.fleet), *((name, name, one) for name, one in page.rated.models.items())]
    columns = (Column("model", say("rate.column.model"), number=False), *_step_columns(say))
    body = tuple((Cell(key, name), *_steps(page, one, say)) for key, name, one in rows)
    return Table("models", say("rate.section.models"), columns, body, page.split_word, say("rate.levels.note"))


def days(page: RatePage, say: Words) -> Table:
    """A row a day of the zone; a day of which nothing is observed has no rates."""
    columns = (Column("day", say("rate.column.day"), number=False), *_step_columns(say), Column("coverage", say("rate.column.coverage")))
    body = []
    for (_, date), one in zip(page.days, page.rated.bins, strict=True):
        known = share(one.step("contracted") - one.cause("unobserved"), one.step("contracted"))
        body.append((Cell(date, date), *_steps(page, one, say), Cell(known, say.percent(known))))
    return Table("days", say("rate.section.days"), columns, tuple(body), page.split_word)


STEPS = ("installed", "available", "busy")


def _step_columns(say: Words) -> tuple[Column, ...]:
    rates = (Column(key, say(f"headline.{key}")) for key in ("operating_rate", "occupancy"))
    return (*(Column(f"{step}_s", say(f"rate.column.{step}")) for step in STEPS), *rates)


def _steps(page: RatePage, one: Seconds, say: Words) -> list[Cell]:
    rates = bounded(one, states_known=page.states_known)
    unseen = one.cause("unobserved") == one.step("contracted")
    operating = None if unseen else rates["operating_rate"]
    occupied = say.unknown if unseen or not page.states_known else occupancy(page, one, say)
    hours = [Cell(one.step(step), say.hours(one.step(step))) for step in STEPS]
    if not page.states_known:
        hours[1] = Cell(None, say.unknown)
    return [*hours, Cell(operating, say.percent(operating)), Cell(rates["occupancy"], occupied)]


def used(page: RatePage, key: str, kind: str, say: Words) -> Table:
    """Who used what, the largest first."""
    found: Mapping[str, Used] = page.rated.used[kind]
    shown = list(found.items())[: page.top]
    columns = (
        Column(kind, say("rate.column.name"), number=False),
        Column("busy_s", say("rate.column.busy")),
        Column("share_of_busy", say("rate.column.share")),
        Column("attempts", say("rate.column.attempts")),
        Column("job_error_s", say("rate.column.job_error")),
        Column("rework_s", say("rate.column.rework")),
    )
    body = []
    for name, one in shown if set(found) != {""} else ():
        part = share(one.busy_s, page.rated.busy_s)
        lost = (Cell(value, say.hours(value)) for value in (one.job_error_s, one.rework_s))
        head = (Cell(name, name or say.unknown), Cell(one.busy_s, say.hours(one.busy_s)), Cell(part, say.percent(part)))
        body.append((*head, Cell(one.attempts, say.count(one.attempts)), *lost))
    title = say(f"rate.section.{key}")
    if len(found) > len(shown):
        title += f" ({say('rate.top', top=len(shown), count=len(found))})"
    return Table(key, title, columns, tuple(body), page.word, say("rate.used.note") if key == "users" else "")


def waits(page: RatePage, say: Words) -> Table:
    """By size; the same definitions as reports of runs."""
    from dure.present.rate_run import waits as rows

    run = RunFolder("", {"simulated": page.word == "simulated", "summary": {}}, (), (), rows(page), (), ())
    made = run_tables.waits(run, say)
    return Table(made.key, say("rate.section.waits"), made.columns, made.rows, page.word, made.note)


def nodes(page: RatePage, say: Words) -> Table:
    """The least used first; a node that ran nothing stands on top."""
    found = sorted(page.rated.nodes, key=lambda one: (one.busy_s / one.contracted_s if one.contracted_s else 1, one.node))[: page.top]
    columns = (
        Column("node", say("rate.column.node"), number=False),
        Column("model", say("rate.column.model"), number=False),
        Column("devices", say("rate.column.devices")),
        Column("busy_s", say("rate.column.busy")),
        Column("busy_of_contracted", say("headline.operating_rate")),
        Column("failed_s", say("rate.column.failed")),
        Column("maintenance_s", say("rate.column.maintenance")),
        Column("overlap_s", say("rate.column.overlap"), optional=True),
    )
    body = []
    for one in found:
        part = share(one.busy_s, one.contracted_s)
        times = [Cell(value, say.hours(value)) for value in (one.failed_s, one.maintenance_s, one.overlap_s)]
        head = (Cell(one.node, one.node), Cell(one.model, one.model), Cell(one.devices, say.count(one.devices)))
        body.append((*head, Cell(one.busy_s, say.hours(one.busy_s)), Cell(part, say.percent(part)), *times))
    return Table("nodes", say("rate.section.nodes"), columns, tuple(body), page.word)


def outside(page: RatePage, say: Words) -> Table:
    """Nodes that jobs ran on and that no list holds."""
    rows = sorted(page.rated.outside_s.items(), key=lambda item: (-item[1], item[0]))[: page.top]
    columns = (Column("node", say("rate.column.node"), number=False), Column("busy_s", say("rate.column.busy")))
    body = tuple((Cell(name, name or say("rate.not_then")), Cell(held, say.hours(held))) for name, held in rows)
    return Table("outside", say("rate.section.outside"), columns, body, page.word)


def rejects(page: RatePage, say: Words) -> Table:
    """Why lines were not taken, how many, and the first of each."""
    columns = (
        Column("reason", say("rate.column.reason"), number=False),
        Column("lines", say("rate.column.rows")),
        Column("first", say("rate.column.first"), number=False, excerpt=True),
    )
    body = tuple(
        (
            Cell(reason, said(reason, say)),
            Cell(count, say.count(count)),
            Cell(f"{line}: {text}", f"{say('trace.reject_line', line=line)}: {text}"),
        )
        for reason, count, line, text in page.rejects
    )
    return Table("rejects", say("rate.section.rejects"), columns, body, None)


def inputs(page: RatePage, say: Words) -> Table:
    columns = (Column("file", say("rate.column.input"), number=False), Column("sha256", say("rate.column.sha256"), number=False))
    return Table("inputs", say("rate.section.inputs"), columns, tuple((Cell(a, a), Cell(b, b)) for a, b in page.inputs), None)
