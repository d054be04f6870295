"""Known answers of plans under shocks: the newsvendor, put to the two-stage plan itself, and what foresight and planning are worth."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from dure.cli.known_answers import Bench, KnownAnswer, Ours

if TYPE_CHECKING:
    from dure.model.shocks import RiskQuestion
    from dure.plan.risk import Risk

SOURCE = (
    "closed form of the newsvendor: order until F(x) ≥ (250 − 100) / 250; demand 20, 40, 60, 80 at 30, 40, 20, 10 %",
    "신문팔이 문제의 닫힌 해: F(x) ≥ (250 − 100) / 250인 첫 x. 수요 20, 40, 60, 80, 확률 30, 40, 20, 10%",
)
CHANCES = {20: 30, 40: 40, 60: 20, 80: 10}


def newsvendor(chances: dict[int, int]) -> RiskQuestion:
    """A server of one accelerator for 100 won, ordered before it is known how many are asked for; each that is missed costs 250."""
    from dure.model.purchases import BudgetLine, Machine, Purchase, SiteRoom, Terms, Work
    from dure.model.shocks import Case, RiskQuestion

    one = Machine("a", "a", "a", "a", 1, 0, 1, 0, 1_000, {"work": 1_000_000}, {"s": Terms(100, {})}, 1_000_000)

    def asked(count: int) -> Purchase:
        return Purchase(
            name="newsvendor",
            periods_year=1,
            years=(2026,),
            labels=("2026",),
            buying=1,
            machines=(one,),
            sites=(SiteRoom("s", (None,), 1_000_000),),
            standing=(),
            budgets=(BudgetLine(2026, "capex", "state", 99_000, False),),
            shares=(),
            counts=(),
            work=(Work("work", "일", {2026: count}, 1_000_000, 1_000_000),),
            usable_ppm=1_000_000,
            goal="cost",
        )

    cases = tuple(Case(str(n), str(n), Fraction(p, 100), asked(n)) for n, p in chances.items())
    return RiskQuestion(asked(next(iter(chances))), (), cases, 1, 900_000, 0, None, 250)


def _found(bench: Bench, key: str, chances: dict[int, int]) -> Risk:
    from dure.plan.risk import risk
    from dure.solver import Limits

    made: Risk = bench.once(f"newsvendor {key}", lambda: risk(newsvendor(chances), Limits(30.0, 0.0)))
    return made


def _known(value: float | None) -> float:
    assert value is not None
    return value


def risk_rows() -> tuple[KnownAnswer, ...]:
    def row(name: str, what: tuple[str, str], value: float, unit: str, of: Callable[[Risk], float], key: str = "") -> KnownAnswer:
        chances = CHANCES if not key else {40: 100}
        return KnownAnswer(
            f"P10.{name}",
            what,
            value,
            unit,
            1e-6,
            SOURCE,
            lambda bench: Ours(round(of(_found(bench, key, chances)), 6)),
            kind="absolute",
            reference="closed form",
        )

    return (
        row("order", ("ordered before demand is known", "수요를 알기 전의 주문"), 40, "", lambda found: sum(found.chosen.first.values())),
        row("cost", ("expected cost of it", "그 기대 비용"), 6_000, "won", lambda found: -found.chosen.value),
        row("evpi", ("worth of knowing demand (EVPI)", "수요를 아는 값어치(EVPI)"), 1_800, "won", lambda found: _known(found.foresight)),
        row(
            "vss",
            ("worth over a plan for the mean (VSS)", "평균에 맞춘 계획보다 나은 값(VSS)"),
            50,
            "won",
            lambda found: _known(found.planning),
        ),
        row(
            "evpi.sure", ("EVPI where one case is sure", "경우가 하나뿐일 때 EVPI"), 0, "won", lambda found: _known(found.foresight), "sure"
        ),
        row("vss.sure", ("VSS where one case is sure", "경우가 하나뿐일 때 VSS"), 0, "won", lambda found: _known(found.planning), "sure"),
    )
