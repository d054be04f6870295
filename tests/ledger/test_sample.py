"""Draws of accelerator-hours: against a line that is laid out second by second, and as often as there is work."""

from __future__ import annotations

import hashlib

import numpy as np

from dure.ledger.sample import Drawn, busy, draw
from dure.model.events import Kind
from dure.policy.fold import LIVE


def log(*runs: tuple[int, int, int | None, int | None]) -> np.ndarray:
    """Attempts in order: milli-devices, placed, started, ended; rows in a mixed order, a gang of two rows where it divides."""
    told = []
    for number, (milli, placed, started, ended) in enumerate(runs):
        told += [(Kind.PLACED, number, placed, milli // 2), (Kind.PLACED, number, placed, milli - milli // 2)]
        told += [(Kind.STARTED, number, started, 0)] if started is not None else []
        told += [(Kind.ENDED, number, ended, 0)] if ended is not None else []
    rows = np.zeros(len(told), LIVE)
    for row, (kind, number, at, count) in zip(rows, told, strict=True):
        row["kind"], row["attempt"], row["at"], row["seen"], row["count"] = kind, number, at, at, count
    return rows


RUNS = ((2_000, 0, 5, 9), (1_000, 0, None, 4), (3_000, 1, 2, None), (1_000, 3, 3, 30), (8_000, 50, 60, 70))
SINCE, UNTIL = 4, 20


def laid_out() -> list[tuple[int, int, int]]:
    """The whole line: (attempt, second, device) for every milli-device-second, by hand."""
    seconds = {0: range(5, 9), 2: range(4, 20), 3: range(4, 20)}
    devices = {0: 2, 2: 3, 3: 1}
    return [(a, s, d) for a in seconds for s in seconds[a] for d in range(devices[a]) for _ in range(1_000)]


def test_the_line_is_what_was_busy_in_the_period() -> None:
    found = busy(log(*RUNS), SINCE, UNTIL)
    assert found.attempt.tolist() == [0, 2, 3]
    assert found.total == len(laid_out()) == 2_000 * 4 + 3_000 * 16 + 1_000 * 16


def test_each_draw_is_the_place_that_the_hash_names() -> None:
    line = laid_out()
    for seed in (0, 7, 20_261_122):
        drawn = draw(busy(log(*RUNS), SINCE, UNTIL), 200, seed)
        for k, one in enumerate(drawn):
            place = int(hashlib.sha256(f"{seed}:{k}".encode()).hexdigest(), 16) % len(line)
            assert one == Drawn(place, *line[place])


def test_the_same_seed_draws_the_same_and_more_draws_begin_with_the_same() -> None:
    found = busy(log(*RUNS), SINCE, UNTIL)
    assert draw(found, 10, 1) == draw(found, 20, 1)[:10] != draw(found, 10, 2)


def test_as_often_as_there_is_work() -> None:
    """Three quarters of the work are one attempt's: of 4,000 draws 3,000 ± 5 standard deviations (27)."""
    found = busy(log((3_000, 0, 0, 100), (1_000, 0, 0, 100)), 0, 100)
    assert abs(sum(one.attempt == 0 for one in draw(found, 4_000, 5)) - 3_000) < 5 * 27.4


def test_where_nothing_was_busy_nothing_is_drawn() -> None:
    assert draw(busy(log(*RUNS), 0, 2), 5, 1) == []
    assert draw(busy(np.zeros(0, LIVE), 0, 10), 5, 1) == []
