"""Phrases beside the award: what its figures rest on, by the hour or not, what points are for, and odd prices."""

from __future__ import annotations

AWARD_SAID: dict[str, tuple[str, str]] = {
    "award.marks_promises": ("Quantities are {quantity}, promises {promises}.", "수량은 {quantity}, 약속한 값은 {promises}입니다."),
    "award.sheet.kind": ("kind", "종류"),
    "award.sheet.what": ("what", "내용"),
    "award.sheet.source": ("who, or source", "가정한 사람 또는 출처"),
    "award.sheet.why": ("why", "까닭"),
    "award.sheet.lost": ("why it lost", "탈락한 까닭"),
    "award.hhi_assumed": (
        "The models of {lines} are assumed, and with them the concentration of vendors.",
        "{lines}의 기종은 가정한 값이며, 제조사 집중도도 그 가정을 따릅니다.",
    ),
    "files.unit.won": ("won", "원"),
    "files.unit.h": ("h", "시간"),
    "files.unit.s": ("s", "초"),
}
