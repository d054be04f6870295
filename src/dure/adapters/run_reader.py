"""Reads a run folder back, strictly: what is missing or does not fit names its file and line."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from dure.model.errors import StateError, Where
from dure.wire.runs import RUN_KEYS, TABLES, Row, RunFolder, check, parse_rows


def read_run(folder: Path) -> RunFolder:
    """The run in `folder`, its waterfall checked. Raises StateError (exit 4) when it is no run folder or one of another version."""
    run = _run_json(folder)
    tables = {name: _table(folder, name) for name in TABLES}
    return check(RunFolder(path=str(folder), run=run, **tables))


def _run_json(folder: Path) -> dict[str, Any]:
    path = folder / "run.json"
    remedy = "give the folder that `dure twin run` wrote (it holds run.json)"
    try:
        value = json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_number)
    except FileNotFoundError:
        raise StateError("not a run folder", where=Where(str(folder)), remedy=remedy) from None
    except NotADirectoryError:
        raise StateError("a file, not a run folder", where=Where(str(folder)), remedy=remedy) from None
    except (UnicodeDecodeError, ValueError) as error:
        raise StateError(
            f"not JSON ({error.__class__.__name__})", where=Where(str(path), getattr(error, "lineno", 0)), remedy=remedy
        ) from None
    missing = [key for key in RUN_KEYS if not isinstance(value, dict) or key not in value]
    if missing:
        raise StateError(f"no {', '.join(missing)}", where=Where(str(path)), remedy="run the simulation again with this version of dure")
    return dict(value)


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number")


def _table(folder: Path, name: str) -> tuple[Row, ...]:
    path = folder / "tables" / f"{name}.csv"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            header = next(reader, [])
            lines = [(reader.line_num, cells) for cells in reader]
    except FileNotFoundError:
        raise StateError("missing", where=Where(str(path)), remedy="run the simulation again with this version of dure") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise StateError(f"not a CSV file in UTF-8 ({error})", where=Where(str(path)), remedy="run the simulation again") from None
    return parse_rows(name, header, lines, str(path))
