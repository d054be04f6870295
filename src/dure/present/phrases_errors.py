"""Korean of errors about what a person wrote: what is wrong, and the remedy, as patterns of the English (`present.said`).

The core names what is wrong in English; the command line says it in the reader's language. A test collects what the sources say
and fails when a sentence has no Korean here.
"""

from __future__ import annotations

import re

from dure.present.particles import particle
from dure.present.phrases_award_grounds import AWARD_GROUNDS_ERRORS
from dure.present.phrases_award_prices import AWARD_PRICES_ERRORS
from dure.present.phrases_award_said import AWARD_SAID_ERRORS
from dure.present.phrases_data import DATA_ERRORS
from dure.present.phrases_demand import DEMAND_ERRORS
from dure.present.phrases_errors_web import WEB_ERRORS
from dure.present.phrases_front import FRONT_ERRORS
from dure.present.phrases_funding import FUNDING_ERRORS
from dure.present.phrases_jobs import JOB_ERRORS
from dure.present.phrases_keys import MISSING_KEYS
from dure.present.phrases_minutes import MINUTES_ERRORS
from dure.present.phrases_money import MONEY_ERRORS
from dure.present.phrases_nodes import NODES_ERRORS
from dure.present.phrases_people import PEOPLE_ERRORS
from dure.present.phrases_plan import COST_ERRORS
from dure.present.phrases_plan_award import TENDER_ERRORS
from dure.present.phrases_plan_terms import PLAN_TERMS_ERRORS
from dure.present.phrases_planner import PLANNER_ERRORS
from dure.present.phrases_purchase import PURCHASE_ERRORS
from dure.present.phrases_rate_errors import RATE_ERRORS
from dure.present.phrases_risk import RISK_ERRORS
from dure.present.phrases_services import SERVICE_ERRORS
from dure.present.phrases_store import STORE_ERRORS
from dure.present.phrases_study import STUDY_ERRORS
from dure.present.phrases_work import WORK_ERRORS
from dure.wire import quantity

Pairs = tuple[tuple[str, str], ...]

_NOUNS = {
    "a duration": "기간",
    "a time": "시각",
    "a date": "날짜",
    "an amount of won": "금액",
    "an amount of memory": "메모리 크기",
    "a range of memory": "메모리 범위",
    "a power": "전력",
    "a share": "비율",
    "a ratio": "배율",
    "a number": "수",
    "a whole number": "정수",
    "a price": "가격",
    "a lifetime": "수명",
    "a lead time": "도입 기간",
}
_FORMS = (
    quantity.DURATION_FORMS,
    quantity.INSTANT_FORMS,
    quantity.WON_FORMS,
    quantity.MEMORY_FORMS,
    quantity.MEMORY_RANGE_FORMS,
    quantity.SHARE_FORMS,
    quantity.RATIO_FORMS,
    quantity.NUMBER_FORMS,
    quantity.COUNT_FORMS,
    quantity.POWER_FORMS,
    quantity.PRICE_FORMS,
    quantity.LIFE_FORMS,
    quantity.LEAD_FORMS,
)
_LEAST = {"one won": "1원", "one GB": "1GB", "one watt": "1W", "a millionth": "백만분의 1", "one part per million": "백만분의 1"}
_LEAST |= {"one second": "1초", "one month": "1개월", "1": "1"}


def _amounts() -> Pairs:
    """Errors of amounts: every noun, every list of accepted forms."""
    found: list[tuple[str, str]] = []
    for english, korean in _NOUNS.items():
        found.append((rf"(.+) is not {english}", rf"\1: {korean}{particle(korean, '이')} 아닙니다"))
        found.append((rf"(.+) is too long for {english}", rf"\1: {korean}{particle(korean, '으로')} 쓰기에는 너무 깁니다"))
    for forms in (*_FORMS, quantity.OFFSET_FORMS):
        korean = "5d나 36h처럼 시작부터의 시간, 또는 2026-01-06 같은 날짜로" if forms is quantity.OFFSET_FORMS else f"{_or(forms)}처럼"
        found.append((f"write {re.escape(forms)}", f"{korean} 쓰십시오"))
        found.append((rf"(?:an?|the) [a-z ]+ is not: write {re.escape(forms)}", f"{korean} 쓰십시오"))
        found.append((rf"did you mean (\S+)\? Write {re.escape(forms)}", rf"혹시 \1입니까? {korean} 쓰십시오"))
    for english, korean in _LEAST.items():
        found.append((rf"(.+) is finer than {english}", rf"\1: {korean}보다 잘게 나눌 수 없습니다"))
    return tuple(found)


def _or(forms: str) -> str:
    return forms.replace(" or ", " 또는 ")


AMOUNTS: Pairs = (
    (r"(.+) has no unit", r"\1: 단위가 없습니다"),
    (r"(.+) is negative", r"\1: 음수입니다"),
    (r"0 is too little", "0은 안 됩니다"),
    (r"write something above 0", "0보다 큰 값을 쓰십시오"),
    (r"(.+) is too large", r"\1: 너무 큽니다"),
    (r"nothing in a scenario exceeds 10\^18", "시나리오의 값은 10^18을 넘을 수 없습니다"),
    (r"(.+) begins with a 0", r"\1: 0으로 시작합니다"),
    (r"(.+) is not in the calendar", r"\1: 달력에 없는 날짜입니다"),
    (r"(.+) is outside (\d+) to (\d+)", r"\1: \2년부터 \3년까지를 벗어났습니다"),
    (r"(.+) is more than the whole", r"\1: 전체보다 많습니다"),
    (r"(.+) ends below its beginning", r"\1: 끝이 시작보다 작습니다"),
    (r"(.+) is longer than a hundred years", r"\1: 백 년보다 깁니다"),
    (r"(.+) is a date, but no start is known here", r"\1: 날짜인데 여기서는 시작일을 알 수 없습니다"),
    (r"write the time from the start, like 5d", "5d처럼 시작부터의 시간을 쓰십시오"),
)

KEYS: Pairs = (
    (r"is missing", "빠졌습니다"),
    (r"write `(.+?):`( \(.+\))?", r"`\1:` 항목을 쓰십시오\2"),
    (r"has no value", "값이 없습니다"),
    (r"write one, or leave the key out", "값을 쓰거나 항목을 빼십시오"),
    (r"unknown key", r"모르는 항목입니다"),
    (r"(.+) is not known", r"\1: 모르는 값입니다"),
    (r"(.+) is too much", r"\1: 너무 많습니다"),
    (r"write at most ([\d,]+)", r"\1 이하로 쓰십시오"),
    (r"(.+) is not a mapping", r"\1: `이름: 값` 꼴이 아닙니다"),
    (r"write `key: value` lines below it", "그 아래에 `이름: 값` 줄을 쓰십시오"),
    (r"(.+) is not a list", r"\1: 목록이 아닙니다"),
    (r"write `- item` lines below it, or \[item, item\]", "그 아래에 `- 항목` 줄을 쓰거나 [항목, 항목]으로 쓰십시오"),
    (r"(.+) is neither true nor false", r"\1: true도 false도 아닙니다"),
    (r"write true or false", "true나 false를 쓰십시오"),
    (r"(.+) is not text", r"\1: 글이 아닙니다"),
    (r"write it in quotes", "따옴표로 묶으십시오"),
    (r"(.+) is empty", r"\1: 비어 있습니다"),
    (r"write something, or leave the key out", "내용을 쓰거나 항목을 빼십시오"),
    (r"(.+) is not a name", r"\1: 이름으로 쓸 수 없습니다"),
    (r"use letters, digits and _ \. \+ - only", "글자, 숫자, _ . + -만 쓰십시오"),
    (r"write site/pool", "센터/풀 꼴로 쓰십시오"),
    (r"correct the value", "값을 고치십시오"),
    (
        r"did you mean `programme`\? \(a program is software, the national effort is a programme\)",
        "혹시 `programme`입니까? (program은 소프트웨어이고, 나라의 사업은 programme입니다)",
    ),
    (r"did you mean (.+)\? `dure catalog` lists all", r"혹시 \1입니까? `dure catalog`에 모두 나옵니다"),
    (
        r"did you mean (.+)\? leave it empty, or state its speeds under catalog: speeds or assume",
        r"혹시 \1입니까? 아니면 비워 두거나 catalog의 speeds나 assume에 상대 성능을 쓰십시오",
    ),
    (
        r"leave it empty, or state its speeds under catalog: speeds or assume",
        "비워 두거나 catalog의 speeds나 assume에 상대 성능을 쓰십시오",
    ),
    (r"did you mean (.+)\?", r"혹시 \1입니까?"),
    (r"known here: (.+)", r"여기서 쓸 수 있는 것: \1"),
    (r"nothing is known here", "여기서 쓸 수 있는 것이 없습니다"),
    (r"`dure catalog` lists all", "`dure catalog`에 모두 나옵니다"),
    (r"write one of (.+)", r"다음 가운데 하나를 쓰십시오: \1"),
    (r"there is no item (`.+`)", r"\1: 그런 항목이 없습니다"),
    (r"(`.+`) sets nothing", r"\1: 아무것도 바꾸지 않습니다"),
    (r"write --set path=value, such as (.+)", r"--set 경로=값 꼴로 쓰십시오. 예: \1"),
    (r"(.+) is (.+), not a mapping", r"\1: \2일 뿐 `이름: 값` 꼴이 아닙니다"),
    (r"set (.+) itself", r"\1 자체를 정하십시오"),
    (r"(\d+) × the (.+) (`.+`)", r"\3: 같은 이름(\2)이 \1번 나옵니다"),
    (r"give each a name of its own", "서로 다른 이름을 쓰십시오"),
    (r"there is no project (`.+`)", r"\1: 그런 과제가 없습니다"),
    (r"there is no pool (`.+`)", r"\1: 그런 풀이 없습니다"),
    (r"policy\.qos has no (`.+`)", r"\1: policy.qos에 없습니다"),
    (r"site (`.+`) has no pool (`.+`)", r"\2: 센터 \1에 그런 풀이 없습니다"),
)

FILES: Pairs = (
    (r"there is no such file", "그런 파일이 없습니다"),
    (r"no such file", "그런 파일이 없습니다"),
    (r"there is no file (.+)", r"\1 파일이 없습니다"),
    (r"beside it: (.+)", r"곁에 있는 파일: \1"),
    (r"check the path", "경로를 확인하십시오"),
    (
        r"correct the path, or leave the key out and name a trace with --trace",
        "경로를 고치거나, 항목을 빼고 --trace로 작업 기록을 지정하십시오",
    ),
    (r"is a folder", "폴더입니다"),
    (r"name a file in it", "그 안의 파일을 쓰십시오"),
    (r"name a file in it, such as (.+)", r"그 안의 파일을 쓰십시오. 예: \1"),
    (r"would be written over itself", "자기 자신을 덮어쓰게 됩니다"),
    (r"name another file", "다른 파일 이름을 쓰십시오"),
    (r"is there, and dure did not write it", "이미 있는 파일이고 dure가 쓴 것이 아닙니다"),
    (r"name another file, or say --force to replace it", "다른 파일 이름을 쓰거나, 바꿔 쓰려면 --force를 붙이십시오"),
    (r"is no \.html file", ".html 파일이 아닙니다"),
    (r"let its name end in \.html", "이름이 .html로 끝나게 하십시오"),
    (r"is a file, and a folder is to be written", "파일입니다. 폴더가 있어야 할 자리입니다"),
    (r"no time zone (.+) is known", r"\1: 모르는 시간대입니다"),
    (r"write UTC, a name such as Asia/Seoul, or an offset such as \+09:00", "UTC, Asia/Seoul 같은 이름, +09:00 같은 시차로 쓰십시오"),
    (r"name a folder", "폴더 이름을 쓰십시오"),
    (r"there is no folder (.+)", r"\1 폴더가 없습니다"),
    (r"make it first \((.+)\), or name another place", r"먼저 만들거나(\1) 다른 곳을 쓰십시오"),
    (
        r"is a run folder that holds (.+), which no run wrote",
        r"실행 폴더이지만, 실행이 남기지 않은 파일이 들어 있습니다: \1",
    ),
    (r"move it away, or name another folder with -o", "그 파일을 옮기거나 -o로 다른 폴더를 쓰십시오"),
    (r"cannot be read: (.+)", r"읽을 수 없습니다: \1"),
    (r"cannot be read \((.+)\)", r"읽을 수 없습니다 (\1)"),
    (r"check the path and its permissions", "경로와 권한을 확인하십시오"),
    (r"it must be a readable file", "읽을 수 있는 파일이어야 합니다"),
    (r"cannot be written \((.+)\)", r"쓸 수 없습니다 (\1)"),
    (r"write elsewhere, or make room", "다른 곳에 쓰거나 자리를 마련하십시오"),
    (r"larger than (\d+) MiB", r"\1MiB보다 큽니다"),
    (r"is this a scenario\? A trace goes into --trace", "시나리오가 맞습니까? 작업 기록은 --trace로 줍니다"),
    (r"the file is empty", "파일이 비어 있습니다"),
    (r"write at least one section, such as `sites:`", "`sites:` 같은 절을 하나라도 쓰십시오"),
    (r"is not UTF-8", "UTF-8이 아닙니다"),
    (r"UTF-16 text", "UTF-16 글입니다"),
    (r"save (?:the file|it) as UTF-8", "UTF-8로 저장하십시오"),
    (r"a line of ([\d,]+) bytes", r"한 줄이 \1바이트입니다"),
    (r"a line may have ([\d,]+); is this a scenario\?", r"한 줄은 \1바이트까지입니다. 시나리오가 맞습니까?"),
    (r"a character that no text holds", "글에 쓰이지 않는 문자가 있습니다"),
    (r"is this a YAML file\?", "YAML 파일이 맞습니까?"),
    (r"not YAML: (.+)", r"YAML이 아닙니다: \1"),
    (r"correct the line \(begun on line (\d+)\), or quote the text", r"이 줄(\1행에서 시작)을 고치거나 글을 따옴표로 묶으십시오"),
    (r"correct the line, or quote the text", "이 줄을 고치거나 글을 따옴표로 묶으십시오"),
    (r"the file ends in the middle of something", "파일이 중간에 끝났습니다"),
    (r"was it cut off\? Close what is open( \(begun on line (\d+)\))?", r"잘린 것 아닙니까? 연 것을 닫으십시오\1"),
    (r"a tab stands where YAML wants spaces", "빈칸 자리에 탭이 있습니다"),
    (r"indent with spaces", "빈칸으로 들여 쓰십시오"),
    (r"a scenario is a mapping of sections", "시나리오는 절을 이름으로 나눈 것이어야 합니다"),
    (r"write `sites:` and the like at the left edge", "`sites:` 같은 이름을 줄 맨 앞에 쓰십시오"),
    (r"a second document begins", "두 번째 문서가 시작됩니다"),
    (r"put it into a file of its own", "다른 파일에 쓰십시오"),
    (r"a key is itself a mapping or a list", "항목 이름 자리에 목록이나 묶음이 있습니다"),
    (r"write `key: value`, and quote a key that holds \{ or \[", "`이름: 값`으로 쓰고, 이름에 {나 [가 있으면 따옴표로 묶으십시오"),
    (r"values are nested more than (\d+) deep", r"값이 \1겹보다 깊습니다"),
    (r"no section of a scenario is that deep", "시나리오의 어느 절도 그렇게 깊지 않습니다"),
    (r"(`\*.+`) stands for nothing yet", r"\1: 아직 가리키는 것이 없습니다"),
    (r"put (`&.+`) before a finished value above it", r"위쪽의 다 쓴 값 앞에 \1{을} 두십시오"),
    (r"(`\*.+`) stands where a key belongs", r"\1: 항목 이름이 올 자리입니다"),
    (r"write the key out", "항목 이름을 그대로 쓰십시오"),
    (r"a merge key is not part of YAML 1\.2", "병합 키(<<)는 YAML 1.2에 없습니다"),
    (r"a value without a key", "항목 이름 없는 값입니다"),
    (r"use `extends:`, or write the keys out", "`extends:`를 쓰거나 항목을 그대로 쓰십시오"),
    (r"(`.+`) is written twice", r"\1: 두 번 적혔습니다"),
    (r"it stands on line (\d+) already: keep one", r"\1행에 이미 있습니다. 하나만 남기십시오"),
    (r"the file unfolds to more than ([\d,]+) values", r"파일을 펼치면 값이 \1개를 넘습니다"),
    (r"write fewer aliases", "별칭을 줄이십시오"),
    (r"the tag (.+) is not read", r"\1 태그는 읽지 않습니다"),
    (
        r"write the value without it; `!replace` stands before lists and mappings only",
        "태그 없이 쓰십시오. `!replace`는 목록과 묶음 앞에만 씁니다",
    ),
    (r"extends names no file", "extends에 파일 이름이 없습니다"),
    (r"(.+) is no scenario: it has no sections", r"\1{은} 시나리오가 아닙니다. 섹션이 없습니다"),
    (r"extend a file with sections like sites:", "sites: 같은 섹션이 있는 파일을 확장하십시오"),
    (r"its jobs were submitted over ([\d,]+) years", r"작업이 \1년에 걸쳐 제출되었습니다"),
    (r"correct the dates: a trace of more than a hundred years is a mistake", "날짜를 고치십시오. 백 년이 넘는 작업 기록은 잘못입니다"),
    (r"is a device", "장치 파일입니다"),
    (r"name a file, or - for standard input", "파일 이름을 쓰거나 표준 입력이면 -를 쓰십시오"),
    (r"write the path of one scenario file, relative to this one", "이 파일을 기준으로 시나리오 파일 하나의 경로를 쓰십시오"),
    (r"extends more than (\d+) files in a row", r"extends가 \1단계를 넘습니다"),
    (r"merge some of them", "몇 개를 합치십시오"),
    (r"extends goes in a circle: (.+)", r"extends가 돌고 돕니다: \1"),
    (r"let one of them stand alone", "그중 하나는 extends 없이 쓰십시오"),
    # profiles
    (r"no profile (.+)", r"\1: 그런 프로필이 없습니다"),
    (r"name a file, or one of (.+)", r"파일이나 다음 가운데 하나를 쓰십시오: \1"),
    (r"holds no profile (.+)", r"\1 프로필이 없습니다"),
    (r"holds (\d+) profiles", r"프로필이 \1개 있습니다"),
    (r"holds no profile", "프로필이 없습니다"),
    (r"it holds (.+)", r"있는 것: \1"),
    (r"name one: (.+)", r"하나를 고르십시오: \1"),
    (r"write one with dure trace profile", "dure trace profile로 만드십시오"),
    (r"the header is (.+)", r"머리글이 \1입니다"),
    # traces
    (r"this is no trace format that is known", "아는 작업 기록 형식이 아닙니다"),
    (r"name it with --format \((.+)\)", r"--format으로 지정하십시오 (\1)"),
    (r"was it written completely\?", "끝까지 쓰인 파일입니까?"),
    (r"the gzip file is damaged \((.+)\)", r"gzip 파일이 깨졌습니다 (\1)"),
    (r"fetch it again", "다시 받으십시오"),
    (r"holds no job, only comments, headers or blank lines", "작업이 없고 주석, 머리글, 빈 줄뿐입니다"),
    (r"none of its ([\d,]+) rows can be taken; the first: (.+)", r"\1행 가운데 쓸 수 있는 행이 없습니다. 첫 행: \2"),
    (r"is this the right format\? see --format", "형식이 맞습니까? --format을 보십시오"),
    (r"is no whole Parquet file \((.+)\)", r"온전한 Parquet 파일이 아닙니다 (\1)"),
    (r"has no column (.+)", r"\1 열이 없습니다"),
    (r"it has (.+)", r"있는 열: \1"),
    (r"columns are (.+)", r"쓸 수 있는 열: \1"),
    (r"cannot read columns of type (.+)", r"\1형 열은 읽을 수 없습니다"),
    (r"write numbers or texts", "수나 글로 쓰십시오"),
    (r"the first line is no header of sacct", "첫 줄이 sacct의 머리글이 아닙니다"),
    (r"print it with (sacct .+?) \(without -n\)", r"\1{으로} 뽑으십시오 (-n 없이)"),
    (r"print it with (sacct .+)", r"\1{으로} 뽑으십시오"),
    (r"has neither Elapsed nor Start and End", "Elapsed도, Start와 End도 없습니다"),
    (r"has neither AllocTRES nor ReqTRES, so no accelerators can be counted", "AllocTRES도 ReqTRES도 없어 가속기를 셀 수 없습니다"),
    (r"the header names no (.+)", r"머리글에 \1 열이 없습니다"),
    (r"the header names (.+) twice", r"머리글에 \1 열이 두 번 있습니다"),
    (r"leave one of them", "하나만 남기십시오"),
    (r"the header cannot be read \((.+)\)", r"머리글을 읽을 수 없습니다 (\1)"),
    (r"write the names of the columns", "열 이름을 쓰십시오"),
    # run folders
    (r"is there and is no run folder", "이미 있는데 실행 폴더가 아닙니다"),
    (r"name another one with -o", "-o로 다른 이름을 쓰십시오"),
    (r"not a run folder", "실행 폴더가 아닙니다"),
    (r"a file, not a run folder", "실행 폴더가 아니라 파일입니다"),
    (
        r"give the folder that `dure twin run` wrote \(it holds run\.json\)",
        "`dure twin run`이 남긴 폴더를 주십시오 (run.json이 들어 있습니다)",
    ),
    (r"not JSON \((.+)\)", r"JSON이 아닙니다 (\1)"),
    (r"missing", "없습니다"),
    (r"no column (.+)", r"\1 열이 없습니다"),
    (r"no row of level fleet", "fleet 행이 없습니다"),
    (r"no CSV \((.+)\)", r"CSV가 아닙니다 (\1)"),
    (r"no (\w+(?:, \w+)*)", r"\1: 없습니다"),
    (r"not a CSV file in UTF-8 \((.+)\)", r"UTF-8 CSV 파일이 아닙니다 (\1)"),
    (r"(\d+) cells under (\d+) columns", r"열 \2개에 칸이 \1개입니다"),
    (r"quote cells with commas", "쉼표가 든 칸은 따옴표로 묶으십시오"),
    (r"(.+) is not a (.+) number", r"\1: 수(\2)가 아닙니다"),
    (r"a step or cause of the waterfall is missing", "워터폴의 단계나 원인이 빠졌습니다"),
    (r"the waterfall does not add up at (.+): (.+) expected, (.+) found", r"워터폴이 \1에서 맞지 않습니다: \2여야 하는데 \3입니다"),
    (r"this run does not say how it was made", "이 실행에는 어떻게 만들었는지 적혀 있지 않습니다"),
    (r"the jobs of this run came from standard input", "이 실행의 작업은 표준 입력에서 왔습니다"),
    (r"is not what this run has read", "이 실행이 읽은 것과 다릅니다"),
    (r"run the scenario again with a file as --trace", "파일을 --trace로 주어 시나리오를 다시 돌리십시오"),
    (r"run the scenario again( with this version of dure)?", "시나리오를 다시 돌리십시오"),
    (r"run the simulation again( with this version of dure)?", "이 판의 dure로 다시 돌리십시오"),
    (r"write the run folder again with this version of dure", "이 판의 dure로 다시 돌리십시오"),
    (r"the file was changed or cut off: run the simulation again", "파일이 바뀌었거나 잘렸습니다. 다시 돌리십시오"),
)

SECTIONS: Pairs = (
    # machines
    (r"no accelerator (.+) in the catalogue", r"\1: 목록에 없는 가속기입니다"),
    (r"no node model (.+) in the catalogue", r"\1: 목록에 없는 서버 기종입니다"),
    (r"(.+) names more than one model", r"\1: 여러 기종에 해당합니다"),
    (r"no workload class (.+) in the catalogue", r"\1: 목록에 없는 작업 종류입니다"),
    (r"the speed of (.+) on (.+) is given twice", r"\2에서 \1의 상대 성능이 두 번 적혔습니다"),
    (r"keep one of the rows under speeds and assume", "speeds와 assume에 있는 행 가운데 하나만 남기십시오"),
    (r"no source says how many (\S+) a server holds", r"서버 한 대에 \1 몇 개가 들어가는지 출처가 없습니다"),
    (r"write accelerators_per_node", "accelerators_per_node를 쓰십시오"),
    (r"nothing called (.+) can be assumed", r"\1: 가정할 수 있는 항목이 아닙니다"),
    (r"(.+) is assumed in (.+)", r"\1: 단위가 \2{으로} 적혔습니다"),
    (r"give it in (.+)", r"\1 단위로 쓰십시오"),
    (r"assumes a (.+) without saying which", r"어느 \1의 가정인지 적혀 있지 않습니다"),
    (r"write model and value", "model과 value를 쓰십시오"),
    (r"gives a value without its range", "값에 범위가 없습니다"),
    (r"write range: \[lowest, highest\]( around the value)?", "range: [최소, 최대]를 쓰십시오"),
    (r"assumes a speed of 0", "상대 성능을 0으로 가정합니다"),
    (r"leave the row out: a model of unknown speed is not eligible", "행을 빼십시오. 상대 성능을 모르는 기종에는 배치하지 않습니다"),
    # constraints
    (r"a constraint of ([\d,]+) characters", r"제약이 \1자입니다"),
    (r"two ranges of memory in (.+)", r"\1: 메모리 범위가 둘입니다"),
    (r"write one, such as (\S+)", r"\1처럼 하나만 쓰십시오"),
    (r"(.+) in (.+) is a number without a unit", r"\2의 \1: 단위 없는 수입니다"),
    (r"write memory as 80GB\.\.; counts stand in `devices`", "메모리는 80GB..로 쓰십시오. 개수는 `devices`에 씁니다"),
    (r"(.+) in (.+) cannot be read", r"\2의 \1: 읽을 수 없습니다"),
    (r"(.+) asks for (.+) at once", r"\1: \2{을} 한꺼번에 요구합니다"),
    (r"separate alternatives by \|", "고를 수 있는 것들은 |로 나누십시오"),
    # sites
    (r"a site without a pool", "풀이 없는 센터입니다"),
    (r"write at least one: (`.+`)", r"하나라도 쓰십시오: \1"),
    (r"a PUE below 1", "PUE가 1보다 작습니다"),
    (
        r"the machines' own power is part of what the site draws: write 1 or more",
        "장비가 쓰는 전력도 센터 전력에 들어갑니다. 1 이상을 쓰십시오",
    ),
    (r"([\d,]+) nodes are delivered to a pool of ([\d,]+)", r"서버 \2대인 풀에 \1대가 납품됩니다"),
    (r"raise nodes or deliver fewer", "nodes를 늘리거나 납품을 줄이십시오"),
    (r"([\d,]+) nodes of own use in a pool of ([\d,]+)", r"서버 \2대인 풀에서 자체 활용분이 \1대입니다"),
    (r"keep at most all of them", "풀의 서버 수를 넘지 않게 쓰십시오"),
    (r"a fabric domain of ([\d,]+) nodes in a pool of ([\d,]+)", r"서버 \2대인 풀에 패브릭 도메인이 \1대입니다"),
    (r"write at most nodes", "nodes 이하로 쓰십시오"),
    (r"the longest repair is shorter than the shortest", "가장 긴 수리가 가장 짧은 수리보다 짧습니다"),
    (r"swap repair_min and repair_max", "repair_min과 repair_max를 맞바꾸십시오"),
    (r"counts its servers twice, by nodes and by share", "서버 수를 nodes와 share로 두 번 셉니다"),
    (r"counts servers without naming their pool", "어느 풀의 서버인지 적혀 있지 않습니다"),
    (r"write pool, or share instead of nodes", "pool을 쓰거나, nodes 대신 share를 쓰십시오"),
    (r"write one of them", "하나만 쓰십시오"),
    (r"([\d,]+) nodes of a pool of ([\d,]+)", r"서버 \2대인 풀에서 \1대입니다"),
    (r"write at most all of them", "풀의 서버 수를 넘지 않게 쓰십시오"),
    # programme
    (r"borrow and lend are measured against nominal, which is absent", "borrow와 lend는 nominal을 기준으로 하는데 nominal이 없습니다"),
    (r"write nominal too", "nominal도 쓰십시오"),
    (r"lends ([\d,]+) of ([\d,]+) accelerators", r"가속기 \2개 가운데 \1개를 빌려줍니다"),
    (r"(\S+) and (\S+) are one model", r"\1{과} \2{은} 같은 모델입니다"),
    (r"write one ceiling for it", "한도를 하나만 쓰십시오"),
    (r"lend at most nominal", "nominal 이하로 빌려주십시오"),
    (r"the term ends before it begins", "기간이 시작하기 전에 끝납니다"),
    (r"ends before it begins", "시작하기 전에 끝납니다"),
    (r"write a later `to`", "`to`를 더 늦게 쓰십시오"),
    (
        r"([\d,]+) nodes of (`.+`) dedicated at one time, of ([\d,]+) in public use",
        r"\2: 정부 활용분 \3대 가운데 \1대가 한때에 전용으로 배정됩니다",
    ),
    (r"grant fewer, or at another time", "배정을 줄이거나 다른 때로 옮기십시오"),
    # demand and policy
    (r"nothing is asked of this fleet", "요구하는 작업이 없습니다"),
    (
        r"write demand: \{trace: FILE\} or demand: \{generate: …\}, or name a trace with --trace",
        "demand: {trace: 파일}이나 demand: {generate: …}를 쓰거나 --trace로 작업 기록을 지정하십시오",
    ),
    (r"says nothing about how much", "얼마나 뽑을지 적혀 있지 않습니다"),
    (r"says how much more than once \((.+)\)", r"얼마나 뽑을지 여러 번 적혔습니다 (\1)"),
    (r"write exactly one of jobs, per_day and load", "jobs, per_day, load 가운데 하나만 쓰십시오"),
    (r"says twice what trains, by workloads and by training_share", "학습 비중이 workloads와 training_share로 두 번 적혔습니다"),
    (r"does not say how many replicas it needs, or says it twice", "복제 수가 없거나 두 번 적혔습니다"),
    (r"writing a checkpoint takes longer than the interval between two", "체크포인트를 쓰는 시간이 체크포인트 간격보다 깁니다"),
    (r"lengthen checkpoint", "checkpoint를 늘리십시오"),
    (r"jobs are generated without an end", "작업 생성에 끝이 없습니다"),
    (r"write programme\.horizon, or demand\.generate\.to", "programme.horizon이나 demand.generate.to를 쓰십시오"),
    (r"the last submission comes before the first", "마지막 제출이 첫 제출보다 빠릅니다"),
    (r"write an earlier `from`", "`from`을 더 이르게 쓰십시오"),
    (r"the programme names its projects already", "과제가 사업에 이미 적혀 있습니다"),
    (r"leave out one of the two", "둘 가운데 하나를 빼십시오"),
    (r"give one a demand above 0, and a grant before the end", "한 과제라도 demand를 0보다 크게, 선정을 끝보다 앞서게 쓰십시오"),
    (r"is stopped before it is granted", "선정되기 전에 멈춥니다"),
    (r"write a later stop_at, or an earlier granted_at", "stop_at을 늦추거나 granted_at을 앞당기십시오"),
    (r"(\S+) is (\S+) times what the fleet has", r"\1: 전체 능력의 \2배입니다"),
    (r"write (\S+)% if you mean percent", r"퍼센트라면 \1%로 쓰십시오"),
    (r"no project submits anything", "작업을 제출하는 과제가 없습니다"),
    (r"service (\S+) stays for ever", r"서비스 \1: 끝이 없습니다"),
    (r"write programme\.horizon, or `to` of the service", "programme.horizon이나 서비스의 `to`를 쓰십시오"),
    (r"(.+) has no effect on (\S+)", r"\1: \2에서는 아무 효과가 없습니다"),
    (r"replan and depth have no effect on (\S+)", r"replan과 depth: \1에서는 아무 효과가 없습니다"),
    (r"write kind: (\S+), or leave (?:it|them) out", r"kind: \1{으로} 쓰거나 빼십시오"),
    (r"gives notice but preempts nobody", "notice가 있는데 아무도 선점하지 않습니다"),
    (r"write notice where `preempts: true` stands", "notice는 `preempts: true`가 있는 곳에 쓰십시오"),
    (r"conservative backfill plans one pool, here are (\d+)", r"conservative 백필은 풀 하나만 계획하는데 풀이 \1개입니다"),
    (r"use easy, or a scenario of one pool", "easy를 쓰거나 풀이 하나인 시나리오로 쓰십시오"),
    (r"conservative backfill knows no dedicated servers", "conservative 백필은 전용 서버를 다루지 않습니다"),
    (r"use easy, or leave out programme\.allocations", "easy를 쓰거나 programme.allocations를 빼십시오"),
    (r"conservative backfill already gives every job a date", "conservative 백필은 이미 모든 작업에 날짜를 줍니다"),
    (r"leave out policy\.reserve, or use easy", "policy.reserve를 빼거나 easy를 쓰십시오"),
    (r"without backfill nothing is held, so no gang can be given a date", "백필이 없으면 자리를 잡아 두지 않으므로 날짜를 줄 수 없습니다"),
    (r"use backfill easy, or leave out policy\.reserve", "backfill: easy를 쓰거나 policy.reserve를 빼십시오"),
    (r"a job that preempts breaks the promises of conservative backfill", "선점하는 작업은 conservative 백필의 약속을 깹니다"),
    (r"use easy, or let no quality preempt", "easy를 쓰거나 선점하는 서비스 품질을 없애십시오"),
    (r"conservative backfill counts nodes, not fabric domains", "conservative 백필은 패브릭 도메인이 아니라 서버를 셉니다"),
    (r"use easy, or write demand\.generate\.domain: prefer", "easy를 쓰거나 demand.generate.domain: prefer로 쓰십시오"),
    # size
    (r"the scenario has no site to run on", "시나리오에 돌릴 센터가 없습니다"),
    (r"write `sites:` with at least one pool", "풀이 하나라도 있는 `sites:`를 쓰십시오"),
    (r"([\d,]+) nodes", r"서버 \1대"),
    (r"a run holds at most ([\d,]+): simulate a part of the fleet", r"한 번에 \1대까지 돌릴 수 있습니다. 일부만 모의하십시오"),
    (r"every pool is wholly its operator's own use", "모든 풀이 운영사업자의 자체 활용분입니다"),
    (r"leave at least one node for public use", "정부 활용분으로 한 대라도 남기십시오"),
    (r"a pool of ([\d,]+) nodes × ([\d,]+) devices", r"서버 \1대 × 장치 \2개인 풀입니다"),
    (r"pools have 1 to 16,777,216 nodes in all", "풀의 서버는 모두 합해 1대부터 16,777,216대까지입니다"),
)

LAST: Pairs = (
    (r"write `key: value`", "`이름: 값`으로 쓰십시오"),
    (r"write at most (\d+): (.+)", r"\1자까지 쓰십시오: \2"),
    (r"write (.+)", r"이렇게 쓰십시오: \1"),
)

ERRORS_KO: Pairs = (
    *MISSING_KEYS,
    *PLANNER_ERRORS,
    *MONEY_ERRORS,
    *_amounts(),
    *AMOUNTS,
    *FILES,
    *SECTIONS,
    *KEYS,
    *SERVICE_ERRORS,
    *PURCHASE_ERRORS,
    *PLAN_TERMS_ERRORS,
    *RISK_ERRORS,
    *FUNDING_ERRORS,
    *STUDY_ERRORS,
    *DEMAND_ERRORS,
    *FRONT_ERRORS,
    *COST_ERRORS,
    *MINUTES_ERRORS,
    *AWARD_SAID_ERRORS,
    *AWARD_GROUNDS_ERRORS,
    *AWARD_PRICES_ERRORS,
    *TENDER_ERRORS,
    *JOB_ERRORS,
    *WEB_ERRORS,
    *NODES_ERRORS,
    *DATA_ERRORS,
    *STORE_ERRORS,
    *WORK_ERRORS,
    *RATE_ERRORS,
    *PEOPLE_ERRORS,
    *LAST,
)
