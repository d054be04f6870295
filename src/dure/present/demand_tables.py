"""A projection of demand in words and as a table, from the rows that `dure demand project --json` prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dure.present.layout import hanging
from dure.present.tables import Cell, Column, Table, Word
from dure.present.words import Words

if TYPE_CHECKING:
    from rich.console import RenderableType

Row = Mapping[str, Any]
QUARTERS = 4


def sentence(row: Row, year: int, say: Words) -> str:
    """One class: what was asked, granted and used, how it grows, and what that comes to; what nobody knows is said to be unknown."""
    asked = row["asked"]
    granted = say("project.granted_unknown") if row["granted"] is None else say("project.granted", granted=_whole(row["granted"], say))
    used = say("project.use_unknown") if row["used_of_granted"] is None else say("project.used", used=say.percent(row["used_of_granted"]))
    demand = {name: say.count(row["demand"][name]) for name in ("low", "middle", "high")}
    marks = say(f"word.{_word(row)}")
    return say(
        "project.class",
        asked=_whole(asked["middle"], say),
        known=f"{granted} {used} {_growth(row, say)}",
        year=str(year),
        marks=marks,
        **demand,
    )


def _word(row: Row) -> Word:
    """Growth and draws are dure's own: what they make of published records is no published figure."""
    return Word.ASSUMED if "assumed" in row["marks"] else Word.SIMULATED


def _growth(row: Row, say: Words) -> str:
    growth = row["growth_quarter"]
    if growth is None:
        return say("project.growth_unknown")
    said = {name: say.percent(growth[name] - 1) for name in ("low", "middle", "high")}
    years = {f"year_{name}": say.percent(growth[name] ** QUARTERS - 1) for name in ("low", "middle", "high")}
    if row["growth_confidence"] is None:
        return say("project.growth_assumed", middle=said["middle"], **years)
    return say(
        "project.growth",
        **said,
        year_middle=years["year_middle"],
        quarters=row["growth_quarters"],
        sure=say.percent(row["growth_confidence"]),
    )


def table(rows: Sequence[Row], year: int, say: Words) -> Table:
    """A row a class: applications, asked, granted, used, growth, the band."""
    keys = ("class", "applications", "asked", "granted", "used", "growth", "growth_year", "low", "middle", "high")
    columns = tuple(Column(key, say(f"project.column.{key}", year=str(year)), number=key != "class") for key in keys)
    body = []
    for row in rows:
        growth = None if row["growth_quarter"] is None else row["growth_quarter"]["middle"] - 1
        yearly = None if row["growth_quarter"] is None else row["growth_quarter"]["middle"] ** QUARTERS - 1
        body.append(
            (
                Cell(row["class"], say.name(row["class"], "work")),
                Cell(row["applications"], say.count(row["applications"])),
                Cell(row["asked"]["middle"], _whole(row["asked"]["middle"], say)),
                Cell(row["granted"], say.unknown if row["granted"] is None else _whole(row["granted"], say)),
                Cell(row["used_of_granted"], say.percent(row["used_of_granted"])),
                Cell(growth, say.percent(growth)),
                Cell(yearly, say.percent(yearly)),
                *(Cell(row["demand"][name], say.count(row["demand"][name])) for name in ("low", "middle", "high")),
            )
        )
    word = Word.ASSUMED if any(_word(row) is Word.ASSUMED for row in rows) else Word.SIMULATED
    return Table("demand", say("project.title", year=str(year)), columns, tuple(body), word, say("project.note"))


def reckoning(row: Row, made: Row, say: Words) -> str:
    """How the figures of a class came about, the years after the first among them: stands as the reason in a scenario."""
    said = [sentence(row, made["year"], say)]
    if made["through"] > made["year"]:
        said.append(later(row, made, say))
    return " ".join([*said, say("project.weight", weight=made["weight"])])


def later(row: Row, made: Row, say: Words) -> str:
    """What the years after the first are, and the figures of the last."""
    how = "level" if made["later"] == "growth" and row["growth_quarter"] is None else made["later"]
    band = {name: say.count(count) for name, count in row["years"][str(made["through"])].items()}
    return say(f"project.later.{how}", after=str(made["year"] + 1), through=str(made["through"]), **band)


def years(made: Row, say: Words) -> Table:
    """All classes together by year: the ends of all bands at once."""
    keys = ("year", "low", "middle", "high")
    columns = tuple(Column(key, say(f"project.years.{key}"), number=key != "year") for key in keys)
    body = []
    for year in map(str, range(made["year"], made["through"] + 1)):
        sums = [sum(row["years"][year][name] for row in made["classes"]) for name in keys[1:]]
        body.append((Cell(year, year), *(Cell(one, say.count(one)) for one in sums)))
    word = Word.ASSUMED if any(_word(row) is Word.ASSUMED for row in made["classes"]) else Word.SIMULATED
    note = say(f"project.years.note.{made['later']}")
    return Table("years", say("project.years.title"), columns, tuple(body), word, note)


def view(made: Row, say: Words, width: int) -> RenderableType:
    """The table, then every class in words, then what was taken for granted and the years after the first."""
    from rich.console import Group

    return Group(*_parts(made, say, width))


def _parts(made: Row, say: Words, width: int) -> Iterator[RenderableType]:
    from rich.text import Text

    from dure.present.terminal import grid

    rows, year = made["classes"], made["year"]
    yield grid(table(rows, year, say), say)
    yield Text("")
    for row in rows:
        more = f" {later(row, made, say)}" if made["through"] > year else ""
        yield Text(hanging(f"{say.name(row['class'], 'work')}: {sentence(row, year, say)}{more}", width))
    if made["through"] > year:
        yield Text("")
        yield grid(years(made, say), say)
        yield Text("")
    yield Text(hanging(say("project.weight", weight=made["weight"]), width))
    blind = [say.name(row["class"], "work") for row in rows if row["used_of_granted"] is None]
    if blind:
        yield Text(hanging(say("project.blind", names=", ".join(blind), n=len(blind)), width))
    yield Text(hanging(say("project.made", seed=str(made["seed"]), version=made["version"]), width))


def _whole(value: float, say: Words) -> str:
    return say.count(round(value))
