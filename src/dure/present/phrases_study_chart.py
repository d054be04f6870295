"""Phrases of the pictures of a study: key → (English, Korean)."""

from __future__ import annotations

STUDY_CHART: dict[str, tuple[str, str]] = {
    "study_chart.delivered": ("work that users got", "이용자가 받은 일"),
    "study_chart.operating_rate": ("operating rate", "가동률"),
    "study_chart.wait_mean": ("mean wait", "평균 대기"),
    "study_chart.reference": ("reference accelerators at work", "기준 가속기 수"),
    "study_chart.counted_on": ("counted on, of a machine's time", "계획이 일한다고 보는 시간"),
    "study_chart.candidates_alt": (
        "Candidates by work that users got, operating rate and mean wait. {said}.",
        "후보별로 이용자가 받은 일, 가동률, 평균 대기. {said}.",
    ),
    "study_chart.classes_alt": (
        "Asked, planned and delivered by class; delivered of asked: {shares}.",
        "종류별 요청·계획·받음. 요청 대비 받은 몫: {shares}.",
    ),
    "study_chart.rounds_alt": (
        "What the plan counts on, over {n} {n:round|rounds}: on average {old} at first and {new} at last; beside it what it promises and "
        "what users got.",
        "{n}회 동안 계획이 일한다고 본 시간: 평균 {old}에서 {new:으로}. 곁에 약속한 일과 받은 일.",
    ),
    "study.title.one": ("What users get of it", "이용자가 받는 것"),
}
