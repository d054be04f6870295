"""Korean of the help texts of arguments and options. The English stands in the code beside the option (gettext's way).

A test walks every command and fails when a text has no Korean here.
"""

from __future__ import annotations

from dure.present.phrases_audit import AUDIT_HELP_KO
from dure.present.phrases_books import BOOKS_HELP_KO
from dure.present.phrases_data import DATA_HELP_KO
from dure.present.phrases_demand import DEMAND_HELP_KO
from dure.present.phrases_deploy import DEPLOY_HELP_KO
from dure.present.phrases_files import FILES_HELP_KO
from dure.present.phrases_fleets import FLEETS_HELP_KO
from dure.present.phrases_front import FRONT_HELP_KO
from dure.present.phrases_funding import FUNDING_HELP_KO
from dure.present.phrases_jobs import JOBS_HELP_KO
from dure.present.phrases_jobs_more import JOBS_MORE_HELP_KO
from dure.present.phrases_jobs_told import JOBS_TOLD_HELP_KO
from dure.present.phrases_minutes import MINUTES_HELP_KO
from dure.present.phrases_nodes import NODES_HELP_KO
from dure.present.phrases_plan_award import AWARD_HELP_KO
from dure.present.phrases_plan_cost import PLAN_COST_HELP_KO
from dure.present.phrases_plan_diff import PLAN_DIFF_HELP_KO
from dure.present.phrases_planner import PLANNER_HELP_KO
from dure.present.phrases_programme import PROGRAMME_HELP_KO
from dure.present.phrases_purchase import PURCHASE_HELP_KO
from dure.present.phrases_rate import RATE_HELP_KO
from dure.present.phrases_risk import RISK_HELP_KO
from dure.present.phrases_store import STORE_HELP_KO
from dure.present.phrases_study import STUDY_HELP_KO
from dure.present.phrases_tariffs import TARIFFS_HELP_KO
from dure.present.phrases_tender import TENDER_HELP_KO
from dure.present.phrases_trace import TRACE_HELP_KO
from dure.present.phrases_work import WORK_HELP_KO

HELP_KO: dict[str, str] = {
    **AUDIT_HELP_KO,
    **DEPLOY_HELP_KO,
    **NODES_HELP_KO,
    **DATA_HELP_KO,
    **STORE_HELP_KO,
    **WORK_HELP_KO,
    **JOBS_MORE_HELP_KO,
    **JOBS_TOLD_HELP_KO,
    **BOOKS_HELP_KO,
    **PROGRAMME_HELP_KO,
    **TRACE_HELP_KO,
    **AWARD_HELP_KO,
    **TENDER_HELP_KO,
    **MINUTES_HELP_KO,
    **PURCHASE_HELP_KO,
    **PLANNER_HELP_KO,
    **RISK_HELP_KO,
    **STUDY_HELP_KO,
    **DEMAND_HELP_KO,
    **FRONT_HELP_KO,
    **FUNDING_HELP_KO,
    **FLEETS_HELP_KO,
    **FILES_HELP_KO,
    **TARIFFS_HELP_KO,
    **JOBS_HELP_KO,
    **RATE_HELP_KO,
    **PLAN_DIFF_HELP_KO,
    **PLAN_COST_HELP_KO,
    "print one JSON object instead of text": "글 대신 JSON 객체 하나를 출력합니다",
    "print one JSON object: the schema is one already": "JSON 객체 하나를 출력합니다. 스키마가 이미 그것입니다",
    "run folder that `dure twin run` wrote": "`dure twin run`이 남긴 실행 폴더",
    "write one self-contained HTML file here": "한 파일로 된 HTML을 여기에 씁니다",
    "write every picture as SVG and as Vega-Lite spec into this folder": "모든 그림을 SVG와 Vega-Lite 명세로 이 폴더에 씁니다",
    "jobs of your own cluster to replay in act 3": "3막에서 재현할, 여러분 클러스터의 작업 기록",
    "fleet of act 3 (default: the example korea-50k)": "3막의 가속기 군 (기본: 예제 korea-50k)",
    "replace a file even if dure did not write it": "dure가 쓰지 않은 파일이어도 바꿔 씁니다",
    "zone of times that name none, such as Asia/Seoul or +09:00": "시간대가 적혀 있지 않은 시각의 시간대. 예: Asia/Seoul, +09:00",
    "folder to write": "결과를 쓸 폴더",
    "only these answers, such as T1 or T1.fcfs": "이 답만, 예: T1 또는 T1.fcfs",
    "folder with the public traces (default: DURE_SHARED, else ../shared)": "공개 작업 기록 폴더 (기본: DURE_SHARED, 없으면 ../shared)",
    "print one JSON list instead of text": "글 대신 JSON 목록 하나를 출력합니다",
    "write every table as CSV into this folder": "모든 표를 CSV로 이 폴더에 씁니다",
    "change one value: path=value, as often as needed": "값 하나를 바꿉니다: 경로=값, 여러 번 쓸 수 있습니다",
    "model or node model to show with its sources; none lists all": "출처와 함께 볼 기종이나 서버 기종. 없으면 모두 보여 줍니다",
    "only models of this vendor": "이 제조사의 기종만",
    "only models of this group": "이 그룹의 기종만",
    "only this kind: gpu, npu, tpu, asic, ipu": "이 종류만: gpu, npu, tpu, asic, ipu",
    "only models that can train, or that cannot": "학습이 되는 기종만, 또는 안 되는 기종만",
    "only devices with memory in this range: 80GB.. or 16GB..48GB": "메모리가 이 범위인 장치만: 80GB.. 또는 16GB..48GB",
    "list node models instead": "대신 서버 기종을 보여 줍니다",
    "list billing weights with their derivation instead": "대신 환산 가중치와 산출 방법을 보여 줍니다",
    "list speeds by workload class instead": "대신 작업 종류별 상대 성능을 보여 줍니다",
    "billing weights in force on this date (default: today)": "이 날짜에 적용되는 환산 가중치 (기본값: 오늘)",
    "the catalogue as this scenario changes it": "이 시나리오가 바꾼 목록",
    "scenario file to play": "돌릴 시나리오 파일",
    "jobs to replay, instead of the scenario's; - is standard input": "시나리오의 작업 대신 재현할 작업 기록. -는 표준 입력",
    "format of the trace (default: the scenario's)": "작업 기록의 형식 (기본값: 시나리오에 적힌 것)",
    "run folder to write (default: runs/NAME)": "남길 실행 폴더 (기본값: runs/이름)",
    "seed of every random draw, instead of the scenario's": "시나리오의 값 대신 쓸 모든 난수의 시드",
    "only the first N jobs of a trace, or N drawn ones": "작업 기록의 처음 N개만, 또는 N개만 뽑기",
    "scenario files; all that write the same demand replay the same jobs": (
        "시나리오 파일. 수요가 똑같이 적힌 것은 모두 같은 작업을 재현합니다"
    ),
    "number of the job, or #N for row N of jobs.parquet": "작업 번호, 또는 jobs.parquet의 N번째 행이면 #N",
    "instant to ask at: 5d, 36h, 2026-01-06T09:00 (default: when the job is submitted)": (
        "물어볼 시각: 5d, 36h, 2026-01-06T09:00 (기본값: 작업이 제출된 때)"
    ),
    "a policy to try on the first scenario, as often as needed": "첫 시나리오에 적용해 볼 정책, 여러 번 쓸 수 있습니다",
}
