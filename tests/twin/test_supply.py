from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dure.model.fleet import Mode
from dure.twin.floor import Floor, FloorPool, Piece
from dure.twin.supply import FOREVER, Supply, Window
from dure.wire.scenario_sites import Failures
from tests.twin.scenes import floor_of

NODES = 7
FLOOR = Floor(
    (
        FloorPool("s/p", "s", "o", "m", "v", 0, 4, 2, 0, 0, 0, 10**6, None),
        FloorPool("s/q", "s", "o", "m", "v", 4, 3, 2, 0, 0, 0, 10**6, None),
    ),
    (Piece(0, 0, 4, (), ((0, 4),), 4), Piece(1, 4, 3, (), ((4, 3),), 3)),
)
DOWN = [int(mode) for mode in Mode if mode != Mode.UP]


@st.composite
def windows(draw: st.DrawFn) -> Window:
    first = draw(st.integers(0, NODES - 1))
    begin = draw(st.integers(0, 20))
    end = draw(st.one_of(st.integers(begin + 1, 30), st.just(FOREVER)))
    return Window(first, draw(st.integers(1, NODES - first)), begin, end, draw(st.sampled_from(DOWN)), draw(st.booleans()))


@given(st.lists(windows(), max_size=6))
def test_the_first_mode_that_holds_counts_at_every_second(written: list[Window]) -> None:
    rows = Supply(FLOOR, 1, tuple(written), ()).events(25)
    mode = np.zeros(NODES, int)
    for second in range(25):
        for row in rows[rows["at"] == second]:
            nodes = slice(row["node"], row["node"] + row["nodes"])
            assert set(mode[nodes]) == {row["was"]}
            mode[nodes] = row["mode"]
        holding = [[w.mode for w in written if w.first <= n < w.first + w.nodes and w.from_s <= second < w.to_s] for n in range(NODES)]
        assert mode.tolist() == [min(modes, default=0) for modes in holding]


@given(st.lists(windows(), max_size=6))
def test_a_window_that_evicts_does_so_even_where_another_mode_counts(written: list[Window]) -> None:
    rows = Supply(FLOOR, 1, tuple(written), ()).events(25)
    wanted = {(w.from_s, n) for w in written if w.evict and w.from_s < 25 for n in range(w.first, w.first + w.nodes)}
    found = {(int(r["at"]), n) for r in rows if r["evict"] for n in range(r["node"], r["node"] + r["nodes"])}
    assert found == wanted


@given(st.integers(1, 60), st.integers(1, 60))
def test_events_do_not_depend_on_how_far_ahead_they_are_worked_out(one: int, other: int) -> None:
    law = Failures.model_validate({"per_1000_node_days": 900, "repair_min": "30m", "repair_max": "2d"})
    supply = Supply(FLOOR, 3, (Window(1, 3, 86_400, 5 * 86_400, int(Mode.UNFUNDED), False),), ((0, NODES, law),))
    short, far = sorted((one, other))
    early, late = supply.events(short * 86_400), supply.events(far * 86_400)
    assert (late[late["at"] < short * 86_400] == early).all()
    assert (late["at"] < far * 86_400).all()


def test_runs_of_nodes_stop_where_a_pool_does() -> None:
    rows = Supply(FLOOR, 1, (Window(2, 5, 10, 20, int(Mode.FAILED), True),), ()).events(100)
    assert rows[["at", "node", "nodes", "mode", "was", "evict"]].tolist() == [
        (10, 2, 2, 5, 0, 1),
        (10, 4, 3, 5, 0, 1),
        (20, 2, 2, 0, 5, 0),
        (20, 4, 3, 0, 5, 0),
    ]


def test_deliveries_and_events_of_a_site() -> None:
    floor, supply = floor_of("""
sites:
  - name: s
    operator: x
    pools:
      - {name: p, model: nvidia-h100, nodes: 10, delivered: [{at: 0d, nodes: 4}, {at: 2d, nodes: 4}]}
      - {name: q, model: nvidia-h100, nodes: 8, own_use_nodes: 4}
    events:
      - {at: 1d, for: 1d, mode: maintenance, pool: q, nodes: 4, evict: false}
      - {at: 3d, mode: unfunded, share: 50%}
""")
    rows = supply.events(10 * 86_400)
    day = [(int(r["at"]) // 86_400, int(r["node"]), int(r["nodes"]), Mode(int(r["mode"]))) for r in rows]
    assert day == [
        (0, 4, 6, Mode.NOT_DELIVERED),
        (1, 12, 2, Mode.MAINTENANCE),  # half of q's nodes are public: half of four
        (2, 4, 4, Mode.UP),
        (2, 12, 2, Mode.UP),
        (3, 5, 3, Mode.UNFUNDED),
        (3, 8, 2, Mode.NOT_DELIVERED),  # the event would stop jobs there too; there are none
        (3, 12, 2, Mode.UNFUNDED),
    ]
    assert floor.pools[1].nodes == 4
