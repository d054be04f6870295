"""Phrases of tables on a narrow terminal and of what a plan assumes: key → (English, Korean)."""

from __future__ import annotations

FITTED: dict[str, tuple[str, str]] = {
    "grid.left_out": (
        "Left out for lack of width: {columns}. A wider terminal shows them, and so do the HTML page, --csv and --json "
        "of commands that have them.",
        "폭이 모자라 뺀 열: {columns}. 더 넓은 터미널이나, 명령에 있으면 HTML 보고서, --csv, --json에서 볼 수 있습니다.",
    ),
    "buy.assumed_value": ("{what} = {value}", "{what} = {value}"),
    "buy.given": ("{what}: given by the scenario, no source", "{what}: 시나리오에 적힌 값, 출처 없음"),
    "buy.assumed.path": ("price path of {of}", "{of}의 가격 추이"),
    "buy.assumed.catalog": ("{item} ({of})", "{of}의 {item}"),
    "buy.assumed.term": ("{item} ({of})", "전제: {item}({of})"),
    "buy.assumed.given": ("{item}", "{item}"),
    "buy.item.speed": ("speed relative to one H100", "H100 하나에 견준 상대 성능"),
    "buy.item.billing_weight": ("billing weight", "환산 가중치"),
    "buy.item.statement": ("statement", "설명"),
    "buy.item.interest": ("interest a year", "연 이자율"),
    "buy.item.exchange": ("won for one unit of a currency", "통화 한 단위의 원"),
    "buy.item.life": ("life of machines", "장비 수명"),
    "buy.item.residual": ("residual value, of the price", "잔존 가치(가격 대비)"),
    "buy.item.usable": ("share of accelerators in service that does work", "가동 중인 가속기 가운데 일하는 비율"),
    "buy.item.pue": ("PUE of the sites", "센터별 PUE"),
    "buy.item.staff": ("people for each 1,000 accelerators", "가속기 1,000개당 인력"),
    "buy.item.power": ("power of the sites and its dates", "센터별 전력과 날짜"),
    "buy.item.supply": ("accelerators that can be ordered in a period", "한 기간에 주문할 수 있는 가속기"),
    "buy.assumed_unit.accelerator": ("per accelerator", "(가속기당)"),
    "buy.assumed_unit.server": ("per server", "(서버당)"),
    "buy.assumed_unit.kw": ("per kW", "(kW당)"),
    "buy.assumed_unit.accelerator_year": ("per accelerator and year", "(가속기·년당)"),
    "buy.assumed_unit.share_year": ("of the price of the machines, each year", "(장비값 대비, 매년)"),
    "buy.assumed_unit.person_year": ("per person and year", "(인·년당)"),
    "buy.assumed_unit.reference accelerators": ("reference accelerators", "기준 가속기"),
}
