"""Phrases of `dure twin`: key → (English, Korean)."""

from __future__ import annotations

TWIN: dict[str, tuple[str, str]] = {
    "twin.compiling": ("compiling the kernel for this CPU …", "이 CPU에 맞게 커널을 컴파일합니다 …"),
    "twin.compiled": (" {n} s, once", " {n}초, 한 번만"),
    "twin.note": ("note: {text}", "참고: {text}"),
    "twin.rejected": ("rejected: {n} {n:job|jobs}: {reason}", "거절: 작업 {n}개: {reason}"),
    "twin.rejected_rows": ("rejected: {n} {n:row|rows} of {path}: {reason}", "거절: {path}의 {n}행: {reason}"),
    "twin.more_rejects": ("and {n} more {n:reason|reasons}; all stand in run.json", "그 밖의 이유 {n}가지는 run.json에 있습니다"),
    "twin.wrote": ("run folder {path} · {events} events · hash {hash}", "실행 폴더 {path} · 사건 {events}건 · 해시 {hash}"),
    "twin.next": (
        "dure report {path} -o report.html makes one page of it",
        "dure report {path} -o report.html로 한 쪽짜리 보고서를 만듭니다",
    ),
    "twin.bad_policy": ("--policy takes NAME=key=value,… and not {text}", "--policy는 이름=키=값,… 꼴이어야 합니다: {text}"),
    "twin.policy_remedy": (
        "such as --policy fair=order=multifactor,backfill=easy, or a bare fcfs, sjf or multifactor",
        "예: --policy fair=order=multifactor,backfill=easy, 또는 fcfs, sjf, multifactor 한 낱말",
    ),
    "twin.two_names": ("two runs are called {name}", "{name:이라}는 실행이 둘입니다"),
    "twin.names_remedy": ("give each a name of its own", "서로 다른 이름을 쓰십시오"),
    "twin.nothing_to_compare": ("one run is no comparison", "실행이 하나면 비교가 아닙니다"),
    "twin.compare_remedy": ("name two scenario files, or --policy twice", "시나리오 파일 둘을 쓰거나 --policy를 두 번 쓰십시오"),
}
