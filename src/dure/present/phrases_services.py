"""Korean and English of services: their tables in the report, and what can be wrong with how much is asked of them."""

from __future__ import annotations

SERVICES: dict[str, tuple[str, str]] = {
    "report.services": ("Services", "서비스"),
    "report.service_rates": ("What one replica does, by model", "기종별 복제 하나의 처리량"),
    "service.name": ("service", "서비스"),
    "service.unit_requests": ("requests", "요청"),
    "service.unit_tokens": ("tokens", "토큰"),
    "service.offered": ("asked for", "들어온 것"),
    "service.served": ("served", "처리한 것"),
    "service.not_served": ("not served", "처리 못한 것"),
    "service.served_share": ("share served", "처리 비율"),
    "service.replicas_most": ("most replicas", "최대 복제 수"),
    "service.needed_s": ("replica-hours needed", "필요한 복제시간"),
    "service.serving_s": ("serving", "처리 중"),
    "service.starting_s": ("starting up", "기동 중"),
    "service.waiting_s": ("waiting to be placed", "첫 배치 대기"),
    "service.again_s": ("waiting after an eviction or preemption", "축출·선점 뒤 대기"),
    "service.brief_waiting_s": ("waited, h", "대기 (시간)"),
    "service.brief_again_s": ("evicted, h", "축출·선점 (시간)"),
    "service.sized_on": ("sized on it", "복제 수의 기준"),
    "service.replica_per_s": ("of one replica", "복제 하나"),
    "service.basis": ("basis", "근거"),
    "service.basis_published": ("published", "공개"),
    "service.basis_derived": ("derived from a published ratio", "공개된 비에서 유도"),
    "service.basis_assumed": ("assumed", "가정"),
    "service.source": ("source", "출처"),
    "service.note": (
        "Served: at every second the lesser of what is asked for and of what the running replicas do on the models they run on.",
        "처리: 초마다, 들어온 것과 돌고 있는 복제가 그 기종에서 할 수 있는 것 가운데 작은 쪽.",
    ),
}

SERVICE_ERRORS: tuple[tuple[str, str], ...] = (
    (r"write one of replicas, requests_per_s and tokens_per_s", "replicas, requests_per_s, tokens_per_s 가운데 하나만 쓰십시오"),
    (r"says how long an answer is, but not how many are asked for", "답의 길이는 있는데 요청 수가 없습니다"),
    (r"counts its replicas itself", "복제 수를 스스로 정합니다"),
    (
        r"leave out headroom and sized_on, or write a rate instead of replicas",
        "headroom과 sized_on을 빼거나 replicas 대신 요청률을 쓰십시오",
    ),
    (r"keeps all of a replica free", "복제 하나를 통째로 비워 둡니다"),
    (r"write a headroom below 100%", "headroom을 100%보다 작게 쓰십시오"),
    (r"has hours and no trough", "hours는 있는데 trough가 없습니다"),
    (r"write trough, the rate in the quietest hour", "가장 한가한 시간의 요청률 trough를 쓰십시오"),
    (r"the trough lies above the peak", "trough가 peak보다 큽니다"),
    (r"write a trough of at most the peak", "trough를 peak 이하로 쓰십시오"),
    (r"has (\d+) hours", r"시간이 \1개입니다"),
    (r"write (\d+) hours of a day or (\d+) of a week", r"하루 \1시간 또는 한 주 \2시간을 쓰십시오"),
    (r"has hours of one weight", "시간의 가중치가 모두 같습니다"),
    (r"leave out trough and hours: the rate is the same at every hour", "trough와 hours를 빼십시오: 요청률이 늘 같습니다"),
    (r"assumes a rate without saying of what", "무엇의 처리량인지 말하지 않고 가정합니다"),
    (
        r"write workload, a value above 0, and unit: requests/s or tokens/s",
        "workload, 0보다 큰 value, unit(requests/s 또는 tokens/s)을 쓰십시오",
    ),
    (r"service (\S+) needs more than ([\d,]+) replicas", r"서비스 \1: 복제가 \2개보다 많이 필요합니다"),
    (r"write a lower rate, or more accelerators a replica", "요청률을 낮추거나 복제의 accelerators를 늘리십시오"),
    (r"service (\S+): no rate of (\S+) is known on any accelerator", r"서비스 \1: \2의 처리량을 아는 가속기가 없습니다"),
    (
        r"service (\S+): no rate of (\S+) is known on an accelerator that it may run on",
        r"서비스 \1: 돌 수 있는 가속기 가운데 \2의 처리량을 아는 것이 없습니다",
    ),
    (
        r"service (\S+): no pool that it may run on has ([\d,]+) accelerators",
        r"서비스 \1: 돌 수 있는 풀 가운데 가속기가 \2개인 것이 없습니다",
    ),
    (r"write fewer accelerators", "accelerators를 줄이십시오"),
    (
        r"assume one under catalog\.assume \(what: rate\), or write replicas",
        "catalog.assume에 가정(what: rate)하거나 replicas를 쓰십시오",
    ),
    (r"service (\S+): (\S+) is measured in (\S+), not in (\S+)", r"서비스 \1: \2의 측정 단위는 \4{이} 아니라 \3입니다"),
    (r"write requests_per_s", "requests_per_s를 쓰십시오"),
    (
        r"write tokens_per_s, or tokens_per_request beside requests_per_s",
        "tokens_per_s를 쓰거나 requests_per_s 곁에 tokens_per_request를 쓰십시오",
    ),
    (r"service (\S+) is sized on (\S+), on which it does not run", r"서비스 \1: 돌지 않는 \2에 맞추었습니다"),
)
