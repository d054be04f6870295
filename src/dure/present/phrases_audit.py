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
    "command.audit.sample": (
        "draw accelerator-hours, each with its events, job, grant, choice and bill",
        "가속기·시간을 무작위로 뽑아 사건, 작업, 배정, 결정, 청구를 함께 표시",
    ),
    "command.audit.recalls": (
        "who met the rule of under-use and was not recalled, with the reason",
        "저조 사용 기준에 들었으나 회수되지 않은 배정과 그 까닭",
    ),
    "sample.of": (
        "{n} {n:draw|draws} from {hours} busy accelerator-hours, with seed {seed}; verify.py draws the same from the bundle",
        "사용한 가속기·시간 {hours}에서 {n}번, 시드 {seed:으로} 추출. verify.py도 묶음에서 같은 것을 뽑습니다",
    ),
    "sample.hour": (
        "{n}: {at} {pool} device {device} of attempt {attempt} of {job}: project {project}, grant {grants}, placed by row {row} under "
        "rules {rules}, {credits} credits, {events} rows",
        "{n}: {at} {pool}, {job}의 시도 {attempt}(attempt {attempt}) 장치 {device}: 과제 {project}, 배정 {grants}, 규칙 {rules}에 따라 "
        "{row}행에서 배치, 크레딧 {credits}, 사건 {events}행",
    ),
    "recalls.line": (
        "grant {grant} {project}: {met}; {why}; due: {step}; use {shares}",
        "배정 {grant} {project}: {met}, {why}. 다음 조치 {step}, 사용률 {shares}",
    ),
    "recalls.met": ("met the rule", "기준에 듦"),
    "recalls.met_not": ("did not meet the rule", "기준에 들지 않음"),
    "recalls.count": (
        "{n} of {all} grants met the rule and are not recalled",
        "배정 {all}개 가운데 {n}개가 기준에 들었으나 회수되지 않음",
    ),
    "command.store": ("the store of a served programme", "운영 중인 사업의 저장소"),
    "audit.exported": (
        "{bundle}: the log and {hours} accelerator-hours accounted for",
        "{bundle}: 기록과 가속기·시간 {hours}의 내역",
    ),
    "audit.manifest": ("manifest {manifest}", "목록 값 {manifest}"),
    "audit.next": ("next: dure audit verify {bundle}", "다음: dure audit verify {bundle}"),
    "store.compared": (
        "{rows} rows of the log replayed: {jobs} jobs, {attempts} attempts",
        "기록 {rows}행 재생: 작업 {jobs}개, 시도 {attempts}개",
    ),
    "store.compared_people": (
        "{rows} rows about people compared with the acts that made them",
        "사람에 관한 {rows}행을 그 처리 기록과 비교",
    ),
    "store.same": ("Every row stands as the log says.", "모든 행이 기록과 같습니다."),
    "store.differ": (
        "{n} rows do not stand as the log says: restore the store from a backup, and say who could write to it",
        "{n}개 행이 기록과 다릅니다. 저장소를 백업에서 복구하고, 누가 쓸 수 있었는지 확인하십시오",
    ),
}

AUDIT_HELP_KO: dict[str, str] = {
    "head or manifest that was handed out; as often as needed": "받아 둔 봉인 값이나 목록 값, 여러 번 쓸 수 있음",
    "accelerator-hours to draw": "뽑을 가속기·시간 수",
    "the same seed draws the same hours": "시드가 같으면 같은 시간을 뽑음",
    ".zip to write": "저장할 .zip 파일",
    "what `dure audit export` has written": "`dure audit export`가 저장한 묶음",
    "date or instant, UTC: 2026-11-01 or 2026-11-01T09:00:00Z": "날짜나 시각(UTC): 2026-11-01 또는 2026-11-01T09:00:00Z",
}
