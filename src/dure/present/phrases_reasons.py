"""Words of causes, menders and reasons: (English, Korean) side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dure.model.reasons import Code, Mender
from dure.present.phrases_jobs_more import HELD_REASONS

Pair = tuple[str, str]

STEP_WORDS: dict[str, Pair] = {
    "contracted": ("contracted", "계약"),
    "installed": ("installed", "설치"),
    "powered": ("powered", "전력 공급"),
    "available": ("available", "가용"),
    "busy": ("busy", "사용"),
    "productive": ("productive", "유효 작업"),
}

MENDER_WORDS: dict[Mender, Pair] = {
    Mender.STATE: ("state", "국가"),
    Mender.PROGRAMME: ("programme", "전담기관"),
    Mender.OPERATOR: ("operator", "운영사업자"),
    Mender.USER: ("user", "이용자"),
}

CAUSE_WORDS: dict[str, tuple[Pair, Pair, Pair]] = {
    "not_delivered": (
        ("not delivered", "납품 전"),
        ("machines that were contracted were not yet accepted on the floor", "계약한 장비가 아직 검수·설치되지 않았기"),
        ("Deliver on the agreed date, or pay from acceptance on.", "약정한 날짜에 납품하거나, 검수일부터 대금을 지급합니다."),
    ),
    "unfunded": (
        ("no operating money", "운영예산 없음"),
        ("no operating money was there to run them", "운영할 예산이 없었기"),
        ("Fund operation for every year of a machine's life before buying it.", "구매에 앞서 장비 수명 전 기간의 운영예산을 확보합니다."),
    ),
    "unpowered": (
        ("no power", "전력 없음"),
        ("electricity or cooling was missing", "전력이나 냉방이 공급되지 않았기"),
        ("Raise the power cap or move load to a site that has room.", "전력 한도를 올리거나 여유가 있는 센터로 부하를 옮깁니다."),
    ),
    "unobserved": (
        ("not observed", "관측 안 됨"),
        ("nobody could see what they were doing", "상태가 관측되지 않았기"),
        ("Restore the site's reporting.", "센터의 상태 보고를 복구합니다."),
    ),
    "failed": (
        ("failed", "고장"),
        ("nodes had failed and were under repair", "서버가 고장 나 수리 중이었기"),
        ("Keep spare nodes and shorten the repair.", "예비 서버를 두고 수리 시간을 줄입니다."),
    ),
    "maintenance": (
        ("maintenance", "정비"),
        ("nodes were in maintenance", "서버가 정비 중이었기"),
        ("Bundle maintenance and drain nodes shortly before it.", "정비를 묶고, 정비 직전에만 서버를 비웁니다."),
    ),
    "foreign": (
        ("others' work", "외부 작업"),
        ("work of others ran on devices meant for public use", "정부 활용분에서 다른 작업이 돌았기"),
        ("Give public devices back, or charge them to own use.", "정부 활용분을 돌려주거나 자체 활용분으로 정산합니다."),
    ),
    "dispatch": (
        ("starting up", "시작 대기"),
        ("jobs were placed but had not started yet", "배치된 작업이 아직 시작되지 않았기"),
        ("Shorten the site's start delay.", "센터의 작업 시작 지연을 줄입니다."),
    ),
    "dedicated_idle": (
        ("dedicated, idle", "전용 배정 유휴"),
        ("projects held dedicated nodes without using or lending them", "과제가 전용 서버를 쓰지도 빌려주지도 않았기"),
        ("Lend idle dedicated nodes, or recall them.", "쉬는 전용 서버를 대여하거나 회수합니다."),
    ),
    "held": (
        ("held for a large job", "큰 작업 몫 보류"),
        ("devices were held for a large job that was about to start", "곧 시작할 큰 작업을 위해 자리를 비워 두었기"),
        ("Backfill more, or hold less.", "백필을 늘리거나 보류를 줄입니다."),
    ),
    "fragmented": (
        ("fragmented", "흩어진 자리"),
        ("free devices were scattered over nodes and no waiting job fitted", "빈 가속기가 여러 서버에 흩어져 맞는 작업이 없었기"),
        ("Place more tightly, or let jobs span nodes.", "더 촘촘히 배치하거나 작업을 여러 서버에 나눕니다."),
    ),
    "too_small": (
        ("gap too small", "모자란 자리"),
        ("fewer devices were free in the pool than any waiting job asked for", "풀의 빈 가속기가 대기 작업이 요구한 수보다 적었기"),
        ("Make pools larger, or take smaller jobs into the mix.", "풀을 합치거나 작은 작업을 함께 받습니다."),
    ),
    "capped": (
        ("over a limit", "한도 도달"),
        ("the projects of waiting jobs had used up their quota, credits or a cap", "기다리는 작업의 과제가 한도나 크레딧을 다 썼기"),
        ("Let projects borrow idle quota, or raise it.", "남는 한도를 빌려 쓰게 하거나 한도를 올립니다."),
    ),
    "incompatible": (
        ("wrong kind", "기종 불일치"),
        ("waiting jobs could not run on the models that were free", "대기 작업이 비어 있는 기종에서는 돌 수 없었기"),
        ("Buy what is asked for, or port the jobs.", "수요가 있는 기종을 사거나 작업을 이식합니다."),
    ),
    "no_demand": (
        ("no demand", "수요 없음"),
        ("no job was waiting", "대기 중인 작업이 없었기"),
        ("Open a call, or buy later.", "공고를 내거나 구매를 늦춥니다."),
    ),
    "rework": (
        ("work done again", "재작업"),
        ("work after the last checkpoint was lost and done again", "마지막 체크포인트 뒤의 작업을 잃고 다시 했기"),
        ("Checkpoint more often and give notice before stopping a job.", "체크포인트를 자주 남기고, 작업을 멈추기 전에 알립니다."),
    ),
    "overhead": (
        ("start-up and checkpoints", "준비·저장"),
        ("jobs were starting up or writing checkpoints", "작업이 준비 중이거나 체크포인트를 쓰고 있었기"),
        ("Cache images and data, and tune the checkpoint interval.", "이미지와 데이터를 미리 두고 체크포인트 간격을 맞춥니다."),
    ),
    "job_error": (
        ("job error", "작업 오류"),
        ("the program failed or hit its time limit", "프로그램이 실패하거나 시간 한도에 걸렸기"),
        ("Test small first, and checkpoint.", "작게 먼저 시험하고 체크포인트를 남깁니다."),
    ),
}
"""Per cause: its short name; the clause of "was lost because …" / "… 때문에"; what its mender can do."""

_ORDER: dict[str, Pair] = {
    "fcfs": ("{ahead} {ahead:job|jobs} submitted before it", "먼저 제출된 작업 {ahead}개가 앞에 있음"),
    "sjf": ("{ahead} {ahead:job|jobs} before it that {ahead:asks|ask} for no more time", "더 오래 걸리지 않는 작업 {ahead}개가 앞에 있음"),
    "multifactor": ("{ahead} {ahead:job|jobs} of higher fair-share before it", "공정 배분 순위가 높은 작업 {ahead}개가 앞에 있음"),
    "priority": ("{ahead} {ahead:job|jobs} of the same or higher priority before it", "우선순위가 같거나 높은 작업 {ahead}개가 앞에 있음"),
    "rank": ("{ahead} {ahead:job|jobs} of the same or higher rank before it", "등급이 같거나 높은 작업 {ahead}개가 앞에 있음"),
}

_DOMAIN: dict[int, Pair] = {
    0: ("", ""),
    1: (", best in one fabric domain", ", 되도록 한 패브릭 도메인 안에"),
    2: (" in one fabric domain", " 한 패브릭 도메인 안에"),
}


def _waits_for_devices(params: Mapping[str, Any]) -> Pair:
    memory = (" with ≥ {memory_gb} GB", "{memory_gb}GB 이상 ") if params["memory_gb"] else ("", "")
    domain = _DOMAIN[params["domain"]]
    english = "waits for {devices} {devices:accelerator|accelerators}" + memory[0] + domain[0]
    inside = f"{domain[1].lstrip(', ')} " if domain[1] else ""
    return english, inside + memory[1] + "가속기 {devices}대를 기다림"


def _queue_position(params: Mapping[str, Any]) -> Pair:
    return _ORDER[params["order"]]


def _held_for_head(params: Mapping[str, Any]) -> Pair:
    english = "the free devices of {pool} are held for job {job}, which starts "
    if params["start_s"]:
        return english + "in {start_s_text}", "{pool}의 빈 가속기는 {start_s_text} 뒤 시작할 작업 {job}의 몫으로 보류됨"
    return english + "when its last ones come free", "{pool}의 빈 가속기는 나머지 자리를 기다리는 작업 {job}의 몫으로 보류됨"


def _kept_until_date(params: Mapping[str, Any]) -> Pair:
    if params["start_s"]:
        return (
            "the free devices of {pool} are kept for job {job}, which has a date in {start_s_text}, and this job needs {needs_s_text}",
            "{pool}의 빈 가속기는 {start_s_text} 뒤로 날짜를 받은 작업 {job}의 몫인데 이 작업은 {needs_s_text} 걸림",
        )
    return (
        "the free devices of {pool} are kept for job {job}, whose date has come and which waits for its last ones",
        "{pool}의 빈 가속기는 받은 날짜가 되어 나머지 자리를 기다리는 작업 {job}의 몫임",
    )


def _has_date(params: Mapping[str, Any]) -> Pair:
    if params["start_s"]:
        return "it has a date: it starts in {pool} in {start_s_text} or earlier", "날짜를 받음: 늦어도 {start_s_text} 뒤 {pool}에서 시작"
    return (
        "it has a date, which has come: it is the first to start in {pool} when there is room",
        "받은 날짜가 됨: {pool}에 자리가 나면 맨 먼저 시작",
    )


_WAITS_FOR: dict[str, Pair] = {
    "not_delivered": ("delivery", "납품을"),
    "unfunded": ("operating money", "운영예산을"),
    "unpowered": ("power", "전력을"),
    "unobserved": ("being observed again", "관측 복구를"),
    "failed": ("repair", "수리를"),
    "maintenance": ("the end of maintenance", "정비가 끝나기를"),
}


def _servers_wait(params: Mapping[str, Any]) -> Pair:
    what = _WAITS_FOR[params["mode"]]
    when = (
        (", expected in {until_s_text}", ", {until_s_text} 뒤 예상") if "until_s" in params else (", nobody says until when", ", 기한 없음")
    )
    english = "{nodes} {nodes:server|servers} of {pool} {nodes:waits|wait} for " + what[0] + when[0]
    return english, "{pool}의 서버 {nodes}대는 " + what[1] + " 기다림" + when[1]


REASON_WORDS: dict[Code, Pair | Callable[[Mapping[str, Any]], Pair]] = {
    Code.WAITS_FOR_DEVICES: _waits_for_devices,
    Code.FREE: ("{free} free", "지금 {free}대 비어 있음"),
    Code.FREE_IN_POOL: ("{free} free in {pool}", "{pool}에 지금 {free}대 비어 있음"),
    Code.FREE_ON_A_NODE: (
        "{free} free in {pool}, at most {most} on one node",
        "{pool}에 지금 {free}대 비어 있으나 한 서버에는 많아야 {most}대",
    ),
    Code.FREE_WHOLE_NODES: (
        "{whole} of the {nodes} whole nodes that it takes free in {pool}",
        "통째로 필요한 서버 {nodes}대 중 {pool}에 지금 {whole}대 비어 있음",
    ),
    Code.FREE_IN_A_DOMAIN: (
        "at most {whole} of the {nodes} whole nodes that it takes free in one fabric domain of {pool}",
        "통째로 필요한 서버 {nodes}대 중 {pool}의 한 패브릭 도메인에 많아야 {whole}대 비어 있음",
    ),
    Code.EXPECTED_START: ("expected to start in {start_s_text}", "{start_s_text} 뒤 시작 예상"),
    Code.NO_EXPECTED_START: ("no start can be foreseen yet", "시작 시각을 아직 알 수 없음"),
    Code.QUEUE_POSITION: _queue_position,
    Code.HEAD: ("it is the first in line for them", "그 자리를 기다리는 줄의 맨 앞에 있음"),
    Code.HELD_FOR_HEAD: _held_for_head,
    Code.LIMITED_BY_BACKFILL: (
        "it needs {needs_s_text} and the gap before the first in line is {window_s_text}",
        "{needs_s_text} 걸리는데 맨 앞 작업이 시작하기까지 {window_s_text}만 빔",
    ),
    Code.KEPT_UNTIL_DATE: _kept_until_date,
    Code.HAS_DATE: _has_date,
    Code.BEHIND_HEAD: ("nothing starts before job {job}, the first in line", "맨 앞의 작업 {job}보다 먼저 시작하는 작업은 없음"),
    Code.PLANNED_FOR_OTHERS: (
        "what is free is promised to others; it is promised to start in {start_s_text}",
        "빈 가속기는 다른 작업에 약속됨; 이 작업은 {start_s_text} 뒤 시작하기로 약속됨",
    ),
    Code.PLANNED_WHOLE: (
        "there is room on a shared node, and the plan counts whole nodes; it is promised to start in {start_s_text}",
        "나눠 쓰는 서버에 자리가 있으나 계획은 통째로 빈 서버만 셈; {start_s_text} 뒤 시작하기로 약속됨",
    ),
    Code.PLAN_KEPT: (
        "it is promised to start in {start_s_text}, and the plan has not been made anew since there is room",
        "{start_s_text} 뒤 시작하기로 약속됨, 자리가 난 뒤로 계획을 아직 다시 세우지 않음",
    ),
    Code.BEYOND_DEPTH: (
        "only the first {depth} in line {depth:is|are} promised a start",
        "맨 앞의 {depth}개까지만 시작 시각을 약속함",
    ),
    Code.OVER_QUOTA: (
        "project {project} may hold {headroom} more {headroom:accelerator|accelerators} by weight, and it needs {needs}",
        "과제 {project}의 남은 한도는 환산 {headroom}대인데 {needs}대가 필요함",
    ),
    Code.OVER_MODEL_QUOTA: (
        "quota of {project} for {model}: {held} of {most} in use, and it needs {needs}",
        "{project}의 {model} 한도: {most}대 중 {held}대 사용 중인데 {needs}대가 필요함",
    ),
    Code.OVER_CREDITS: (
        "project {project} has {left_micro_text} of the {needs_micro_text} credits this job needs",
        "과제 {project}의 크레딧이 모자람: 필요한 {needs_micro_text} 중 {left_micro_text} 남음",
    ),
    Code.BUDGET_STOP: ("project {project} is stopped: its budget is used up", "과제 {project}의 예산을 다 써서 멈춤"),
    Code.NOT_ELIGIBLE: ("no pool offers what it asks for ({constraint})", "요구한 조건({constraint})을 갖춘 풀이 없음"),
    Code.INFERENCE_ONLY: ("it trains, and {models} can only serve", "학습 작업인데 {models:은} 추론 전용임"),
    Code.MEMORY_TOO_SMALL: (
        "it needs {memory_gb} GB per accelerator; the largest has {largest_gb} GB",
        "가속기당 {memory_gb}GB가 필요한데 가장 큰 것이 {largest_gb}GB임",
    ),
    Code.TOO_LARGE: (
        "it asks for {devices} accelerators; the largest pool it may use has {largest}",
        "가속기 {devices}대를 요구했는데 쓸 수 있는 가장 큰 풀이 {largest}대임",
    ),
    Code.INFEASIBLE_NOW: (
        "only {up} of the {devices} accelerators it needs are up",
        "필요한 {devices}대 중 {up}대만 켜져 있음",
    ),
    Code.SERVERS_WAIT: _servers_wait,
    Code.SERVERS_WAIT_OPEN: _servers_wait,
    Code.SERVERS_DEDICATED: (
        "{nodes} {nodes:server|servers} of {pool} {nodes:is|are} dedicated to {project} for another {until_s_text}",
        "{pool}의 서버 {nodes}대는 앞으로 {until_s_text} 동안 {project} 전용임",
    ),
    Code.SERVERS_DEDICATED_OPEN: (
        "{nodes} {nodes:server|servers} of {pool} {nodes:is|are} dedicated to {project} to the end of the run",
        "{pool}의 서버 {nodes}대는 실행이 끝날 때까지 {project} 전용임",
    ),
    Code.SERVERS_EMPTYING: (
        "{nodes} {nodes:server|servers} of {pool} {nodes:comes|come} back from a term when {nodes:it is|they are} empty",
        "{pool}의 서버 {nodes}대는 전용 기간이 끝나 비는 대로 돌아옴",
    ),
    Code.DEDICATED_OWNER_FIRST: (
        "{pool} is dedicated to {project}, whose own jobs come first",
        "{pool:은} {project} 전용이라 그 과제의 작업이 먼저임",
    ),
    Code.NOT_LENT: ("{pool} is dedicated to {project} and not lent to it", "{pool:은} {project} 전용이고 이 작업에는 빌려주지 않음"),
    Code.NOT_READY: (
        "it waits for other jobs, for its begin time or for the end of a refusal",
        "앞선 작업, 시작 시각 또는 거절이 풀리기를 기다림",
    ),
    Code.BARRED: ("{pool} refused it and is tried again in {until_s_text}", "{pool:이} 거절하여 {until_s_text} 뒤 다시 시도함"),
    Code.CALLED_BACK: (
        "called back from {pool} after {ahead_s_text} without a start",
        "{pool}에 배치되어 {ahead_s_text} 동안 시작하지 않아 배치를 취소함",
    ),
    Code.CALLING_BACK: (
        "placed on {pool} and asked back, because it did not start in time; the site has not answered yet",
        "{pool}에 배치되었으나 제때 시작하지 않아 배치 취소를 요청함, 센터의 답을 기다리는 중",
    ),
    Code.POOL_BARRED: (
        "{pool} did not start such a job in time and is tried again in {until_s_text}",
        "{pool:이} 이런 작업을 제때 시작하지 않아 {until_s_text} 뒤 다시 시도함",
    ),
    Code.DISPATCHING: ("placed on {pool}; the site is starting it", "{pool}에 배치됨, 센터가 시작하는 중"),
    **HELD_REASONS,
    Code.PREEMPTED: ("it was preempted and lost {lost_s_text} of work", "선점되어 {lost_s_text}의 작업을 잃음"),
}
"""`start_s`, `until_s` and the like are said as time from now: the caller subtracts the clock."""
