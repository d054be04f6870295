"""Phrases about bids that were taken in part: what cut them, and what would have brought more."""

from __future__ import annotations

AWARD_PARTLY: dict[str, tuple[str, str]] = {
    "award.partly": (
        "Bids taken in part: what cut them, and what would have brought more",
        "일부만 선정된 제안: 줄어든 까닭과 더 받을 수 있었던 조건",
    ),
    "award.none_lost": (
        "Every bid was taken, {n} of them in part.",
        "모든 제안이 선정되었고, 그중 {n}건은 일부만 선정되었습니다.",
    ),
    "award.sheet.partly": ("why not all of it", "일부만 선정된 사유"),
    "award.partly.got": ("{offer} gets {units} of {most}.", "{offer}: {most}개 가운데 {units}개."),
    "award.partly.tight": (
        "There is no room for {more}: {limits}.",
        "{more}개를 넣을 자리가 없습니다: {limits}.",
    ),
    "award.partly.room": (
        "No limit stands against {more}: the aim cuts it ({aim}).",
        "{more}개를 막는 제한은 없고, 목표가 줄였습니다({aim}).",
    ),
    "award.partly.limit.lot": ("lot {lot} holds {most} and {left} are left", "로트 {lot}의 한도 {most}개, 남은 {left}개"),
    "award.partly.limit.budget": ("it costs {cost} more and {left} of the budget is left", "{cost} 더 들고 예산 잔액은 {left}"),
    "award.partly.limit.units": ("{operator} may win {most} accelerators at most", "{operator}의 상한은 가속기 {most}개"),
    "award.partly.limit.budget_share": ("{operator} may win {share} of the budget at most", "{operator}의 상한은 예산의 {share}"),
    "award.partly.limit.units_share": (
        "{operator} may win {share} of all accelerators at most",
        "{operator}의 상한은 전체 가속기의 {share}",
    ),
    "award.partly.instead": (
        "The best award that gives it {more} {displaced}{worse}.",
        "{more}개를 주는 최선의 선정은 {displaced}{worse}.",
    ),
    "award.partly.impossible": (
        "No award that keeps every rule gives it {more}.",
        "모든 규칙을 지키면서 {more}개를 줄 방법이 없습니다.",
    ),
    "award.partly.more.price": (
        "At {price} an accelerator ({cut} less, {share}) it would get {units}.",
        "가속기 1개당 {price}이면({cut} 인하, {share}) {units}개를 받습니다.",
    ),
    "award.partly.more.budget": ("With {amount} more budget it would get {units}.", "예산이 {amount} 더 있으면 {units}개를 받습니다."),
    "award.partly.more.lot": (
        "If the lot held {amount} more it would get {units}.",
        "로트 한도가 {amount}개 더 크면 {units}개를 받습니다.",
    ),
    "award.partly.more.units": (
        "If an operator could win {amount} accelerators more it would get {units}.",
        "운영사업자 상한이 가속기 {amount}개 더 크면 {units}개를 받습니다.",
    ),
    "award.partly.more.budget_share": (
        "If an operator could win {amount} percentage points more of the budget it would get {units}.",
        "운영사업자의 예산 상한이 {amount}%p 더 크면 {units}개를 받습니다.",
    ),
    "award.partly.more.units_share": (
        "If an operator could win {amount} percentage points more of all accelerators it would get {units}.",
        "운영사업자의 수량 상한이 {amount}%p 더 크면 {units}개를 받습니다.",
    ),
    "award.partly.never": (
        "Alone, and tried by doubling up to the whole, none of these brought more: {kinds}.",
        "하나만 두 배씩 늘려 끝까지 시험했으나 더 받지 못했습니다: {kinds}.",
    ),
    "award.partly.kind.price": ("price", "가격"),
    "award.partly.kind.budget": ("budget", "예산"),
    "award.partly.kind.lot": ("size of the lot", "로트 한도"),
    "award.partly.kind.units": ("cap on accelerators", "수량 상한"),
    "award.partly.kind.budget_share": ("cap on the share of the budget", "예산 비율 상한"),
    "award.partly.kind.units_share": ("cap on the share of accelerators", "수량 비율 상한"),
    "award.partly.again": (
        "Each figure was solved again there and one step before it, where it brings nothing more yet.",
        "모든 수치는 그 값과 한 단계 앞의 값에서 다시 풀어, 앞에서는 늘지 않음을 확인했습니다.",
    ),
    "award.partly.many": (
        "What would have brought more was not solved: the tender has more than {most} offers.",
        "무엇이면 더 받는지는 풀지 않았습니다. 제안이 {most}건을 넘습니다.",
    ),
    "award.prices_split_below": (
        "Just below, it is as many accelerators, split otherwise: {who}.",
        "바로 아래에서는 합계는 같고 나누는 몫이 바뀝니다: {who}.",
    ),
    "award.prices_split_above": (
        "Just above, it is as many accelerators, split otherwise: {who}.",
        "바로 위에서는 합계는 같고 나누는 몫이 바뀝니다: {who}.",
    ),
}
