"""Linear and integer programs whose every row and column carries a name and a unit, over HiGHS: the only room that imports it.

A `Program` is written down row by row, then asked: `solve` (status, objective, bound, gap, values, duals), `conflict` (the smallest
set of rows that cannot hold together), `lp_text` (the program as a file). One thread and one seed: the same program gives the same
answer. No status is believed: a solution is put into the rows again, and one that does not fit is an error, never an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import inf, isfinite
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FEASIBLE_WITHIN = 1e-6
"""How far a row may be missed, relative to the larger of 1 and its own figures."""


class Status(StrEnum):
    """What is known at the end: `feasible` is a solution with a gap that is not closed, `unknown` is neither solution nor proof."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    UNKNOWN = "unknown"


class SolverError(RuntimeError):
    """The solver said something that its own answer contradicts; a bug, never a user's mistake."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When to stop: seconds, the gap that is good enough, and work that no load changes: nodes, and looks of a search whether to stop."""

    time_s: float = 60.0
    gap: float = 0.0
    nodes: int | None = None
    looks: int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    unit: str
    low: float
    high: float
    cost: float
    integer: bool


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    unit: str
    low: float
    high: float
    terms: tuple[tuple[int, float], ...]


@dataclass(slots=True)
class Program:
    """A program under construction; columns and rows are numbered in the order in which they are added."""

    name: str
    maximise: bool = False
    offset: float = 0.0
    columns: list[Column] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    _names: set[str] = field(default_factory=set)

    def column(self, name: str, *, unit: str, low: float = 0.0, high: float = inf, cost: float = 0.0, integer: bool = False) -> int:
        """Adds a column and returns its number."""
        assert name not in self._names, f"{self.name}: two of {name}"
        assert low <= high, f"{name}: {low} > {high}"
        assert isfinite(cost), name
        self._names.add(name)
        self.columns.append(Column(name, unit, low, high, cost, integer))
        return len(self.columns) - 1

    def row(self, name: str, terms: Iterable[tuple[int, float]], *, unit: str, low: float = -inf, high: float = inf) -> int:
        """Adds low ≤ Σ coefficient · column ≤ high; terms of one column are added up, zeros dropped."""
        assert name not in self._names, f"{self.name}: two of {name}"
        summed: dict[int, float] = {}
        for index, coefficient in terms:
            assert isfinite(coefficient), name
            summed[index] = summed.get(index, 0.0) + coefficient
        self._names.add(name)
        self.rows.append(Row(name, unit, low, high, tuple(sorted((key, value) for key, value in summed.items() if value))))
        return len(self.rows) - 1

    @property
    def has_integers(self) -> bool:
        return any(one.integer for one in self.columns)


@dataclass(frozen=True, slots=True)
class Solution:
    """An answer that was checked. Figures are None where the status does not give them; duals only of programs without integers."""

    status: Status
    objective: float | None = None
    bound: float | None = None
    gap: float | None = None
    values: tuple[float, ...] = ()
    row_duals: tuple[float, ...] | None = None
    reduced_costs: tuple[float, ...] | None = None
    spent_s: float = field(default=0.0, compare=False)
    timed: bool = field(default=False, compare=False)
    """Whether seconds ended it: on a machine with more to do, another answer may stand here."""
    looks: int = field(default=0, compare=False)

    @property
    def found(self) -> bool:
        return self.status in (Status.OPTIMAL, Status.FEASIBLE)


@dataclass(slots=True)
class Warm:
    """Where the relaxation before ended. The next program of the same rows and columns begins there, whatever its figures are."""

    basis: highspy.HighsBasis | None = None
    size: tuple[int, int] = (0, 0)


SHORTEST_S = 0.5
"""So long a solve may take when time has run out: enough to say that it has."""
FEWEST_LOOKS = 10  # when the work allowed is done: enough to find what is nearest


@dataclass(slots=True)
class Clock:
    """The seconds, and the looks of their searches, that several solves have together, as the solver itself counts them."""

    limits: Limits
    spent_s: float = 0.0
    looks: int = 0
    timed: bool = False
    """Whether seconds ended one of them."""

    @property
    def left(self) -> Limits:
        return replace(self.limits, time_s=max(SHORTEST_S, self.limits.time_s - self.spent_s), looks=self._looks(1.0))

    def _looks(self, share: float) -> int | None:
        return None if self.limits.looks is None else max(FEWEST_LOOKS, round((self.limits.looks - self.looks) * share))

    @property
    def over(self) -> bool:
        return self.spent_s >= self.limits.time_s

    def part(self, share: float) -> Clock:
        """A clock of a share of what is left; what it spends counts here when it joins."""
        left_s = max(SHORTEST_S, (self.limits.time_s - self.spent_s) * share)
        return Clock(replace(self.limits, time_s=left_s, looks=self._looks(share)))

    def join(self, part: Clock) -> None:
        self.spent_s += part.spent_s
        self.looks += part.looks
        self.timed = self.timed or part.timed

    def spend(self, answer: Solution) -> Solution:
        self.spent_s += answer.spent_s
        self.looks += answer.looks
        self.timed = self.timed or answer.timed
        return answer


Bounds = Mapping[int, tuple[float, float]]
NO_BOUNDS: Bounds = {}
NO_LIMITS = Limits()


def solve(
    program: Program,
    limits: Limits = NO_LIMITS,
    *,
    bounds: Bounds = NO_BOUNDS,
    costs: Mapping[int, float] | None = None,
    relaxed: bool = False,
    warm: Warm | None = None,
    start: Sequence[float] | None = None,
) -> Solution:
    """The best solution, proven as far as the limits allow.

    `bounds` and `costs` replace those of some columns for this call; `relaxed` forgets that columns are integer, and then `warm`
    begins where its last relaxation ended: as good an answer, sooner. `start` are values that a search in whole numbers begins with,
    where they fit. Raises SolverError where the answer does not satisfy the rows.
    """
    if not program.columns:
        fits = all(one.low <= 0 <= one.high for one in program.rows)
        return Solution(Status.OPTIMAL, program.offset, program.offset, 0.0) if fits else Solution(Status.INFEASIBLE)
    highs = _loaded(program, limits, bounds, costs, relaxed)
    size = len(program.columns), len(program.rows)
    if relaxed and warm is not None and warm.basis is not None and warm.size == size:
        highs.setBasis(warm.basis)
    if start is not None and not relaxed:
        known = highspy.HighsSolution()
        known.col_value = list(start)
        highs.setSolution(known)
    looked = _counting(highs, limits.looks) if program.has_integers and not relaxed else [0]
    highs.run()
    status = _status(highs)
    if relaxed and warm is not None and status is Status.OPTIMAL:
        warm.basis, warm.size = highs.getBasis(), size
    if status is None:  # presolve could not tell infeasible from unbounded
        highs = _loaded(program, limits, bounds, dict.fromkeys(range(len(program.columns)), 0.0), relaxed)
        highs.run()
        status = Status.UNBOUNDED if _status(highs) in (Status.OPTIMAL, Status.FEASIBLE) else Status.INFEASIBLE
    if status is Status.UNKNOWN and relaxed and warm is not None and warm.basis is not None:
        warm.basis = None  # where it began led to no answer: once more from nothing
        return solve(program, limits, bounds=bounds, costs=costs, relaxed=True, warm=warm)
    if status is Status.UNKNOWN and not _timed(highs) and (relaxed or not program.has_integers):
        highs.setOptionValue("solver", "ipm")  # the simplex gave up without a proof: the other method once
        highs.run()
        status = _status(highs) or Status.UNKNOWN
    if status not in (Status.OPTIMAL, Status.FEASIBLE):
        return Solution(status, spent_s=float(highs.getRunTime()), timed=_timed(highs), looks=looked[0])
    integer = program.has_integers and not relaxed
    try:
        values = _checked(program, np.array(highs.getSolution().col_value), bounds, integer)
    except SolverError:
        if warm is None or not relaxed:
            raise
        warm.basis = None  # where it began led astray: once more from nothing
        return solve(program, limits, bounds=bounds, costs=costs, relaxed=True)
    found = _solution(program, highs, status, values, costs, integer)
    return replace(found, spent_s=float(highs.getRunTime()), timed=_timed(highs), looks=looked[0])


def _counting(highs: highspy.Highs, most: int | None) -> list[int]:
    """Counts how often a search looks whether to stop, and stops it after so many."""
    looked = [0]

    def look(_kind: object, _message: str, _out: object, answer: Any, _data: object) -> None:
        looked[0] += 1
        answer.user_interrupt = most is not None and looked[0] > most

    if most is not None:
        highs.setCallback(look, None)
        highs.startCallback(highspy.cb.HighsCallbackType.kCallbackMipInterrupt)
    return looked


def _timed(highs: highspy.Highs) -> bool:
    return bool(highs.getModelStatus() == highspy.HighsModelStatus.kTimeLimit)


class Session:
    """A linear program that is asked again and again with other bounds, or with rows that came to it: each answer starts from the last.

    Integers are forgotten. What one more unit of a fixed column is worth is its reduced cost.
    """

    def __init__(self, program: Program, limits: Limits = NO_LIMITS) -> None:
        self.program, self._rows = program, len(program.rows)
        self._highs = _loaded(program, limits, NO_BOUNDS, None, True)

    def solve(self, bounds: Bounds = NO_BOUNDS) -> Solution:
        """The best values with these bounds, which stay until others are given, and with the rows that the program has by now."""
        for row in self.program.rows[self._rows :]:
            index = np.array([at for at, _ in row.terms], dtype=np.int32)
            value = np.array([each for _, each in row.terms], dtype=np.float64)
            self._highs.addRow(row.low, row.high, len(index), index, value)
        self._rows = len(self.program.rows)
        at = np.array(list(bounds), dtype=np.int32)
        ends = np.array(list(bounds.values()), dtype=np.float64).reshape(-1, 2)
        self._highs.changeColsBounds(len(at), at, np.ascontiguousarray(ends[:, 0]), np.ascontiguousarray(ends[:, 1]))
        answer = self._run(bounds)
        if answer is None:  # what was left of the last answer led it astray: once more from the beginning
            self._highs.clearSolver()
            answer = self._run(bounds)
        if answer is None:
            raise SolverError(f"{self.program.name}: no solution that fits")
        return answer

    @property
    def spent_s(self) -> float:
        """Seconds of all its answers together."""
        return float(self._highs.getRunTime())

    def _run(self, bounds: Bounds) -> Solution | None:
        """None where the answer is not sure: neither a solution that satisfies the rows, nor a proof that there is none."""
        self._highs.run()
        status = _status(self._highs)
        if status in (Status.INFEASIBLE, Status.UNBOUNDED):
            return Solution(status)
        if status is not Status.OPTIMAL:
            return None
        try:
            values = _checked(self.program, np.array(self._highs.getSolution().col_value), bounds, False)
        except SolverError:
            return None
        return _solution(self.program, self._highs, status, values, None, False)


def _loaded(program: Program, limits: Limits, bounds: Bounds, costs: Mapping[int, float] | None, relaxed: bool) -> highspy.Highs:
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    options: dict[str, bool | int | float | str] = {
        "output_flag": False,
        "threads": 1,
        "parallel": "off",
        "random_seed": 1,
        "time_limit": limits.time_s,
    }
    options["mip_heuristic_run_feasibility_jump"] = False  # of HiGHS 1.15: it does not look at the clock
    options |= {"mip_rel_gap": limits.gap, "mip_abs_gap": 1e-9, "mip_feasibility_tolerance": 1e-7, "primal_feasibility_tolerance": 1e-8}
    if limits.nodes is not None:
        options["mip_max_nodes"] = limits.nodes
    for key, value in options.items():
        highs.setOptionValue(key, value)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(program.columns), len(program.rows)
    low, high, cost = _column_arrays(program, bounds, costs)
    lp.col_lower_, lp.col_upper_, lp.col_cost_ = low, high, cost
    lp.row_lower_ = np.array([one.low for one in program.rows], dtype=np.float64)
    lp.row_upper_ = np.array([one.high for one in program.rows], dtype=np.float64)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    starts = np.cumsum([0, *(len(one.terms) for one in program.rows)])
    lp.a_matrix_.start_ = starts.astype(np.int32)
    lp.a_matrix_.index_ = np.array([index for one in program.rows for index, _ in one.terms], dtype=np.int32)
    lp.a_matrix_.value_ = np.array([value for one in program.rows for _, value in one.terms], dtype=np.float64)
    lp.sense_ = highspy.ObjSense.kMaximize if program.maximise else highspy.ObjSense.kMinimize
    lp.offset_ = program.offset
    if program.has_integers and not relaxed:
        kinds = highspy.HighsVarType
        lp.integrality_ = [kinds.kInteger if one.integer else kinds.kContinuous for one in program.columns]
    if highs.passModel(lp) == highspy.HighsStatus.kError:
        raise SolverError(f"{program.name}: HiGHS does not take the program")
    return highs


def _column_arrays(program: Program, bounds: Bounds, costs: Mapping[int, float] | None) -> tuple[Floats, Floats, Floats]:
    low = np.array([one.low for one in program.columns], dtype=np.float64)
    high = np.array([one.high for one in program.columns], dtype=np.float64)
    cost = np.array([one.cost for one in program.columns], dtype=np.float64)
    for index, (least, most) in bounds.items():
        low[index], high[index] = least, most
    for index, value in (costs or {}).items():
        cost[index] = value
    return low, high, cost


def _status(highs: highspy.Highs) -> Status | None:
    """HiGHS's word; None where it could not tell infeasible from unbounded. The solution itself is looked at by `_checked`."""
    said, kinds = highs.getModelStatus(), highspy.HighsModelStatus
    if said == kinds.kOptimal:
        return Status.OPTIMAL
    if said == kinds.kInfeasible:
        return Status.INFEASIBLE
    if said == kinds.kUnbounded:
        return Status.UNBOUNDED
    if said == kinds.kUnboundedOrInfeasible:
        return None
    return Status.FEASIBLE if highs.getInfo().primal_solution_status == 2 else Status.UNKNOWN


def _checked(program: Program, values: Floats, bounds: Bounds, integer: bool) -> Floats:
    """The values, whole where they must be; SolverError where a bound or a row is missed."""
    if integer:
        whole = np.array([one.integer for one in program.columns])
        if np.abs(values - np.rint(values))[whole].max(initial=0.0) > 1e-5:
            raise SolverError(f"{program.name}: a column that is integer has a fraction")
        values = np.where(whole, np.rint(values), values)
    low, high, _ = _column_arrays(program, bounds, None)
    room = FEASIBLE_WITHIN * np.maximum(1.0, np.abs(values))
    if (values < low - room).any() or (values > high + room).any():
        raise SolverError(f"{program.name}: a column is outside its bounds")
    missed = violated(program, values)
    if missed:
        raise SolverError(f"{program.name}: the solution misses {', '.join(missed[:5])}")
    return values


def violated(program: Program, values: Sequence[float] | Floats) -> list[str]:
    """Names of the rows that these values do not satisfy, computed from the program alone."""
    found = []
    for one in program.rows:
        parts = [coefficient * float(values[index]) for index, coefficient in one.terms]
        limit = max((abs(bound) for bound in (one.low, one.high) if isfinite(bound)), default=1.0)
        room = FEASIBLE_WITHIN * max(1.0, limit, max(map(abs, parts), default=0.0))
        if not one.low - room <= sum(parts) <= one.high + room:
            found.append(one.name)
    return found


def _solution(
    program: Program, highs: highspy.Highs, status: Status, values: Floats, costs: Mapping[int, float] | None, integer: bool
) -> Solution:
    _, _, cost = _column_arrays(program, NO_BOUNDS, costs)
    objective = float(cost @ values) + program.offset
    if not integer:
        found = highs.getSolution()
        gap = 0.0 if status is Status.OPTIMAL else None
        bound = objective if status is Status.OPTIMAL else None
        return Solution(status, objective, bound, gap, tuple(values.tolist()), tuple(found.row_dual), tuple(found.col_dual))
    bound = float(highs.getInfo().mip_dual_bound)
    if status is Status.OPTIMAL and abs(bound - objective) <= 1e-6 * max(1.0, abs(objective)):
        bound = objective
    gap = abs(bound - objective) / max(1e-9, abs(objective)) if isfinite(bound) else None
    return Solution(status, objective, bound if isfinite(bound) else None, gap, tuple(values.tolist()))


@dataclass(frozen=True, slots=True)
class Conflict:
    """Names of rows that cannot hold together; `irreducible` where it was shown that without any one of them the rest can."""

    rows: tuple[str, ...]
    irreducible: bool = True


def conflict(program: Program, limits: Limits = NO_LIMITS, clock: Clock | None = None) -> Conflict | None:
    """Rows that cannot hold together, so few that without any one of them the rest can; bounds of columns always hold.

    None where the linear relaxation has a solution, or nothing was shown in time: then nothing but the integers is in the way, and
    the cheapest relaxation tells more. HiGHS proposes; every row is then left out once, so minimality is shown, not believed. The
    limits are those of all its solves together: where they end it early, rows may stand there that are not needed, and it says so.
    """
    if not program.columns:
        empty = tuple(one.name for one in program.rows if not one.low <= 0 <= one.high)[:1]
        return Conflict(empty) if empty else None
    clock, kept = clock or Clock(limits), list(range(len(program.rows)))
    if _possible(program, kept, clock) is not False:
        return None
    proposed = _proposed_rows(program, clock)
    if proposed and _possible(program, proposed, clock) is False:
        kept = proposed
    for index in list(kept):
        if clock.over:
            return Conflict(tuple(program.rows[at].name for at in kept), irreducible=False)
        without = [one for one in kept if one != index]
        if _possible(program, without, clock) is False:
            kept = without
    return Conflict(tuple(program.rows[index].name for index in kept), irreducible=not clock.over)


def _possible(program: Program, rows: Sequence[int], clock: Clock) -> bool | None:
    """Whether the relaxation with these rows alone has a solution; None where time ended it."""
    part = Program(program.name, columns=program.columns, rows=[program.rows[index] for index in rows])
    answer = clock.spend(solve(part, clock.left, costs=dict.fromkeys(range(len(program.columns)), 0.0), relaxed=True))
    return None if answer.status is Status.UNKNOWN else answer.found


def _proposed_rows(program: Program, clock: Clock) -> list[int]:
    highs = _loaded(program, clock.left, NO_BOUNDS, None, relaxed=True)
    highs.setOptionValue("iis_strategy", int(highspy.IisStrategy.kIisStrategyFromLp))
    highs.setOptionValue("iis_time_limit", clock.left.time_s)
    status, found = highs.getIis()
    clock.spent_s += float(highs.getRunTime())
    return sorted(int(index) for index in found.row_index_) if status == highspy.HighsStatus.kOk else []


def lp_text(program: Program) -> str:
    """The program in the LP format, in the order in which it was written; names keep letters, digits and a few marks."""
    names = _lp_names([one.name for one in program.columns])
    row_names = _lp_names([one.name for one in program.rows])
    lines = [f"\\ {program.name}", "Maximize" if program.maximise else "Minimize"]
    lines.append(" objective: " + (_lp_terms([(index, one.cost) for index, one in enumerate(program.columns) if one.cost], names) or "0"))
    lines.append("Subject To")
    for row, name in zip(program.rows, row_names, strict=True):
        terms = _lp_terms(row.terms, names) or f"0 {names[0]}"
        lines.append(f" \\ {row.name} [{row.unit}]")
        if row.low == row.high:
            lines.append(f" {name}: {terms} = {row.low:.12g}")
            continue
        both = isfinite(row.low) and isfinite(row.high)
        lines += [f" {name}{'_most' if both else ''}: {terms} <= {row.high:.12g}"] if isfinite(row.high) else []
        lines += [f" {name}{'_least' if both else ''}: {terms} >= {row.low:.12g}"] if isfinite(row.low) else []
    lines.append("Bounds")
    for column, name in zip(program.columns, names, strict=True):
        low, high = (f"{bound:.12g}" if isfinite(bound) else ("-inf" if bound < 0 else "+inf") for bound in (column.low, column.high))
        lines.append(f" {low} <= {name} <= {high}")
    integers = [name for column, name in zip(program.columns, names, strict=True) if column.integer]
    lines += ["General", *(f" {name}" for name in integers)] if integers else []
    return "\n".join([*lines, "End", ""])


def _lp_terms(terms: Iterable[tuple[int, float]], names: Sequence[str]) -> str:
    text = " ".join(f"{'-' if value < 0 else '+'} {abs(value):.12g} {names[index]}" for index, value in terms)
    return text.removeprefix("+ ")


def _lp_names(names: Sequence[str]) -> list[str]:
    """Names as the LP format takes them: other marks become `_`; two that would meet are numbered."""
    taken: dict[str, int] = {}
    found = []
    for name in names:
        plain = "".join(char if char.isalnum() else "_" for char in name)
        plain = f"x_{plain}" if not plain[:1].isalpha() or plain[:1] in "eE" else plain
        taken[plain] = taken.get(plain, 0) + 1
        found.append(plain if taken[plain] == 1 else f"{plain}_{taken[plain]}")
    return found
