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
    "twin.replaced": ("replaced the run of {time} in that folder", "그 폴더에 있던 {time}의 실행을 바꿨습니다"),
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
    "twin.one_policy_remedy": (
        "add what it is held against: a second --policy, such as --policy {other}, or a second scenario file",
        "비교할 것을 하나 더 쓰십시오: --policy를 한 번 더(예: --policy {other}) 쓰거나 시나리오 파일을 하나 더 쓰십시오",
    ),
    # why
    "why.line": ("job {job} · {time} UTC: {text}", "작업 {job} · {time} UTC: {text}"),
    "why.not_yet": ("It is submitted {length} later.", "{length} 뒤에 제출됨."),
    "why.runs": ("It runs on {pool}.", "{pool}에서 실행 중."),
    "why.over": ("It has ended.", "끝났음."),
    "why.refused": ("It was rejected: {reason}.", "거절됨: {reason}."),
    "why.unread": ("Row {line} of {path} was rejected: {reason}.", "{path}의 {line}행은 거절됨: {reason}."),
    "why.no_job": ("this run has no job {job}", "이 실행에는 작업 {job:이} 없습니다"),
    "why.jobs": ("its jobs are {first} to {last}", "작업 번호는 {first}부터 {last}까지입니다"),
    "why.two_jobs": ("{n} jobs of this run have number {job}", "번호가 {job}인 작업이 {n}개입니다"),
    "why.two_jobs_remedy": ("name one by its row, such as #{row}", "#{row}처럼 행으로 지정하십시오"),
    "why.beyond": ("the run is over {length} after its start", "실행은 시작 {length} 뒤에 끝났습니다"),
    "why.at_remedy": ("ask at an instant before that", "그보다 앞선 시각을 쓰십시오"),
    "why.other_version": ("version {theirs} made this run and this is {ours}", "이 실행은 {theirs} 판이 만들었고 이것은 {ours} 판입니다"),
    "why.run_again": ("run the scenario again", "시나리오를 다시 실행하십시오"),
}
