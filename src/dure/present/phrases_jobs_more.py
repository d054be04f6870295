"""Korean and English of what holds jobs back, of limits, and of the commands that pause and resume."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dure.model.reasons import Code

Pair = tuple[str, str]

_WAITED = {
    "ok": ("to complete", "완료되기"),
    "any": ("to end", "끝나기"),
    "notok": ("to end without completing", "완료되지 못하고 끝나기"),
    "started": ("to start", "시작되기"),
}
_NEVER = {
    "ok": ("completed, and it did not complete", "완료될 때만 실행하는데 완료되지 못함"),
    "notok": ("ended without completing, and it completed", "완료되지 못할 때만 실행하는데 완료됨"),
}


def _waits(params: Mapping[str, Any]) -> Pair:
    english, korean = _WAITED[params["condition"]]
    return f"it waits for {{job}} {english}", f"{{job:이}} {korean}를 기다림"


def _never(params: Mapping[str, Any]) -> Pair:
    english, korean = _NEVER[params["condition"]]
    return f"it was to run only if {{job}} {english}", f"{{job:이}} {korean}"


HELD_REASONS: dict[Code, Pair | Callable[[Mapping[str, Any]], Pair]] = {
    Code.WAITS_FOR_JOB: _waits,
    Code.NEVER_COMES: _never,
    Code.SERVERS_GONE: (
        "the servers of the grant that it waited for were given back",
        "기다리던 선정의 전용 서버가 반환됨",
    ),
    Code.TASKS_AT_ONCE: (
        "its array lets {most} {most:task|tasks} run at once",
        "배열이 한 번에 작업 {most}개까지만 실행하도록 정해져 있음",
    ),
    Code.PAUSED: ("it was paused by {who}; `dure resume` lets it go on", "{who:이} 멈춰 둠. `dure resume`으로 다시 진행됨"),
}

JOBS_MORE: dict[str, tuple[str, str]] = {
    "command.pause": ("keep a job out of the queue until it is resumed", "다시 진행할 때까지 작업을 대기열에서 빼 둡니다"),
    "command.resume": ("let a paused job go on", "멈춰 둔 작업을 다시 진행합니다"),
    "pause.asked": ("{id}: asked to pause", "{id}: 멈추도록 요청했습니다"),
    "resume.asked": ("{id}: asked to go on", "{id}: 다시 진행하도록 요청했습니다"),
    "resume.not_paused": ("{id}: is not paused ({state})", "{id}: 멈춘 작업이 아닙니다({state})"),
    "work.held.paused": ("{state}, paused", "{state}(멈춤)"),
    "work.held.spec": ("{state}, held back", "{state}(보류)"),
    "work.counts": ("{n} {state}", "{state} {n}개"),
    "work.attempts": ("Attempts", "시도"),
    "work.attempt": ("attempt", "시도"),
    "work.attempt_state": ("state", "상태"),
    "attempt.PLACED": ("PLACED", "배치"),
    "attempt.SENT": ("SENT", "전송"),
    "attempt.RUNNING": ("RUNNING", "실행 중"),
    "attempt.STOPPING": ("STOPPING", "정리 중"),
    "attempt.ENDED": ("ENDED", "종료"),
    "attempt.RECALLED": ("RECALLED", "배치 취소 중"),
    "outcome.COMPLETED": ("completed", "완료"),
    "outcome.FAILED": ("failed", "실패"),
    "outcome.CANCELED": ("canceled", "취소"),
    "outcome.TIME_LIMIT": ("time limit", "제한 시간 초과"),
    "outcome.PREEMPTED": ("preempted", "선점"),
    "outcome.EVICTED": ("evicted", "축출"),
    "outcome.LOST": ("lost", "유실"),
    "outcome.RETRIED": ("failed, tried again", "실패 후 재시도"),
    "outcome.RECALLED": ("taken back before it started", "시작 전 배치 취소"),
    "submit.grant": ("paid by grant {grant}: its own servers", "선정 {grant}의 전용 서버에서 실행합니다"),
    "problem.no_such_after": ("No such job to wait for", "기다릴 작업이 없음"),
    "problem.no_such_after.detail": (
        "`after` names {name}, and there is no such job that you may see.",
        "`after`에 적힌 {name:을} 볼 수 있는 작업 가운데에서 찾지 못했습니다.",
    ),
    "problem.no_such_after.remedy": (
        "write the id that `dure submit` answered, or the name of a job of the same project",
        "`dure submit`이 알려 준 번호나 같은 과제의 작업 이름을 쓰십시오",
    ),
    "problem.no_holding": ("This allocation cannot pay", "쓸 수 없는 배정"),
    "problem.no_holding.detail": (
        "Grant {grant} has no servers of project {project} that can run this; its grants are: {names}.",
        "선정 {grant}에는 이 작업을 실행할 수 있는 {project} 과제의 전용 서버가 없습니다. 이 과제의 선정: {names}.",
    ),
    "problem.no_holding.remedy": (
        "leave `allocation` out, or write `credits`; `dure grants list` shows what the project holds",
        "`allocation`을 빼거나 `credits`로 쓰십시오. 과제의 배정은 `dure grants list`로 볼 수 있습니다",
    ),
    "problem.not_pausable": ("A running job that saves nothing", "저장하지 않는 실행 중 작업"),
    "problem.not_pausable.detail": (
        "{id} runs and names no `checkpoint`: pausing it would throw its work away.",
        "{id:은} 실행 중이고 `checkpoint`가 없어, 멈추면 지금까지 한 일이 사라집니다.",
    ),
    "problem.not_pausable.remedy": (
        "let it end, or cancel it and submit it again with `checkpoint:`",
        "끝나기를 기다리거나, 취소한 뒤 `checkpoint:`를 써서 다시 제출하십시오",
    ),
    "problem.name_a_task": ("Which task?", "어느 작업인지 정해야 함"),
    "problem.name_a_task.detail": ("{id} is an array.", "{id:은} 배열 작업입니다."),
    "problem.name_a_task.remedy": ("name one of its tasks, such as {id}.1", "{id}.1처럼 하나를 지정하십시오"),
    "problem.too_many_jobs": ("Too many open jobs", "진행 중 작업이 너무 많음"),
    "problem.too_many_jobs.detail": (
        "The {who} has {had} open jobs; with {tasks} more there would be more than {most}.",
        "열린 작업이 {had}개({who})인데 {tasks}개를 더하면 한도 {most}개를 넘습니다.",
    ),
    "problem.too_many_jobs.remedy": (
        "wait until some have ended, or cancel what is not needed; `policy: limits:` of the scenario sets the limit",
        "일부가 끝나기를 기다리거나 필요 없는 작업을 취소하십시오. 한도는 시나리오의 `policy: limits:`에 있습니다",
    ),
}

JOBS_MORE_HELP_KO: dict[str, str] = {
    "`credits`, or the number of a grant of dedicated servers (default: as the spec says)": (
        "`credits` 또는 전용 서버 선정 번호(기본값: 명세대로)"
    ),
    "only jobs with this label, NAME=VALUE, as often as needed": "이 라벨(이름=값)이 붙은 작업만. 여러 번 쓸 수 있습니다",
    "one job with its attempts; left out: all": "이 작업과 그 시도들. 빼면 전부",
}
