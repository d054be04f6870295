"""Korean of what a key that must be written means, as the schema says it in English: for the remedy of a key that is missing."""

from __future__ import annotations

import re

from dure.present.phrases_front import FRONT_KEYS_KO
from dure.present.phrases_funding import FUNDING_KEYS_KO
from dure.present.phrases_jobs import JOB_KEYS_KO
from dure.present.phrases_plan_terms import PLAN_TERMS_KEYS_KO
from dure.present.phrases_purchase import PLAN_KEYS_KO
from dure.present.phrases_risk import RISK_KEYS_KO

KEYS_KO: dict[str, str] = {
    "like `nvidia-h100`; a known id is changed, a new one added": "`nvidia-h100`처럼. 있는 것은 바꾸고, 없는 것은 더합니다",
    "where this comes from": "출처",
    "who holds them": "가진 과제",
    "`site/pool`": "`센터/풀`",
    "servers": "서버 수",
    "`speed`, `rate`, `billing_weight` or an attribute of the catalogue; a `statement` changes no figure and is only listed": (
        "`speed`, `rate`, `billing_weight` 또는 목록의 항목. `statement`는 수치를 바꾸지 않고 적어 두기만 합니다"
    ),
    "who assumes it": "가정한 사람",
    "why this value": "이 값인 이유",
    "when they are accepted on the floor": "검수되어 설치되는 때",
    "how many arrive; the deliveries of a pool add up to at most its nodes": "들어오는 수. 한 풀의 납품을 모두 더해 nodes 이하",
    "failures per 1,000 node-days (6.5 at Meta's RSC, arXiv 2410.21680)": "서버 1,000대·일당 고장 (Meta RSC는 6.5, arXiv 2410.21680)",
    "won per hour": "시간당 원",
    "like `hgx-h200`": "`hgx-h200`처럼",
    "unique in the programme": "사업 안에서 하나뿐인 이름",
    "unique in its site": "센터 안에서 하나뿐인 이름",
    "accelerator id of the catalogue, or a short name that is unique there": "목록에 있는 가속기 이름, 또는 그 안에서 하나뿐인 짧은 이름",
    "servers contracted": "계약한 서버 수",
    "unique; jobs that name none are `normal`": "하나뿐인 이름. 적지 않은 작업은 `normal`",
    "rate in the busiest hour": "가장 바쁜 시간의 요청률",
    "unique in the scenario": "시나리오 안에서 하나뿐인 이름",
    "whose it is": "누구의 것인지",
    "workload class whose measured rate it serves at": "처리량을 정하는 작업 종류",
    "who runs it": "운영하는 곳",
    "its servers": "서버들",
    "when it begins": "시작하는 때",
    "down = failed; unpowered = no electricity; unfunded = no money to run it": (
        "down = 고장, unpowered = 전력 없음, unfunded = 운영예산 없음"
    ),
    "workload class, like `llm-finetune`": "작업 종류. 예: `llm-finetune`",
    "accelerator id": "가속기 이름",
    "throughput relative to H100 SXM = 1": "H100 SXM을 1로 본 처리량",
    "where this was published": "공표된 곳",
    "what capital costs": "자본 비용",
    "how long machines are kept": "장비를 쓰는 기간",
    "what they fetch then, as a share of their price": "그때 받을 수 있는 값, 구입가 대비 비율",
    "a price that is missing is an error where it is needed, never 0": "필요한 곳에 값이 없으면 0이 아니라 오류",
    "won for one unit": "한 단위의 원화 값",
    "interest a year, paid monthly": "연 이자율, 매월 납부",
    "line of the cost stack; electricity follows from the tariffs of the sites": "비용 항목. 전기요금은 센터의 요금제에서 나옵니다",
    "in won, in another currency that has a rate, or `5%` for a share of what the machines cost": (
        "원화, 환율이 있는 다른 통화, 또는 장비 값에 대한 비율이면 `5%`처럼"
    ),
    "what one unit is; `share_year` = of what accelerators, servers, fabric and storage cost, each year": (
        "한 단위가 무엇인지. `share_year`는 해마다 가속기·서버·패브릭·저장장치 값에 대한 비율"
    ),
    "whether value added tax comes on top, is in the price, or is not due": "부가가치세가 따로인지, 값에 들었는지, 없는지",
    "a site of this scenario": "이 시나리오의 센터",
    "tariff of the catalogue, like `general-b-high-a-1`": "목록에 있는 요금제. 예: `general-b-high-a-1`",
    "lagging, by day": "주간 지상역률",
    "leading, by night; nights that lag count as 100%": "야간 진상역률. 지상이면 100%로 봅니다",
    "of the site; absent = unknown, billed as the standard: nothing added": "센터의 역률. 없으면 기준 역률로 봅니다",
    "full-time people, 0 where others pay them": "전일 근무 인원. 다른 곳이 인건비를 내면 0",
    **PLAN_KEYS_KO,
    **RISK_KEYS_KO,
    **FUNDING_KEYS_KO,
    **PLAN_TERMS_KEYS_KO,
    **FRONT_KEYS_KO,
    **JOB_KEYS_KO,
}

MISSING_KEYS: tuple[tuple[str, str], ...] = tuple(
    (rf"write `([^`]+?):` \({re.escape(english)}\)", rf"`\1:` 항목을 쓰십시오 ({korean})") for english, korean in KEYS_KO.items()
)
