"""The tables of a run's report, built from its folder. Nothing is computed twice: rates and losses are the ledger's."""

from __future__ import annotations

from collections.abc import Iterable

from dure.model.reasons import CAUSES, STEPS, Mender
from dure.present.tables import Cell, Column, Table, Word, share, total
from dure.present.words import Words
from dure.wire.runs import Row, RunFolder

CAUSE_OF = {cause.name: cause for cause in CAUSES}


def word_of(run: RunFolder) -> Word:
    """What the figures of this run are: what it says itself, else simulated, or measured on a live fleet."""
    if "word" in run.run:
        return Word(run.run["word"])
    return Word.SIMULATED if run.simulated else Word.MEASURED


def losses_by_cause(run: RunFolder) -> dict[str, Row]:
    return {row["cause"]: row for row in run.losses}


def has_worth(run: RunFolder) -> bool:
    """Whether the run knows any won: without the value of an accelerator-hour a column of unknowns would say nothing."""
    return any(row["won"] is not None and row["device_s"] for row in run.losses)


def reservations(run: RunFolder, say: Words) -> str:
    """What dated reservations came to, in words; empty where the rule is off."""
    found = run.summary.get("reservations")
    if found is None:
        return ""
    return say(
        "headline.reservations.cell",
        hours=say.hours(found["idle_s"]),
        given=say.count(found["given"]),
        waited=say.duration(found["given_wait_mean_s"]),
        started=say.count(found["started"]),
        lapsed=say.count(found["lapsed"]),
        in_all=say.duration(found["started_wait_mean_s"]),
    )


def headline(run: RunFolder, say: Words) -> Table:
    """Both rates together, then what users felt. A key that the run does not know is unknown, not left out."""
    summary = run.summary

    def text(key: str, how: str) -> tuple[Cell, Cell]:
        raw = summary.get(key)
        shown = say.percent(raw) if how == "share" else say.duration(raw) if how == "time" else say.count(raw)
        return Cell(key, say(f"headline.{key}")), Cell(raw, shown)

    rows = [
        text("operating_rate", "share"),
        text("occupancy", "share"),
        text("goodput_rate", "share"),
        text("jobs_total", "count"),
        text("jobs_completed", "count"),
        text("jobs_waiting", "count"),
        text("jobs_running", "count"),
        text("jobs_rejected", "count"),
        text("wait_mean_s", "time"),
        text("wait_median_s", "time"),
        text("wait_p95_s", "time"),
        text("wait_p99_s", "time"),
        text("makespan_s", "time"),
        text("preemptions", "count"),
        text("evictions", "count"),
    ]
    fairness = summary.get("jain_fairness")
    rows.append(
        (Cell("jain_fairness", say("headline.jain_fairness")), Cell(fairness, say.unknown if fairness is None else f"{fairness:.3f}"))
    )
    reserved = reservations(run, say)
    if reserved:
        rows.append((Cell("reservations", say("headline.reservations")), Cell(summary["reservations"]["idle_s"], reserved)))
    columns = (Column("measure", say("column.measure"), number=False), Column("value", say("column.value")))
    return Table("headline", say("report.headline"), columns, tuple(rows), word_of(run))


def bands(run: RunFolder) -> list[Row]:
    """The waterfall of the fleet from top to bottom: steps and causes with device-seconds, won and the x range of their bar."""
    fleet, losses = run.fleet, losses_by_cause(run)
    top = level = fleet["contracted_s"]
    rows: list[Row] = [_band("contracted", "step", 0, top, step_won(run, "contracted"))]
    for step in STEPS[1:]:
        for cause in (one for one in CAUSES if one.step == step):
            lost = fleet[cause.column]
            row = _band(cause.name, "cause", level - lost, level, losses.get(cause.name, {}).get("won"))
            row["mender"] = cause.menders[0].value
            rows.append(row)
            level -= lost
        rows.append(_band(step, "step", 0, level, step_won(run, step)))
    return rows


def _band(name: str, kind: str, low_s: int, high_s: int, won: int | None) -> Row:
    return {"name": name, "kind": kind, "low_s": low_s, "high_s": high_s, "device_s": high_s - low_s, "won": won, "mender": ""}


def step_won(run: RunFolder, step: str) -> int | None:
    """Worth of a step: the ledger's won of `productive` plus that of every cause below the step; unknown as soon as one is."""
    losses = losses_by_cause(run)
    below = [cause.name for cause in CAUSES if STEPS.index(cause.step) > STEPS.index(step)]
    return total([losses.get(name, {"won": None}) for name in ("productive", *below)], "won")


def waterfall(run: RunFolder, say: Words) -> Table:
    """Every step and every cause, also those of 0, with won and who can mend it."""
    contracted = run.fleet["contracted_s"]
    rows = []
    for band in bands(run):
        cause = CAUSE_OF.get(band["name"])
        label = say.step(band["name"]) if cause is None else f"− {say.cause(band['name'])}"
        mender = "" if cause is None else say.menders(cause)
        part = share(band["device_s"], contracted)
        rows.append(
            (
                Cell(band["name"], label),
                Cell(band["device_s"], say.count(band["device_s"] / 3600)),
                Cell(part, say.percent(part, 2)),
                Cell(band["won"], say.won(band["won"])),
                Cell("|".join(cause.menders) if cause else "", mender),
            )
        )
    columns = (
        Column("band", say("column.band"), number=False),
        Column("device_s", say("column.accelerator_hours")),
        Column("share_of_contracted", say("column.of_contracted")),
        Column("won", say("column.worth"), word=Word.ASSUMED, optional=True),
        Column("mend", say("column.mend"), number=False),
    )
    note = say("waterfall.note") if has_worth(run) else say("waterfall.no_worth")
    return Table("waterfall", say("report.waterfall"), columns, tuple(rows), word_of(run), note)


def levels(run: RunFolder, say: Words) -> Table:
    """The steps and both rates per fleet, operator, site, pool, vendor and model."""
    wanted = ("fleet", "operator", "site", "pool", "vendor", "model", "organisation")
    rows = []
    for level in wanted:
        for row in run.level(level):
            cells = [Cell(level, say(f"level.{level}")), Cell(row["key"], _level_name(row["key"], level, say))]
            cells += [Cell(row[f"{step}_s"], say.hours(row[f"{step}_s"])) for step in STEPS]
            cells += [Cell(row[rate], say.percent(row[rate])) for rate in ("operating_rate", "occupancy", "goodput_rate")]
            rows.append(tuple(cells))
    columns = (
        Column("level", say("column.level"), number=False),
        Column("key", say("column.name"), number=False),
        *(Column(f"{step}_s", say.step(step)) for step in STEPS),
        *(Column(rate, say(f"headline.{rate}")) for rate in ("operating_rate", "occupancy", "goodput_rate")),
    )
    return Table("levels", say("report.levels"), columns, tuple(rows), word_of(run), say("levels.note"))


def _level_name(key: str, level: str, say: Words) -> str:
    return say.name(key, level) if key else say("level.fleet")


def losses(run: RunFolder, say: Words) -> Table:
    """The losses, largest first; causes of 0 are left to the waterfall's own table."""
    rows = []
    for row in largest_losses(run):
        cause = CAUSE_OF[row["cause"]]
        part = row["share_of_contracted_ppm"] / 10**6
        rows.append(
            (
                Cell(row["cause"], say.cause(row["cause"])),
                Cell(row["device_s"], say.hours(row["device_s"])),
                Cell(part, say.percent(part)),
                Cell(row["won"], say.won(row["won"])),
                Cell("|".join(cause.menders), say.menders(cause)),
                Cell(say.mend(row["cause"]), say.mend(row["cause"])),
            )
        )
    columns = (
        Column("cause", say("column.cause"), number=False),
        Column("device_s", say("column.accelerator_hours")),
        Column("share_of_contracted", say("column.of_contracted")),
        Column("won", say("column.worth"), word=Word.ASSUMED, optional=True),
        Column("mend", say("column.mend"), number=False),
        Column("how", say("column.how"), number=False),
    )
    return Table("losses", say("report.losses"), columns, tuple(rows), word_of(run))


def largest_losses(run: RunFolder, most: int = 18) -> list[Row]:
    """Losses above 0 by device-seconds, largest first; ties in the order of the waterfall."""
    known = [row for row in run.losses if row["cause"] in CAUSE_OF and row["device_s"]]
    return sorted(known, key=lambda row: -row["device_s"])[:most]


def rates(run: RunFolder, say: Words, level: str) -> Table:
    """Both rates per bin of one level; a bin that was not observed is unknown."""
    rows = []
    for row in run.rates:
        if row["level"] != level:
            continue
        operating, occupied = share(row["busy_s"], row["installed_s"]), share(row["busy_s"], row["available_s"])
        name = _level_name(row["key"], level, say)
        rows.append(
            (
                Cell(row["start_s"], say.date(run.start, row["start_s"])),
                Cell(row["key"], name),
                Cell(operating, say.percent(operating)),
                Cell(occupied, say.percent(occupied)),
            )
        )
    columns = (
        Column("start_s", say("column.from"), number=False),
        Column("key", say("column.name"), number=False),
        Column("operating_rate", say("headline.operating_rate")),
        Column("occupancy", say("headline.occupancy")),
    )
    return Table(f"rates_{level}", say(f"report.rates_{level}"), columns, tuple(rows), word_of(run))


def rates_side_by_side(run: RunFolder, say: Words, level: str, most: int = 12) -> Table:
    """The same for reading: a row per bin, a column per name (the largest first), each cell `operating rate / occupancy`."""
    rows = [row for row in run.rates if row["level"] in ("fleet", level)]
    names = largest_names(run, level, most)
    by_bin: dict[int, dict[tuple[str, str], Row]] = {}
    for row in rows:
        by_bin.setdefault(row["start_s"], {})[row["level"], row["key"]] = row
    shown = []
    for start_s, found in sorted(by_bin.items()):
        cells = [_both(found.get(name), say) for name in names]
        shown.append((Cell(start_s, say.date(run.start, start_s)), *cells))
    columns = (
        Column("start_s", say("column.from"), number=False),
        *(Column(key or "fleet", _level_name(key, of, say)) for of, key in names),
    )
    return Table(f"rates_{level}", say(f"report.rates_{level}"), columns, tuple(shown), word_of(run), say("rates.note"))


def _both(row: Row | None, say: Words) -> Cell:
    if row is None:
        return Cell(None, say.unknown)
    operating, occupied = share(row["busy_s"], row["installed_s"]), share(row["busy_s"], row["available_s"])
    if operating is None and occupied is None:
        return Cell(None, say.unknown)
    return Cell(operating, f"{say.percent(operating).removesuffix('%').rstrip()} / {say.percent(occupied)}")


def largest_names(run: RunFolder, level: str, most: int) -> list[tuple[str, str]]:
    """(level, key): the fleet, then the largest of the level by installed time, at most `most` in all."""
    size: dict[tuple[str, str], int] = {}
    for row in run.rates:
        if row["level"] in ("fleet", level):
            name = (row["level"], row["key"])
            size[name] = size.get(name, 0) + (row["installed_s"] or 0)
    fleet = [name for name in size if name[0] == "fleet"]
    others = sorted((name for name in size if name[0] != "fleet"), key=lambda name: -size[name])
    return (fleet + others)[:most]


def waits(run: RunFolder, say: Words) -> Table:
    """Waits by job size, of sizes that were asked for; jobs that have not started have no wait yet and are counted beside."""
    rows = []
    for row in (one for one in run.waits if one["jobs"]):
        times = [Cell(row[name], say.duration(row[name])) for name in ("mean_s", "median_s", "p95_s", "p99_s")]
        slowdown = row["slowdown_mean"]
        rows.append(
            (
                Cell(row["bucket"], bucket_text(row["bucket"])),
                Cell(row["jobs"], say.count(row["jobs"])),
                Cell(row["started"], say.count(row["started"])),
                *times,
                Cell(slowdown, say.unknown if slowdown is None else f"{slowdown:,.1f}"),
            )
        )
    columns = (
        Column("devices", say("column.devices"), number=False),
        Column("jobs", say("column.jobs")),
        Column("started", say("column.started")),
        Column("mean_s", say("column.mean")),
        Column("median_s", say("column.median")),
        Column("p95_s", say("column.p95")),
        Column("p99_s", say("column.p99")),
        Column("slowdown_mean", say("column.slowdown")),
    )
    return Table("waits", say("report.waits"), columns, tuple(rows), word_of(run), say("waits.note"))


def bucket_text(bucket: str) -> str:
    """`2-7` with the dash of a range; anything else as it is."""
    return bucket.replace("-", "–")


def menders_present(rows: Iterable[Row]) -> list[Mender]:
    found = {row["mender"] for row in rows if row["mender"] and row["device_s"]}
    return [mender for mender in Mender if mender.value in found]
