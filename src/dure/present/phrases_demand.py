"""Phrases of `dure demand project`: key → (English, Korean); Korean of its options and of what it refuses."""

from __future__ import annotations

DEMAND: dict[str, tuple[str, str]] = {
    "project.title": ("Demand in {year}, reference accelerators at work", "{year}년 수요, 기준 가속기 수"),
    "project.note": (
        "Asked: accelerators times months over twelve of the last four quarters, refused ones included. Bands hold the tenth to the "
        "ninetieth part of the draws and the interval of growth, both at once.",
        "요청: 최근 네 분기에 요청된 가속기 × 개월 ÷ 12, 선정되지 않은 것도 포함. 구간은 추출의 10~90%와 성장률 구간을 함께 담습니다.",
    ),
    "project.column.class": ("class", "종류"),
    "project.column.applications": ("applications", "신청"),
    "project.column.asked": ("asked", "요청"),
    "project.column.granted": ("granted", "선정"),
    "project.column.used": ("used of it", "사용률"),
    "project.column.growth": ("growth, a quarter", "분기 성장"),
    "project.column.growth_year": ("a year", "한 해"),
    "project.column.low": ("{year}, low", "{year} 낮음"),
    "project.column.middle": ("{year}", "{year}"),
    "project.column.high": ("{year}, high", "{year} 높음"),
    "project.class": (
        "{asked} asked for in the last four quarters. {known} In {year}: {middle} ({low} to {high}) [{marks}].",
        "최근 네 분기 요청 {asked}. {known} {year}년: {middle}({low}~{high}) [{marks}].",
    ),
    "project.granted": ("{granted} granted.", "선정 {granted}."),
    "project.granted_unknown": ("How many were granted is unknown.", "선정된 수는 알 수 없음."),
    "project.used": ("{used} of what is granted is used: the need is asked times that.", "선정분의 {used} 사용: 필요는 요청에 이를 곱함."),
    "project.use_unknown": (
        "What is used of it is unknown: 100 % is counted, the need is taken as asked.",
        "사용률을 알 수 없어 100%로 봄: 요청한 만큼 필요하다고 계산.",
    ),
    "project.growth": (
        "Growth a quarter {middle} ({low} to {high}, {sure} sure, {quarters} quarters).",
        "분기 성장 {middle}({low}~{high}, 신뢰수준 {sure}, {quarters}개 분기).",
    ),
    "project.growth_assumed": (
        "Growth assumed: {year_middle} a year ({year_low} to {year_high}; 100% = no growth), {middle} a quarter.",
        "성장 가정: 한 해 {year_middle}({year_low}~{year_high}, 100%는 성장 없음), 분기 {middle}.",
    ),
    "project.growth_unknown": (
        "Growth is unknown with one quarter: none is counted.",
        "한 분기뿐이라 성장률을 알 수 없음: 넣지 않음.",
    ),
    "project.weight": (
        "An accelerator asked for counts as {weight} × the reference accelerator, an H100 SXM (--weight, assumed).",
        "요청한 가속기 하나를 기준 가속기(H100 SXM) {weight}개로 셈(--weight, 가정).",
    ),
    "project.blind": (
        "Nobody measured what is used of what is granted of {names}: 100 % is counted, which is the most it can be (--use).",
        "{names}: 선정분의 사용률을 잰 값이 없어 100%로 셈. 더 클 수 없는 값입니다(--use).",
    ),
    "project.later.level": (
        "From {after} to {through} that level stays: {middle} ({low} to {high}).",
        "{after}~{through}년은 그 수준 그대로: {middle}({low}~{high}).",
    ),
    "project.later.growth": (
        "Growth goes on as measured or assumed, and nobody knows that it will: in {through} {middle} ({low} to {high}).",
        "잰(가정한) 성장이 이어진다고 보면(알 수 없는 일) {through}년 {middle}({low}~{high}).",
    ),
    "project.later.plan": (
        "From {after} on it changes as the scenario's own plan does: in {through} {middle} ({low} to {high}).",
        "{after}년부터는 시나리오의 계획과 같은 비율로 변함: {through}년 {middle}({low}~{high}).",
    ),
    "project.years.title": ("All classes by year, reference accelerators at work", "연도별 수요 합계(모든 종류), 기준 가속기 수"),
    "project.years.year": ("year", "연도"),
    "project.years.low": ("low", "낮음"),
    "project.years.middle": ("middle", "가운데"),
    "project.years.high": ("high", "높음"),
    "project.years.note.level": (
        "The level of the first year stays; --later growth lets growth go on, --later plan follows the scenario.",
        "첫해 수준을 그대로 둡니다. --later growth는 성장을 이어 가고, --later plan은 시나리오를 따릅니다.",
    ),
    "project.years.note.growth": (
        "Growth of a few quarters goes on for every year: an assumption, and the ends drift apart.",
        "몇 분기의 성장이 해마다 이어진다는 가정이며, 구간은 갈수록 넓어집니다.",
    ),
    "project.years.note.plan": (
        "The course is the scenario's own, from the projected level on.",
        "흐름은 시나리오의 것이고, 수준만 전망한 값입니다.",
    ),
    "project.made": ("1,000 draws, seed {seed}, dure {version}.", "무작위 추출 1,000회, 시드 {seed}, dure {version}."),
    "project.wrote": ("wrote {file}: the {case} figures", "{file:을} 썼습니다: {case} 값"),
    "project.case.low": ("low", "낮은"),
    "project.case.middle": ("middle", "가운데"),
    "project.case.high": ("high", "높은"),
    "project.header": (
        "Projected demand, the {case} figures; put it over a scenario with `extends:`, or write it into one.",
        "수요 전망, {case} 값. `extends:`로 시나리오에 얹거나 옮겨 쓰십시오.",
    ),
}

DEMAND_HELP_KO: dict[str, str] = {
    "CSV of applications; docs/STUDY.md has its columns": "신청 CSV. 열은 docs/STUDY.md에 있습니다",
    "year to project (default: the one after the last application)": "전망할 해 (기본: 마지막 신청의 다음 해)",
    "CSV of granted and used hours, or a run folder with dedicated servers": "선정 시간과 사용 시간의 CSV, 또는 전용 서버가 있는 실행 폴더",
    "reference accelerators that one accelerator asked for counts as": "요청한 가속기 하나를 기준 가속기 몇 개로 셀지",
    "scenario whose plan shall take the figures": "이 값을 쓸 계획의 시나리오",
    "which end of the bands is written": "구간의 어느 값을 쓸지",
    "seed of the draws": "무작위 추출의 시드",
    "last year to fill (default: the last the scenario's plan asks for)": "채울 마지막 해 (기본: 시나리오의 계획이 수요를 적은 마지막 해)",
    "years after the first: its level stays, growth goes on, or as the scenario's plan goes on": (
        "첫해 뒤의 해: 그 수준 그대로, 성장을 이어 가거나, 시나리오의 계획을 따름"
    ),
}

DEMAND_ERRORS: tuple[tuple[str, str], ...] = (
    (r"([\d,]+) is no last year of a projection from ([\d,]+)", r"\1: \2부터 전망할 마지막 해가 아닙니다"),
    (r"no plan asks for (.+) in ([\d,]+)", r"\2년에 \1: 계획에 없습니다"),
    (
        r"name a --scenario whose plan does, or write --later level",
        "그 수요가 있는 --scenario를 쓰거나 --later level로 쓰십시오",
    ),
    (r"no application in it", "신청이 하나도 없습니다"),
    (r"write a row for each, below the header", "머리글 아래에 한 줄씩 쓰십시오"),
    (r"nobody held dedicated servers in this run", "이 실행에는 전용 서버를 가진 과제가 없습니다"),
    (
        r"name a run with dedicated servers, or a CSV with class, granted_hours and used_hours",
        "전용 서버가 있는 실행, 또는 class, granted_hours, used_hours가 있는 CSV를 쓰십시오",
    ),
    (r"([\d,]+) of ([\d,]+) hours are used", r"\2시간 가운데 \1시간을 썼다고 합니다"),
    (r"write granted and used hours of the same time", "같은 기간의 선정 시간과 사용 시간을 쓰십시오"),
    (r"(.+) stands there twice", r"\1: 두 번 나옵니다"),
    (r"keep one of the rows", "한 줄만 남기십시오"),
    (r"(.+) is no unit", r"\1: 단위가 아닙니다"),
    (r"write accelerators, or servers:8", "accelerators 또는 servers:8처럼 쓰십시오"),
    (r"([\d,]+) granted of ([\d,]+) asked", r"요청 \2에 선정 \1입니다"),
    (r"grant at most what is asked", "요청 이하로 쓰십시오"),
    (r"(.+) is no column", r"\1: 열이 아닙니다"),
    (r"name some of (.+)", r"다음 가운데 쓰십시오: \1"),
    (r"nobody says where this comes from", "출처가 없습니다"),
    (r"write where it was published, or name the cells that are assumed", "공표된 곳을 쓰거나, 가정한 칸의 이름을 쓰십시오"),
    (r"(.+) names no class", r"\1: 종류가 아닙니다"),
    (r"write a class, or a:3\|b:1", "종류 하나 또는 a:3|b:1처럼 쓰십시오"),
    (r"(.+) is no date", r"\1: 날짜가 아닙니다"),
    (r"write 2026-01-28", "2026-01-28처럼 쓰십시오"),
    (r"(.+) is no whole number", r"\1: 정수가 아닙니다"),
    (r"write digits; an unknown figure is no 0", "숫자로 쓰십시오. 모르는 값은 0이 아닙니다"),
    (r"(.+) is not from ([\d,]+) to ([\d,]+)", r"\1: \2부터 \3까지가 아닙니다"),
    (r"correct the figure", "값을 고치십시오"),
    (r"no column (.+)", r"열이 없습니다: \1"),
    (r"the header is (.+)", r"머리글은 \1입니다"),
    (r"(\d+) cells under (\d+) columns", r"열 \2개에 칸 \1개입니다"),
    (r"quote cells that hold a comma", "쉼표가 든 칸은 따옴표로 묶으십시오"),
)
