"""The run folder: what `dure twin run` writes and `dure report` reads.

`run.json` holds the summary, the assumptions and the provenance; `tables/*.csv` hold the measures. Whole numbers are device-seconds,
seconds, won or counts; an empty cell is unknown, which is not 0. This module knows the columns; files are opened in adapters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dure.model.errors import StateError, Where
from dure.model.reasons import CAUSES, STEPS

WATERFALL = "waterfall"
TABLES: dict[str, tuple[tuple[str, str], ...]] = {
    WATERFALL: (
        ("level", "text"),
        ("key", "text"),
        *((f"{step}_s", "whole") for step in STEPS),
        *((cause.column, "whole") for cause in CAUSES),
        ("operating_rate", "number"),
        ("occupancy", "number"),
        ("goodput_rate", "number"),
    ),
    "rates": (
        ("start_s", "whole"),
        ("bin_s", "whole"),
        ("level", "text"),
        ("key", "text"),
        ("installed_s", "whole"),
        ("available_s", "whole"),
        ("busy_s", "whole"),
        ("productive_s", "whole"),
    ),
    "waits": (
        ("bucket", "text"),
        ("jobs", "whole"),
        ("started", "whole"),
        ("mean_s", "number"),
        ("median_s", "number"),
        ("p95_s", "number"),
        ("p99_s", "number"),
        ("slowdown_mean", "number"),
    ),
    "access": (
        ("organisation", "text"),
        ("region", "text"),
        ("project", "text"),
        ("granted_s", "whole"),
        ("first_submit_s", "whole"),
        ("first_start_s", "whole"),
        ("jobs", "whole"),
        ("credits_used", "number"),
        ("busy_s", "whole"),
    ),
    "losses": (
        ("cause", "text"),
        ("device_s", "whole"),
        ("share_of_contracted_ppm", "whole"),
        ("won", "whole"),
        ("mend", "text"),
    ),
}
"""Per table its columns and their kinds, in the order written. A reader accepts more columns, never fewer.
`losses` has one row per cause in the order of the waterfall and a last row `productive` (with an empty `mend`), so that its won add
up to what was contracted; `mend` joins several menders by `|`, the first one first. Keys of level `fleet` are empty."""

RUN_KEYS = ("dure", "seed", "summary", "assumptions", "inputs", "simulated")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A run as its report needs it. Rows are dictionaries by column name; a missing value is None."""

    path: str
    run: Mapping[str, Any]
    waterfall: tuple[Row, ...]
    rates: tuple[Row, ...]
    waits: tuple[Row, ...]
    access: tuple[Row, ...]
    losses: tuple[Row, ...]

    @property
    def summary(self) -> Mapping[str, Any]:
        summary: Mapping[str, Any] = self.run["summary"]
        return summary

    @property
    def simulated(self) -> bool:
        return bool(self.run["simulated"])

    @property
    def start(self) -> str:
        """ISO date or time of second 0, UTC."""
        return str(self.summary.get("start") or self.run.get("start") or "1970-01-01")

    def level(self, level: str) -> tuple[Row, ...]:
        """The waterfall rows of one level, in the order written."""
        return tuple(row for row in self.waterfall if row["level"] == level)

    @property
    def fleet(self) -> Row:
        return self.level("fleet")[0]


def parse_rows(table: str, header: Sequence[str], lines: Iterable[tuple[int, Sequence[str]]], file: str) -> tuple[Row, ...]:
    """Rows of one table from text cells. `lines` are (line number, cells). Raises StateError with file, line and column."""
    columns = TABLES[table]
    missing = [name for name, _ in columns if name not in header]
    if missing:
        raise StateError(
            f"no column {', '.join(missing)}", where=Where(file, 1), remedy="write the run folder again with this version of dure"
        )
    place = {name: header.index(name) for name, _ in columns}
    rows: list[Row] = []
    for line, cells in lines:
        if len(cells) != len(header):
            raise StateError(f"{len(cells)} cells under {len(header)} columns", where=Where(file, line), remedy=_AGAIN)
        rows.append({name: _value(cells[place[name]], kind, Where(file, line, name)) for name, kind in columns})
    return tuple(rows)


_AGAIN = "the file was changed or cut off: run the simulation again"


def _value(text: str, kind: str, where: Where) -> Any:
    if kind == "text":
        return text
    if text == "":
        return None
    try:
        return int(text) if kind == "whole" else float(text)
    except ValueError:
        raise StateError(f'"{text[:40]}" is not a {kind} number', where=where, remedy=_AGAIN) from None


def check(folder: RunFolder) -> RunFolder:
    """The folder itself when its waterfall adds up to the device-second at every level; StateError names the row that does not."""
    if not folder.level("fleet"):
        raise StateError("no row of level fleet", where=Where(f"{folder.path}/tables/waterfall.csv"), remedy=_AGAIN)
    for row in folder.waterfall:
        numbers = [row[column] for column, kind in TABLES[WATERFALL] if kind == "whole"]
        where = Where(f"{folder.path}/tables/waterfall.csv", 0, f"{row['level']} {row['key']}".strip())
        if any(number is None for number in numbers):
            raise StateError("a step or cause of the waterfall is missing", where=where, remedy=_AGAIN)
        left = row["contracted_s"]
        for step in STEPS[1:]:
            left -= sum(row[cause.column] for cause in CAUSES if cause.step == step)
            if left != row[f"{step}_s"]:
                raise StateError(
                    f"the waterfall does not add up at {step}: {left} expected, {row[f'{step}_s']} found", where=where, remedy=_AGAIN
                )
    return folder
