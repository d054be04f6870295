"""Published fleets as a table and as JSON: accelerators are counted, capacity is known only where every model is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from dure.model.catalog import PPM
from dure.model.inventory import FleetPart, PublishedFleet, per_thousand
from dure.present.numbers import Lang
from dure.present.tables import Cell, Column, Table, Word
from dure.present.words import Words

Worths = Mapping[str, int | None]
Short = Callable[[str], str]


def fleet_name(fleet: PublishedFleet, say: Words) -> str:
    return fleet.korean if say.lang is Lang.KO else fleet.english


def sources(fleets: Iterable[PublishedFleet]) -> list[str]:
    """Every source once, in order of first use: numbers of the table count from 1."""
    found: dict[str, None] = {}
    for fleet in fleets:
        found |= dict.fromkeys(part.source for part in fleet.parts)
        if fleet.researchers is not None:
            found[fleet.researchers.source] = None
    return list(found)


def fleets_table(fleets: Sequence[PublishedFleet], worth: Worths, short: Short, say: Words) -> Table:
    """One row a fleet; `worth` is what an accelerator of a model counts, in millionths."""
    marks = {source: f"[{at}]" for at, source in enumerate(sources(fleets), 1)}
    columns = (
        Column("fleet", say("fleets.name"), number=False),
        Column("accelerators", say("fleets.accelerators")),
        Column("models", say("fleets.models"), number=False),
        Column("capacity", say("fleets.capacity")),
        Column("accelerators_per_1000_researchers", say("fleets.per_thousand")),
        Column("capacity_per_1000_researchers", say("fleets.capacity_per_thousand")),
        Column("state", say("fleets.state"), number=False),
        Column("as_of", say("fleets.as_of"), number=False),
        Column("source", say("fleets.source"), number=False),
    )
    rows = []
    for fleet in fleets:
        ppm = fleet.capacity_ppm(worth)
        used = dict.fromkeys(marks[part.source] for part in fleet.parts)
        people = [per_thousand(one, fleet.researchers) for one in (fleet.accelerators * PPM, ppm)]
        rows.append(
            (
                Cell(fleet.id, fleet_name(fleet, say)),
                Cell(fleet.accelerators, say.count(fleet.accelerators)),
                Cell(_models(fleet, short), _models(fleet, short) or say("fleets.unpublished")),
                Cell(None if ppm is None else ppm / PPM, say.count(None if ppm is None else ppm / PPM)),
                *(Cell(each, say.unknown if each is None else f"{each:,.1f}") for each in people),
                Cell(fleet.state, say(f"fleets.{fleet.state}")),
                Cell(fleet.as_of, fleet.as_of),
                Cell("; ".join(part.source for part in fleet.parts), " ".join(used)),
            )
        )
    return Table("fleets", say("fleets.title", n=len(fleets)), columns, tuple(rows), Word.PUBLISHED)


def _models(fleet: PublishedFleet, short: Short) -> str:
    return " + ".join(f"{part.accelerators:,} {_called(part, short)}" for part in fleet.parts if part.model or part.called)


def _called(part: FleetPart, short: Short) -> str:
    return short(part.model) if part.model else part.called


def part_rows(fleet: PublishedFleet, worth: Worths, short: Short, say: Words) -> list[tuple[str, str]]:
    """Each part of one fleet in words, for two columns."""
    rows = []
    for part in fleet.parts:
        ppm = worth.get(part.model)
        amount = say.count(None if ppm is None else part.accelerators * ppm / PPM)
        label = f"{say.count(part.accelerators)} {_called(part, short) or say('fleets.unpublished')}"
        sure = say(f"catalog.{part.confidence}")
        facts = [f"{say('fleets.capacity')}: {amount}".replace("\n", " "), part.as_of, sure, part.source]
        rows.append((label, "; ".join([*facts, *([part.note] if part.note else [])])))
    return rows


def fleet_json(fleet: PublishedFleet, worth: Worths) -> dict[str, Any]:
    """Everything known of a fleet; `capacity` and what follows from it are null where a part is unknown."""
    ppm = fleet.capacity_ppm(worth)
    people = fleet.researchers
    return {
        "id": fleet.id,
        "english": fleet.english,
        "korean": fleet.korean,
        "state": fleet.state,
        "accelerators": fleet.accelerators,
        "capacity": None if ppm is None else ppm / PPM,
        "capacity_at_least": fleet.known_ppm(worth) / PPM,
        "as_of": fleet.as_of,
        "researchers": None
        if people is None
        else {"count": people.count, "of": people.english, "of_ko": people.korean, "source": people.source},
        "accelerators_per_1000_researchers": per_thousand(fleet.accelerators * PPM, people),
        "capacity_per_1000_researchers": per_thousand(ppm, people),
        "parts": [_part_json(part, worth) for part in fleet.parts],
    }


def _part_json(part: FleetPart, worth: Worths) -> dict[str, Any]:
    ppm = worth.get(part.model)
    return {
        "model": part.model or None,
        "called": part.called or None,
        "accelerators": part.accelerators,
        "worth": None if ppm is None else ppm / PPM,
        "capacity": None if ppm is None else part.accelerators * ppm / PPM,
        "source": part.source,
        "as_of": part.as_of,
        "confidence": part.confidence,
        "note": part.note or None,
    }
