from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dure.plan.elastic import cheapest_relaxation
from dure.solver import (
    SHORTEST_S,
    Clock,
    Conflict,
    Limits,
    Program,
    SolverError,
    Status,
    Warm,
    _checked,
    conflict,
    lp_text,
    solve,
    violated,
)


def knapsack() -> Program:
    program = Program("knapsack", maximise=True)
    a = program.column("a", unit="piece", high=10, cost=3, integer=True)
    b = program.column("b", unit="piece", cost=2, integer=True)
    program.row("room", [(a, 1), (b, 1.5), (a, 0.5)], unit="kg", high=10.2)
    return program


def test_an_answer_has_status_objective_bound_and_gap() -> None:
    answer = solve(knapsack())
    assert (answer.status, answer.objective, answer.bound, answer.gap) == (Status.OPTIMAL, 18, 18, 0)
    assert answer.values == (6, 0)
    assert answer.row_duals is None


def test_a_program_without_integers_has_duals() -> None:
    answer = solve(knapsack(), relaxed=True)
    assert answer.objective == pytest.approx(20.4)
    assert answer.row_duals == pytest.approx((2.0,))
    assert answer.reduced_costs == pytest.approx((0.0, -1.0))


def test_bounds_and_costs_may_change_for_one_call() -> None:
    program = knapsack()
    assert solve(program, bounds={0: (0, 2)}).values == (2, 4)
    assert solve(program, costs={0: 0.0}).objective == 12
    assert solve(program).objective == 18


def test_what_has_no_answer_says_which() -> None:
    endless = Program("endless", maximise=True)
    endless.column("x", unit="1", cost=1)
    assert solve(endless).status is Status.UNBOUNDED
    none = knapsack()
    none.row("too many", [(0, 1)], unit="piece", low=11)
    assert solve(none).status is Status.INFEASIBLE
    empty = Program("empty")
    empty.row("nothing is one", [], unit="1", low=1)
    assert solve(empty).status is Status.INFEASIBLE
    assert conflict(empty) == Conflict(("nothing is one",))


def test_an_answer_that_misses_a_row_is_never_returned() -> None:
    program = knapsack()
    assert violated(program, (6, 1)) == ["room"]
    with pytest.raises(SolverError, match="misses room"):
        _checked(program, np.array([6.0, 1.0]), {}, integer=True)
    with pytest.raises(SolverError, match="fraction"):
        _checked(program, np.array([5.5, 0.0]), {}, integer=True)
    with pytest.raises(SolverError, match="bounds"):
        _checked(program, np.array([-1.0, 0.0]), {}, integer=True)


def contradiction(seed: int) -> Program:
    """Random rows that cannot all hold."""
    dice = np.random.default_rng(seed)
    program = Program(f"contradiction {seed}")
    columns = [program.column(f"x{at}", unit="1", high=10) for at in range(6)]
    for at in range(12):
        picked = dice.choice(columns, size=3, replace=False)
        terms = [(int(column), float(dice.integers(1, 5))) for column in picked]
        program.row(f"least {at}", terms, unit="1", low=float(dice.integers(40, 110)))
    program.row("most", [(column, 1.0) for column in columns], unit="1", high=float(dice.integers(5, 20)))
    return program


@pytest.mark.parametrize("seed", range(20))
def test_a_conflict_is_minimal(seed: int) -> None:
    program = contradiction(seed)
    found = conflict(program)
    if found is None:
        assert solve(program).found
        return
    assert found.irreducible
    names = found.rows

    def holds(kept: set[str]) -> bool:
        return solve(Program("part", columns=program.columns, rows=[row for row in program.rows if row.name in kept])).found

    assert not holds(set(names))
    for name in names:
        assert holds(set(names) - {name}), f"{name} is not needed"


def test_a_conflict_that_time_ended_says_so() -> None:
    """No second: rows stand there that nobody has left out, and all of them together cannot hold."""
    program = contradiction(0)
    assert conflict(program) is not None
    found = conflict(program, Limits(time_s=0.0))
    assert found is not None
    assert not found.irreducible
    kept = [row for row in program.rows if row.name in found.rows]
    assert not solve(Program("part", columns=program.columns, rows=kept), Limits(SHORTEST_S)).found


def test_the_cheapest_relaxation_gives_where_it_costs_least() -> None:
    program = Program("whole units")
    x = program.column("servers", unit="2 accelerators", integer=True)
    program.row("exactly", [(x, 2.0)], unit="accelerators", low=7, high=7)
    program.row("budget", [(x, 3.0)], unit="won", high=11)
    assert solve(program).status is Status.INFEASIBLE
    assert conflict(program) is None, "fractions would do"
    gives = cheapest_relaxation(program, {"exactly": 1.0, "budget": 10.0})
    assert gives is not None
    assert [(one.row, one.unit, one.side, one.amount) for one in gives] == [("exactly", "accelerators", "below", 1.0)]
    assert cheapest_relaxation(program, {"budget": 1.0}) is None


def test_the_lp_file_says_the_same_program(tmp_path: Path) -> None:
    import highspy

    program = knapsack()
    program.row("between [가]", [(1, 1.0)], unit="piece", low=1, high=3)
    text = lp_text(program)
    assert text == lp_text(program)
    assert "\\ between [가] [piece]" in text
    file = tmp_path / "program.lp"
    file.write_text(text.replace("가", "ga"), encoding="utf-8")
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    assert highs.readModel(str(file)) == highspy.HighsStatus.kOk
    highs.run()
    assert highs.getInfo().objective_function_value == pytest.approx(solve(program).objective)


def test_a_warm_start_changes_no_answer() -> None:
    """A relaxation that begins where another ended finds what one from nothing finds, whatever limits, weights and figures changed."""
    dice = np.random.default_rng(7)
    warm = Warm()
    for _ in range(20):
        program = Program("drawn", maximise=True)
        columns = [program.column(f"x{at}", unit="", cost=float(dice.integers(0, 9)), integer=True) for at in range(6)]
        for at in range(4):
            terms = [(one, float(dice.integers(1, 9))) for one in columns]
            program.row(f"r{at}", terms, unit="", high=float(dice.integers(10, 90)))
        again, fresh = solve(program, relaxed=True, warm=warm), solve(program, relaxed=True)
        assert again.objective == pytest.approx(fresh.objective)
        assert again.row_duals is not None
    smaller = Program("other", maximise=True)
    smaller.row("r", [(smaller.column("x", unit="", cost=1.0), 1.0)], unit="", high=3.0)
    assert solve(smaller, relaxed=True, warm=warm).objective == pytest.approx(3.0)


def test_work_ends_a_search_whatever_the_clock_says() -> None:
    """A knapsack of near-equal weights is not solved in a few looks; the same looks give the same answer."""
    made = Program("knapsack", maximise=True)
    columns = [made.column(f"x{at}", unit="0 or 1", high=1, integer=True, cost=1000 + (at * 7919) % 97) for at in range(60)]
    for row in range(8):
        made.row(
            f"r{row}", [(one, 400 + ((at + 3) * (row + 5) * 104729) % 211) for at, one in enumerate(columns)], unit="kg", high=7003 + row
        )
    few = [solve(made, Limits(looks=20)) for _ in range(2)]
    assert few[0] == few[1]
    assert few[0].looks <= 22
    assert not few[0].timed
    clock = Clock(Limits(looks=100))
    clock.spend(few[0])
    assert clock.left.looks == 100 - few[0].looks
    assert clock.part(0.5).limits.looks == round((100 - few[0].looks) * 0.5)
