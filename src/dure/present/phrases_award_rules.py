"""Phrases of the rules of an award: those of the program, those that the independent check names, and how far one would have to give."""

from __future__ import annotations

AWARD_RULES: dict[str, tuple[str, str]] = {
    "award.status_none": (
        "{status}. There is no award that the independent check could look at.",
        "{status}. 독립 검산을 할 선정 결과가 없습니다.",
    ),
    "award.low_bundle": (
        "{offer} asks {own} an accelerator for all its lots together, {share} of {median}, to which the medians of the others on these "
        "lots come: ask how it is to be delivered at that price.",
        "{offer}: 묶은 로트 전체로 가속기 1개당 {own}, 같은 로트들의 다른 제안 중앙값을 더한 {median}의 {share}. "
        "그 값으로 이행할 수 있는지 소명을 받으십시오.",
    ),
    "award.gives_below": ("{rule} lower by {amount}", "{rule:을} {amount} 낮춤"),
    "award.gives_above": ("{rule} higher by {amount}", "{rule:을} {amount} 높임"),
    "award.rule.accelerators": ("{n} accelerators", "가속기 {n}개"),
    "award.rule.bids": ("{n} bids", "제안 {n}건"),
    "award.rule.budget": ("the budget", "예산"),
    "award.rule.lot_at_least": ("the least quantity of lot {a}", "{a} 로트의 최소 수량"),
    "award.rule.lot_at_most": ("the largest quantity of lot {a}", "{a} 로트의 최대 수량"),
    "award.rule.cluster_minimum": ("the public accelerators that {a} must hold in one place", "{a:이} 한곳에 두어야 하는 정부 활용 가속기"),
    "award.rule.accelerators_per_operator": ("the most accelerators for operator {a}", "운영사업자 {a}의 가속기 상한"),
    "award.rule.share_per_operator": ("the largest share for operator {a}", "운영사업자 {a}의 비중 상한"),
    "award.rule.budget_per_operator": ("the largest part of the budget for operator {a}", "운영사업자 {a}의 예산 비중 상한"),
    "award.rule.alternatives": ("at most one of the alternatives {a}", "대안 {a} 중 하나만 선정"),
    "award.rule.used_by": ("at most one of the alternatives, of which {a} is one", "대안 중 하나만 선정({a} 포함)"),
    "award.rule.one_tier": ("one price tier of {a}", "{a}의 가격 구간 하나"),
    "award.rule.at_most": ("the most that {a} offers", "{a}의 최대 제안 수량"),
    "award.rule.at_least": ("the least that {a} accepts", "{a}의 최소 제안 수량"),
    "award.rule.whole_for_public_use": ("whole accelerators of {a} for public use", "{a}의 정부 활용분은 온전한 개수"),
    "award.rule.offered": ("a line that {a} offers", "{a}의 제안에 있는 항목"),
    "award.rule.buying_unit": ("whole buying units of {a}", "{a}의 온전한 구매 단위"),
    "award.rule.quantity": ("a quantity that {a} offers", "{a:이} 제안한 수량"),
    "award.rule.price": ("the price of {a}", "{a}의 금액"),
    "award.rule.public_use": ("the public use of {a}", "{a}의 정부 활용분"),
    "award.rule.bundle": ("all lots of {a} or none", "{a}의 로트 묶음 전부 아니면 포기"),
    "award.rule.least_score": ("the least points for {a}", "{a}의 최저 점수"),
    "award.rule.match_the_lowest": ("the quantity of {a} at the lowest price", "최저가로 받는 {a}의 수량"),
    "award.rule.eligible": ("the rule of eligibility “{rule}” for {a}", "{a}의 자격 규칙 ‘{rule}’"),
}
