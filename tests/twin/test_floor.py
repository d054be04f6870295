from __future__ import annotations

from tests.twin.scenes import floor_of

FLEET = """
programme:
  horizon: 30d
  organisations: [{{name: o, projects: [{{name: a}}, {{name: b}}, {{name: c}}]}}]
  allocations: {allocations}
sites:
  - name: s
    operator: x
    pools:
      - {{name: p, model: nvidia-h100, nodes: 10, own_use_nodes: 2}}
      - {{name: q, model: nvidia-t4, nodes: 3, accelerators_per_node: 2}}
"""


def pieces(allocations: str) -> list[tuple[int, int, int, list[str]]]:
    floor, _ = floor_of(FLEET.format(allocations=allocations))
    return [(piece.pool, piece.first_node, piece.nodes, [term.project for term in piece.terms]) for piece in floor.pieces]


def test_public_nodes_are_numbered_through_the_fleet() -> None:
    floor, _ = floor_of(FLEET.format(allocations="[]"))
    assert [(pool.path, pool.first_node, pool.nodes, pool.devices, pool.own_use_nodes) for pool in floor.pools] == [
        ("s/p", 0, 8, 8, 2),
        ("s/q", 8, 3, 2, 0),
    ]
    assert (floor.nodes, floor.devices) == (11, 70)
    assert pieces("[]") == [(0, 0, 8, []), (1, 8, 3, [])]


def test_dedicated_nodes_are_the_lowest_numbered_and_a_pool_of_their_own() -> None:
    assert pieces("[{project: a, pool: s/p, nodes: 3}, {project: b, pool: s/p, nodes: 2}]") == [
        (0, 0, 3, ["a"]),
        (0, 3, 2, ["b"]),
        (0, 5, 3, []),
        (1, 8, 3, []),
    ]


def test_terms_one_after_another_share_nodes() -> None:
    terms = (
        "{project: a, pool: s/p, nodes: 6, to: 5d}",
        "{project: b, pool: s/p, nodes: 4, from: 5d, to: 10d}",
        "{project: c, pool: s/p, nodes: 8, from: 10d}",
    )
    found = pieces(f"[{', '.join(terms)}]")
    assert found == [(0, 0, 4, ["a", "b", "c"]), (0, 4, 2, ["a", "c"]), (0, 6, 2, ["c"]), (0, 8, 4, []), (1, 12, 3, [])]


def test_servers_that_are_nobodys_for_a_part_of_the_run_are_in_the_common_pool_too() -> None:
    terms = "[{project: a, pool: s/p, nodes: 2}, {project: b, pool: s/p, nodes: 3, to: 5d}, {project: c, pool: s/p, nodes: 2, from: 4d}]"
    floor, _ = floor_of(FLEET.format(allocations=terms))
    assert [(one.first_node, one.nodes, one.runs, one.most) for one in floor.pieces] == [
        (0, 2, ((0, 2),), 2),
        (2, 3, ((2, 3),), 3),
        (5, 2, ((5, 2),), 2),
        (7, 6, ((7, 1), (2, 3), (5, 2)), 4),  # 3 before the fourth day, 1 on it, 4 from the fifth on
        (13, 3, ((8, 3),), 3),
    ]
    assert floor.physical().tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6, 8, 9, 10]


def test_a_pool_that_is_dedicated_as_a_whole_changes_hands_as_it_is() -> None:
    assert pieces("[{project: a, pool: s/p, nodes: 8, from: 1d, to: 2d}]") == [(0, 0, 8, ["a"]), (1, 8, 3, [])]


def test_a_term_that_lasts_to_the_horizon_has_no_end() -> None:
    floor, _ = floor_of(
        FLEET.format(allocations="[{project: a, pool: s/p, nodes: 3, to: 40d}, {project: b, pool: s/p, nodes: 1, from: 1d, to: 2d}]")
    )
    assert floor.pieces[0].never_public
    assert not floor.pieces[1].never_public
    term = floor.pieces[1].terms[0]
    assert floor.pieces[1].owner(86_400) == term
    assert floor.pieces[1].owner(2 * 86_400) is None
