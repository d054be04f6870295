"""Words of `dure audit` and `dure store`, each in English and Korean."""

from __future__ import annotations

AUDIT: dict[str, tuple[str, str]] = {
    "command.audit": ("what an auditor takes away, and the check of it", "감사인이 가져갈 자료와 그 검산"),
    "command.audit.export": (
        "write the log and what the ledger says of a period into one bundle",
        "기록과 그 기간에 대한 원장의 주장을 한 묶음으로 저장",
    ),
    "command.audit.verify": (
        "recompute a bundle with own SQL and none of the ledger's code",
        "원장 코드 없이 자체 SQL로 묶음을 다시 계산",
    ),
    "command.store": ("the store of a served programme", "운영 중인 사업의 저장소"),
    "audit.exported": (
        "{bundle}: the log and {hours} accelerator-hours accounted for",
        "{bundle}: 기록과 가속기·시간 {hours}의 내역",
    ),
    "audit.next": ("next: dure audit verify {bundle}", "다음: dure audit verify {bundle}"),
    "store.compared": (
        "{rows} rows of the log replayed: {jobs} jobs, {attempts} attempts",
        "기록 {rows}행 재생: 작업 {jobs}개, 시도 {attempts}개",
    ),
    "store.same": ("Every row stands as the log says.", "모든 행이 기록과 같습니다."),
    "store.differ": (
        "{n} rows do not stand as the log says: restore the store from a backup, and say who could write to it",
        "{n}개 행이 기록과 다릅니다. 저장소를 백업에서 복구하고, 누가 쓸 수 있었는지 확인하십시오",
    ),
}

AUDIT_HELP_KO: dict[str, str] = {
    ".zip to write": "저장할 .zip 파일",
    "what `dure audit export` has written": "`dure audit export`가 저장한 묶음",
    "date or instant, UTC: 2026-11-01 or 2026-11-01T09:00:00Z": "날짜나 시각(UTC): 2026-11-01 또는 2026-11-01T09:00:00Z",
}
