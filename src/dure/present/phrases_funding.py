"""Words of operating money: what came, was spent and is left, when a site goes dark; errors of budgets in Korean."""

from __future__ import annotations

FUNDING: dict[str, tuple[str, str]] = {
    "command.twin.funding": (
        "Play a site under shares of the operating money it needs, month by month",
        "센터를 필요한 운영예산의 일부만으로 돌려 달마다 비교합니다",
    ),
    "report.funding": ("Operating money", "운영예산"),
    "funding.table": ("Operating money by month, {site}", "월별 운영예산, {site}"),
    "funding.power_table": ("Power by day, {site}", "일별 전력, {site}"),
    "funding.came": (
        "{site}: {came} of operating money came, {due} fell due, {left} is left.",
        "{site}: 운영예산 {came} 배정, {due} 지출, 잔액 {left}.",
    ),
    "funding.by_events": (
        "{share} of the server-time stood dark because the scenario leaves those servers out of the budget, not because this line ran out: "
        "what is left is for the others.",
        "서버 시간의 {share:은} 시나리오가 그 서버를 예산에서 빼 두어 꺼져 있었고, 이 예산이 바닥나서가 아닙니다. "
        "잔액은 나머지 서버의 몫입니다.",
    ),
    "funding.owed": ("{won} could not be paid.", "{won:은} 내지 못했습니다."),
    "funding.lapsed": ("{won} lapsed.", "{won:은} 불용 처리되었습니다."),
    "funding.dark": ("Goes dark from {day} on, wholly on {all_day}.", "{day}부터 꺼지기 시작해 {all_day}에 모두 꺼집니다."),
    "funding.dark_part": ("Goes dark in part from {day} on.", "{day}부터 일부가 꺼집니다."),
    "funding.back": ("Servers come back on {day}.", "{day}에 서버가 다시 켜집니다."),
    "funding.foreseen": ("As it was spent so far, it goes dark on {day}.", "지금까지 쓴 속도라면 {day}에 꺼집니다."),
    "funding.lasts": (
        "As it was spent so far, it lasts to the end of the budget ({day}).",
        "지금까지 쓴 속도라면 예산 기간이 끝날 때까지({day}) 갑니다.",
    ),
    "funding.idle": (
        "Machines that stood dark cost whoever owns them {won} (annuity at the prices of the plan; no part of the operating money).",
        "꺼져 있던 장비의 자본 비용은 {won}입니다(계획의 단가로 계산한 연금액, 소유자 부담, 운영예산에는 들어 있지 않음).",
    ),
    "funding.column.month": ("month", "월"),
    "funding.column.day": ("day", "날"),
    "funding.column.granted": ("came", "배정"),
    "funding.column.due": ("fell due", "지출"),
    "funding.column.left": ("left", "잔액"),
    "funding.column.owed": ("unpaid", "미지급"),
    "funding.column.lapsed": ("lapsed", "불용"),
    "funding.column.electricity": ("of it electricity", "그중 전기"),
    "funding.column.dark_share": ("servers dark", "꺼진 서버"),
    "funding.column.dark_from": ("goes dark on", "꺼지는 날"),
    "funding.column.idle": ("idle capital", "유휴 자본"),
    "funding.column.mean_kw": ("mean kW", "평균 kW"),
    "funding.column.highest_kw": ("highest hour, kW", "최대 시간, kW"),
    "funding.column.cap_kw": ("cap, kW", "한도, kW"),
    "funding.column.need": ("share of the need", "필요액 대비"),
    "funding.column.line": ("budget line", "예산"),
    "funding.column.relit": ("server-hours lit", "켜진 서버·시간"),
    "funding.foreseen_mark": ("{day} (foreseen)", "{day} (전망)"),
    "funding.note": (
        "Electricity by the tariff of the site from what the machines drew each hour, other costs by the year, in Korean months.",
        "전기는 장비가 시간마다 쓴 전력에 센터 요금제를 적용하고, 그 밖의 비용은 연 단위로, 한국 시각의 달로 나눕니다.",
    ),
    "funding.power_note": (
        "What the site draws with cooling. A cap is shown beside it and not enforced: no work is held back for it.",
        "냉방을 포함해 센터가 쓰는 전력. 한도는 비교하려고 보일 뿐, 한도 때문에 작업을 막지는 않습니다.",
    ),
    "funding.left_axis": ("left, {unit}", "잔액, {unit}"),
    "funding.due_axis": ("fell due in the month, {unit}", "월 지출, {unit}"),
    "funding.unit": ("bn won", "억 원"),
    "funding.power_axis": ("kW", "kW"),
    "funding.mean": ("mean of the day", "하루 평균"),
    "funding.highest": ("highest hour", "가장 높은 시간"),
    "funding.cap": ("cap of the site (not enforced)", "센터 한도 (제한하지 않음)"),
    "funding.dark_on": ("goes dark on {day}", "{day} 꺼짐"),
    "funding.alt": (
        "Operating money of {site}: what is left by day above, what fell due by month below.",
        "{site} 운영예산: 위는 날마다 잔액, 아래는 월별 지출.",
    ),
    "funding.power_alt": (
        "Power of {site} by day: mean and highest hour, beside the cap where there is one.",
        "{site} 일별 전력: 평균과 가장 높은 시간, 한도가 있으면 함께.",
    ),
    "funding.item.electricity": ("electricity", "전기"),
    "funding.item.support": ("support and lease", "유지보수·임차"),
    "funding.item.software": ("software", "소프트웨어"),
    "funding.item.labour": ("people", "인건비"),
    "funding.item.spares": ("spares", "예비품"),
    "funding.item.insurance": ("insurance", "보험"),
    "funding.title": ("{site} under shares of its need, by month", "필요액 대비 예산에 따른 {site}, 월별"),
    "funding.need": (
        "Need: {won} with every server lit and at work all the time; with that money {due} fell due.",
        "필요액: 모든 서버를 켜고 쉬지 않고 일할 때 {won}. 그 예산에서 실제 지출은 {due}.",
    ),
    "funding.shares_note": (
        "One budget line over the whole run, paid on its first day; prices assumed where the scenario says so; months are Korean.",
        "실행 기간 전체에 예산 하나, 첫날 배정. 단가는 시나리오에 적힌 대로 가정이며 달은 한국 시각.",
    ),
    "funding.unknown_site": ("site `{site}` has no budget", "`{site}` 센터에는 예산이 없습니다"),
    "funding.known_sites": ("sites with a budget: {sites}", "예산이 있는 센터: {sites}"),
    "funding.column.all_dark": ("all dark from", "모두 꺼지는 날"),
    "funding.column.rate": ("operating rate", "가동률"),
    "funding.whole": ("whole", "전체"),
    "funding.restores": (
        "{won} ({share} of the need) is the smallest budget line that gives an operating rate of {target}: found by bisection over runs, "
        "in steps of {step}. A run at it: {at}; a run one step below: {below}.",
        "가동률 {target}에 필요한 최소 예산은 {won}(필요액의 {share})입니다. 모의 실행을 되풀이해 찾았습니다(이분 탐색, {step} 단위). "
        "이 예산으로 실행하면 {at}, 한 단위 아래는 {below}.",
    ),
    "funding.never": (
        "No budget gives an operating rate of {target}: with all the money it asks it is {rate}.",
        "어떤 예산으로도 가동률 {target}에 이르지 못합니다. 돈이 모자라지 않아도 {rate}입니다.",
    ),
    "funding.no_site": ("no site has a budget", "예산이 있는 센터가 없습니다"),
    "funding.no_site_remedy": (
        "write sites[].budget with pue and plan.cost; see docs/PLAN.md",
        "sites[].budget과 pue, plan.cost를 쓰십시오. docs/PLAN.md를 보십시오",
    ),
    "funding.bad_share": ("{text} is no share of the need", "{text}: 필요액의 비율이 아닙니다"),
    "funding.bad_share_remedy": ("write shares such as 100%,50%,4%", "100%,50%,4%처럼 쓰십시오"),
    "funding.events_out": (
        "Events that leave servers unfunded are left out here: the money decides.",
        "서버를 운영예산 없음으로 두는 사건은 여기서 빼고, 돈으로만 정합니다.",
    ),
    "demo.gwangju.funding": (
        "at {share} funding dark on {day}: operating rate of the month {rate} (simulated; 2.5 of 67 bn won written in: published)",
        "필요액의 {share}만 배정되면 {day}에 꺼짐: 한 달 가동률 {rate} (모의. 670억 원 요구에 25억 원 반영: 공표)",
    ),
}

FUNDING_ERRORS: tuple[tuple[str, str], ...] = (
    (r"write a day such as 2026-04-01", "2026-04-01처럼 쓰십시오"),
    (r"the instalments are (\S+)% of the line", r"나누어 주는 몫이 예산의 \1%입니다"),
    (r"let the shares add up to 100%", "비율의 합이 100%가 되게 하십시오"),
    (r"pay a line inside its period, or write a line of another period", "예산 기간 안에 주거나, 다른 기간의 예산을 쓰십시오"),
    (r"a budget without a line", "예산에 금액이 없습니다"),
    (
        r"write at least one: `- \{period: 2026, won: 5000억, payer: state\}`",
        "하나는 쓰십시오: `- {period: 2026, won: 5000억, payer: state}`",
    ),
    (r"a notice of more than a day", "통보 기간이 하루를 넘습니다"),
    (r"money is looked at every day: write at most 24h", "예산은 날마다 따집니다. 24h 이하로 쓰십시오"),
    (r"idle_power is above power", "idle_power가 power보다 큽니다"),
    (r"what waits draws no more than what works: swap them", "대기 중 전력은 일할 때보다 크지 않습니다. 둘을 바꾸십시오"),
    (
        r"ahead is not longer than start_delay: all work is recalled before it starts",
        "ahead가 start_delay보다 길지 않아 모든 작업이 시작 전에 배치 취소됩니다",
    ),
    (r"write a longer ahead", "ahead를 더 길게 쓰십시오"),
    (r"a budget without prices", "단가 없이 예산만 있습니다"),
    (r"write plan\.cost: prices, interest and the tariff of the site", "plan.cost에 단가, 이자율, 센터 요금제를 쓰십시오"),
    (r"the PUE of (\S+) is unknown", r"\1 센터의 PUE를 알 수 없습니다"),
    (r"write pue: the power drawn for each watt of the machines", "pue를 쓰십시오. 장비 1W에 센터가 쓰는 전력입니다"),
    (r"money is spent without an end", "끝나는 때 없이 돈을 씁니다"),
    (r"write programme\.horizon", "programme.horizon을 쓰십시오"),
    (r"names a pool twice", "같은 풀을 두 번 적었습니다"),
    (r"name each pool once", "풀마다 한 번씩 쓰십시오"),
    (r"leaves out (.+)", r"\1: 빠졌습니다"),
    (r"name every pool of the site, the first goes unfunded first", "센터의 풀을 모두 쓰십시오. 맨 앞부터 꺼집니다"),
    (r"(\S+) lies outside the run", r"\1: 실행 기간 밖입니다"),
    (
        r"write a period that the run meets, or move programme\.start and horizon",
        "실행 기간에 걸치는 기간을 쓰거나, programme.start와 horizon을 옮기십시오",
    ),
    (r"nobody says what (\S+) draws at (\S+)", r"\2 센터 \1의 소비전력을 알 수 없습니다"),
    (r"nobody says what (\S+) draws at (\S+) while it waits", r"\2 센터 \1의 대기 전력을 알 수 없습니다"),
    (r"write power: W of one accelerator at work, with its share", "power를 쓰십시오. 가속기 하나가 일할 때의 W, 서버 몫 포함"),
    (
        r"write idle_power: W of one accelerator that has nothing to do, with its share",
        "idle_power를 쓰십시오. 가속기 하나가 쉴 때의 W, 서버 몫 포함",
    ),
    (r"(\S+) at (\S+) would draw more waiting than at work", r"\2 센터 \1: 쉴 때가 일할 때보다 전력이 큽니다"),
    (r"write power and idle_power", "power와 idle_power를 쓰십시오"),
    (r"(\S+) is not in (\S+)", r"\1: \2 안에 없습니다"),
)

FUNDING_KEYS_KO: dict[str, str] = {
    "day on which it is there, Korean time": "돈이 들어오는 날, 한국 시각",
    "which part of the line": "예산 가운데 몇 %",
    "year, quarter or month: `2026`, `2026-Q3`, `2026-08`": "연, 분기 또는 월: `2026`, `2026-Q3`, `2026-08`",
    "operating money of the period": "그 기간의 운영예산",
    "whose money: state, province, firm, own-use …": "재원을 대는 곳: state, province, firm, own-use …",
    "operating money by period; what no line names is not there": "기간별 운영예산. 적지 않은 돈은 없습니다",
}

FUNDING_HELP_KO: dict[str, str] = {
    "scenario file with a budget of a site": "센터 예산이 있는 시나리오 파일",
    "shares of the money the site needs, such as 100%,50%,4%": "센터가 필요한 돈에 대한 비율. 예: 100%,50%,4%",
    "length of the run in months (default: the scenario's horizon)": "몇 달 동안 돌릴지 (기본값: 시나리오의 기간)",
    "site with a budget (default: the first one)": "예산이 있는 센터 (기본값: 첫째)",
    "operating rate for which the smallest budget line is looked for": "가장 작은 예산을 찾을 목표 가동률",
}
