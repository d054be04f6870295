"""P11: HiGHS and SCIP, asked the same program by its LP file, agree within the gap; the conflict that is named is minimal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dure.model.tenders import Lot, Objective
from dure.plan.award import award, judge
from dure.plan.award_program import build
from dure.plan.offers import offers_of
from dure.solver import Program, Status, lp_text, solve
from tests.plan.cases import bid, drawn, line, tender

INSTANCES = 50


def by_scip(program: Program, folder: Path) -> float | None:
    """The optimum by SCIP; None where it finds that there is no solution."""
    pyscipopt = pytest.importorskip("pyscipopt")
    file = folder / "program.lp"
    file.write_text(lp_text(program), encoding="utf-8")
    model = pyscipopt.Model()
    model.hideOutput()
    model.readProblem(str(file))
    model.setParam("limits/gap", 0.0)
    model.optimize()
    if model.getStatus() == "infeasible":
        return None
    assert model.getStatus() == "optimal"
    return float(model.getObjVal())


@pytest.mark.system
@pytest.mark.parametrize("seed", range(100, 100 + INSTANCES))
def test_p11_two_solvers_agree(seed: int, tmp_path: Path) -> None:
    rules, bids = drawn(seed, 14)
    judged = judge(rules, offers_of(bids))
    program = build(rules, [one.offer for one in judged], {one.offer.name: one.score for one in judged}).program
    ours, theirs = solve(program), by_scip(program, tmp_path)
    assert (ours.status is Status.INFEASIBLE) == (theirs is None)
    if theirs is not None:
        assert ours.status is Status.OPTIMAL
        assert ours.objective == pytest.approx(theirs, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_p11_a_conflict_is_minimal(seed: int) -> None:
    """Without any one of the rows that are named the others can hold."""
    rules = tender(Lot(name="x", least=10 + seed), Lot(name="y", least=5), objective=Objective.COST, budget=90 + seed)
    bids = [bid("A", line("x", 20, 10, least=1)), bid("B", line("y", 9, 4, least=1))]
    made = award(rules, bids)
    assert made.refusal is not None
    named = made.refusal.conflict
    assert named
    program = build(rules, made.offers, made.scores).program
    assert not _possible(program, named)
    for row in named:
        assert _possible(program, tuple(one for one in named if one != row)), row


def _possible(program: Program, names: tuple[str, ...]) -> bool:
    part = replace(program, rows=[row for row in program.rows if row.name in names])
    return solve(part, costs=dict.fromkeys(range(len(program.columns)), 0.0), relaxed=True).found
