"""Phrases of the pictures of a purchase plan and of the tables beside them: key → (English, Korean)."""

from __future__ import annotations

PLAN_CHART: dict[str, tuple[str, str]] = {
    "buy.stack": ("Cost by year and item", "연도·항목별 비용"),
    "buy.power": ("Power of each site against its cap", "센터별 전력과 상한"),
    "buy.column.drawn": ("drawn, most", "최대 사용"),
    "buy.column.cap": ("cap then", "그때 상한"),
    "buy.column.use": ("of the cap", "상한 대비"),
    "plan_chart.drawn": ("drawn, with cooling", "냉방 포함 사용"),
    "plan_chart.cap": ("cap", "상한"),
    "plan_chart.billion_won": ("billion won", "10억 원"),
    "plan_chart.schedule_alt": (
        "Accelerators ordered by period, {models} {models:model|models}; most in {period}: {n}.",
        "기간별 가속기 주문, 기종 {models}개. 가장 많은 기간은 {period}, {n}개.",
    ),
    "plan_chart.stack_alt": (
        "Cost by year and item from {first} to {last}; most in {year}: {won}.",
        "{first}년부터 {last}년까지 연도·항목별 비용. 가장 많은 해는 {year}년, {won}.",
    ),
    "plan_chart.power_alt": (
        "Power of {sites} {sites:site|sites} against the cap; nearest to it {site} in {period}: {share}.",
        "센터 {sites}곳의 전력과 상한. 상한에 가장 가까운 곳은 {period}의 {site}, {share}.",
    ),
    "plan_chart.vendors_alt": ("Shares of vendors: {shares}.", "제조사별 비중: {shares}."),
}
