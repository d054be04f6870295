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
}

BOOKS_HELP_KO: dict[str, str] = {
    "a row for each": "행의 기준",
    "only this month of Korea": "한국 시간 기준 이 달만",
    "at most so many rows": "행 수의 상한",
}
