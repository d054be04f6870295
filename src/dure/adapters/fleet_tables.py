"""Reads the published fleets of the catalogue: one row is one model of one fleet, with its source."""

from __future__ import annotations

from collections.abc import Mapping

from dure.adapters.catalogs import packaged
from dure.adapters.tables_csv import Row, read_table
from dure.model.catalog import Catalog
from dure.model.inventory import STATES, FleetPart, PublishedFleet, Researchers

COLUMNS = (
    *("fleet", "english", "korean", "state", "model", "called", "accelerators"),
    *("researchers", "researchers_of", "researchers_of_ko", "researchers_source"),
    *("source", "as_of", "confidence", "note"),
)


def load_fleets(catalog: Catalog, text: str | None = None) -> tuple[PublishedFleet, ...]:
    """Every fleet in the order of the table. Raises CatalogError with file and line for a row that does not fit or has no source."""
    rows = read_table("catalog/fleets.csv", packaged("fleets") if text is None else text, COLUMNS)
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.id("fleet"), []).append(row)
    return tuple(_fleet(id_, group, catalog) for id_, group in groups.items())


def _fleet(id_: str, rows: list[Row], catalog: Catalog) -> PublishedFleet:
    first = rows[0]
    for row in rows[1:]:
        _same(first.cells, row)
    return PublishedFleet(
        id=id_,
        english=first.required("english"),
        korean=first.required("korean"),
        state=first.choice("state", STATES),
        parts=tuple(_part(row, catalog) for row in rows),
        researchers=_researchers(first),
    )


def _same(first: Mapping[str, str], row: Row) -> None:
    for name in ("english", "korean", "state", "researchers", "researchers_of", "researchers_source"):
        if row.cells[name] != first[name]:
            raise row.error(name, f"{row.text('fleet')} says otherwise in its first row", "write the same in every row of a fleet")


def _part(row: Row, catalog: Catalog) -> FleetPart:
    count = row.integer("accelerators")
    if not count:
        raise row.error("accelerators", "a fleet has at least one accelerator", "write how many, or leave the row out")
    if row.text("model") and row.text("called"):
        raise row.error("called", "a model of the catalogue has its name there", "leave the cell empty, or leave out model")
    if not row.text("model"):
        row.required("note")
    elif row.text("model") not in catalog.accelerators:
        raise row.error("model", f"{row.text('model')!r} is in no table", "write an id of accelerators.csv, or nothing if it is unknown")
    return FleetPart(
        row.text("model"), count, row.required("source"), row.date("as_of"), row.confidence(), row.text("note"), row.text("called")
    )


def _researchers(row: Row) -> Researchers | None:
    count = row.integer("researchers")
    if count is None:
        return None
    if not count:
        raise row.error("researchers", "a count of researchers is above 0", "leave the cell empty if it is unknown")
    return Researchers(count, row.required("researchers_of"), row.required("researchers_of_ko"), row.required("researchers_source"))
