"""What `dure check` says of the plan section of a scenario: key → (English, Korean)."""

from __future__ import annotations

PLAN_CHECK: dict[str, tuple[str, str]] = {
    "plan_check.line": ("  plan: {what}", "  계획: {what}"),
    "plan_check.periods": (
        "{n} {n:period|periods} of buying {span}",
        "구매 기간 {n}개({span})",
    ),
    "plan_check.models": ("{n} {n:model|models}", "기종 {n}개"),
    "plan_check.sites": ("{n} {n:site|sites}", "센터 {n}곳"),
    "plan_check.classes": ("{n} {n:class|classes} of work ({names})", "작업 종류 {n}개({names})"),
    "plan_check.rules": ("{n} {n:rule|rules} ({names})", "규칙 {n}개({names})"),
    "plan_check.no_rules": ("no rules of shares or numbers", "비중이나 대수 규칙 없음"),
    "plan_check.no_opex": ("NO money for operation {years}", "운영비 재원 없음({years})"),
    "plan_check.no_labour": ("NO money for people {years}", "인건비 재원 없음({years})"),
    "plan_check.all_paid": ("a line for running costs in every year", "모든 해에 운영비 재원 있음"),
    "plan_check.nobody": ("nobody can serve {names}", "처리할 기종 없음: {names}"),
    "plan_check.assumptions": ("{n} {n:assumption|assumptions}", "가정 {n}건"),
    "plan_check.span": ("from {first} to {last}", "{first}부터 {last}까지"),
    "plan_check.one": ("in {year}", "{year} 안"),
}

PLAN_NOTES: tuple[tuple[str, str], ...] = (
    (
        r"(\S+): no speed of (.+) is known: it serves none of (.+)",
        r"\1: \2의 상대 성능을 몰라 \3 작업을 맡지 못합니다",
    ),
    (
        r"(\S+): no speed on any class asked for is known: it serves nothing, and fills (.+) at most",
        r"\1: 요청한 작업 종류의 상대 성능을 하나도 몰라 일을 맡지 못하고, 많아야 \2 비중만 채웁니다",
    ),
    (
        r"(\S+): no speed on any class asked for is known: it serves nothing, and is bought for no work",
        r"\1: 요청한 작업 종류의 상대 성능을 하나도 몰라 일을 맡지 못하며, 일 때문에 사는 일은 없습니다",
    ),
)
