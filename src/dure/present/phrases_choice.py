"""Phrases that say how far the figures of risk, values, ranges and differences carry: key → (English, Korean)."""

from __future__ import annotations

CHOICE: dict[str, tuple[str, str]] = {
    "risk.too_close": (
        "That is less than the gap of {gap}: too close to tell.",
        "증명된 격차 {gap}보다 작아 실제 차이인지 알 수 없습니다.",
    ),
    "risk.loses_whole": (
        "With later orders in whole buying units too, as in the table of cases, it loses up to {loss}, if it is “{case}”.",
        "경우별 표처럼 뒤의 주문도 온전한 구매 단위로 하면 ‘{case}’인 경우 최대 {loss:을} 잃습니다.",
    ),
    "risk.chosen_for": (
        "The choice is by the average that is weighed, not by the largest loss: {other} loses less at worst ({loss}) than {plan}.",
        "선택 기준은 가장 큰 손실이 아니라 따진 평균입니다. 최악의 손실은 {other:이} {loss}로 {plan}보다 작습니다.",
    ),
    "risk.choice_close": (
        "Held against it, {plans} differ by no more than {most}, less than the gap of {gap}: which is best is too close to tell.",
        "{plans}과의 차이는 {most} 이하로 증명된 격차 {gap}보다 작습니다. 어느 것이 가장 나은지는 알 수 없습니다.",
    ),
    "risk.restores": (
        "New orders also restore {n} of the {before} accelerators by which rules are missed otherwise.",
        "그대로 두면 규칙에 {before}개 모자라는 가속기 가운데 {n}개를 새 주문으로 채웁니다.",
    ),
    "risk.of_asked": (
        "More than 100 % is other work, done on accelerators that the shock frees: {now} of all that is asked for then, {was} as planned.",
        "100%가 넘는 것은 남는 가속기로 다른 작업을 더 처리하기 때문입니다. 그때 요청 전체의 {now} 처리(계획 {was}).",
    ),
}
