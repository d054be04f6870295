"""A study as sentences and tables, from the rows that `dure.study.result` makes: the same for the page and the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dure.model.purchases import Assumed
from dure.present.numbers import Lang
from dure.present.rule_names import period_words
from dure.present.said import said as said_of
from dure.present.said import told_parts
from dure.present.tables import Cell, Column, Table, Word
from dure.present.words import Words

Row = Mapping[str, Any]
OPTIONAL = ("refused", "unstarted", "not_wanted")
"""Columns that people see only where they hold something."""


def statement(row: Row, say: Words) -> list[str]:
    """What is to be known first of one study: planned, delivered, how it felt, how far the plan moved, and what was played."""
    said = []
    if row["refused_by"]:
        said.append(say("study.refused", rules=", ".join(row["refused_by"])))
    played = [one for one in row["rounds"] if one["delivered"] is not None]
    if not played:
        return [*said, say("study.no_plan")]
    first, last = played[0], played[-1]
    said.append(
        say(
            "study.delivered",
            asked=say.count(last["asked"]),
            planned=_whole(last["planned"], say),
            delivered=_whole(last["delivered"], say),
            share=say.percent(_share(last["delivered"], last["planned"])),
            period=period_words(row["period"], say),
            rate=say.percent(last["operating_rate"]),
            goodput=say.percent(last["goodput_rate"]),
            wait=say.duration(last["wait_mean_s"]),
        )
    )
    said += refused_work(row, say)
    said += _day(row, say)
    said.append(_ended(row, first, last, say))
    worst = max((one for one in row["classes"] if one["wait_p90_s"] is not None), key=lambda one: one["wait_p90_s"], default=None)
    if worst is not None:
        said.append(say("study.worst_wait", name=_class(worst, say), p90=say.duration(worst["wait_p90_s"])))
        if row["wait_most_s"] is not None:
            late = [_class(one, say) for one in _late(row)]
            key = "study.waits_missed" if late else "study.waits_kept"
            said.append(say(key, most=say.duration(row["wait_most_s"]), names=", ".join(late), free=say.percent(last["left_free"])))
    said += _services(row, say)
    if row["cost"] and row["cost"]["won_per_delivered_hour"] is not None:
        hour, year = row["cost"]["won_per_delivered_hour"], row["cost"]["fleet_won_year"]
        said.append(say("study.cost", hour=say.won(hour), year=say.won(year)))
    return [*said, _played(row, say)]


def _day(row: Row, say: Words) -> list[str]:
    """Why this period is played, or that another is tighter; and where the plan promises less than is asked for."""
    day = row["day"]
    own, most, short = day["own"], day["tightest"], day["short"]
    said = []
    if own and (day["chosen"] or day["spare"]):
        key = "spare" if day["spare"] else "tightest"
        shares = {"own": say.percent(own["at_work"]), "most": say.percent(most["at_work"]), "promised": say.percent(own["promised"])}
        said.append(
            say(
                f"study.{key}",
                period=period_words(row["period"], say),
                tightest=period_words(most["period"], say),
                start=most["start"],
                **shares,
            )
        )
    if short and short["period"] != row["period"]:
        said.append(
            say("study.short", period=period_words(short["period"], say), promised=say.percent(short["promised"]), start=short["start"])
        )
    return said


def _services(row: Row, say: Words) -> list[str]:
    """What was answered of what is offered to services, and which of them are not played, and why."""
    said = []
    for one in row["services"]:
        if one["left_out"]:
            said.append(say(f"study.service_left.{one['left_out']}", name=one["service"], workload=one["workload"]))
        else:
            figures = {"asked": _whole(one["asked"], say), "share": say.percent(one["answered_share"])}
            said.append(say("study.service", name=one["service"], workload=one["workload"], **figures))
    return said


def _ended(row: Row, first: Row, last: Row, say: Words) -> str:
    moved = say(
        "study.moved",
        first=say.count(first["ordered"]),
        last=say.count(last["ordered"]),
        old=say.percent(first["usable"]),
        new=say.percent(last["usable"]),
    )
    key = f"study.ended.{_end(row, last)}"
    rest = {what: say.percent(last[f"moved_{what}"]) for what in ("orders", "objective")}
    rest |= {"mix": say.percent(last.get("moved_mix")), "mix_most": say.percent(row.get("mix_tolerance"), 0)}
    rest["where"] = _moved_machines(row, say)
    rest["shares"] = _shares(row, say)
    refused = [say("study.stands_refusing", n=last["refused"])] if last.get("refused") and row["ended"] in STANDING else []
    return " ".join([say(key, rounds=len(row["rounds"]), tolerance=say.percent(row["tolerance"]), **rest), *refused, moved])


STANDING = ("settled", "waits")
"""Ends of a plan that stands still."""


def refused_work(row: Row, say: Words) -> list[str]:
    """What users got of all that was asked for, where some of it was refused: the plan counted that work as served."""
    parts = _got(row, say)
    return [say("study.refused_work", **parts)] if parts.get("refused") else []


def beside(rows: Sequence[Row], say: Words) -> list[str]:
    """Where any candidate refused jobs: what users of each got of what they asked for, so many refused, and why."""
    got = [(candidate(one, say), _got(one, say)) for one in rows if "failed" not in one]
    if not any(parts.get("refused") for _, parts in got):
        return []
    return [say("study.beside_refused" if parts["refused"] else "study.beside", name=name, **parts) for name, parts in got if parts]


def _got(row: Row, say: Words) -> dict[str, Any]:
    """Delivered of asked in the last round that was played, and what was refused; empty where nothing was played."""
    played = [one for one in row["rounds"] if one["delivered"] is not None]
    if not played:
        return {}
    last, found = played[-1], [one for one in row["classes"] if one["refused"]]
    return {
        "asked": last["asked"],
        "delivered": _whole(last["delivered"], say),
        "share": say.percent(_share(last["delivered"], last["asked"])),
        "refused": sum(one["refused"] for one in found),
        "jobs": sum(one["jobs"] for one in row["classes"]),
        "work": say.percent(_share(sum(one["refused_work"] for one in found), sum(one["drawn"] for one in row["classes"]))),
        "why": "; ".join(say("study.refused_class", name=_class(one, say), why=said_of(one["refused_why"] or "", say)) for one in found),
    }


def _moved_machines(row: Row, say: Words) -> str:
    """Which machines the last round has more and fewer of, in service in the period that is played."""
    there = [one.get("in_service_by_machine") or {} for one in row["rounds"][-2:]]
    if len(there) < 2:
        return ""
    changes = {name: there[1].get(name, 0) - there[0].get(name, 0) for name in sorted({*there[0], *there[1]})}
    what = ", ".join(say("study.moved_machine", machine=name, change=f"{by:+,}") for name, by in changes.items() if by)
    return say("study.moved_where", what=what) if what else ""


def _shares(row: Row, say: Words) -> str:
    """Between which shares each vendor moved since the first correction; nothing where there was one round or one vendor."""
    mixes = [one["ordered_share_by_vendor"] for one in row["rounds"][1:] if one.get("ordered_share_by_vendor")]
    spans = {name: [mix.get(name, 0.0) for mix in mixes] for name in sorted({name for mix in mixes for name in mix})}
    moved = {name: shares for name, shares in spans.items() if max(shares) - min(shares) >= SHOWN_MIX}
    if not moved:
        return ""
    said = (
        say("study.share_moved", vendor=say.name(name, "vendor"), low=say.percent(min(shares)), high=say.percent(max(shares)))
        for name, shares in moved.items()
    )
    return " " + say("study.shares_moved", shares=", ".join(said))


SHOWN_MIX = 0.001
"""Smallest movement of a vendor's share that is told."""


def _end(row: Row, last: Row) -> str:
    """Settled is said of what settled; a plan that keeps its waits and still moves is both."""
    if row["ended"] == "rounds" and row["wait_most_s"] is not None:
        return "rounds" if _late(row) else "rounds_kept"
    if row["ended"] != "settled":
        return str(row["ended"])
    if last["moved_mix"] > row["mix_tolerance"]:
        return "rounds"
    still = [name for name in ("orders", "objective") if last[f"moved_{name}"] <= row["tolerance"]]
    return "settled_both" if len(still) == 2 else f"settled_{still[0]}"


def _late(row: Row) -> list[Row]:
    """Classes of which one job in ten waits longer than it may."""
    return [one for one in row["classes"] if (one["wait_p90_s"] or 0) > row["wait_most_s"]]


def _played(row: Row, say: Words) -> str:
    at = {"days": row["days"], "start": row["start"], "warm_up": row["warm_up_days"], "seed": str(row["seed"]), "version": row["version"]}
    if row["scale"] == "1":
        return say("study.played_whole", **at)
    return say("study.played", **at, scale=row["scale"], largest=row["largest_job"])


def tables(row: Row, say: Words) -> tuple[Table, ...]:
    """Rounds, classes, machines."""
    return (rounds(row, say), classes(row, say), machines(row, say))


def sheets(rows: Sequence[Row], say: Words) -> dict[str, Table]:
    """Every table with all its columns: of one study by their own names, of several with its number behind, and the candidates."""
    found = [one for one in rows if "failed" not in one]
    made: dict[str, Table] = {}
    if len(rows) > 1:
        made["candidates"] = replace(comparison(rows, say), key="candidates")
    for number, row in enumerate(found, 1):
        for one in tables(row, say):
            key = one.key if len(rows) == 1 else f"{one.key}_{number}"
            title = one.title if len(rows) == 1 else f"{one.title}: {candidate(row, say)}"
            made[key] = replace(one, key=key, title=title, columns=tuple(_in_seconds(column) for column in one.columns))
    inputs = dict.fromkeys((each["path"], each["sha256"]) for one in found for each in one["inputs"])
    cells = tuple((Cell(path, path), Cell(digest, f"SHA-256 {digest}")) for path, digest in inputs)
    columns = tuple(Column(key, say(f"buy.column.{key}"), number=False) for key in ("item", "value"))
    return made | {"provenance": Table("provenance", say("buy.provenance"), columns, cells, None)}


def _in_seconds(column: Column) -> Column:
    """Waits are whole seconds where a program reads them: the head says so."""
    return column._replace(key=f"{column.key}_s") if column.key.startswith("wait_") else column


def rounds(row: Row, say: Words) -> Table:
    columns = (
        "round",
        "ordered",
        "usable",
        "planned",
        "delivered",
        "operating_rate",
        "wait_mean",
        "moved_orders",
        "moved_objective",
    )
    body = [
        (
            Cell(one["round"], str(one["round"])),
            Cell(one["ordered"], say.count(one["ordered"])),
            _percent(one["usable"], say),
            Cell(one["planned"], _whole(one["planned"], say)),
            Cell(one["delivered"], _whole(one["delivered"], say)),
            _percent(one["operating_rate"], say),
            Cell(one["wait_mean_s"], say.duration(one["wait_mean_s"])),
            _moved(one["moved_orders"], say),
            _moved(one["moved_objective"], say),
        )
        for one in row["rounds"]
    ]
    return _table("rounds", columns, body, say)


def classes(row: Row, say: Words) -> Table:
    columns = ("class", "asked", "planned", "delivered", "delivered_share", "jobs", "refused", "unstarted", "wait_mean", "wait_p90")
    body = [
        (
            Cell(one["class"], _class(one, say)),
            Cell(one["asked"], say.count(one["asked"])),
            Cell(one["planned"], _whole(one["planned"], say)),
            Cell(one["delivered"], _whole(one["delivered"], say)),
            _percent(one["delivered_share"], say),
            Cell(one["jobs"], say.count(one["jobs"])),
            Cell(one["refused"], say.count(one["refused"])),
            Cell(one["unstarted"], say.count(one["unstarted"])),
            Cell(one["wait_mean_s"], say.duration(one["wait_mean_s"])),
            Cell(one["wait_p90_s"], say.duration(one["wait_p90_s"])),
        )
        for one in row["classes"]
    ]
    return _table("classes", columns, body, say)


def machines(row: Row, say: Words) -> Table:
    columns = ("machine", "installed", "operating_rate", "goodput_rate", "not_wanted", "usable_assumed", "usable_measured")
    body = [
        (
            Cell(one["machine"], one["machine"]),
            Cell(one["installed"], _whole(one["installed"], say)),
            *(_percent(one[key], say) for key in columns[2:]),
        )
        for one in row["machines"]
    ]
    return _table("machines", columns, body, say)


def comparison(rows: Sequence[Row], say: Words) -> Table:
    """Candidates beside each other: what users got, how it felt, what it cost."""
    there = [one for one in rows if "failed" not in one and one["cost"]]
    columns = (Column("measure", say("study.column.measure"), number=False), *(Column(one["name"], candidate(one, say)) for one in there))
    body = [(Cell(key, label), *cells) for key, label, cells in _measures(there, say)]
    same = len({one["jobs_sha256"] for one in there}) <= 1
    return Table(
        "comparison", say("study.title.comparison"), columns, tuple(body), Word.SIMULATED, say("study.same" if same else "study.other_jobs")
    )


def _measures(there: Sequence[Row], say: Words) -> Iterator[tuple[str, str, list[Cell]]]:
    lasts = [[each for each in one["rounds"] if each["delivered"] is not None][-1] for one in there]
    for key, form in (("ordered", say.count), ("planned", None), ("delivered", None)):
        yield key, say(f"study.column.{key}"), [Cell(one[key], form(one[key]) if form else _whole(one[key], say)) for one in lasts]
    for key in ("operating_rate", "goodput_rate"):
        yield key, say(f"study.column.{key}"), [_percent(one[key], say) for one in lasts]
    yield "wait_mean_s", say("study.column.wait_mean"), [Cell(one["wait_mean_s"], say.duration(one["wait_mean_s"])) for one in lasts]
    names = {each["class"]: _class(each, say) for one in there for each in one["classes"]}
    for name, shown in names.items():
        found: list[Row] = [next((each for each in one["classes"] if each["class"] == name), {}) for one in there]
        yield f"delivered_{name}", say("study.delivered_of", name=shown), [_percent(one.get("delivered_share"), say) for one in found]
        waits = [one.get("wait_p90_s") for one in found]
        yield f"wait_p90_{name}_s", say("study.wait_of", name=shown), [Cell(wait, say.duration(wait)) for wait in waits]
    for key in ("capex_won", "opex_won", "labour_won", "fleet_won_year", "won_per_delivered_hour"):
        yield key, say(f"study.column.{key}"), [Cell(one["cost"][key], say.won(one["cost"][key])) for one in there]
    ends = [_end(one, last) if one["ended"] == "rounds" else one["ended"] for one, last in zip(there, lasts, strict=True)]
    if any(one.get("refused") for one in lasts):
        yield "refused", say("study.column.refused"), [Cell(one.get("refused"), say.count(one.get("refused"))) for one in lasts]
        ends = [f"{end}_refusing" if end in STANDING and one.get("refused") else end for end, one in zip(ends, lasts, strict=True)]
    cells = [Cell(one["ended"], say(f"study.word.{end}")) for one, end in zip(there, ends, strict=True)]
    yield "ended", say("study.column.ended"), cells
    refused = [", ".join(one["refused_by"]) for one in there]
    if any(refused):
        yield "refused_by", say("study.column.refused_by"), [Cell(one or None, one or "–") for one in refused]


def points(rows: Sequence[Row], say: Words) -> Table:
    """A sweep: a row a point."""
    columns = ("point", "ordered", "usable", "planned", "delivered", "operating_rate", "wait_mean", "won_per_delivered_hour", "ended")
    body = []
    for one in rows:
        played = [] if "failed" in one else [each for each in one["rounds"] if each["delivered"] is not None]
        last: Row = played[-1] if played else {}
        hour = one["cost"]["won_per_delivered_hour"] if played else None
        cells = (
            Cell(one["name"], candidate(one, say)),
            Cell(last.get("ordered"), say.count(last.get("ordered"))),
            _percent(last.get("usable"), say),
            Cell(last.get("planned"), _whole(last.get("planned"), say)),
            Cell(last.get("delivered"), _whole(last.get("delivered"), say)),
            _percent(last.get("operating_rate"), say),
            Cell(last.get("wait_mean_s"), say.duration(last.get("wait_mean_s"))),
            Cell(hour, say.won(hour)),
            Cell(one.get("ended"), say(f"study.word.{one.get('ended', 'failed')}")),
        )
        body.append(cells)
    return _table("points", columns, body, say)


def candidate(row: Row, say: Words) -> str:
    """A candidate as it is called; the one of a single vendor in the reader's language."""
    return say("study.only", vendor=row["only"]) if row.get("only") and row["name"] == f"{row['only']} alone" else str(row["name"])


def failures(rows: Sequence[Row], say: Words) -> list[str]:
    """Points that could not be studied, and why."""
    found: list[str] = []
    for row in rows:
        for one in row.get("failed", ()):
            place = ":".join(str(part) for part in (one["file"], one["line"] or "") if part)
            place = f"{place}: {one['field']}" if place and one["field"] else place or one["field"]
            found.append(say("study.failed", name=row["name"], why=told_parts(place, one["what"], one["remedy"], say)))
    return found


def assumptions(rows: Sequence[Row]) -> list[Assumed]:
    """What nobody published, once for all candidates."""
    return list(dict.fromkeys(Assumed(**one) for row in rows for one in row.get("assumptions", ())))


def _table(key: str, columns: Sequence[str], body: Sequence[tuple[Cell, ...]], say: Words) -> Table:
    heads = tuple(
        Column(name, say(f"study.column.{name}"), number=index > 0, optional=name in OPTIONAL) for index, name in enumerate(columns)
    )
    return Table(key, say(f"study.title.{key}"), heads, tuple(body), Word.SIMULATED, say(f"study.note.{key}"))


def _class(one: Row, say: Words) -> str:
    """The class as its plan calls it, in the reader's language."""
    return str(one["class_ko"] if say.lang is Lang.KO else one["class"])


def _whole(value: float | None, say: Words) -> str:
    return say.count(None if value is None else round(value))


def _percent(value: float | None, say: Words) -> Cell:
    return Cell(value, say.percent(value))


def _moved(value: float | None, say: Words) -> Cell:
    """The first round has moved from nothing."""
    return Cell(value, "–" if value is None else say.percent(value))


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
