"""`--xlsx FILE` and `--csv FOLDER`: the tables of an answer as files, the same way for every command that has tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dure import __version__
from dure.model.errors import InputError, Where

if TYPE_CHECKING:
    from dure.present.tables import Table
    from dure.present.words import Words

XLSX = ".xlsx"


def may_write_tables(xlsx: Path | None, csv: Path | None, reads: Iterable[Path], *, force: bool = False) -> None:
    """Before any work is done: InputError where a file would be lost, or where its name says it is something else."""
    from dure.adapters.outputs import may_fill, may_write

    if xlsx is not None:
        if xlsx.suffix.lower() != XLSX and not xlsx.is_dir():
            raise InputError("is no .xlsx file", where=Where(str(xlsx)), remedy="let its name end in .xlsx")
        may_write(xlsx, reads, force=force)
    if csv is not None:
        may_fill(csv)


def write_tables(
    tables: Mapping[str, Table],
    about: Sequence[tuple[str, str]],
    xlsx: Path | None,
    csv: Path | None,
    say: Words,
    *,
    reads: Iterable[Path] = (),
    force: bool = False,
) -> list[str]:
    """Writes what was asked for and returns the paths; *about* says what the tables are of and what they rest on."""
    if csv is not None:
        _write_csv(tables, csv, list(reads), force=force)
    if xlsx is not None:
        from dure.adapters.xlsx_tables import write_xlsx
        from dure.present.tables import Word

        terms = {str(word): say(f"word.{word}") for word in Word} | {unit: say(f"files.unit.{unit}") for unit in ("won", "h", "s")}
        lines = [*about, (say("files.made_by"), f"dure {__version__}"), (say("files.words"), say("files.words_text"))]
        write_xlsx(xlsx, list(tables.values()), lines, say("files.about"), terms)
    return [str(path) for path in (csv, xlsx) if path is not None]


def inputs_about(name: str, inputs: Iterable[tuple[str, str]], sentences: Iterable[str], say: Words) -> list[tuple[str, str]]:
    """What stands on the first sheet: the name, what is said first of all, and every input with its hash."""
    said = [(say("files.what") if at == 0 else "", text) for at, text in enumerate((name, *sentences))]
    return [*said, *((path, f"SHA-256 {digest}") for path, digest in inputs)]


def _write_csv(tables: Mapping[str, Table], folder: Path, reads: list[Path], *, force: bool) -> None:
    """Every place is looked at before any file is written: half a folder of new tables beside half of old ones would mislead."""
    from dure.adapters.csv_tables import write_csv
    from dure.adapters.outputs import may_write

    for key, table in tables.items() if folder.is_dir() else ():
        may_write(folder / f"{key}.csv", reads, force=force, header=table.header)
    folder.mkdir(exist_ok=True)
    for key, table in tables.items():
        write_csv(folder / f"{key}.csv", table.header, table.as_csv())
