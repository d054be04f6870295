"""Korean and English of the two public pages of a service."""

from __future__ import annotations

PAGES: dict[str, tuple[str, str]] = {
    "pages.public": ("Public page", "공개 화면"),
    "pages.audit": ("Audit page", "감사 화면"),
    "pages.as_of": ("As of {at}", "{at} 현재"),
    "pages.not_yet": ("Nothing is known yet", "아직 알려진 것이 없습니다"),
    "pages.unknown": ("Unknown: no broker has told of the pool yet.", "모름: 아직 브로커가 풀의 상태를 알려 주지 않았습니다."),
    "pages.waterfall": ("Where each accelerator is now", "가속기가 지금 어디에 있나"),
    "pages.waterfall.means": (
        "From what is contracted down to what is busy. Every difference has its cause and somebody who can mend it.",
        "계약한 가속기에서 일하는 가속기까지. 차이마다 원인이 있고, 고칠 수 있는 곳이 있습니다.",
    ),
    "pages.waterfall.caption": ("Public use, all pools", "정부 활용분, 모든 풀"),
    "pages.line": ("line", "항목"),
    "pages.share": ("of contracted", "계약 대비"),
    "pages.mender": ("who can mend it", "고칠 수 있는 곳"),
    "pages.definitions": ("Definitions", "정의"),
    "pages.def.contracted": ("paid for or leased", "구매했거나 빌린 것"),
    "pages.def.installed": ("accepted on the floor, by the asset register", "자산 대장에 올라 설치를 마친 것"),
    "pages.def.powered": ("money, megawatts and support carry it", "예산, 전력, 지원이 갖추어진 것"),
    "pages.def.available": ("not failed, not in maintenance, observed", "고장이나 정비 중이 아니고 관측되는 것"),
    "pages.def.busy": ("holds a running job", "작업이 실행 중인 것"),
    "pages.operating_rate.means": ("busy of installed", "설치된 것 가운데 일하는 것"),
    "pages.occupancy.means": ("busy of available", "쓸 수 있는 것 가운데 일하는 것"),
    "pages.coverage": ("Coverage", "관측 범위"),
    "pages.coverage.text": (
        "{seen} of {pools} pools are reported. "
        "{unseen} of the powered accelerators are not observed now; they count as installed, never as busy.",
        "풀 {pools}개 가운데 {seen}개의 상태가 보고됩니다. 전력이 공급된 가속기의 {unseen:은} 지금 관측되지 않으며, "
        "설치된 것으로 세되 일하는 것으로는 세지 않습니다.",
    ),
    "pages.coverage.unknown": (
        "{seen} of {pools} pools are reported. How many of the powered accelerators are observed is unknown.",
        "풀 {pools}개 가운데 {seen}개의 상태가 보고됩니다. 전력이 공급된 가속기 가운데 얼마가 관측되는지 알 수 없습니다.",
    ),
    "pages.downloads": ("Downloads", "내려받기"),
    "pages.download.json": ("both rates and every pool as JSON", "두 비율과 모든 풀(JSON)"),
    "pages.download.csv": ("the waterfall of every pool as CSV", "풀마다의 내역(CSV)"),
    "pages.download.openapi": ("the API, described by itself", "API 명세(OpenAPI)"),
    "pages.footer": (
        "figures of the whole only: no project and no person stands on this page",
        "전체 수치만 있습니다. 과제나 개인의 정보는 없습니다",
    ),
    "pages.counts": ("The log", "기록"),
    "pages.counts.rows": ("events", "사건"),
    "pages.counts.rows.means": ("rows of the log, numbered without gaps", "빠진 번호 없이 쌓인 기록"),
    "pages.counts.acts": ("acts", "요청"),
    "pages.counts.acts.means": (
        "what people and programs asked, in the order of acceptance",
        "사람과 프로그램이 요청한 것, 접수한 순서대로",
    ),
    "pages.rules": ("Rules", "규칙"),
    "pages.rules.means": (
        "Every choice was made by the newest rules that do not begin behind it; their text is at /api/v1/rules.",
        "모든 배치는 그보다 늦게 시작하지 않은 가장 새 규칙으로 정했습니다. 규칙 전문은 /api/v1/rules에 있습니다.",
    ),
    "pages.rules.name": ("rules", "규칙"),
    "pages.rules.since": ("since", "시작"),
    "pages.rules.row": ("from row", "시작 기록 번호"),
    "pages.rules.none": ("No rules have been written down yet.", "아직 기록된 규칙이 없습니다."),
    "pages.check": ("Check it yourself", "직접 확인하기"),
    "pages.check.export": (
        "a bundle of a period (--from, --to): events, catalogue, definitions, choices with their rules, seals (for auditors)",
        "기간(--from, --to)의 묶음: 사건, 카탈로그, 정의, 배치와 그 규칙, 봉인(감사자용)",
    ),
    "pages.check.verify": (
        "computes every line and both rates of it again, with the standard library and SQL of its own, and follows the seals",
        "표준 라이브러리와 자체 SQL만으로 모든 항목과 두 비율을 다시 계산하고 봉인을 따라갑니다",
    ),
    "pages.check.sample": (
        "accelerator-hours drawn at random, each with its events, job, grant, choice and bill",
        "무작위로 뽑은 가속기 시간마다 사건, 작업, 선정, 배치, 청구까지",
    ),
    "pages.check.recalls": (
        "everybody who met the rule of recall and was not recalled, with the reason",
        "회수 요건에 해당했으나 회수되지 않은 과제와 그 이유",
    ),
    "pages.seals": ("Seals", "봉인"),
    "pages.seals.means": (
        "Each seal is a hash over a range of the log and the seal before it. "
        "Keep one: whoever changes a sealed row later cannot keep it true.",
        "봉인은 기록의 한 구간과 앞 봉인을 묶은 해시입니다. 하나를 보관해 두십시오. 나중에 기록을 바꾸면 그 봉인과 맞지 않습니다.",
    ),
    "pages.seals.range": ("rows", "기록 구간"),
    "pages.seals.head": ("head", "봉인 값"),
    "pages.seals.none": ("No range of this log has been sealed yet.", "아직 봉인한 구간이 없습니다."),
}
