"""Phrases of `dure rate`: key → (English, Korean); the Korean of its options."""

from __future__ import annotations

RATE: dict[str, tuple[str, str]] = {
    "rate.kind": ("What happened", "실제 가동 내역"),
    "rate.title": ("{name}: what happened", "{name}: 실제 가동 내역"),
    "rate.period": ("{start} to {end} ({zone}), {length}", "{start}부터 {end}까지({zone}), {length}"),
    "rate.simulated": ("These records are made up, not of a real cluster: {how}", "실제 클러스터의 기록이 아니라 만든 기록입니다: {how}"),
    "rate.lead": (
        "Of {installed} installed accelerator-hours {busy} were in use: operating rate {operating}, occupancy {occupancy}.",
        "설치된 {installed} 가속기시간 가운데 {busy:을} 썼습니다: 가동률 {operating}, 사용률 {occupancy}.",
    ),
    "rate.lead_unknown": (
        "{busy} accelerator-hours were in use. Of how many is unknown without a list of nodes: the operating rate is unknown.",
        "{busy} 가속기시간을 썼습니다. 서버 목록이 없어 전체가 얼마인지 알 수 없으므로 가동률은 미상입니다.",
    ),
    "rate.unknown_between": ("unknown, {least} to {most}", "미상, {least}~{most}"),
    "rate.between": ("{least} to {most}", "{least}~{most} 사이"),
    "rate.goodput": ("goodput rate {least} to {most}", "유효 가동률 {least}~{most}"),
    "rate.goodput_one": ("goodput rate {least}", "유효 가동률 {least}"),
    "rate.coverage": (
        "Coverage: of {known} of contracted time records say what it was; within {reached} of it every job is in the file.",
        "기록 범위: 계약 시간의 {known:은} 무엇이었는지 기록이 말해 주고, {reached} 안에서는 모든 작업이 파일에 있습니다.",
    ),
    "rate.jobs": (
        "{jobs} {jobs:job|jobs} with accelerators in {attempts} {attempts:attempt|attempts}; {running} still running and {waiting} waiting "
        "at the end.",
        "가속기를 쓰는 작업 {jobs}개, 시도 {attempts}번. 끝날 때 실행 중 {running}개, 대기 중 {waiting}개.",
    ),
    "rate.sentence": (
        "{share} of contracted time: {because} ({hours} accelerator-hours). Who can mend it: {mender}. {mend}",
        "계약 시간의 {share}: {because} ({hours} 가속기시간). 해소할 수 있는 쪽: {mender}. {mend}",
    ),
    "rate.losses": ("Largest losses", "가장 큰 손실"),
    "rate.cause.held": ("free beside waiting jobs", "대기 작업 옆 빈자리"),
    "rate.cause.overhead": ("suspended", "멈춘 채 점유"),
    # what a cause means where only records speak
    "rate.because.unobserved": ("no record says what free devices were doing", "빈 가속기의 상태를 말해 주는 기록이 없음"),
    "rate.mend.unobserved": (
        "Add --events with what `sacctmgr show event` prints, or a longer span of sacct.",
        "`sacctmgr show event`의 출력을 --events로 주거나 더 긴 기간의 sacct를 주십시오.",
    ),
    "rate.because.held": (
        "enough was free for a waiting job, and it still waited; records do not say why",
        "대기 작업이 들어갈 자리가 있었는데도 기다림. 이유는 기록에 없음",
    ),
    "rate.mend.held": (
        "Look at priorities, reservations, CPU and memory beside the accelerators, and the scheduler's own cycle.",
        "우선순위, 예약, 가속기 옆의 CPU와 메모리, 스케줄러 주기를 살펴보십시오.",
    ),
    "rate.because.capped": (
        "the last thing that kept waiting jobs back was a limit of their account or quality of service",
        "대기 작업을 마지막으로 막은 것이 계정이나 서비스 품질의 한도",
    ),
    "rate.because.rework": (
        "attempts ended by a failed node, a preemption or a requeue; how much of their work was kept records do not say, so at most",
        "서버 고장, 선점, 재대기열로 끝난 시도. 남은 작업이 얼마인지 기록에 없어 최대치",
    ),
    "rate.because.job_error": (
        "attempts that failed, ran out of memory or hit their time limit; how much of their work was kept records do not say, so at most",
        "실패, 메모리 부족, 시간 한도로 끝난 시도. 남은 작업이 얼마인지 기록에 없어 최대치",
    ),
    "rate.because.overhead": ("jobs held devices while they were suspended", "작업이 멈춘 채 가속기를 붙들고 있음"),
    "rate.mend.overhead": ("Requeue jobs instead of suspending them.", "작업을 멈추지 말고 다시 대기열에 넣으십시오."),
    "rate.because.failed": ("nodes were down, or drained for a fault", "서버가 고장이거나 장애로 비워짐"),
    "rate.because.maintenance": ("nodes were drained or in maintenance", "서버를 비우거나 정비 중"),
    "rate.because.not_delivered": ("machines were contracted and not yet installed", "계약했으나 아직 설치되지 않음"),
    "rate.because.fragmented": (
        "enough devices were free for a waiting job, but not in the pieces it asked for",
        "대기 작업이 들어갈 만큼 비었으나 요구한 묶음으로는 없음",
    ),
    "rate.because.too_small": ("fewer devices were free than a waiting job asked for", "빈 가속기가 대기 작업이 요구한 수보다 적음"),
    "rate.because.incompatible": ("jobs waited for another model than was free", "비어 있는 기종과 다른 기종을 기다림"),
    "rate.because.no_demand": ("no job with accelerators was waiting", "가속기를 기다리는 작업이 없음"),
    # sections
    "rate.section.waterfall": ("Where each accelerator-hour went", "가속기시간이 간 곳"),
    "rate.section.days": ("By day", "날짜별"),
    "rate.section.models": ("By model", "기종별"),
    "rate.section.nodes": ("Nodes, the least used first", "서버별, 적게 쓴 순"),
    "rate.section.users": ("By user", "이용자별"),
    "rate.section.accounts": ("By account", "계정별"),
    "rate.section.partitions": ("By partition", "파티션별"),
    "rate.section.asked": ("By model asked for", "요청한 기종별"),
    "rate.section.states": ("By state of the record", "기록의 상태별"),
    "rate.section.waits": ("Waits, from submission to first start", "대기, 제출부터 첫 시작까지"),
    "rate.section.outside": ("Use outside the list of nodes", "서버 목록 밖의 사용"),
    "rate.section.rejects": ("Lines that could not be taken", "받아들이지 못한 행"),
    "rate.section.notes": ("What the records tell, and what not", "기록이 말해 주는 것과 아닌 것"),
    "rate.section.inputs": ("Inputs", "입력"),
    "rate.top": ("the {top} largest of {count}", "{count}개 중 큰 것 {top}개"),
    "rate.levels.note": ("In accelerator-hours.", "단위는 가속기시간."),
    "rate.used.note": (
        "Of the busy hours, at most so many were lost to errors of the job or done again.",
        "사용 시간 가운데 작업 오류나 재작업으로 잃은 최대치.",
    ),
    "rate.column.day": ("day", "날짜"),
    "rate.column.name": ("name", "이름"),
    "rate.column.node": ("node", "서버"),
    "rate.column.model": ("model", "기종"),
    "rate.column.devices": ("accelerators", "가속기"),
    "rate.column.busy": ("busy, h", "사용(시간)"),
    "rate.column.installed": ("installed, h", "설치(시간)"),
    "rate.column.available": ("available, h", "가용(시간)"),
    "rate.column.failed": ("failed, h", "고장(시간)"),
    "rate.column.maintenance": ("maintenance, h", "정비(시간)"),
    "rate.column.overlap": ("overlap, h", "겹침(시간)"),
    "rate.column.share": ("of busy", "사용 비중"),
    "rate.column.attempts": ("attempts", "시도"),
    "rate.column.job_error": ("job errors, h", "작업 오류(시간)"),
    "rate.column.rework": ("done again, h", "재작업(시간)"),
    "rate.column.coverage": ("coverage", "기록 범위"),
    "rate.column.reason": ("reason", "이유"),
    "rate.column.rows": ("lines", "행"),
    "rate.column.first": ("first", "처음"),
    "rate.column.input": ("file", "파일"),
    "rate.column.sha256": ("SHA-256", "SHA-256"),
    "rate.not_then": ("(known nodes, outside their terms)", "(목록의 서버, 기간 밖)"),
    "rate.more_days": (
        "{count} days are more than a terminal shows: -o FILE.html, --csv, --xlsx and --json have them.",
        "{count}일은 터미널에 다 보이지 않습니다: -o 파일.html, --csv, --xlsx, --json에 있습니다.",
    ),
    "rate.days_alt": ("Operating rate and occupancy by day.", "날짜별 가동률과 사용률."),
    "rate.footer": ("dure {version}", "dure {version}"),
    # notes: what can be told and what cannot
    "rate.note.no_nodes": (
        "Without --nodes nobody knows how many accelerators there were: rates, waterfall and coverage are unknown, not 0. "
        "`scontrol show node -o > nodes.txt` makes the list.",
        "--nodes가 없으면 가속기가 몇 개였는지 알 수 없습니다: 가동률, 폭포, 기록 범위는 0이 아니라 미상입니다. "
        "`scontrol show node -o > nodes.txt`로 목록을 만드십시오.",
    ),
    "rate.note.no_events": (
        "Without --events nobody knows whether a free device could have been used: such time is unobserved, and occupancy is unknown. "
        "`sacctmgr -P show event` tells it; --assume-up assumes that nodes were up.",
        "--events가 없으면 빈 가속기를 쓸 수 있었는지 알 수 없습니다: 그 시간은 관측되지 않은 것이고 사용률은 미상입니다. "
        "`sacctmgr -P show event`가 알려 줍니다. --assume-up은 서버가 살아 있었다고 가정합니다.",
    ),
    "rate.note.assumed_up": (
        "Assumed by whoever ran this (--assume-up): nodes were up whenever nothing else is known.",
        "실행한 사람의 가정(--assume-up): 달리 알려지지 않은 동안 서버는 살아 있었습니다.",
    ),
    "rate.note.complete": (
        "Assumed by whoever ran this (--complete): every job between --from and --to is in the file.",
        "실행한 사람의 가정(--complete): --from과 --to 사이의 모든 작업이 파일에 있습니다.",
    ),
    "rate.note.reach": (
        "sacct does not say which span it was asked for. Between the first end ({begin}) and the last start or submission ({end}) every "
        "job that was there is in the file; before and after it, free time is unobserved. --complete says that the file holds them all.",
        "sacct는 어느 기간을 요청받았는지 말하지 않습니다. 처음 끝난 때({begin})부터 마지막 시작이나 제출({end})까지는 있던 작업이 모두 "
        "파일에 있고, 그 앞뒤의 빈 시간은 관측되지 않은 것입니다. 모두 들어 있다면 --complete라고 하십시오.",
    ),
    "rate.note.no_reach": (
        "No line of the file ends before another begins, so no second is sure to hold every job: all free time is unobserved. "
        "--complete says that the file holds them all.",
        "어느 행도 다른 행이 시작하기 전에 끝나지 않아 모든 작업이 들어 있다고 할 수 있는 순간이 없습니다: 빈 시간은 모두 관측되지 "
        "않은 것입니다. 모두 들어 있다면 --complete라고 하십시오.",
    ),
    "rate.note.steps": (
        "{count} {count:step|steps} of jobs passed over: jobs have lines of their own.",
        "작업 단계 {count}개는 건너뜀: 작업의 줄이 따로 있습니다.",
    ),
    "rate.note.without_accelerators": (
        "{count} {count:line is|lines are} of jobs without accelerators.",
        "{count}행은 가속기를 쓰지 않는 작업입니다.",
    ),
    "rate.note.never_started": (
        "{count} {count:line|lines} never started: they waited, and held nothing.",
        "{count}행은 시작하지 않았습니다: 기다렸을 뿐 가속기를 쓰지 않았습니다.",
    ),
    "rate.note.open": (
        "{count} {count:attempt was|attempts were} still running when the records were printed; after that nothing is known of them.",
        "기록을 뽑을 때 {count}번의 시도가 아직 실행 중이었습니다. 그 뒤의 일은 알 수 없습니다.",
    ),
    "rate.note.suspended": (
        "{hours} accelerator-hours were held while suspended. Records know how long, not when: it is booked at the end of an attempt.",
        "{hours} 가속기시간은 멈춘 채 붙들고 있었습니다. 기록은 길이만 알고 언제인지는 모르므로 시도의 끝에 둡니다.",
    ),
    "rate.note.overlap": (
        "{hours} accelerator-hours of records claim more than nodes have ({nodes}); it is counted here, and nowhere else. "
        "`sacctmgr show runaway` finds jobs that ended and still read RUNNING.",
        "기록이 서버가 가진 것보다 {hours} 가속기시간을 더 주장합니다({nodes}). 여기서만 셉니다. "
        "끝났는데 RUNNING으로 남은 작업은 `sacctmgr show runaway`가 찾아 줍니다.",
    ),
    "rate.note.outside": (
        "{hours} accelerator-hours ran on nodes that the list does not hold, or not then ({nodes}): outside all rates.",
        "{hours} 가속기시간은 목록에 없거나 그때는 없던 서버에서 돌았습니다({nodes}): 모든 비율에서 뺍니다.",
    ),
    "rate.note.while_failed": (
        "{hours} accelerator-hours were busy on nodes that their events call failed; what a job held counts as busy.",
        "{hours} 가속기시간은 사건 기록이 고장이라는 서버에서 쓰였습니다. 작업이 쥔 것은 사용으로 셉니다.",
    ),
    "rate.note.never_used": (
        "{count} {count:node|nodes} of the list ran no job in this time ({nodes}).",
        "목록의 서버 {count}대는 이 기간에 작업을 돌리지 않았습니다({nodes}).",
    ),
    "rate.note.submitted_after_start": (
        "{count} {count:line was|lines were} submitted after it started; its wait counts as 0.",
        "{count}행은 시작보다 늦게 제출되었습니다. 대기는 0으로 셉니다.",
    ),
    "rate.note.other_length": (
        "Of {count} {count:line|lines} End − Start is not Elapsed (and Suspended): Start and End count.",
        "{count}행은 End − Start가 Elapsed(와 Suspended)와 다릅니다: Start와 End로 셉니다.",
    ),
    "rate.note.one_user": (
        "All lines are of one user: was -a left out of sacct?",
        "모든 행이 한 이용자의 것입니다: sacct에 -a를 빠뜨리지 않았습니까?",
    ),
    "rate.note.no_eligible": (
        "Without Eligible a job counts as waiting from its submission, also while it waited for others or for a date.",
        "Eligible 열이 없어, 다른 작업이나 날짜를 기다린 동안도 대기로 셉니다.",
    ),
    "rate.note.no_reason": (
        "Without Reason waiting at a limit cannot be told from waiting for room.",
        "Reason 열이 없어, 한도에 걸린 대기와 자리를 기다린 대기를 가를 수 없습니다.",
    ),
    "rate.note.no_duplicates": (
        "No attempt of these records was requeued: if jobs were, their earlier attempts are missing unless sacct was asked with -D.",
        "이 기록에는 다시 대기열에 들어간 시도가 없습니다. 있었다면 sacct에 -D를 주어야 앞선 시도가 나옵니다.",
    ),
    "rate.note.repeated": (
        "{count} {count:line tells|lines tell} an attempt that another line tells too: the last one with an end counts.",
        "{count}행은 다른 행에도 나오는 시도입니다: 끝이 적힌 마지막 행으로 셉니다.",
    ),
    "rate.note.restarted": (
        "{count} {count:line says|lines say} that the job was restarted, but the earlier attempts are not there: ask sacct with -D.",
        "{count}행은 다시 시작한 작업이라는데 앞선 시도가 없습니다: sacct에 -D를 주십시오.",
    ),
    "rate.note.checkpoints": (
        "Records know no checkpoints: what ended by a failure counts as lost whole, so goodput is a least and losses are at most.",
        "기록은 체크포인트를 모릅니다: 실패로 끝난 것은 모두 잃었다고 세므로 유효 가동률은 최소치, 손실은 최대치입니다.",
    ),
    "rate.note.slurm_knows_not": (
        "Slurm does not know of money, megawatts or what a lease says: unfunded, unpowered and not delivered are 0 here unless the list of "
        "nodes names terms.",
        "Slurm은 예산, 전력, 계약을 모릅니다: 서버 목록이 기간을 밝히지 않는 한 예산 없음, 전력 없음, 납품 전은 여기서 0입니다.",
    ),
    "rate.note.events_passed": (
        "{count} {count:line|lines} of events say nothing about a node being out of use.",
        "사건 {count}행은 서버를 쓸 수 없었다는 내용이 아닙니다.",
    ),
    "rate.note.zone": ("Times without a zone are read as {zone}.", "시간대가 없는 시각은 {zone:으로} 읽었습니다."),
    "rate.note.rejected": (
        "{count} {count:line|lines} could not be taken; what they held is missing from every figure.",
        "{count}행은 받아들이지 못했습니다. 그 행이 쓴 시간은 모든 값에서 빠집니다.",
    ),
    "command.usage.export": (
        "attempts and jobs of a run as CSV, SWF or as sacct prints them",
        "실행의 시도와 작업을 CSV, SWF, sacct 형식으로",
    ),
    "usage.json_file": ("--json says what was written, so the use needs a file", "--json은 무엇을 썼는지 말하므로 파일이 있어야 합니다"),
    "usage.json_file_remedy": ("name it with --output", "--output으로 이름을 주십시오"),
    "usage.rounded": (
        "{count} {count:attempt|attempts} held a part of an accelerator: rounded up to a whole one, as Slurm counts",
        "시도 {count}번은 가속기의 일부를 썼습니다: Slurm처럼 하나로 올려 적었습니다",
    ),
    "command.rate": (
        "what did happen on a cluster that dure does not run, from sacct",
        "dure가 운영하지 않는 클러스터의 실제 가동 내역, sacct에서",
    ),
}

RATE_HELP_KO: dict[str, str] = {
    "a row an attempt (csv, sacct), or a row a job (swf)": "시도마다 한 줄(csv, sacct) 또는 작업마다 한 줄(swf)",
    "write the list of nodes for dure rate --nodes here": "dure rate --nodes에 줄 서버 목록을 여기에 씁니다",
    "write failures and maintenance for dure rate --events here": "dure rate --events에 줄 고장과 정비를 여기에 씁니다",
    "clock of the sacct form, such as Asia/Seoul or +09:00": "sacct 형식의 시각이 따를 시간대. 예: Asia/Seoul, +09:00",
    "what sacct -aPD printed; - is standard input": "sacct -aPD의 출력. -는 표준 입력",
    "list of nodes: scontrol show node -o, sinfo -N, --json of either, CSV or YAML": (
        "서버 목록: scontrol show node -o, sinfo -N, 그 --json, CSV 또는 YAML"
    ),
    "what sacctmgr -P show event (or reservation) printed; may be named several times": (
        "sacctmgr -P show event(또는 reservation)의 출력. 여러 번 쓸 수 있습니다"
    ),
    "begin of the time to rate, like 2026-10-01 (default: where the records begin)": (
        "가동률을 낼 시간의 시작. 예: 2026-10-01 (기본: 기록이 시작하는 때)"
    ),
    "end of it, like 2026-11-01 (default: where the records end)": "그 끝. 예: 2026-11-01 (기본: 기록이 끝나는 때)",
    "zone of times that name none: sacct prints the clock on its wall": "시간대가 없는 시각의 시간대. sacct는 그곳의 벽시계를 씁니다",
    "assume that every job between --from and --to is in the file": "--from과 --to 사이의 모든 작업이 파일에 있다고 가정합니다",
    "assume that nodes were up whenever nothing else is known": "달리 알려지지 않은 동안 서버가 살아 있었다고 가정합니다",
    "how many names of each list to show": "목록마다 보여 줄 이름 수",
    "name of the cluster, for the title": "제목에 쓸 클러스터 이름",
}
