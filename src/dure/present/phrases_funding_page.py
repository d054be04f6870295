"""Phrases of the page of `dure twin funding`: key → (English, Korean)."""

from __future__ import annotations

FUNDING_PAGE: dict[str, tuple[str, str]] = {
    "funding.page.kind": ("operating money and what it lights", "운영예산과 켜지는 가속기"),
    "funding.page.months": ("Money and rate by month under each share, {site}", "예산 비율별 월별 돈과 가동률, {site}"),
    "funding.page.restores": ("The smallest budget line for {target}", "가동률 {target}에 필요한 가장 작은 예산"),
    "funding.page.restores_note": (
        "Found by bisection over whole runs; the run one step below misses the target.",
        "전체 실행을 되풀이해 이분 탐색한 값. 한 단위 아래의 실행은 목표에 못 미칩니다.",
    ),
    "funding.page.measure": ("case", "경우"),
    "funding.page.need": ("the whole need", "필요액 전체"),
    "funding.page.least": ("smallest for {target}", "{target}에 필요한 최소"),
    "funding.page.below": ("one step below", "한 단위 아래"),
    "funding.page.target": ("target {target}", "목표 {target}"),
    "funding.page.lit": (
        "With {share} of the need ({won}) it never goes dark: operating rate {rate}.",
        "필요액의 {share}({won})이면 꺼지지 않음: 가동률 {rate}.",
    ),
    "funding.page.dark": (
        "With {share} of the need ({won}) it goes dark on {day}, wholly on {all_day}: operating rate {rate}, idle capital {idle}.",
        "필요액의 {share}({won})이면 {day}에 꺼지기 시작해 {all_day}에 모두 꺼짐: 가동률 {rate}, 유휴 자본 {idle}.",
    ),
    "funding.page.dark_part": (
        "With {share} of the need ({won}) it goes dark in part on {day}: operating rate {rate}, idle capital {idle}.",
        "필요액의 {share}({won})이면 {day}에 일부가 꺼짐: 가동률 {rate}, 유휴 자본 {idle}.",
    ),
    "funding.page.never_dark": ("it never goes dark", "꺼지지 않음"),
    "funding.page.rates_alt": (
        "Operating rate by month under shares of the need; over the whole run {said}.",
        "필요액 대비 예산별 월별 가동률. 전체 기간 {said}.",
    ),
    "funding.page.money_alt": ("What is left by day under shares of the need; {said}.", "필요액 대비 예산별 하루하루의 잔액. {said}."),
    "funding.column.share": ("of the need", "필요액 대비"),
    "funding.month_part": ("{month} ({time} of it)", "{month} (그중 {time})"),
}
