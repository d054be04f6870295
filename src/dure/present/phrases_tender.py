"""Phrases of tender files beside the award: `dure check`, replays of public rounds, signed minutes and the first act of the demo."""

from __future__ import annotations

TENDER: dict[str, tuple[str, str]] = {
    # dure check
    "check.lots": ("tender with {n} {n:lot|lots}", "공모, 로트 {n}개"),
    "check.bids": ("{n} {n:bid|bids}", "제안 {n}건"),
    "check.operators": ("{n} {n:operator|operators}", "운영사업자 {n}곳"),
    "check.offered": ("{n} {n:accelerator|accelerators} offered", "제안한 가속기 {n}개"),
    "check.criteria": ("{n} {n:criterion|criteria}", "평가 항목 {n}개"),
    "check.rules": ("rules {hash}…", "규칙 해시 {hash}…"),
    "check.no_bids": ("no bids yet: rules only", "제안 없음: 규칙만 있음"),
    "check.unknown_models": (
        "the catalogue does not know {models}; power and speed of what is bought will be unknown",
        "카탈로그에 없는 기종: {models}. 사들인 뒤 전력과 속도를 알 수 없습니다",
    ),
}

TENDER_HELP_KO: dict[str, str] = {
    "scenario and tender files to read": "읽을 시나리오·공모 파일",
    "of which files: scenario or tender": "어떤 파일의 스키마인지: scenario 또는 tender",
}
