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
    assert found == [(0, 0, 4, ["a", "b", "c"]), (0, 4, 2, ["a", "c"]), (0, 6, 2, ["c"]), (1, 8, 3, [])]


def test_a_term_that_lasts_to_the_horizon_has_no_end() -> None:
    floor, _ = floor_of(
        FLEET.format(allocations="[{project: a, pool: s/p, nodes: 3, to: 40d}, {project: b, pool: s/p, nodes: 1, from: 1d, to: 2d}]")
    )
    assert floor.pieces[0].never_public
    assert not floor.pieces[1].never_public
    term = floor.pieces[1].terms[0]
    assert floor.pieces[1].owner(86_400) == term
    assert floor.pieces[1].owner(2 * 86_400) is None
