"""What did happen: integrated, and counted second by second by other code; a case worked by hand; the same sums by SQL."""

from __future__ import annotations

import duckdb
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.ledger.observed import Window, happened
from dure.ledger.records import NEVER, Fate, NodeSpell, Place, Spell
from dure.ledger.waterfall import LINES
from tests.ledger.recorded import Row, count, job_rows

MODELS = ("", "a", "b", "nowhere")
LAST = 60


@st.composite
def clusters(draw: st.DrawFn) -> tuple[list[Row], list[Place], list[NodeSpell], Window]:
    instant = st.integers(-5, LAST + 5)
    places = []
    for node in ("n1", "n2", "n3", "n4")[: draw(st.integers(1, 4))]:
        cut = draw(st.one_of(st.none(), st.integers(1, LAST - 1)))
        model, devices = draw(st.sampled_from("ab")), draw(st.integers(1, 4))
        terms = [(-NEVER, NEVER)] if cut is None else [(-NEVER, cut - draw(st.integers(0, 3))), (cut, NEVER)]
        for begin, end in terms:
            places.append(Place(node, model, devices, begin, end, draw(st.one_of(st.just(-NEVER), instant))))
    nodes = [*dict.fromkeys(place.node for place in places), "stranger"]
    rows = []
    for _ in range(draw(st.integers(0, 8))):
        ready = draw(instant)
        start = draw(st.one_of(st.just(NEVER), st.integers(ready, LAST + 5)))
        end = draw(st.integers(ready if start == NEVER else start, LAST + 8))
        on = tuple(draw(st.lists(st.sampled_from(nodes), min_size=1, max_size=3, unique=True)))
        rows.append(
            Row(
                ready,
                start,
                end,
                draw(st.integers(1, 9)),
                () if start == NEVER else on,
                draw(st.integers(0, 3)),
                draw(st.integers(1, 3)),
                int(draw(st.sampled_from(Fate))),
                0 if start == NEVER else draw(st.integers(0, end - start)),
                draw(st.integers(0, 1)),
                draw(st.integers(1, 2)) if start == NEVER else 1,
            )
        )
    spells = []
    for _ in range(draw(st.integers(0, 4))):
        begin = draw(instant)
        spells.append(NodeSpell(draw(st.sampled_from(nodes)), draw(st.sampled_from(Spell)), begin, begin + draw(st.integers(0, 30))))
    first = draw(st.integers(0, 10))
    last = draw(st.integers(first + 1, LAST))
    bins = (first, *sorted(draw(st.sets(st.integers(first + 1, LAST), max_size=2)) & set(range(first + 1, last))))
    reach = draw(st.one_of(st.just((first, last)), st.tuples(instant, instant)))
    return rows, places, spells, Window(first, last, bins, reach, draw(st.booleans()))


@settings(max_examples=120)
@given(clusters())
def test_integrated_is_what_every_second_counts(case: tuple[list[Row], list[Place], list[NodeSpell], Window]) -> None:
    rows, places, spells, window = case
    ran = {row.model for row in rows if row.start != NEVER}
    rows = [row._replace(model=0) if row.model == 3 and 3 in ran else row for row in rows]  # a name of no pool that never ran
    pools = {place.model for place in places}
    rows = [row._replace(model=0) if row.model and row.model != 3 and MODELS[row.model] not in pools else row for row in rows]
    found = happened(job_rows(rows, MODELS), places, spells, window)
    wanted = count(rows, MODELS, places, spells, window)
    named = [{name: int(n) for name, n in zip(LINES, row, strict=True) if n} for row in (found.lines // 1000).reshape(-1, len(LINES))]
    same = [{name: int(n) for name, n in zip(LINES, row, strict=True) if n} for row in wanted.lines.reshape(-1, len(LINES))]
    assert named == same
    assert (found.lines % 1000 == 0).all()
    assert found.overlap[: len(places)].tolist() == (wanted.overlap * 1000).tolist()
    assert found.row_busy[: len(rows)].tolist() == (wanted.busy * 1000).tolist()
    assert sum(found.outside.values()) == wanted.outside * 1000
    assert np.array_equal(found.lines.sum(axis=2), found.contracted)


def test_a_case_worked_by_hand() -> None:
    """100 s, two nodes of 4 `a` and one of 2 `b` that comes at 20.

    Row 0: 4 on n1, 10-60, kept. Row 1: 8 on n1 and n2, 50-80, node failed: n1 is full until 60, so 4 are cut for 10 s. Row 2: 2 `b`
    asked from 0, started at 30 on n3, ended 90 with an error, suspended 20 of it. n2 is down 0-40. The reach is 0-95.
    """
    places = [Place("n1", "a", 4), Place("n2", "a", 4), Place("n3", "b", 2, installed_s=20)]
    rows = [
        Row(10, 10, 60, 4, ("n1",), 1),
        Row(50, 50, 80, 8, ("n1", "n2"), 1, 2, int(Fate.REWORK)),
        Row(0, 30, 90, 2, ("n3",), 2, 1, int(Fate.JOB_ERROR), 20),
    ]
    spells = [NodeSpell("n2", Spell.FAILED, 0, 40, "Not responding")]
    found = happened(job_rows(rows, MODELS), places, spells, Window(0, 100, (0,), (0, 95), True))
    a, b = ({name: int(n) // 1000 for name, n in zip(LINES, line, strict=True) if n} for line in found.lines[0])
    assert a == {
        "unobserved": 8 * 5,  # 95-100, both nodes free
        "failed": 4 * 40,
        "incompatible": 2 * 10,  # row 2 waits for b: 0-10, beside the free n1
        "no_demand": 2 * 10 + 4 * 10 + 8 * 15,  # the rest of n1 then; n2 up again 40-50; both 80-95
        "rework": 4 * 20 + 4 * 30,
        "productive": 4 * 50,
    }
    assert b == {"not_delivered": 2 * 20, "held": 2 * 10, "job_error": 2 * 40, "overhead": 2 * 20, "unobserved": 2 * 5, "no_demand": 2 * 5}
    assert found.overlap.tolist() == [4 * 10 * 1000, 0, 0]
    assert found.row_busy.tolist() == [[200_000, 0], [200_000, 0], [80_000, 40_000]]
    assert found.outside == {}


@settings(max_examples=30)
@given(clusters())
def test_sql_finds_the_same_busy_time(case: tuple[list[Row], list[Place], list[NodeSpell], Window]) -> None:
    """A stranger's way: at every instant of change, what each node holds is the lesser of what is allocated and what it has."""
    rows, places, _, window = case
    single = [row for row in rows if len(row.nodes) <= 1]
    places = [place for place in places if place.from_s == -NEVER and place.to_s == NEVER]
    if not places:
        return
    found = happened(job_rows(single, MODELS), places, [], window)
    base = duckdb.connect()
    base.execute("create table held(node text, devices bigint, first_s bigint, last_s bigint)")
    base.execute("create table place(node text, devices bigint)")
    for row in single:
        if row.start != NEVER:
            base.execute("insert into held values (?, ?, ?, ?)", [row.nodes[0], row.devices, row.start, row.end])
    for place in places:
        base.execute("insert into place values (?, ?)", [place.node, place.devices])
    query = """
        with seconds as (select unnest(range($first, $last)) as second)
        select coalesce(sum(least(devices, taken)), 0)::bigint, coalesce(sum(greatest(taken - devices, 0)), 0)::bigint from (
            select place.node, place.devices, second, coalesce(sum(held.devices), 0) as taken
            from place cross join seconds left join held
              on held.node = place.node and held.first_s <= second and second < held.last_s
            group by all)
    """
    busy, overlap = base.execute(query, {"first": window.from_s, "last": window.to_s}).fetchall()[0]
    assert (int(found.row_busy.sum()), int(found.overlap.sum())) == (busy * 1000, overlap * 1000)
