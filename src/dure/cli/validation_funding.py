"""Known answers of operating money: the plant of Gwangju, of which 44.3 of 78.6 PF were funded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dure.cli.known_answers import Bench, KnownAnswer, Ours

if TYPE_CHECKING:
    from dure.present.purchase_tables import PlanPage

SCENARIO = "gwangju.yaml"
SOURCE = (
    "Gwangju AI centre, regional press, 2025: 78.6 PF leased, 44.3 PF funded, 22.8 bn won a year for the rest",
    "광주 AI데이터센터, 지역 언론, 2025년: 78.6PF 임차, 44.3PF 예산, 나머지에 한 해 약 228억 원",
)
FITTED = (
    "the same press; the lease is inferred from this figure, so what is checked is the way from prices and power to the won",
    "같은 보도. 임차 단가는 이 값에서 거꾸로 얻었으므로, 검증하는 것은 단가와 전력에서 원에 이르는 계산뿐",
)
ASKED = (
    "the same press: 67 bn won of operating money asked for, taken to be for all 88.5 PF; not used to infer the lease",
    "같은 보도: 요구한 운영예산 670억 원, 88.5PF 전체의 것으로 봄. 임차 단가를 얻는 데는 쓰지 않은 값",
)
WHOLE_PF, LEASED_PF = 88.5, 78.6
MONEY_DECIDES = (
    "sites[gwangju].events=[]",
    "sites[gwangju].budget.spend=evenly",
    "programme.start=2025-01-01T00:00+09:00",
    "programme.horizon=1d",
)


def _plan(bench: Bench) -> PlanPage:
    from dure.adapters.files import load_scenario
    from dure.cli.answers import limits
    from dure.cli.examples import example
    from dure.cli.options import GAP_PPM
    from dure.cli.plan_run import plan_page

    made: PlanPage = bench.once("plan of gwangju", lambda: plan_page(load_scenario(example(SCENARIO)), limits(60, GAP_PPM), unfunded=True))
    return made


def _ceiling(bench: Bench) -> Ours:
    """The rate at which the plan ends that is carried out though it is refused."""
    from dure.plan.spending import unfunded_rates

    planned = _plan(bench).planned
    (rate,) = (one for one in unfunded_rates(planned.purchase, planned.chosen.orders) if one.year == 2025)
    return Ours(round(rate.running / rate.installed * 100, 1))


def _restores(bench: Bench) -> Ours:
    refusal = _plan(bench).planned.refusal
    assert refusal is not None
    return Ours(round(sum(one.won for one in refusal.missing) / 10**9, 1))


def _asked(bench: Bench) -> Ours:
    """What the lease that the dark part's price implies makes of the whole plant: a figure that nobody fitted."""
    from dure.plan.spending import spent

    planned = _plan(bench).planned
    won = spent(planned.purchase, planned.chosen.orders)["opex", 2025]
    return Ours(round(won / 10**9 * WHOLE_PF / LEASED_PF, 1))


def _lit(_bench: Bench) -> Ours:
    """The part of the accelerators that the year's budget line lights in the twin where money alone decides, spent evenly."""
    from dure.adapters.run_input import Options, prepare
    from dure.cli.examples import example
    from dure.twin.run import run

    plan = prepare(example(SCENARIO), Options(sets=MONEY_DECIDES, jobs=1)).plan
    money = run(plan).money
    assert money is not None
    (site,) = money.sites
    lit = sum(pool.devices for pool in plan.floor.pools for node in range(pool.first_node, pool.first_node + pool.nodes) if site.lit[node])
    return Ours(round(lit / plan.floor.devices * 100, 2))


def funding_rows() -> tuple[KnownAnswer, ...]:
    """P8."""
    ceiling = ("most that can run with the money there is", "있는 돈으로 돌릴 수 있는 최대")
    restores = ("won a year that light the other 34.3 PF", "나머지 34.3PF를 켜는 데 드는 돈, 한 해")
    asked = ("won a year for the whole plant, by the lease inferred", "거꾸로 얻은 임차 단가로 센터 전체, 한 해")
    lit = ("accelerators that the budget lights in the twin", "트윈에서 예산이 켜 두는 가속기")
    return (
        KnownAnswer("P8.ceiling", ceiling, 56.4, "%", 0, SOURCE, _ceiling, kind="absolute"),
        KnownAnswer("P8.restores", restores, 22.8, "bn won", 0, FITTED, _restores, kind="absolute"),
        KnownAnswer("P8.asked", asked, 67, "bn won", 10, ASKED, _asked, kind="absolute"),
        KnownAnswer("P8.lit", lit, 56.4, "%", 0.2, SOURCE, _lit, kind="absolute"),
    )
