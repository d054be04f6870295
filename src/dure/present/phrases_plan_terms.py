"""Phrases of the grid-impact rule, of borrowed money and of the rules of a plan by name: key → (English, Korean); and their mistakes."""

from __future__ import annotations

PLAN_TERMS: dict[str, tuple[str, str]] = {
    "rule.grid impact": (
        "the grid-impact assessment of site {a}, below its threshold {when} until it is passed (ask for it earlier, or order later)",
        "{a} 센터의 전력계통영향평가, 통과 전에는 기준 미만({when}, 더 일찍 신청하거나 더 늦게 주문)",
    ),
    "buy.objective.dependency": (
        "accelerators of the largest vendor, cost deciding between equals,",
        "최대 제조사의 가속기(같으면 비용이 적은 쪽)",
    ),
    "buy.rounding_unit.dependency": ("accelerators of the largest vendor", "개(최대 제조사의 가속기)"),
    "buy.value_dependency": (
        "{rule}: one more ({unit}) changes the largest vendor's accelerators by {worth}.",
        "{rule}: 하나 더({unit})에 최대 제조사의 가속기가 {worth}개 바뀝니다.",
    ),
    "diff.kind.interest": ("interest on what is borrowed", "차입 이자"),
    "diff.only": ("{name} only: {what}", "{name}에만: {what}"),
    "diff.assumed_same": (
        "{n} assumed {n:figure is|figures are} the same in both plans; the page and --json list them.",
        "두 계획에 똑같은 가정 {n}개는 HTML과 --json에 있습니다.",
    ),
    "plan_cost.borrowed": (
        "{source} lends {drawn} of it and takes {interest} of interest, which the plan pays as operation; "
        "the interest above is on all that was bought, at one rate.",
        "이 가운데 {source} 차입이 {drawn}, 그 이자 {interest:은} 계획에서 운영비로 냅니다. "
        "위의 이자는 산 것 전부에 한 이자율을 쓴 값입니다.",
    ),
    "buy.grid_says": (
        "Grid-impact assessment, due from {mw} MW at one place: {sites}. Until it is passed a site stays below that.",
        "전력계통영향평가는 한 곳 {mw}MW부터: {sites}. 통과할 때까지 센터는 그보다 적게 씁니다.",
    ),
    "buy.grid_site": ("{site} by {period}", "{site} {period}까지"),
    "buy.grid_site_days": ("{site} asks {days} days before {period}", "{site} {period}보다 {days}일 전에 신청"),
    "buy.grid_none": (
        "Grid-impact assessment, due from {mw} MW at one place: no site of the plan reaches that.",
        "전력계통영향평가는 한 곳 {mw}MW부터: 이 계획에서 거기에 이르는 센터는 없습니다.",
    ),
    "buy.grid": ("Grid-impact assessment by site", "센터별 전력계통영향평가"),
    "buy.column.threshold": ("due from", "기준"),
    "buy.column.first": ("first reached", "처음 이르는 기간"),
    "buy.column.reached": ("drawn then", "그때 쓰는 전력"),
    "buy.column.days": ("days to an answer", "결과까지 날 수"),
    "buy.column.opens": ("open from", "통과 시점"),
    "buy.grid_never": ("not reached", "이르지 않음"),
    "buy.grid_closed": ("never", "통과하지 못함"),
    "buy.loans_say": (
        "{source} lends {drawn}: {interest} of interest and the principal fall due until {last}, as operation of each year.",
        "{source} 차입 {drawn}: {last}년까지 이자 {interest:과} 원금을 해마다 운영비로 갚습니다.",
    ),
    "buy.loans": ("Borrowed money by year", "연도별 차입금"),
    "buy.column.source": ("source", "재원"),
    "buy.column.drawn_won": ("drawn", "차입"),
    "buy.column.interest": ("interest", "이자"),
    "buy.column.principal": ("paid back", "상환"),
    "buy.column.owed": ("still owed", "잔액"),
    "buy.rules": ("Rules of the plan", "계획의 규칙"),
    "buy.column.rule": ("rule", "규칙"),
    "buy.column.unit": ("unit", "단위"),
    "buy.column.limits": ("limits", "한도 수"),
    "buy.column.binding": ("binding", "걸린 수"),
    "buy.rule.budget": ("money for purchase, by source and year", "구매비: 재원·연도별"),
    "buy.rule.opex_funded": ("every year of life paid for (opex_funded)", "수명의 모든 해에 운영비가 있음(opex_funded)"),
    "buy.rule.site power": ("power of a site, with cooling", "센터 전력(냉방 포함)"),
    "buy.rule.grid impact": ("grid-impact assessment: below the threshold until it is passed", "전력계통영향평가: 통과 전에는 기준 미만"),
    "buy.rule.share": ("shares of vendors", "제조사 비중"),
    "buy.rule.count": ("accelerators in service by a date", "기한까지 가동 대수"),
    "buy.rule.supply": ("supply of a model in a period", "기간별 공급 한도"),
    "buy.rule.demand": ("work served, of what is asked for", "처리하는 작업(요청 이내)"),
    "buy.rule.busy": ("work within what is in service, at its speed", "가동 대수와 상대 성능 이내의 작업"),
    "buy.rule.units": ("whole buying units", "온전한 구매 단위"),
    "buy.rule_unit.won": ("won", "원"),
    "buy.rule_unit.MW": ("MW", "MW"),
    "buy.rule_unit.accelerators": ("accelerators", "가속기"),
    "buy.rule_unit.reference": ("reference accelerators", "기준 가속기"),
    "buy.rule_unit.share": ("share of count, capacity or money", "대수·용량·금액의 비중"),
    "buy.rule_unit.units": ("buying units", "구매 단위"),
    "buy.item.grid": (
        "days until a grid-impact assessment that is asked for on the first day is passed",
        "첫날 신청한 전력계통영향평가가 통과될 때까지의 날 수",
    ),
    "buy.item.loan": ("interest, years and grace of the loan", "차입 이자율, 기간(거치)"),
    "ranges.demand": ("demand for {of}, all years together", "{of} 수요(모든 해 함께)"),
    "diff.asked.grid impact": ("the grid-impact assessment of site {a} in {b}", "{b}년 {a} 센터의 전력계통영향평가 한도"),
    "diff.asked.loan": ("interest of the loan of {a}", "{a} 차입 이자율"),
    "diff.asked.loan years": ("years of the loan of {a}", "{a} 차입 기간(년)"),
    "diff.asked.loan grace": ("grace years of the loan of {a}", "{a} 차입 거치 기간(년)"),
}

PLAN_TERMS_ERRORS: tuple[tuple[str, str], ...] = (
    (r"write objective: served or cost", "objective: served나 cost로 쓰십시오"),
    (r"says both when it was asked for and when it is passed", "신청한 날과 통과한 날을 둘 다 적었습니다"),
    (r"write applied or passed", "applied나 passed 가운데 하나를 쓰십시오"),
    (r"nobody says how long (\S+) takes", r"\1: 얼마나 걸리는지 적힌 곳이 없습니다"),
    (r"write grid: \{passed: …\} with the day", "grid: {passed: …}에 날짜를 쓰십시오"),
    (r"a loan that is never paid back", "갚지 않는 차입입니다"),
    (r"write a grace shorter than years", "grace를 years보다 짧게 쓰십시오"),
    (r"a loan for (\S+)", r"\1에 쓰는 차입입니다"),
    (r"borrow for capex; operation and people are paid from budgets", "차입은 capex에만 쓰고, 운영비와 인건비는 예산으로 내십시오"),
)

PLAN_TERMS_KEYS_KO: dict[str, str] = {
    "interest a year on what is not paid back yet, first due in the year after": (
        "아직 갚지 않은 원금에 대한 연 이자율. 빌린 다음 해부터 냅니다"
    ),
    "years after the one in which it is drawn until all of it is paid back": "빌린 해 다음부터 다 갚을 때까지의 햇수",
    "[lowest, highest] it may be": "[최저, 최고]",
}
