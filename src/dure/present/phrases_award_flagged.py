"""Phrases about what hangs on prices: ends of a range that were not looked for, parts that a price wins, flagged bids, the budget."""

from __future__ import annotations

AWARD_FLAGGED: dict[str, tuple[str, str]] = {
    "award.prices_at_least": (
        "The budget buys these quantities at least while all prices together lie between {low} and {high} an accelerator on average "
        "({down} to {up} against the bids; prices in between were tried in steps of 2 %).",
        "모든 가격이 함께 움직일 때, 평균이 가속기 1개당 적어도 {low}에서 {high} 사이(제안 대비 {down}에서 {up})이면 예산으로 "
        "같은 수량을 삽니다"
        "(그 사이의 가격은 2% 간격으로 확인했습니다).",
    ),
    "award.prices_not_below": (
        "Below half of the bids' prices it was not looked: the lower figure is no end.",
        "제안 가격의 절반 아래는 찾아보지 않았으므로 낮은 쪽 수치는 한계가 아닙니다.",
    ),
    "award.prices_not_above": (
        "Above one and a half times the bids' prices it was not looked: the upper figure is no end.",
        "제안 가격의 1.5배 위는 찾아보지 않았으므로 높은 쪽 수치는 한계가 아닙니다.",
    ),
    "award.prices_shown_low": (
        "The lower end is exact to the won; it was solved again inside and a billionth beyond.",
        "낮은 쪽 끝은 원 단위까지 정확하며, 안쪽과 10억분의 1 바깥쪽을 다시 풀어 확인했습니다.",
    ),
    "award.prices_shown_high": (
        "The upper end is exact to the won; it was solved again inside and a billionth beyond.",
        "높은 쪽 끝은 원 단위까지 정확하며, 안쪽과 10억분의 1 바깥쪽을 다시 풀어 확인했습니다.",
    ),
    "award.flip.price_part": (
        "It would be given {units} of {most} at {price} an accelerator: {cut} less ({share}).",
        "가속기 1개당 {price}이면 {most}개 중 {units}개가 선정됩니다: {cut} 인하({share}).",
    ),
    "award.flip.price_whole": ("At {price} it would be given all of it.", "{price}이면 전량이 선정됩니다."),
    "award.flip.fits": ("At that price it fits the budget.", "그 가격이면 예산에 들어갑니다."),
    "award.why.over_budget": (
        "{offer} cannot be taken at its price: even the cheapest award with it goes {over} over the budget.",
        "{offer:은} 제안한 가격으로는 받을 수 없습니다. 이 제안을 넣으면 가장 싸게 선정해도 예산을 {over} 넘습니다.",
    ),
    "award.without": (
        "Without {bids}, whose prices are asked about, the award would be {who}: {units} {units:accelerator|accelerators}, {public} for "
        "public use, for {won}, {compared}.",
        "가격을 확인해야 하는 {bids:을} 빼면 {who:이} 선정됩니다: 가속기 {units}개(정부 활용분 {public}개), {won}, {compared}.",
    ),
    "award.without_units": ("{units}", "{units}개"),
    "award.without_dearer": ("{amount} more than the award above", "위의 선정보다 {amount} 많음"),
    "award.without_cheaper": ("{amount} less than the award above", "위의 선정보다 {amount} 적음"),
    "award.without_equal": ("as much as the award above", "위의 선정과 같음"),
    "award.without_same": (
        "Without {bids}, whose prices are asked about, the award would be the same.",
        "가격을 확인해야 하는 {bids:을} 빼도 선정은 같습니다.",
    ),
    "award.without_none": (
        "Without {bids}, whose prices are asked about, no award keeps every rule.",
        "가격을 확인해야 하는 {bids:을} 빼면 모든 규칙을 지키는 선정이 없습니다.",
    ),
}
