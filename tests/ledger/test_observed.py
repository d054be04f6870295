"""What did happen: integrated, and counted second by second by other code; a case worked by hand; the same sums by SQL."""

from __future__ import annotations

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
