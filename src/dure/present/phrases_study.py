"""Phrases of `dure study` and `dure plan fleet`: key → (English, Korean); Korean of their options and of what they refuse."""

from __future__ import annotations

STUDY: dict[str, tuple[str, str]] = {
    "study.kind": ("study of a purchase plan", "구매 계획의 모의 운영"),
    "study.only": ("{vendor} alone", "{vendor}만"),
    "study.refused": (
        "REFUSED by {rules}: what follows holds only if somebody pays to run it.",
        "{rules:으로} 성립하지 않는 계획입니다. 아래는 누군가 운영비를 댈 때에만 맞습니다.",
    ),
    "study.no_plan": ("No plan keeps every rule: there is nothing to play.", "모든 규칙을 지키는 계획이 없어 돌려 볼 것이 없습니다."),
    "study.delivered": (
        "Of {asked} reference accelerators at work asked for in {period} the plan promises {planned}; users got {delivered} ({share}). "
        "Operating rate {rate}, goodput rate {goodput}, mean wait {wait}.",
        "{period}에 요청된 기준 가속기 {asked}개 가운데 계획은 {planned}개를 약속했고, 이용자는 {delivered}개를 받았습니다({share}). "
        "가동률 {rate}, 유효 가동률 {goodput}, 평균 대기 {wait}.",
    ),
    "study.ended.settled_both": (
        "Settled in {rounds} {rounds:round|rounds}, orders, objective and vendors: the last one moved the orders by {orders} and the "
        "objective by {objective}, both within {tolerance}, and {mix} of the accelerators from vendor to vendor, within "
        "{mix_most}.{shares}",
        "{rounds}회 만에 주문, 목적값, 제조사 비중이 모두 안정: 마지막 회에서 주문 {orders}, 목적값 {objective} 변동"
        "(둘 다 허용 {tolerance} 안), 제조사 사이에서 옮겨 간 가속기 {mix}(허용 {mix_most} 안).{shares}",
    ),
    "study.ended.settled_objective": (
        "Settled in {rounds} {rounds:round|rounds} by its objective and its vendors: the last one moved the objective by {objective}, "
        "within {tolerance}, and {mix} of the accelerators from vendor to vendor, within {mix_most}. Model by model the orders still "
        "moved by {orders}{where}.{shares}",
        "{rounds}회 만에 목적값과 제조사 비중이 안정: 마지막 회에서 목적값 {objective} 변동(허용 {tolerance} 안), 제조사 사이에서 옮겨 간 "
        "가속기 {mix}(허용 {mix_most} 안). 기종별 주문은 아직 {orders} 변동{where}.{shares}",
    ),
    "study.shares_moved": (
        "Since the first correction the shares of the orders moved within {shares}.",
        "첫 보정 뒤 주문 비중의 범위: {shares}.",
    ),
    "study.share_moved": ("{vendor} {low} – {high}", "{vendor} {low} – {high}"),
    "study.moved_where": (" ({what})", " ({what})"),
    "study.moved_machine": ("{machine} {change}", "{machine} {change}"),
    "study.ended.settled_orders": (
        "Settled in {rounds} {rounds:round|rounds} by its orders: the last one moved the orders by {orders}, within {tolerance}; "
        "the objective still moved by {objective}.{shares}",
        "{rounds}회 만에 주문이 안정: 마지막 회에서 주문 {orders} 변동(허용 {tolerance} 안), 목적값은 아직 {objective} 변동.{shares}",
    ),
    "study.ended.rounds_kept": (
        "The waits that were asked for are kept, but the plan is NOT settled in {rounds} {rounds:round|rounds}: the last one still moved "
        "the orders by {orders} and the objective by {objective} (tolerance {tolerance}), and {mix} of the accelerators from vendor to "
        "vendor (tolerance {mix_most}).{shares}",
        "요구한 대기 시간은 지켰으나 계획은 {rounds}회 안에 안정되지 않음: 마지막 회에서도 주문 {orders}, 목적값 {objective} 변동"
        "(허용 {tolerance}), 제조사 사이에서 옮겨 간 가속기 {mix}(허용 {mix_most}).{shares}",
    ),
    "study.spare": (
        "{period} has machines to spare: the plan puts {own} of their time to work, in {tightest} {most}. Waits "
        "are to be judged there: --at {start}.",
        "{period}에는 가속기가 남습니다. 계획이 일에 쓰는 시간은 {own}, {tightest}에는 {most}입니다. "
        "대기는 그때를 봐야 하니 --at {start:으로} 돌려 보십시오.",
    ),
    "study.tightest": (
        "{period} is the tightest period in which the plan promises {promised} of what is asked for: it puts {own} of the time that it "
        "counts on to work. Another: --at.",
        "{period:은} 요청의 {promised:을} 약속하는 때 가운데 가장 빠듯한 때로, 쓸 수 있는 시간의 {own:을} 일에 씁니다. 다른 때는 --at.",
    ),
    "study.short": (
        "In {period} the plan itself promises {promised} of what is asked for: there the rest waits, whatever the twin says "
        "(--at {start}).",
        "{period}에는 계획부터 요청의 {promised}만 약속합니다. 나머지는 모의와 상관없이 기다립니다(--at {start}).",
    ),
    "study.ended.rounds": (
        "NOT settled in {rounds} {rounds:round|rounds}: the last one still moved the orders by {orders} and the objective by {objective} "
        "(tolerance {tolerance}), and {mix} of the accelerators from vendor to vendor (tolerance {mix_most}).{shares}",
        "{rounds}회 안에 안정되지 않음: 마지막 회에서도 주문 {orders}, 목적값 {objective} 변동(허용 {tolerance}), "
        "제조사 사이에서 옮겨 간 가속기 {mix}(허용 {mix_most}).{shares}",
    ),
    "study.ended.no_plan": (
        "After {rounds} {rounds:round|rounds} no plan keeps every rule with what was measured (last movement: orders {orders}, "
        "objective {objective}; tolerance {tolerance}).",
        "{rounds}회째, 측정한 값으로는 모든 규칙을 지키는 계획이 없음(직전 변동: 주문 {orders}, 목적값 {objective}, 허용 {tolerance}).",
    ),
    "study.ended.waits": (
        "Stands still after {rounds} {rounds:round|rounds} and leaves no more free: the last one moved the orders by {orders} and the "
        "objective by {objective} (tolerance {tolerance}).",
        "{rounds}회 만에 멈췄고 더 비워 둘 수 없음: 마지막 회에서 주문 {orders}, 목적값 {objective} 변동(허용 {tolerance}).",
    ),
    "study.waits_kept": (
        "Nine jobs in ten of every class wait at most {most}, as asked; the plan leaves {free} free for it.{names}",
        "모든 종류에서 작업 열에 아홉은 {most} 안에 시작합니다. 이를 위해 계획은 {free:을} 비워 둡니다.{names}",
    ),
    "study.waits_missed": (
        "Nine jobs in ten shall wait at most {most}: MISSED by {names}, with {free} left free.",
        "작업 열에 아홉은 {most} 안에 시작해야 합니다. 못 지킨 종류: {names}. 비워 둔 몫 {free}.",
    ),
    "study.moved": (
        "The plan counted on {old} of a machine's wanted time and now counts on {new}; it ordered {first} accelerators and now {last}.",
        "계획은 가속기를 원하는 시간의 {old:을} 쓸 수 있다고 보다가 이제 {new:으로} 봅니다. 주문은 {first}개에서 {last}개가 되었습니다.",
    ),
    "study.worst_wait": (
        "Longest waits: {name}, one job in ten waits {p90} or more.",
        "가장 오래 기다리는 작업: {name}, 열에 하나는 {p90} 이상.",
    ),
    "study.service": (
        "Of {workload}, {asked} is what the service {name} asks for; {share} of it was answered.",
        "{workload} 가운데 {asked}개는 서비스 {name}의 몫이고, 그 {share}에 응답했습니다.",
    ),
    "study.service_left.replicas": (
        "The service {name} is not played: it says its replicas, not what is asked of it.",
        "서비스 {name:은} 복제 수만 적고 요청량을 적지 않아 돌리지 않았습니다.",
    ),
    "study.service_left.class": (
        "The service {name} is not played: the plan asks for no {workload}.",
        "서비스 {name:은} 계획에 {workload} 수요가 없어 돌리지 않았습니다.",
    ),
    "study.service_left.rate": (
        "The service {name} is not played: no rate of {workload} is known on the reference accelerator.",
        "서비스 {name:은} 기준 가속기의 {workload} 처리량을 알 수 없어 돌리지 않았습니다.",
    ),
    "study.service_left.machine": (
        "The service {name} is not answered: nothing in this fleet may run it.",
        "서비스 {name:은} 이 가속기 군에서 돌릴 곳이 없어 응답하지 못했습니다.",
    ),
    "study.cost": (
        "The fleet costs {year} a year (price over its life, and running): {hour} for each hour of a reference accelerator that users got.",
        "이 가속기 군은 한 해에 {year} 듭니다(구매비를 수명으로 나눈 값과 운영비). 이용자가 받은 기준 가속기 한 시간에 {hour}.",
    ),
    "study.played_whole": (
        "Played: {days} days from {start} at full size, the first {warm_up} not measured; seed {seed}, dure {version}.",
        "모의: {start}부터 {days}일, 전체 크기. 처음 {warm_up}일은 재지 않음. 시드 {seed}, dure {version}.",
    ),
    "study.played": (
        "Played: {days} days from {start}, the first {warm_up} not measured, at {scale} of fleet and demand: each machine at one site, "
        "jobs of at most {largest} accelerators; seed {seed}, dure {version}.",
        "모의: {start}부터 {days}일, 처음 {warm_up}일은 재지 않음. 가속기와 수요를 {scale} 크기로 줄여 기종마다 한 센터에 모으고 "
        "작업은 가속기 {largest}개까지로 자름. 시드 {seed}, dure {version}.",
    ),
    "study.same": (
        "All were asked for the same jobs. Reference accelerators at work; won of the whole plan, and of a year of the fleet that was "
        "played.",
        "모두 같은 작업을 받았습니다. 기준 가속기 수. 원은 계획 전체, 그리고 모의한 가속기 군의 한 해.",
    ),
    "study.other_jobs": ("They were NOT asked for the same jobs.", "서로 다른 작업을 받았습니다."),
    "study.delivered_of": ("delivered: {name}", "받은 몫: {name}"),
    "study.wait_of": ("90 % wait: {name}", "대기 90%: {name}"),
    "study.failed": ("{name}: {why}", "{name}: {why}"),
    "study.assumptions": (
        "{n} {n:figure rests|figures rest} on assumptions; the page (--output) and `dure plan run` list them.",
        "가정에 기댄 수치 {n}개. 목록은 HTML(--output)과 `dure plan run`에 있습니다.",
    ),
    "study.input": ("{path} · sha256 {hash}", "{path} · sha256 {hash}"),
    "study.events": ("{name}: events {hash} · jobs {jobs}", "{name}: 사건 {hash} · 작업 {jobs}"),
    "study.word.rounds_kept": ("waits kept, not settled", "대기는 지켰으나 안정되지 않음"),
    "study.word.settled": ("settled", "안정"),
    "study.word.rounds": ("not settled", "안정되지 않음"),
    "study.word.waits": ("waits too long", "대기가 긺"),
    "study.word.no_plan": ("no plan", "계획 없음"),
    "study.word.failed": ("failed", "실패"),
    "study.title.rounds": ("Rounds", "회차"),
    "study.title.classes": ("What users got, by class", "이용자가 받은 것, 종류별"),
    "study.title.machines": ("What the machines did", "기종별 쓰임"),
    "study.title.comparison": ("Candidates side by side", "후보 비교"),
    "study.title.points": ("Points of the sweep", "값별 결과"),
    "study.title.assumptions": ("Assumptions", "가정"),
    "study.title.failed": ("What could not be studied", "돌리지 못한 것"),
    "study.title.provenance": ("Where it comes from", "출처"),
    "study.note.rounds": (
        "Reference accelerators at work. Usable: what the plan counts on of a machine's time, on average of the machines in service.",
        "기준 가속기 수. 쓸 수 있는 몫: 계획이 가속기 시간에서 쓸 수 있다고 본 몫, 가동 중인 기종의 평균.",
    ),
    "study.note.classes": (
        "Reference accelerators at work. Delivered is work that is kept: work lost to users' own errors was asked for and is not in it. "
        "Waits of jobs of the measured days; who never started has waited to the end.",
        "기준 가속기 수. 받은 것은 남는 일만 셉니다. 이용자 오류로 잃은 일은 요청에는 들고 여기에는 들지 않습니다. "
        "대기는 잰 날의 작업. 시작하지 못한 작업은 끝까지 기다린 것으로 셉니다.",
    ),
    "study.note.machines": (
        "Usable measured: of the time in which somebody wanted the machine, what jobs held.",
        "측정한 몫: 누군가 그 가속기를 원한 시간 가운데 작업이 차지한 몫.",
    ),
    "study.note.points": ("Reference accelerators at work; the last round of each point.", "기준 가속기 수. 값마다 마지막 회."),
    "study.column.round": ("round", "회"),
    "study.column.ordered": ("ordered", "주문"),
    "study.column.usable": ("usable", "쓸 수 있는 몫"),
    "study.column.asked": ("asked", "요청"),
    "study.column.planned": ("planned", "계획"),
    "study.column.delivered": ("delivered", "받음"),
    "study.column.delivered_share": ("of asked", "요청 대비"),
    "study.column.operating_rate": ("operating rate", "가동률"),
    "study.column.goodput_rate": ("goodput rate", "유효 가동률"),
    "study.column.wait_mean": ("mean wait", "평균 대기"),
    "study.column.wait_p90": ("90 % wait", "대기 90%"),
    "study.column.moved_orders": ("orders moved", "주문 변동"),
    "study.column.moved_objective": ("objective moved", "목적값 변동"),
    "study.column.class": ("class", "종류"),
    "study.column.jobs": ("jobs", "작업"),
    "study.column.refused": ("refused", "거절"),
    "study.column.unstarted": ("not started", "미시작"),
    "study.column.machine": ("machine", "기종"),
    "study.column.installed": ("in service", "가동 중"),
    "study.column.not_wanted": ("not wanted", "수요 없음"),
    "study.column.usable_assumed": ("usable assumed", "가정한 몫"),
    "study.column.usable_measured": ("usable measured", "측정한 몫"),
    "study.column.measure": ("measure", "지표"),
    "study.column.point": ("point", "값"),
    "study.column.ended": ("ended", "끝"),
    "study.column.refused_by": ("refused by", "성립하지 않는 이유"),
    "study.column.capex_won": ("purchase, whole plan", "구매비, 계획 전체"),
    "study.column.opex_won": ("operation, whole life", "운영비, 수명 전체"),
    "study.column.labour_won": ("people, whole life", "인건비, 수명 전체"),
    "study.column.fleet_won_year": ("fleet, a year", "가속기 군, 한 해"),
    "study.column.won_per_delivered_hour": ("won per delivered hour", "받은 시간당 원"),
    "fleet.wrote": (
        "wrote {file}: {accelerators} accelerators in {pools} {pools:pool|pools} of {period}, {jobs} jobs of {days} days, scale {scale}.",
        "{file:을} 썼습니다: 기간 {period}의 가속기 {accelerators}개(풀 {pools}개), {days}일의 작업 {jobs}개, 크기 {scale}.",
    ),
    "fleet.from": ("Played from {start}, the first day of that period.", "그 기간의 첫날인 {start}부터 돌립니다."),
    "fleet.at": (
        "{at} lies in the period {period}: played from {start}, its first day.",
        "{at:은} 기간 {period}에 들어, 그 첫날인 {start}부터 돌립니다.",
    ),
    "fleet.delay": ("Start delay {delay}, as the scenario's sites have it.", "시작 지연은 시나리오의 센터를 따라 {delay}."),
    "fleet.no_delay": ("The scenario states no start delay: jobs start at once.", "시나리오에 시작 지연이 없어 작업은 바로 시작합니다."),
    "fleet.failures": ("Failures at {n} of {sites} {sites:site|sites}.", "고장을 적용한 센터: {sites}곳 가운데 {n}곳."),
    "fleet.no_failures": ("The scenario states no failures: none happen.", "시나리오에 고장이 없어 고장 없이 돌립니다."),
    "fleet.refused": (
        "The plan is refused by {rules}: the fleet runs only if somebody pays for it.",
        "{rules:으로} 성립하지 않는 계획입니다. 누군가 운영비를 대야 이 가속기 군이 돌아갑니다.",
    ),
    "fleet.next": ("dure twin run {file} plays it", "dure twin run {file:으로} 돌려 봅니다"),
    "fleet.header": (
        "The fleet that the plan of {source} has in service in {period}, with the demand of that year as jobs. SIMULATED demand.\n"
        "Policy, catalogue and failures are those of the file it extends, and so are services with a rate. Quotas, credits, dedicated\n"
        "servers and planned events of that file are left out: they belong to other machines and another year.\n"
        "Asked for: {asked} reference accelerators at work. Scale {scale}. Made by dure {version}.",
        "{source}의 계획이 {period}에 가동하는 가속기 군과, 그해 수요를 옮긴 작업입니다. 수요는 모의로 만든 것입니다.\n"
        "정책, 목록, 고장, 요청량을 적은 서비스는 이어받는 파일의 것입니다. 그 파일의 한도, 크레딧, 전용 서버, 예정된 일은 뺐습니다.\n"
        "다른 기계와 다른 해의 것이기 때문입니다.\n"
        "요청: 기준 가속기 {asked}개. 크기 {scale}. dure {version:으로} 만듦.",
    ),
}

STUDY_HELP_KO: dict[str, str] = {
    "scenario files with `plan.purchase`; several are candidates": "`plan.purchase`를 적은 시나리오 파일. 여럿이면 후보로 비교합니다",
    "day whose fleet is played (default: the tightest period of the plan)": "돌려 볼 가속기 군의 날짜 (기본: 계획에서 가장 빠듯한 때)",
    "play such a part of fleet and demand, like 1/10; 1 is everything": "가속기와 수요를 이만큼만 돌립니다. 예: 1/10. 1은 전부",
    "days that are played": "돌리는 날수",
    "first days, which fill the fleet and are not measured": "가속기가 차기까지 재지 않는 처음 며칠",
    "the first scenario with values changed, as often as needed": "첫 시나리오의 값을 바꾼 후보. 여러 번 쓸 수 있습니다",
    "the same money for one vendor alone, beside the plan; none for no such candidate": (
        "같은 돈으로 한 제조사만 산 후보를 나란히 보입니다. none이면 두지 않습니다"
    ),
    "try every value of a path, with those of every other --sweep": "경로의 값을 하나씩, 다른 --sweep의 값과 짝지어 돌립니다",
    "threads for several candidates (default: the cores of this machine)": "후보가 여럿일 때의 스레드 수 (기본: 이 컴퓨터의 코어 수)",
    "scheduler of a Dask cluster that shall do the work": "일을 맡길 Dask 클러스터의 스케줄러 주소",
    "a plan that moves less than this has settled, in parts per million, or like 1%": "안정된 것으로 볼 변동, 백만분율 또는 1%처럼",
    "what may go from vendor to vendor once settled, in parts per million, or like 5%": "제조사끼리 옮겨 가도 되는 몫, 예: 5%",
    "most rounds": "최대 회차",
    "what nine jobs in ten of each class may wait, like 2h": "종류마다 열에 아홉이 기다려도 되는 시간. 예: 2h",
    "scenario file with `plan.purchase`": "`plan.purchase`를 적은 시나리오 파일",
    "scenario file to write": "쓸 시나리오 파일",
}

STUDY_ERRORS: tuple[tuple[str, str], ...] = (
    (r"(.+) is no scale", r"\1: 크기가 아닙니다"),
    (r"write a part of the whole, such as 1/10", "1/10처럼 전체의 일부를 쓰십시오"),
    (r"(.+) lies outside the plan", r"\1: 계획 기간 밖입니다"),
    (r"write a day from (\S+) to (\S+)", r"\1부터 \2까지의 날짜를 쓰십시오"),
    (r"no machine is in service in (.+)", r"\1에 가동 중인 기종이 없습니다"),
    (r"write a later --at: machines arrive after their lead time", "더 늦은 --at을 쓰십시오. 가속기는 납기가 지나야 들어옵니다"),
    (r"nothing is asked for in (\d+)", r"\1년에 요청된 것이 없습니다"),
    (r"write accelerators for that year, or another --at", "그해의 accelerators를 쓰거나 다른 --at을 쓰십시오"),
    (r"Dask is not installed", "Dask가 설치되어 있지 않습니다"),
    (
        r"pip install dure\[cluster\], or leave --dask out and use --workers",
        "pip install dure[cluster]로 설치하거나, --dask 없이 --workers를 쓰십시오",
    ),
    (r"no cluster answers at (\S+): (.*)", r"\1: 응답하는 클러스터가 없습니다(\2)"),
    (
        r"start a scheduler \(dask scheduler\) and its workers, and give its address such as tcp://host:8786",
        "스케줄러(dask scheduler)와 워커를 띄우고 tcp://host:8786 같은 주소를 쓰십시오",
    ),
    (r"the cluster at (\S+) has no worker", r"\1: 클러스터에 워커가 없습니다"),
    (r"start one: dask worker ADDRESS", "dask worker 주소로 하나 띄우십시오"),
)
