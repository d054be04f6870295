"""Korean and English of notices, of shells beside jobs, and of what a site does not do."""

from __future__ import annotations

JOBS_TOLD: dict[str, tuple[str, str]] = {
    "command.ssh": ("open a shell beside a running job", "실행 중인 작업 옆에 셸을 엽니다"),
    "ssh.gone": ("{id}: the shell ended with its job", "{id}: 작업이 끝나 셸도 닫혔습니다"),
    "notice.subject": ("[dure] {job} {name}: {text}", "[dure] {job} {name}: {text}"),
    "notice.on-start": ("Job {job} ({name}) has started.", "작업 {job:이} 시작되었습니다 ({name})."),
    "notice.on-start.short": ("started", "시작"),
    "notice.on-end": ("Job {job} ({name}) has ended: {outcome}.", "작업 {job:이} 끝났습니다 ({name}): {outcome}."),
    "notice.on-end.short": ("ended", "종료"),
    "notice.on-fail": ("Job {job} ({name}) has failed: {outcome}.", "작업 {job:이} 실패했습니다 ({name}): {outcome}."),
    "notice.on-fail.short": ("failed", "실패"),
    "notice.on-preempt": (
        "Job {job} ({name}) was stopped ({outcome}) and waits again.",
        "작업 {job:이} 중단되어({outcome}) 다시 기다리고 있습니다 ({name}).",
    ),
    "notice.on-preempt.short": ("stopped, waits again", "중단 후 대기"),
    "notice.more": ("dure ps {job}; dure logs {job}", "자세히 보기: dure ps {job}, dure logs {job}"),
    "submit.no_mail": (
        "no mail is sent here: DURE_SMTP is not set for this service, so `notify: mail` tells nobody",
        "이 서비스에는 DURE_SMTP가 설정되지 않아 `notify: mail`로 메일이 가지 않습니다",
    ),
    "problem.not_served": ("No site here does this", "이곳에서 할 수 없는 요청"),
    "problem.not_served.detail": (
        "{name} asks for {keys}, and no site of this programme acts on that; nothing was submitted.",
        "{name} 명세의 {keys} 항목을 처리하는 센터가 없어 제출하지 않았습니다.",
    ),
    "problem.not_served.remedy": (
        "leave it out; what the program needs can come with `files`, or be fetched by `run`",
        "그 항목을 빼십시오. 필요한 것은 `files`로 함께 보내거나 `run`에서 준비할 수 있습니다",
    ),
    "problem.not_running": ("The job does not run", "실행 중이 아닌 작업"),
    "problem.not_running.detail": ("{id} does not run now: there is nothing to stand beside.", "{id:은} 지금 실행 중이 아닙니다."),
    "problem.not_running.remedy": ("`dure why {id}` says what it waits for", "`dure why {id}`로 이유를 볼 수 있습니다"),
    "problem.no_shell": ("No shell there", "셸을 열 수 없음"),
    "problem.no_shell.detail": (
        "{pool} opens no shells, or too many are open.",
        "{pool}에서는 셸을 열 수 없거나 이미 너무 많이 열려 있습니다.",
    ),
    "problem.no_shell.remedy": ("close one, or look at the logs", "열린 셸을 닫거나 로그를 보십시오"),
}

JOBS_TOLD_HELP_KO: dict[str, str] = {
    "say of each job that waits why it does": "기다리는 작업마다 이유를 함께 보여 줍니다",
    "a program instead of a shell, with its arguments": "셸 대신 실행할 프로그램과 인자",
}
