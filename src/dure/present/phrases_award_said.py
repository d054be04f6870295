"""Phrases beside the award: what its figures rest on, by the hour or not, what points are for, and odd prices."""

from __future__ import annotations

AWARD_SAID: dict[str, tuple[str, str]] = {
    "award.marks_promises": ("Quantities are {quantity}, promises {promises}.", "수량은 {quantity}, 약속한 값은 {promises}입니다."),
    "award.sheet.kind": ("kind", "종류"),
    "award.sheet.what": ("what", "내용"),
    "award.sheet.source": ("who, or source", "가정한 사람 또는 출처"),
    "award.sheet.why": ("why", "이유"),
    "award.sheet.lost": ("why it lost", "탈락 사유"),
    "award.hhi_assumed": (
        "The models of {lines} are assumed, and with them the concentration of vendors.",
        "{lines}의 기종은 가정한 값이며, 제조사 집중도도 그 가정을 따릅니다.",
    ),
    "award.aim.public_capacity": ("most public capacity that the budget buys", "예산으로 살 수 있는 가장 많은 정부 활용 용량"),
    "award.aim.scored_capacity": ("most public capacity, each bid weighted by its points", "제안의 점수를 곱한 정부 활용 용량을 가장 크게"),
    "award.aim.score": ("most points × accelerators", "점수 × 가속기 수를 가장 크게"),
    "award.aim.cost": ("least money for the quantities asked for", "필요한 수량을 가장 적은 비용으로"),
    "award.aim.match_lowest": ("each lot at its lowest price", "로트마다 최저가로"),
    "award.points_gate": (
        "Points decide who may be awarded ({least} or more); who is, the aim decides: {aim}. A bid with more points may lose.",
        "점수는 선정될 수 있는 자격({least}점 이상)만 정합니다. 누구를 선정할지는 목표가 정합니다: {aim}. "
        "점수가 더 높은 제안도 탈락할 수 있습니다.",
    ),
    "award.points_nothing": (
        "Points are shown and decide nothing here; the aim decides who is awarded: {aim}. A bid with more points may lose.",
        "점수는 보여 줄 뿐 선정을 정하지 않습니다. 누구를 선정할지는 목표가 정합니다: {aim}. 점수가 더 높은 제안도 탈락할 수 있습니다.",
    ),
    "award.points_count": ("Points count in the aim: {aim}.", "점수는 목표에 들어갑니다: {aim}."),
    "files.unit.won": ("won", "원"),
    "files.unit.h": ("h", "시간"),
    "files.unit.s": ("s", "초"),
}

AWARD_SAID_ERRORS: tuple[tuple[str, str], ...] = (
    (r"this is a tender, not a scenario", "시나리오가 아니라 공모 파일입니다"),
    (r"this is a scenario, not a tender", "공모가 아니라 시나리오 파일입니다"),
    (r"run (dure plan (?:award|run) .+)", r"\1 명령을 쓰십시오"),
    (r"(.+) is no year", r"\1: 연도가 아닙니다"),
    (r"(.+) is no day", r"\1: 날짜가 아닙니다"),
    (r"write a day such as 2026-04-01", "2026-04-01처럼 날짜를 쓰십시오"),
    (
        r"write a year such as 2026, or where it may be shorter 2026-Q3 or 2026-08",
        "2026처럼 연도를 쓰십시오. 더 짧은 기간을 쓸 수 있는 곳에서는 2026-Q3이나 2026-08",
    ),
)
