from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dure.adapters.run_reader import read_run
from dure.model.errors import StateError
from dure.wire.runs import TABLES
from tests.present.fixtures import make_run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_run(tmp_path / "run")


def test_a_run_is_read_back(folder: Path) -> None:
    run = read_run(folder)
    assert run.fleet["contracted_s"] == 50_000 * 86_400 * 30
    assert [row["busy_s"] for row in run.rates if row["key"] == "da" and row["start_s"] == 14 * 86_400] == [None]
    assert run.simulated


def test_what_is_no_run_folder_says_so(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(StateError, match="not a run folder; give the folder that"):
        read_run(tmp_path / "nothing")
    with pytest.raises(StateError, match="a file, not a run folder"):
        read_run(folder / "run.json")


@pytest.mark.parametrize("name", TABLES)
def test_a_missing_table_is_named(folder: Path, name: str) -> None:
    path = folder / "tables" / f"{name}.csv"
    path.unlink()
    with pytest.raises(StateError, match=rf"{name}\.csv: missing"):
        read_run(folder)


def test_a_truncated_or_foreign_run_json(folder: Path) -> None:
    path = folder / "run.json"
    text = path.read_text(encoding="utf-8")
    for broken in (text[: len(text) // 2], "\udcff", "[]", json.dumps({"dure": "9"}), re.sub(r'"seed": \d+', '"seed": NaN', text)):
        path.write_bytes(broken.encode("utf-8", "surrogateescape"))
        with pytest.raises(StateError, match=r"run\.json"):
            read_run(folder)


def test_a_changed_number_does_not_add_up(folder: Path) -> None:
    path = folder / "tables" / "waterfall.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    column = lines[0].split(",").index("failed_s")
    cells = lines[1].split(",")
    cells[column] = str(int(cells[column]) + 1)
    path.write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]) + "\n", encoding="utf-8")
    with pytest.raises(StateError, match="fleet: the waterfall does not add up at available"):
        read_run(folder)


def test_a_cell_that_is_no_number_names_its_line_and_column(folder: Path) -> None:
    path = folder / "tables" / "losses.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[3] = lines[3].replace(",", ",x", 1)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(StateError, match=r"losses\.csv:4: device_s"):
        read_run(folder)


def test_a_cut_off_row_and_a_missing_column(folder: Path) -> None:
    path = folder / "tables" / "waits.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.rstrip()[:-9] + "\n" if text.rstrip()[-9:].count(",") else text.rstrip().rsplit(",", 1)[0] + "\n", encoding="utf-8"
    )
    with pytest.raises(StateError, match=r"waits\.csv:7: \d cells under 8 columns"):
        read_run(folder)
    path.write_text(text.replace("p99_s", "p98_s", 1), encoding="utf-8")
    with pytest.raises(StateError, match=r"waits\.csv:1: no column p99_s"):
        read_run(folder)
