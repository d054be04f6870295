"""`dure report`: a run folder as one HTML file, as terminal tables, as CSV or as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from dure import __version__
from dure.cli.context import put, put_json, width, words
from dure.cli.options import Force, Json, RunPath, Xlsx
from dure.cli.table_files import inputs_about, may_write_tables, write_tables

if TYPE_CHECKING:
    from dure.present.words import Words
    from dure.wire.runs import RunFolder


def report(
    run: RunPath,
    /,
    *,
    output: Annotated[Path | None, Parameter(name=("--output", "-o"), help="write one self-contained HTML file here")] = None,
    csv: Annotated[Path | None, Parameter(help="write every table as CSV into this folder")] = None,
    xlsx: Xlsx = None,
    pictures: Annotated[Path | None, Parameter(help="write every picture as SVG and as Vega-Lite spec into this folder")] = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Tables on the terminal, unless only files are asked for."""
    from dure.adapters.outputs import may_fill, may_write_page
    from dure.adapters.run_reader import read_run

    folder = read_run(run)
    say = words(folder.run.get("locale_names"))
    reads = [one for one in run.rglob("*") if one.is_file() and one.suffix in (".json", ".csv", ".parquet")]
    if output is not None:
        may_write_page(output, reads, force=force)
    may_write_tables(xlsx, None, reads, force=force)
    for place in (csv, pictures):
        if place is not None:
            may_fill(place)
    _check_csv(folder, say, csv, reads, force)
    _check_pictures(folder, say, pictures, reads, force)
    made = (_html(folder, say, output), _csv(folder, say, csv), _pictures(folder, say, pictures), _xlsx(folder, say, xlsx))
    wrote = [str(path) for path in made if path is not None]
    if json:
        put_json(_object(folder, say, wrote))
    elif not wrote:
        show(folder, say)
    for path in wrote if not json else ():
        print(say("report.wrote", path=path))


def show(folder: RunFolder, say: Words) -> None:
    """The terminal view on standard output."""
    from dure.present.terminal import view

    put(view(folder, say, width()))


def write_html(folder: RunFolder, say: Words, path: Path, preface: str = "") -> None:
    """Renders the pictures and writes the page, whole or not at all; `preface` is HTML set above its first section."""
    from dure.adapters.files import write_text
    from dure.adapters.render import svg
    from dure.present.report import page, pictures

    drawn = {key: svg(chart.spec) for key, chart in pictures(folder, say).items()}
    write_text(path, page(folder, say, drawn, preface))


def _html(folder: RunFolder, say: Words, path: Path | None) -> Path | None:
    if path is not None:
        write_html(folder, say, path)
    return path


def _check_csv(folder: RunFolder, say: Words, path: Path | None, reads: list[Path], force: bool) -> None:
    """Every file before any is written: half a folder of new tables beside half of old ones would mislead."""
    if path is not None:
        from dure.adapters.outputs import may_write
        from dure.present.report import tables

        for key, table in tables(folder, say).items() if path.is_dir() else ():
            may_write(path / f"{key}.csv", reads, force=force, header=table.header)


def _check_pictures(folder: RunFolder, say: Words, path: Path | None, reads: list[Path], force: bool) -> None:
    if path is not None:
        from dure.adapters.outputs import may_write
        from dure.present.report import pictures

        for key in pictures(folder, say) if path.is_dir() else ():
            for name in (f"{key}.svg", f"{key}.vl.json"):
                may_write(path / name, reads, force=force)


def _csv(folder: RunFolder, say: Words, path: Path | None) -> Path | None:
    if path is not None:
        from dure.adapters.csv_tables import write_csv
        from dure.present.report import tables

        path.mkdir(exist_ok=True)
        for key, table in tables(folder, say).items():
            write_csv(path / f"{key}.csv", table.header, table.as_csv())
    return path


def _xlsx(folder: RunFolder, say: Words, path: Path | None) -> Path | None:
    if path is not None:
        from dure.present.report import tables

        inputs = [(one["path"], one["sha256"]) for one in folder.run.get("inputs", ()) if isinstance(one, dict)]
        name = str(folder.run.get("name") or path.stem)
        write_tables(tables(folder, say), inputs_about(name, inputs, (), say), path, None, say)
    return path


def _pictures(folder: RunFolder, say: Words, path: Path | None) -> Path | None:
    if path is not None:
        import json

        from dure.adapters.files import write_text
        from dure.adapters.render import svg
        from dure.present.report import pictures

        path.mkdir(exist_ok=True)
        made = f"dure {__version__}"
        for key, chart in pictures(folder, say).items():
            write_text(path / f"{key}.svg", svg(chart.spec).replace(">", f"><!-- {made} -->", 1))
            write_text(path / f"{key}.vl.json", json.dumps({"usermeta": {"generator": made}, **chart.spec}, ensure_ascii=False))
    return path


def _object(folder: RunFolder, say: Words, wrote: list[str]) -> dict[str, Any]:
    from dure.present.report import tables

    return {
        "simulated": folder.simulated,
        "assumptions": list(folder.run["assumptions"]),
        "summary": dict(folder.summary),
        "tables": {key: {"word": table.word, "rows": table.as_json()} for key, table in tables(folder, say).items()},
        "wrote": wrote,
    }
