"""Which framework runs on which vendor's stack: the packaged table, read strictly."""

from __future__ import annotations

from dure.adapters.catalogs import packaged
from dure.adapters.tables_csv import read_table
from dure.plant.verdict import Frameworks, Runs

COLUMNS = ("framework", "stack", "runs", "source", "as_of", "confidence", "note")
_ANSWERS: tuple[Runs, ...] = ("yes", "no")


def load_frameworks(text: str | None = None) -> Frameworks:
    """The table as shipped, or from *text*; a pair without a row is unknown."""
    cells: dict[tuple[str, str], Runs] = {}
    for row in read_table("catalog/frameworks.csv", packaged("frameworks") if text is None else text, COLUMNS):
        cell = row.id("framework"), row.id("stack")
        if cell in cells:
            raise row.error("framework", f"{cell[0]} on {cell[1]} stands here for the second time")
        row.required("source")
        row.date("as_of")
        row.confidence()
        cells[cell] = row.choice("runs", _ANSWERS)
    return Frameworks(cells)
