"""Korean of what the core says in English: notes and reject reasons of runs, dure's own assumptions, derivations of the catalogue.

The core knows no languages; each text here is a pattern of what it says, figures and names in groups (`present.said`).
"""

from __future__ import annotations

NOTES_KO: tuple[tuple[str, str], ...] = (
    # notes of a plan
    (r"(\S+): a lead of (\d+) months counts as (\d+), periods of (\d+) months", r"\1: 납기 \2개월을 \3개월로 셉니다(한 기간 \4개월)"),
    (
        r"(\S+): a life of (\d+) months serves (\d+) and is paid for (\d+), periods of (\d+) months",
        r"\1: 수명 \2개월 가운데 \3개월을 일하는 것으로 보고, 운영비는 \4개월분을 셉니다(한 기간 \5개월)",
    ),
    # notes of a run
    (
        r"no speed of (\S+) on (.+) is known: its jobs are not placed there",
        r"\2에서 \1의 상대 성능을 알 수 없어 그 작업은 거기에 배치하지 않습니다",
    ),
    (
        r"no source states the memory of (.+): jobs that ask for memory are not placed there",
        r"\1의 메모리는 출처가 없어, 메모리를 요구하는 작업은 거기에 배치하지 않습니다",
    ),
    (r"(\S+) jobs are submitted after the horizon and not replayed", r"작업 \1개는 기간이 끝난 뒤에 제출되어 재현하지 않았습니다"),
    (
        r"the first job was submitted (\S+) s before second 0: all submissions are later by that much",
        r"첫 작업이 0초보다 \1초 먼저 제출되어 모든 제출을 그만큼 늦췄습니다",
    ),
    (
        r"(\d+) qualities of service that policy\.qos does not list count as normal: (.+)",
        r"policy.qos에 없는 서비스 품질 \1가지는 normal로 셉니다: \2",
    ),
    (
        r"no source states a billing weight of (\S+): it counts as 1 in quotas, credits and fair-share",
        r"\1의 환산 가중치는 출처가 없어 한도·크레딧·공정 배분에서 1로 셉니다",
    ),
    (
        r"(\S+) is wholly its operator's own use: no job of the programme runs there",
        r"\1: 전부 운영사업자의 자체 활용분이라 사업의 작업은 돌지 않습니다",
    ),
    (
        r"power_cap: the plan stays within it; the twin does not limit the power of a site yet",
        "power_cap: 계획은 이 한도를 지키고, 모의실행은 아직 센터 전력을 제한하지 않습니다",
    ),
    (
        r"(\S+): begins at (\S+), after the horizon of (\S+); it never happens",
        r"\1: 시작(\2)이 기간(\3)보다 늦어 일어나지 않습니다",
    ),
    (
        r"(\S+): is over at (\S+), before the programme starts; it never happens",
        r"\1: 사업이 시작하기 전(\2)에 끝나 일어나지 않습니다",
    ),
    (
        r"(\S+): (\S+) × a grant at (\S+), after the horizon of (\S+); no job is drawn for it",
        r"\1: 과제 \2개의 선정(\3)이 기간(\4)보다 늦어 작업을 뽑지 않습니다",
    ),
    (
        r"pue: read and not used yet, the power that a site draws is not worked out",
        "pue: 읽기만 하고 아직 쓰지 않습니다. 센터가 쓰는 전력은 계산하지 않습니다",
    ),
    (
        r"fabric: read and not used yet, domain_nodes says which servers are near each other",
        "fabric: 읽기만 하고 아직 쓰지 않습니다. 가까운 서버는 domain_nodes로 정합니다",
    ),
    (
        r"(.+): no pool is of (\S+): this caps nothing; name a model of a pool, or leave it out",
        r"\1: \2 가속기를 갖춘 풀이 없어 아무것도 제한하지 않습니다. 풀에 있는 모델을 쓰거나 빼십시오",
    ),
    (
        r"accounts of the trace that are no project of the programme and under no quota: (\d+), see demand\.map \((.+)\)",
        r"작업 기록의 계정 \1개는 사업의 과제가 아니어서 한도가 없습니다(demand.map 참고): \2",
    ),
    (
        r"demand\.generate\.load: jobs for (\d+) % of what the fleet can do are drawn, at most (\d+) % falls before the end and (\d+) % on "
        r"the first day: the fleet starts empty, and long jobs run on past the end",
        r"demand.generate.load: 전체 능력의 \1%에 이르는 작업을 뽑았지만 끝나기 전에 돌 수 있는 것은 많아야 \2%, 첫날은 \3%입니다. "
        r"빈 상태에서 시작하고 긴 작업은 기간을 넘어 돌기 때문입니다",
    ),
    # why jobs were refused
    (
        r"asks for (\S+) accelerators: the largest pool that could run it has (\S+) beside what others hold all the time",
        r"가속기 \1개를 요구: 돌 수 있는 가장 큰 풀이 기간 내내 남의 전용인 서버를 빼면 \2개",
    ),
    (r"asks for (\S+) accelerators: the largest pool that could run it has (\S+)", r"가속기 \1개를 요구: 돌 수 있는 가장 큰 풀이 \2개"),
    (
        r"asks for (\S+) accelerators in one fabric domain: no domain is that large",
        r"한 패브릭 도메인 안의 가속기 \1개를 요구: 그만큼 큰 도메인이 없음",
    ),
    (r"every pool that could run it is dedicated to another project", "돌 수 있는 풀이 모두 다른 과제의 전용"),
    (r"(.+) insists on (.+) and asks for (\d+) GB: no pool has that", r"\1: \2만 쓰고 \3GB를 요구하는데 그런 풀이 없음"),
    (r"(.+) insists on (.+): no pool has that", r"\1: \2만 쓰는데 그런 풀이 없음"),
    (r"(.+) asks for (\d+) GB: no pool has that", r"\1: \2GB를 요구하는데 그런 풀이 없음"),
    (r"(.+) trains, and every pool where it may run is inference-only", r"\1: 학습 작업인데 쓸 수 있는 풀이 모두 추론 전용"),
    (r"(.+) trains, and every pool is inference-only", r"\1: 학습 작업인데 모든 풀이 추론 전용"),
    (
        r"no speed of a job that names no workload is known on any pool( where it may run)?: state or assume one",
        "작업 종류를 밝히지 않은 작업의 상대 성능을 어느 풀에서도 알 수 없음: 적거나 가정하십시오",
    ),
    (
        r"no speed of (.+) is known on any pool( where it may run)?: state or assume one",
        r"\1의 상대 성능을 어느 풀에서도 알 수 없음: 적거나 가정하십시오",
    ),
    # what dure itself assumes
    (
        r"A job that names no workload is taken to run as fast on every model as its recorded or requested time says; "
        r"published speeds span the range",
        "작업 종류를 밝히지 않은 작업은 어느 기종에서나 기록되거나 요청된 시간만큼 걸린다고 봅니다. "
        "범위는 공표된 상대 성능의 최소와 최대입니다",
    ),
    (
        r"no source states a billing weight: quotas, credits and fair-share count it as 1",
        "환산 가중치의 출처가 없어 한도·크레딧·공정 배분에서 1로 셉니다",
    ),
    (
        r"assumed: shares by number of jobs, sizes, medians and deviations of every class; run times are on an H100 SXM; "
        r"the hours of the week are those of philly-trace on Korean clocks; how jobs end: 14 % by number and 11 % by time fail, "
        r"between the 8 and 12 % of time of Kalos, Helios and Seren \(cluster_statistics\.csv\)",
        "작업 종류마다 건수 비중, 크기, 중앙값, 편차를 가정했습니다. 실행 시간은 H100 SXM 기준이고, "
        "요일과 시간대 분포는 philly-trace를 한국 시각에 맞춘 것입니다. 실패하는 작업은 건수로 14%, 시간으로 11%이며 "
        "Kalos, Helios, Seren의 시간 기준 8~12% 사이입니다 (cluster_statistics.csv)",
    ),
    (r"profile (\S+)", r"\1 프로필"),
    (r"scenario", "시나리오"),
    (r"examples|quickstart", "예제 작성자"),
    (r"stated in the scenario without a source", "시나리오에 출처 없이 적힘"),
    (r"(.+), times the speed: assumed by (?:examples|quickstart)", r"\1에 상대 성능을 곱함: 예제 작성자의 가정"),
    (r"(.+), times the speed: assumed by (.+)", r"\1에 상대 성능을 곱함: \2의 가정"),
    (r"(.+), times the speed: (.+)", r"\1에 상대 성능을 곱함: \2"),
    (r"assumed by (?:examples|quickstart)", "예제 작성자의 가정"),
    (r"assumed by (.+)", r"\1의 가정"),
    # how billing weights of the catalogue were derived
    (r"geometric mean of (\d+) published workload classes", r"공표된 작업 종류 \1가지의 기하평균"),
    (r"dense bfloat16 peak of one device over that of the H100 SXM", "장치 하나의 bfloat16 최대 성능(밀집)을 H100 SXM의 값으로 나눔"),
    (r"dense half-precision peak of one device over that of the H100 SXM", "장치 하나의 반정밀도 최대 성능(밀집)을 H100 SXM의 값으로 나눔"),
    (r"dense 8-bit peak of one device over that of the H100 SXM", "장치 하나의 8비트 최대 성능(밀집)을 H100 SXM의 값으로 나눔"),
    (r"the reference accelerator", "기준 가속기"),
)
