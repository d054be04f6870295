"""Korean and English of the web's own refusals and of the pages. Keys of problems end in `web.problems.Said.code`."""

from __future__ import annotations

WEB: dict[str, tuple[str, str]] = {
    "problem.unknown_token": ("Unknown token", "알 수 없는 토큰"),
    "problem.unknown_token.detail": (
        "The request shows no token, or one that is nobody's or has expired.",
        "요청에 토큰이 없거나, 등록되지 않았거나 만료된 토큰입니다.",
    ),
    "problem.unknown_token.remedy": (
        "log in with `dure login`, or send `Authorization: Bearer TOKEN`",
        "`dure login`으로 로그인하거나 `Authorization: Bearer 토큰` 헤더를 보내십시오",
    ),
    "problem.forbidden": ("Not allowed", "권한 없음"),
    "problem.forbidden.detail": (
        "Your roles do not allow `{act}` here.",
        "가지신 역할로는 여기에서 `{act}` 작업을 할 수 없습니다.",
    ),
    "problem.forbidden.remedy": (
        "ask somebody whose role allows it; `dure whoami` shows yours",
        "권한이 있는 담당자에게 요청하십시오. 내 역할은 `dure whoami`로 볼 수 있습니다",
    ),
    "problem.no_such_job": ("No such job", "없는 작업"),
    "problem.no_such_job.detail": ("There is no job {id} that you may see.", "볼 수 있는 작업 중에 {id:이} 없습니다."),
    "problem.no_such_job.remedy": ("`dure ps` lists yours", "`dure ps`로 내 작업을 볼 수 있습니다"),
    "problem.not_found": ("Not found", "찾을 수 없음"),
    "problem.not_found.detail": ("There is no {what}.", "{what:은} 없습니다."),
    "problem.not_found.remedy": (
        "`outputs` of the job spec names what is kept; ask without a name for the list",
        "작업 명세의 `outputs`에 적힌 것만 보관됩니다. 이름 없이 요청하면 목록을 받습니다",
    ),
    "problem.no_project_yet": ("No project yet", "아직 과제가 없음"),
    "problem.no_project_yet.detail": (
        "You are in no project yet, and a project's allocation pays for what runs.",
        "아직 참여하는 과제가 없습니다. 작업의 크레딧은 과제의 배정에서 나갑니다.",
    ),
    "problem.no_project_yet.remedy": (
        "apply for one with `dure projects apply`, or ask the leader of a project to add you",
        "`dure projects apply`로 신청하거나, 과제 책임자에게 추가를 부탁하십시오",
    ),
    "problem.no_project": ("Which project?", "과제를 정해야 함"),
    "problem.no_project.detail": (
        "The job names no project, and yours are: {names}.",
        "작업에 과제 이름이 없습니다. 참여 중인 과제: {names}.",
    ),
    "problem.no_project.remedy": (
        "write `project:` into the job spec, or apply for one with `dure projects apply`",
        "작업 명세에 `project:`를 쓰거나 `dure projects apply`로 과제를 신청하십시오",
    ),
    "problem.not_member": ("Not a member", "참여하지 않은 과제"),
    "problem.not_member.detail": ("You are not a member of project {project}.", "{project} 과제의 참여자가 아닙니다."),
    "problem.not_member.remedy": (
        "name a project of yours (`dure whoami`), or ask its principal investigator to add you",
        "내 과제를 쓰거나(`dure whoami`) 연구책임자에게 참여를 요청하십시오",
    ),
    "problem.no_pool": ("No pool can run this", "실행할 수 있는 풀 없음"),
    "problem.no_pool.detail": (
        "No pool of the programme can run {name} as it is written; nothing was submitted.",
        "지금 명세대로는 사업의 어느 풀에서도 {name:을} 실행할 수 없어 제출하지 않았습니다.",
    ),
    "problem.no_pool.remedy": (
        "`verdict` says what each pool lacks and which line to change; `dure submit` shows it",
        "`verdict`에 풀마다 무엇이 부족하고 어느 줄을 고치면 되는지 있습니다. `dure submit`이 보여 줍니다",
    ),
    "problem.blob_missing": ("A packed file is missing", "함께 보낼 파일 없음"),
    "problem.blob_missing.detail": (
        "The file {name} is not packed with the job, is packed twice, or was never sent.",
        "{name} 파일이 작업과 함께 오지 않았거나, 두 번 들어 있거나, 보내진 적이 없습니다.",
    ),
    "problem.blob_missing.remedy": (
        "send its content with PUT /api/v1/blobs/SHA256 and name it in `files`; `dure submit` does both",
        "PUT /api/v1/blobs/SHA256으로 내용을 보내고 `files`에 이름을 쓰십시오. `dure submit`은 둘 다 합니다",
    ),
    "problem.blob_differs": ("The content differs from its name", "내용과 이름이 다름"),
    "problem.blob_differs.detail": (
        "What was sent does not have the SHA-256 in the address.",
        "보낸 내용의 SHA-256이 주소에 적힌 값과 다릅니다.",
    ),
    "problem.blob_differs.remedy": ("send it again", "다시 보내십시오"),
    "problem.bad_key": ("Idempotency-Key cannot be used", "쓸 수 없는 Idempotency-Key"),
    "problem.bad_key.detail": (
        "An Idempotency-Key has 1 to 200 printable ASCII characters.",
        "Idempotency-Key는 인쇄 가능한 ASCII 문자 1~200자입니다.",
    ),
    "problem.bad_key.remedy": ("draw a UUID for every new request", "새 요청마다 UUID를 하나 만들어 쓰십시오"),
    "problem.bad_event": ("Last-Event-ID cannot be used", "쓸 수 없는 Last-Event-ID"),
    "problem.bad_event.detail": (
        "The id of an event here is the number of a row of the log.",
        "이 스트림의 이벤트 id는 로그 행의 번호입니다.",
    ),
    "problem.bad_event.remedy": ("send the id that came last, or none", "마지막으로 받은 id를 보내거나 아무것도 보내지 마십시오"),
    "problem.key_taken": ("The key was used before", "이미 쓰인 키"),
    "problem.key_taken.detail": (
        "This Idempotency-Key was used for another request; nothing was done.",
        "다른 요청에 이미 쓰인 Idempotency-Key입니다. 아무것도 하지 않았습니다.",
    ),
    "problem.key_taken.remedy": ("send another key with another request", "다른 요청에는 다른 키를 보내십시오"),
    "problem.too_large": ("Too large", "너무 큼"),
    "problem.too_large.detail": ("More than {most} MiB were sent.", "{most} MiB보다 많이 보냈습니다."),
    "problem.too_large.remedy": (
        "put large inputs into a data set (`data:` of the job spec)",
        "큰 입력은 데이터 세트로 두십시오(작업 명세의 `data:`)",
    ),
    "problem.too_many": ("Too many requests", "요청이 너무 많음"),
    "problem.too_many.detail": (
        "You ask more than one person may at once.",
        "한 사람이 한꺼번에 보낼 수 있는 요청보다 많습니다.",
    ),
    "problem.too_many.remedy": (
        "wait as long as Retry-After says; many equal jobs are one `array:`",
        "Retry-After만큼 기다리십시오. 같은 작업이 많으면 `array:` 하나로 쓸 수 있습니다",
    ),
    "problem.busy": ("Busy", "혼잡"),
    "problem.busy.detail": (
        "More requests wait to be kept than this service holds; this one was not kept.",
        "저장을 기다리는 요청이 너무 많아 이 요청은 저장하지 않았습니다.",
    ),
    "problem.busy.remedy": (
        "send it again with the same Idempotency-Key after Retry-After",
        "Retry-After만큼 기다린 뒤 같은 Idempotency-Key로 다시 보내십시오",
    ),
    "problem.unavailable": ("Not available now", "지금은 쓸 수 없음"),
    "problem.unavailable.detail": (
        "The database or the broker does not answer; whether the request was kept is not known.",
        "데이터베이스나 브로커가 응답하지 않습니다. 요청이 저장되었는지는 알 수 없습니다.",
    ),
    "problem.unavailable.remedy": (
        "send it again with the same Idempotency-Key: it is done once",
        "같은 Idempotency-Key로 다시 보내십시오. 한 번만 처리됩니다",
    ),
    "problem.input": ("The request is not sound", "올바르지 않은 요청"),
    "problem.limit": ("More than this build carries", "처리 한도를 넘음"),
    "problem.missing": ("Not there", "없음"),
    "problem.field": ("{text}", "{text}"),
    "problem.field.remedy": ("compare it with /openapi.json", "/openapi.json과 견주어 보십시오"),
    "problem.method": ("Not done here", "지원하지 않는 방법"),
    "problem.media": ("Not this kind of content", "지원하지 않는 형식"),
    "problem.request": ("The request cannot be read", "읽을 수 없는 요청"),
    "problem.plain.detail": ("The server answers: {what}.", "서버의 답: {what}."),
    "problem.plain.remedy": ("docs/API.md lists what there is", "docs/API.md에 주소 목록이 있습니다"),
    "problem.bug": ("A bug in dure", "dure의 오류"),
    "problem.bug.detail": (
        "This is a bug. The log of the server has what happened under the reference {reference}.",
        "dure의 오류입니다. 서버 로그에 참조 번호 {reference:으로} 남아 있습니다.",
    ),
    "problem.bug.remedy": ("tell whoever runs this service the reference", "서비스 운영자에게 참조 번호를 알려 주십시오"),
    "why.new": ("It is kept; the broker takes it up within seconds.", "접수되었습니다. 곧 브로커가 처리합니다."),
    "why.active": ("It is running.", "실행 중입니다."),
    "why.completed": ("It has ended well.", "정상 종료했습니다."),
    "why.failed": ("It has failed; `dure logs` shows what it wrote.", "실패했습니다. `dure logs`로 출력을 볼 수 있습니다."),
    "why.limit": (
        "It ran {ran} and was ended at its time limit. Write a longer `time:`, or a `checkpoint:` where it saves its work, and "
        "submit it again; `dure logs {id}` shows what it wrote.",
        "{ran} 동안 실행되고 제한 시간에 끝났습니다. `time:`을 늘리거나, 작업을 저장한다면 `checkpoint:`를 써서 다시 제출하십시오. "
        "출력은 `dure logs {id}`로 볼 수 있습니다.",
    ),
    "why.limit_saves": (
        "It ran {ran} and was ended at its time limit; what it saved last is kept where it wrote it. Write a longer `time:` and "
        "submit it again; `dure logs {id}` shows what it wrote.",
        "{ran} 동안 실행되고 제한 시간에 끝났습니다. 마지막으로 저장한 것은 쓴 자리에 남아 있습니다. `time:`을 늘려 다시 제출하십시오. "
        "출력은 `dure logs {id}`로 볼 수 있습니다.",
    ),
    "why.tasks": ("Of {n} tasks: {states}.", "작업 {n}개: {states}."),
    "why.next_task": ("The next task that waits: {text}", "다음 대기 작업: {text}"),
    "why.failed_tasks": (
        "`dure why {id}.N` says of task N why it failed, `dure ps {id}` lists the runs.",
        "작업 N이 실패한 까닭은 `dure why {id}.N`, 실행 목록은 `dure ps {id}`에서 볼 수 있습니다.",
    ),
    "why.canceled": ("It was canceled.", "취소되었습니다."),
    "why.unknown": ("The broker has not said why yet.", "브로커가 아직 이유를 알려 주지 않았습니다."),
}
