"""`dure audit` and `dure store rebuild` on a store that served."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import update

from dure.adapters.store.engine import WRITES, connect
from dure.adapters.store.schema import work
from dure.cli.main import main
from tests.bootstrap.test_serve import Programme


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served") / "data"
    programme = Programme(folder)
    programme.ask("project", project=1, name="univ-vision", share=1)
    programme.ask("credit", project=1, micro=5_000_000)
    for id in [programme.submit(run="sleep 1"), programme.submit(run="exit 1"), programme.submit(array="1-2")]:
        programme.ended(id)
    return folder


def test_a_bundle_is_written_and_verified(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bundle = tmp_path / "bundle.zip"
    assert main(["audit", "export", str(bundle), "--data", str(data), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["bundle"] == str(bundle)
    with zipfile.ZipFile(bundle) as whole:
        models = json.loads(whole.read("catalog.json"))
        assert all(one["id"] == name and one["billing_weight_ppm"] > 0 and one["source"] for name, one in models.items())
        assert models
        assert json.loads(whole.read("recalls.json")) == []
    assert main(["audit", "verify", str(bundle), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["exit"] == 0
    assert "as claimed" in found["said"][-1]
    assert main(["audit", "export", str(bundle), "--data", str(data), "--to", "2020-01-01"]) != 0
    assert "no row" in capsys.readouterr().err


def test_rows_stand_as_the_log_says(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["store", "rebuild", "--check", "--data", str(data), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["jobs"], found["attempts"], found["differ"]) == (4, 4, [])
    with connect(f"sqlite:///{data}/store.db").execution_options(**WRITES).begin() as connection:
        connection.execute(update(work).where(work.c.job == 1).values(state=3))
    assert main(["store", "rebuild", "--check", "--data", str(data)]) == 1
    assert "job 1" in capsys.readouterr().out
    assert main(["store", "rebuild", "--data", str(data), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rewritten"] == 1
    assert main(["store", "rebuild", "--check", "--data", str(data)]) == 0
    assert "Every row stands" in capsys.readouterr().out
