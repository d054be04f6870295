"""Known answers of tenders and awards: P3, P4, P7, P9 and P11."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from itertools import compress, product
from typing import TYPE_CHECKING, Literal

from dure.cli.known_answers import Bench, KnownAnswer, Ours, Reference

if TYPE_CHECKING:
    from dure.model.tenders import Bid, Tender
    from dure.plan.award import Award

ROUND_1 = "korea-2025-round-1.yaml"
INDIA = "india-l1.yaml"
KOREAN_RULES = ("Korean price formulas: contract by negotiation, suitability test", "국가계약 가격 평점: 협상에 의한 계약, 적격심사")
WINNERS = ("winner determination, five bids on eight goods", "낙찰자 결정 문제, 여덟 품목에 입찰 다섯")
FIRST_ROUND = ("Korea's first round of 2025, published result; prices assumed", "2025년 1차 공모, 결과는 공표, 가격은 가정")
MATCHING = ("IndiaAI: every bidder matches the lowest price or leaves", "IndiaAI: 최저가에 맞추거나 물러남")
CASES, FLIP_CASES = 12, 4


_REFERENCES: Mapping[str, Reference] = {
    "P3": "by hand",
    "P4": "by hand",
    "P7": "own input",
    "P7.operators": "by hand",
    "P7.vendors": "by hand",
    "P9.subsidy": "by hand",
    "P9.server": "by hand",
    "P11": "identity",
}
"""The split of P7 is what its tender puts in and must come out awarded; its HHI follow by arithmetic. The rest is published."""


def award_rows() -> tuple[KnownAnswer, ...]:
    return (*_p3(), *_p4(), *_p7(), *_p9(), *_p11())


def _row(
    name: str, what: tuple[str, str], published: float, unit: str, source: tuple[str, str], ours: Callable[[], float], tolerance: float = 0
) -> KnownAnswer:
    def answer(bench: Bench) -> Ours:
        return Ours(ours())

    return KnownAnswer(
        id=name,
        what=what,
        held_to=published,
        unit=unit,
        tolerance=tolerance,
        source=source,
        ours=answer,
        kind="absolute",
        reference=_REFERENCES.get(name) or _REFERENCES.get(name.split(".")[0], "published"),
    )


def _p3() -> list[KnownAnswer]:
    def negotiated() -> float:
        from fractions import Fraction

        from dure.model.tenders import Criterion, Formula
        from dure.plan.scores import price_alone

        criterion = Criterion(name="price", points_micro=30_000_000, formula=Formula.KR_NEGOTIATED, decimals=2)
        return float(price_alone(criterion, Fraction(85), Fraction(80), Fraction(100)))

    def suitability() -> float:
        from fractions import Fraction

        from dure.model.tenders import Criterion, Formula
        from dure.plan.scores import price_alone

        criterion = Criterion(
            name="price", points_micro=70_000_000, formula=Formula.KR_SUITABILITY, target_ppm=910_000, factor_micro=5_000_000, decimals=2
        )
        return float(price_alone(criterion, Fraction(114_156_413), Fraction(114_156_413), Fraction(128_226_825)))

    return [
        _row("P3.negotiated", ("bid 85, lowest 80, weight 30", "입찰 85, 최저 80, 배점 30"), 28.24, "", KOREAN_RULES, negotiated),
        _row("P3.suitability", ("70 − 5 × |91 − 89.03|", "70 − 5 × |91 − 89.03|"), 60.15, "", KOREAN_RULES, suitability),
    ]


PACKAGES = (("1:2 2:2 3:2 4:2", 8), ("2:2 3:2 6:2", 6), ("1:2 4:2 5:1", 5), ("2:1 8:1", 2), ("5:1 6:1", 2))
"""Goods of each bid with the part of its worth that each good carries."""


def _p4() -> list[KnownAnswer]:
    def found() -> Award:
        from dure.model.tenders import Bid, Line, Lot, Objective, Procedure, Tender, Tier
        from dure.plan.award import award

        one = (Tier(least=1, most=1, unit_won=1),)
        bids = []
        for number, (goods, _) in enumerate(PACKAGES, 1):
            pairs = [good.split(":") for good in goods.split()]
            lines = tuple(Line(lot=lot, model=f"worth-{worth}", tiers=one, public=1) for lot, worth in pairs)
            bids.append(Bid(name=str(number), operator=str(number), lines=lines, together=True))
        tender = Tender(
            name="P4",
            procedure=Procedure.CONTRACT,
            objective=Objective.PUBLIC_CAPACITY,
            budget_won=None,
            lots=tuple(Lot(name=str(good), most=1) for good in range(1, 9)),
            capacity_micro={"worth-2": 2_000_000},
        )
        return award(tender, bids)

    def bids_taken() -> float:
        return float({one.bid for one in found().choice.takings} == {"2", "3"})

    return [
        _row("P4.value", ("best value", "최댓값"), 11, "", WINNERS, lambda: found().choice.objective or 0.0),
        _row("P4.bids", ("bids 2 and 3 are taken, no other; yes is 1", "제안 2와 3만 받는가, 예는 1"), 1, "", WINNERS, bids_taken),
    ]


@cache
def _example(name: str) -> Award:
    from dure.adapters.tenders import load_tender
    from dure.cli.examples import example
    from dure.plan.award import award

    loaded = load_tender(example(name))
    return award(loaded.tender, loaded.bids)


def _units(name: str, *bids: str, public: bool = False) -> float:
    made = _example(name)
    takings = [one for one in made.choice.takings if not bids or one.bid in bids]
    return float(sum(one.public if public else one.units for one in takings))


def _share(bid: str) -> float:
    return round(_units(ROUND_1, bid, public=True) / _units(ROUND_1, bid) * 100, 1)


def _hhi(by: Literal["operator", "vendor"]) -> float:
    from dure.plan.explain import concentration, obligations

    return float(concentration(obligations(_example(ROUND_1)), by).hhi)


def _p7() -> list[KnownAnswer]:
    split = (("A", 7_656, 6_120, 79.9), ("B", 3_056, 2_296, 75.1), ("C", 2_424, 2_040, 84.2))
    rows = []
    for bid, units, public, percent in split:
        own, each = f"P7.{bid.lower()}", partial(_units, ROUND_1, bid)
        rows += [
            _row(f"{own}.units", (f"{bid}, accelerators", f"{bid}, 가속기"), units, "", FIRST_ROUND, each),
            _row(f"{own}.public", (f"{bid}, public use", f"{bid}, 정부 활용분"), public, "", FIRST_ROUND, partial(each, public=True)),
            _row(f"{own}.share", (f"{bid}, public share", f"{bid}, 정부 활용 비율"), percent, "%", FIRST_ROUND, partial(_share, bid)),
        ]
    whole = partial(_units, ROUND_1)
    return [
        *rows,
        _row("P7.units", ("accelerators in all", "가속기 합계"), 13_136, "", FIRST_ROUND, whole),
        _row("P7.public", ("for public use", "정부 활용분 합계"), 10_456, "", FIRST_ROUND, partial(whole, public=True)),
        _row("P7.operators", ("HHI of operators", "운영사업자 HHI"), 4_279, "", FIRST_ROUND, partial(_hhi, "operator")),
        _row("P7.vendors", ("HHI of vendors", "제조사 HHI"), 10_000, "", FIRST_ROUND, partial(_hhi, "vendor")),
    ]


def _p9() -> list[KnownAnswer]:
    def declined() -> float:
        taken = {(one.bid, one.line) for one in _example(INDIA).choice.takings}
        judged = [one.offer for one in _example(INDIA).judged]
        return float(sum(one.units for one in judged if (one.bid.name, one.indices[0]) not in taken))

    def subsidy() -> float:
        from dure.model.units import MICRO
        from dure.wire.quantity import number_micro, share_ppm

        return number_micro("246.72") * share_ppm("40%") / MICRO / MICRO

    def server() -> float:
        from dure.model.units import MICRO
        from dure.wire.quantity import number_micro

        return 8 * number_micro("290.7") / MICRO

    return [
        _row("P9.declined", ("H100 declined by resellers", "재판매사가 내려놓은 H100"), 2_400, "", MATCHING, declined),
        _row("P9.kept", ("kept by resellers", "재판매사가 유지한 것"), 1_200, "", MATCHING, lambda: _units(INDIA, "resellers")),
        _row("P9.round1", ("round 1", "1차"), 18_417, "", MATCHING, lambda: _units(INDIA, "A", "B", "C", "resellers")),
        _row("P9.round2", ("round 2", "2차"), 15_916, "", MATCHING, lambda: _units(INDIA, "D")),
        _row("P9.total", ("both rounds", "합계"), 34_333, "", MATCHING, lambda: _units(INDIA)),
        _row("P9.subsidy", ("40 % of 246.72 crore", "246.72 크로르의 40%"), 98.68, "", MATCHING, subsidy, 0.01),
        _row("P9.server", ("8 × 290.7 rupees", "290.7루피 × 8"), 2_325.6, "", MATCHING, server),
    ]


def _drawn(seed: int) -> tuple[Tender, list[Bid]]:
    """Ten bids of all or nothing on three lots, with a budget, a cap and bundles."""
    import numpy as np

    from dure.model.tenders import Bid, Caps, Line, Lot, Objective, Procedure, Tender, Tier

    dice = np.random.default_rng(seed)
    lots = tuple(Lot(name=f"lot-{at}", most=int(dice.integers(5, 12))) for at in range(3))
    bids = []
    for number in range(10):
        chosen = dice.choice(3, size=2 if number % 4 == 0 else 1, replace=False)
        lines = []
        for at in chosen:
            units = int(dice.integers(1, 6))
            tier = Tier(least=units, most=units, unit_won=int(dice.integers(20, 60)))
            lines.append(Line(lot=f"lot-{at}", model="m", tiers=(tier,), public=int(dice.integers(max(1, units - 1), units + 1))))
        bids.append(Bid(name=f"b{number}", operator=f"o{number % 4}", lines=tuple(lines), together=True))
    tender = Tender(
        name=f"case {seed}",
        procedure=Procedure.AGREEMENT,
        objective=Objective.PUBLIC_CAPACITY,
        budget_won=int(dice.integers(300, 700)),
        lots=lots,
        caps=Caps(units=9),
    )
    return tender, bids


def _by_trying(tender: Tender, bids: list[Bid]) -> int:
    """The most public accelerators over all subsets of bids that the independent checker lets pass."""
    from dure.model.tenders import Taking
    from dure.plan.check import check

    whole = [
        [
            Taking(bid=bid.name, line=at, units=line.most, won=line.tiers[-1].won(line.most), public=line.public)
            for at, line in enumerate(bid.lines)
        ]
        for bid in bids
    ]
    best = 0
    for picked in product((False, True), repeat=len(bids)):
        takings = [one for taken in compress(whole, picked) for one in taken]
        public = sum(one.public for one in takings)
        if public > best and not check(tender, bids, takings):
            best = public
    return best


def _p11() -> list[KnownAnswer]:
    def equal() -> float:
        from dure.plan.award import award

        cases = [_drawn(seed) for seed in range(CASES)]
        return float(sum(sum(one.public for one in award(*case).choice.takings) == _by_trying(*case) for case in cases))

    def flips() -> float:
        """Losing bids for which the reported cut wins and one won less does not, less those for which that fails."""
        from dure.plan.award import award, award_offers
        from dure.plan.flips import Field, flip_price, losers
        from dure.plan.offers import cheaper

        wrong = 0
        for seed in range(FLIP_CASES):
            made = award(*_drawn(seed))
            field = Field(made)
            for offer in losers(made):
                cut = flip_price(field, offer).change
                for less, wins in ((0, True), (1, False)) if cut is not None else ():
                    changed = cheaper(offer, (cut or 0) - less)
                    others = [one.offer for one in made.judged if one.offer.name != offer.name]
                    wrong += award_offers(made.tender, [*others, changed]).choice.takes(changed) is not wins
        return float(wrong)

    source = (
        f"{CASES} drawn tenders of ten bids; beside every subset tried",
        f"무작위 공모 {CASES}건, 제안 열 개. 비교 대상은 모든 조합",
    )
    return [
        _row("P11.enumeration", ("awards as good as the best subset", "모든 조합을 시험한 최댓값과 같은 선정"), CASES, "", source, equal),
        _row(
            "P11.flips",
            ("flip prices that do not flip, or not at the least cut", "뒤집히지 않거나 최소가 아닌 인하 폭"),
            0,
            "",
            source,
            flips,
        ),
    ]
