"""Phrases of tender files beside the award: `dure check`, replays of public rounds, signed minutes and the first act of the demo."""

from __future__ import annotations

TENDER: dict[str, tuple[str, str]] = {
    # act 1 of the demo
    "demo.buy.asked": ("{won}, {bids} applicants, one award", "{won}, 제안 {bids}건, 한 번의 선정"),
    "demo.buy.bid": ("{bid} {model} {units} ({public} public)", "{bid} {model} {units}개(정부 활용 {public}개)"),
    "demo.buy.none": ("{bid} none", "{bid} 없음"),
    "demo.buy.sum": (
        "{units} accelerators, {public} for public use · {units_then} / {public_then} (published)",
        "가속기 {units}개, 정부 활용분 {public}개 · {units_then} / {public_then} (공표)",
    ),
    "demo.buy.lost": ("{bid} was not taken: accepts nothing below {least}.", "{bid} 탈락: {least}개 미만은 받지 않음."),
    "demo.buy.flip": ("Would have won at −{share} of its price;", "가격을 {share} 낮췄다면 선정,"),
    "demo.buy.fewer": ("or by accepting {units}", "또는 {units}개를 받아들였다면 선정"),
    "demo.buy.fewer_never": ("accepting fewer alone would not have helped", "수량만 줄여 받아들여서는 선정되지 않음"),
    "demo.buy.again": ("re-solved at that price and one won above", "그 값과 1원 높은 값에서 다시 풂"),
    "demo.buy.marks": (
        "quantities published, and put in as bids · prices assumed: no bid price is public",
        "수량은 공표된 값을 제안으로 넣음 · 가격은 가정값: 제안 가격은 공개되지 않음",
    ),
    # minutes
    "award.flip.quantity": (
        "It would win if it accepted {units} instead of {before} at least.",
        "최소 수량을 {before}개가 아니라 {units}개까지 받아들이면 선정됩니다.",
    ),
    "award.flip.kind.quantity": ("a smaller quantity", "더 적은 수량"),
    "award.published": ("What is published", "공표된 것"),
    "award.source": ("{what} (published: {source})", "{what} (공표: {source})"),
    "award.marks": ("Quantities are {quantity}, prices {price}.", "수량은 {quantity}, 가격은 {price}입니다."),
    "award.prices_below": (
        "Just below, the same budget buys {units} {units:accelerator|accelerators}, {public} of them public.",
        "바로 아래에서는 같은 예산으로 가속기 {units}개(정부 활용분 {public}개)를 삽니다.",
    ),
    "award.prices_above": (
        "Just above, it buys {units}, {public} of them public.",
        "바로 위에서는 {units}개(정부 활용분 {public}개)를 삽니다.",
    ),
    "award.prices_shown": (
        "Both ends are exact to the won; each was solved again inside and a billionth beyond.",
        "양 끝은 원 단위까지 정확하며, 안쪽과 10억분의 1 바깥쪽을 다시 풀어 확인했습니다.",
    ),
    # dure check
    "check.lots": ("tender with {n} {n:lot|lots}", "공모, 로트 {n}개"),
    "check.bids": ("{n} {n:bid|bids}", "제안 {n}건"),
    "check.operators": ("{n} {n:operator|operators}", "운영사업자 {n}곳"),
    "check.offered": ("{n} {n:accelerator|accelerators} offered", "제안한 가속기 {n}개"),
    "check.criteria": ("{n} {n:criterion|criteria}", "평가 항목 {n}개"),
    "check.rules": ("rules {hash}…", "규칙 해시 {hash}…"),
    "check.no_bids": ("no bids yet: rules only", "제안 없음: 규칙만 있음"),
    "check.unknown_models": (
        "the catalogue does not know {models}: the award counts them by the tender's capacity, but no plan or twin can say what work they "
        "serve or what they draw until catalog.models and catalog.assume do",
        "카탈로그에 없는 기종: {models}. 선정은 공모의 성능 기준으로 하지만, catalog.models와 catalog.assume에 적기 전에는 "
        "어떤 작업을 맡고 전력을 얼마나 쓰는지 계획도 시뮬레이션도 말할 수 없습니다",
    ),
}

TENDER_HELP_KO: dict[str, str] = {
    "scenario and tender files, job specs and sbatch scripts to read": "읽을 시나리오·공모 파일, 작업 명세, sbatch 스크립트",
    "of which files: scenario, tender or job": "어떤 파일의 스키마인지: scenario, tender 또는 job",
}
