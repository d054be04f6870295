"""docs/TRACES.md lists the columns, formats and profiles that there are."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from dure.adapters.profiles import packaged_profiles
from dure.adapters.traces import Format
from dure.adapters.traces_sacct import FORMAT
from dure.wire.tables import JOB_COLUMNS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "TRACES.md"


def columns_table() -> str:
    rows = ["| column | unit | what it is |", "|---|---|---|"]
    for column in JOB_COLUMNS:
        if column.name != "request_known":
            name = f"**{column.name}**" if column.required else column.name
            rows.append(f"| {name} | {column.unit or '–'} | {column.description} |")
    return "\n".join(rows)


def test_columns_are_those_of_the_table() -> None:
    text = PAGE.read_text(encoding="utf-8")
    found = text.split("<!-- columns -->\n")[1].split("\n<!-- /columns -->")[0]
    assert found == columns_table()


def test_formats_profiles_and_the_command_are_named() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name in (*get_args(Format), *packaged_profiles()):
        assert name == "auto" or f"`{name}`" in text
    assert f"sacct -aP --format={FORMAT}" in text
