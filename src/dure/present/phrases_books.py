"""Korean and English of use, charges, settlements, lending and access."""

from __future__ import annotations

BOOKS: dict[str, tuple[str, str]] = {
    "books.by.attempt": ("run of", "실행"),
    "books.by.job": ("job", "작업"),
    "books.by.person": ("person", "사람"),
    "books.by.project": ("project", "과제"),
    "books.by.organisation": ("organisation", "기관"),
    "books.by.site": ("site", "센터"),
    "books.by.operator": ("operator", "운영사업자"),
    "books.by.model": ("accelerator", "가속기"),
    "books.by.month": ("month", "월"),
    "books.owed": ("owed", "자부담금"),
    "books.energy": ("Wh (assumed)", "전력량 Wh(가정)"),
    "books.electricity": ("electricity", "전기요금"),
    "books.service": ("to operators", "운영사업자 몫"),
    "books.wait": ("wait, median", "대기 중앙값"),
    "books.wait_p90": ("wait, 90 %", "대기 90 %"),
    "books.held_hours": ("{n} accelerator-hours", "{n} 가속기시간"),
    "books.held_used": ("used by the holder", "보유 과제가 쓴 시간"),
    "books.held_lent": ("lent to others, never charged", "다른 과제에 대여한 시간(부과하지 않음)"),
    "books.held_idle": ("idle", "쉰 시간"),
    "books.back": ("back within", "반환까지"),
    "books.back_within": ("{within}: {notice} notice, {turn} measured turn-round", "{within} 이내 (예고 {notice}, 센터 실측 {turn})"),
    "books.back_unmeasured": (
        "{notice} notice, and what the site needs beyond it, which was not measured yet",
        "예고 {notice}에 센터의 전환 시간을 더한 시간. 전환 시간은 아직 측정되지 않음",
    ),
}

BOOKS_HELP_KO: dict[str, str] = {
    "a row for each": "행의 기준",
    "only this month of Korea": "한국 시간 기준 이 달만",
    "at most so many rows": "행 수의 상한",
}
