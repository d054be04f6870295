"""Phrases about the prices of bids: what an amount pays for, and prices that look mistyped."""

from __future__ import annotations

AWARD_PRICES: dict[str, tuple[str, str]] = {
    "award.hour": ("{won}/h", "{won}/시간"),
    "award.by_the_hour": (
        "Every amount is for one hour of the accelerators, not for the machines; how many hours are used is not part of it.",
        "모든 금액은 기계값이 아니라 가속기를 1시간 쓰는 값입니다. 몇 시간을 쓰는지는 선정에 들어 있지 않습니다.",
    ),
    "award.column.won_per_hour": ("won an hour", "시간당 금액"),
    "award.column.unit_won_per_hour": ("each, an hour", "개당 1시간"),
    "award.flip.unproven": (
        "Whether a smaller change would do was not settled within the awards allowed: {kinds}.",
        "더 작은 변화로도 되는지는 정해진 횟수 안에 확인하지 못했습니다: {kinds}.",
    ),
    "award.odd_low": (
        "{bid} asks {own} an accelerator for {lot}{tier}, less than a hundredth of the lot's median {median}: an amount without its unit? "
        "Ask before anything is signed.",
        "{bid}: {lot}{tier}의 가속기 1개당 {own:으로}, 로트 중앙값 {median}의 100분의 1에 못 미칩니다. "
        "금액의 단위가 빠지지 않았는지 서명 전에 확인하십시오.",
    ),
    "award.odd_high": (
        "{bid} asks {own} an accelerator for {lot}{tier}, more than a hundred times the lot's median {median}: a zero too many? "
        "Ask before anything is signed.",
        "{bid}: {lot}{tier}의 가속기 1개당 {own:으로}, 로트 중앙값 {median}의 100배를 넘습니다. "
        "0을 더 적지 않았는지 서명 전에 확인하십시오.",
    ),
    "award.odd_tier": (" (tier {number})", "({number}번째 구간)"),
    "check.by_the_hour": ("prices by the accelerator-hour", "가격은 가속기 1개·1시간 기준"),
}

AWARD_PRICES_ERRORS: tuple[tuple[str, str], ...] = (
    (r"(\S+) won is less than a hundredth of the lot's median, (\S+) won", r"\1원은 로트 중앙값 \2원의 100분의 1에 못 미칩니다"),
    (r"(\S+) won is more than a hundred times the lot's median, (\S+) won", r"\1원은 로트 중앙값 \2원의 100배를 넘습니다"),
    (
        r"write the amount with its unit, such as 1\.16억, or leave it if it is meant",
        "1.16억처럼 단위를 붙여 쓰거나, 그 금액이 맞으면 그대로 두십시오",
    ),
)
