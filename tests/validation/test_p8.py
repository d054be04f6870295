"""P8, Gwangju: what part of the plant its money can run, and what the rest would cost."""

from __future__ import annotations

from pathlib import Path

from dure.cli.known_answers import Bench, chosen, compare
from dure.cli.validation_rows import rows


def test_p8() -> None:
    bench = Bench(Path())
    verdicts = {row.id: compare(row, bench) for row in chosen(rows(), ["P8"])}
    assert {name: verdict.ok for name, verdict in verdicts.items()} == dict.fromkeys(
        ("P8.ceiling", "P8.restores", "P8.asked", "P8.lit"), True
    )
    assert verdicts["P8.asked"].ours == round(22.8 / 34.3 * 88.5, 1), "by hand: the price of a petaflop of the dark part, times all of them"
    assert verdicts["P8.lit"].ours == 56.31, "one server less than 44.3 of 78.6: the money carries whole servers"
