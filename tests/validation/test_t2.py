"""T2: M/M/c queues against Erlang's C, within the 99 % confidence interval of the runs."""

from __future__ import annotations

import pytest

from dure.cli.known_answers import Bench, chosen, compare
from dure.cli.validation_rows import rows


@pytest.mark.parametrize("servers", [1, 8, 64])
@pytest.mark.parametrize("load", ["0.7", "0.9", "0.95"])
@pytest.mark.system
def test_t2(servers: int, load: str, tmp_path: object) -> None:
    (row,) = chosen(rows(), [f"T2.{servers}.{load}"])
    verdict = compare(row, Bench(tmp_path))  # type: ignore[arg-type]
    assert verdict.ok, verdict
