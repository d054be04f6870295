"""Korean of errors about people, projects, calls and grants; the core says them in English."""

from __future__ import annotations

_NOUNS = {
    "organisation": "기관이",
    "person": "사람이",
    "token": "토큰이",
    "project": "과제가",
    "call": "공고가",
    "application": "신청이",
    "granted": "선정이",
    "allocation": "배정이",
    "warning": "경고가",
    "review": "평가가",
}
_TEXTS = {
    "the name of an organisation": "기관 이름이",
    "the Korean name": "한국어 이름이",
    "the region": "지역이",
    "the name of a person": "이름이",
    "the mail address": "전자우편 주소가",
    "the label of a token": "토큰 이름표가",
    "the title of a call": "공고 제목이",
    "the title of a project": "과제 제목이",
}
PEOPLE_ERRORS: tuple[tuple[str, str], ...] = (
    # who asks
    (r"(\S+) is not among your rights here", r"여기서는 \1 권한이 없습니다"),
    (
        r"ask somebody who holds the right, or use a token with its scope",
        "권한이 있는 사람에게 부탁하거나, 그 범위가 있는 토큰을 쓰십시오",
    ),
    (r"the token is not known, or it is over", "알 수 없거나 기한이 지난 토큰입니다"),
    (r"log in again, or ask for a new token", "다시 로그인하거나 새 토큰을 받으십시오"),
    (r"a token gives no scope that its maker's does not have", "만드는 사람의 토큰에 없는 범위는 새 토큰에 줄 수 없습니다"),
    (r"log in with a token of wider scope", "범위가 더 넓은 토큰으로 로그인하십시오"),
    (r"a token without a scope opens nothing", "범위가 없는 토큰으로는 아무것도 할 수 없습니다"),
    (r"a token ends within a year", "토큰의 기한은 1년 이내입니다"),
    (r"name a later instant, at most 366 days from now", "지금보다 뒤, 366일 이내의 시각을 쓰십시오"),
    (r"you are not principal investigator of (\S+)", r"\1 과제의 연구책임자가 아닙니다"),
    (r"ask one of them to apply, or write another name", "연구책임자에게 신청을 부탁하거나 다른 이름을 쓰십시오"),
    # what is there
    *((rf"there is no {noun} (\S+)", rf"\1: 그런 {korean} 없습니다") for noun, korean in _NOUNS.items()),
    (r"there is no (\w+) (\S+)", r"\1 \2: 그런 것이 없습니다"),
    (r"list what is there, and name one of it", "있는 것을 나열해 보고 그중 하나를 쓰십시오"),
    (r"there is an organisation (.+) already", r"\1: 같은 이름의 기관이 이미 있습니다"),
    (r"use it, or write another name", "그것을 쓰거나 다른 이름을 쓰십시오"),
    (r"there is a project (\S+) already", r"\1: 같은 이름의 과제가 이미 있습니다"),
    (r"there is a call (\S+) already", r"\1: 같은 이름의 공고가 이미 있습니다"),
    (r"write another name", "다른 이름을 쓰십시오"),
    (r"person (\d+) was erased", r"\1번 사람의 정보는 삭제되었습니다"),
    (r"nothing: what was personal is gone", "할 일이 없습니다. 개인정보는 남아 있지 않습니다"),
    (r"this login belongs to somebody already", "이 로그인은 이미 다른 사람의 것입니다"),
    (r"use the person that it belongs to", "그 로그인의 주인으로 쓰십시오"),
    # names and texts
    *(
        (rf"{text} is not of (\d+) to (\d+) printable characters", rf"{korean} \1~\2자의 인쇄 가능한 글자가 아닙니다")
        for text, korean in _TEXTS.items()
    ),
    (r"(.+) is not of (\d+) to (\d+) printable characters", r"\1: \2~\3자의 인쇄 가능한 글자가 아닙니다"),
    (r"write one line of text", "한 줄로 쓰십시오"),
    (r"(.*) is no name of a project", r"\1: 과제 이름으로 쓸 수 없습니다"),
    (r"(.*) is no name of a call", r"\1: 공고 이름으로 쓸 수 없습니다"),
    (r"(.*) is no name of (.+)", r"\1: 이름으로 쓸 수 없습니다"),
    (
        r"write small letters, digits and single hyphens, a letter first, at most 60 in all",
        "영어 소문자로 시작해 소문자, 숫자, 낱개의 붙임표로 60자까지 쓰십시오",
    ),
    # roles and members
    (r"(\w+) is held within a project", r"\1: 과제 안에서 맡는 역할입니다"),
    (r"make the person a member of the project", "그 사람을 과제의 구성원으로 넣으십시오"),
    (r"an operator is one of a site, and nobody else is", "운영사업자 역할에만 센터를 적습니다"),
    (r"name the site of an operator, and of nobody else", "운영사업자라면 센터를 적고, 아니면 적지 마십시오"),
    (r"(\w+) is no role in a project", r"\1: 과제 안의 역할이 아닙니다"),
    (r"write researcher or principal_investigator", "researcher 또는 principal_investigator로 쓰십시오"),
    (r"the project would have no principal investigator", "과제에 연구책임자가 한 사람도 남지 않습니다"),
    (r"make another member one first", "먼저 다른 구성원을 연구책임자로 정하십시오"),
    (r"a quota below 0", "한도가 0보다 작습니다"),
    # calls and applications
    (r"the call has no fast lane and no panel", "공고에 신속 선정 규칙도 평가단도 없습니다"),
    (r"state at least one of them", "둘 가운데 하나는 적으십시오"),
    (r"the call closes before it opens", "공고가 열리기 전에 닫힙니다"),
    (r"write a later closing", "마감을 더 늦게 쓰십시오"),
    (r"the call (\S+) is not open", r"\1 공고는 지금 열려 있지 않습니다"),
    (r"list the calls, and apply to one that is open", "공고를 나열해 보고 열려 있는 공고에 신청하십시오"),
    (r"the call offers no credits", "이 공고는 크레딧을 주지 않습니다"),
    (r"the call offers no (.+)", r"\1: 이 공고가 내놓은 풀이 아닙니다"),
    (r"ask for some of (.+)", r"다음 가운데에서 신청하십시오: \1"),
    (r"credits and nodes are asked for in one application", "한 신청에 크레딧과 서버를 함께 적었습니다"),
    (r"make one application for each", "따로 신청하십시오"),
    (r"the call gives at most ([\d,]+) credits to one project", r"이 공고는 한 과제에 크레딧을 \1까지 줍니다"),
    (r"the call gives at most ([\d,]+) \w+ to one project", r"이 공고는 한 과제에 서버를 \1대까지 줍니다"),
    (r"ask for less, and for more than 0", "0보다 많고 그보다 적게 신청하십시오"),
    (r"the call gives for at most ([\d,]+) days", r"이 공고의 기간은 \1일까지입니다"),
    (r"ask for a shorter term", "기간을 줄여 신청하십시오"),
    (r"the call has no fast lane", "이 공고에는 신속 선정이 없습니다"),
    (r"the fast lane is not for organisations of this kind", "신속 선정은 이런 기관을 대상으로 하지 않습니다"),
    (r"the fast lane gives at most ([\d,]+), and ([\d,]+) are asked", r"신속 선정의 한도는 \1이고 신청은 \2입니다"),
    (r"the fast lane gives for at most ([\d,]+) days, and ([\d,]+) are asked", r"신속 선정은 \1일까지인데 \2일을 신청했습니다"),
    (
        r"the project holds ([\d,]+) open grants of the fast lane, the most it may",
        r"과제가 신속 선정 \1건을 이미 갖고 있어 더 받을 수 없습니다",
    ),
    (
        r"the person holds ([\d,]+) open grants of the fast lane, the most they may",
        r"신청자가 신속 선정 \1건을 이미 갖고 있어 더 받을 수 없습니다",
    ),
    (
        r"the organisation would have ([\d,]+) of the fast lane this month, and ([\d,]+) is the most",
        r"기관이 이번 달 신속 선정으로 받는 양이 모두 \1이 되어 한도 \2보다 많습니다",
    ),
    (r"the call has ([\d,]+) left, and ([\d,]+) are asked", r"공고에 남은 양은 \1이고 신청은 \2입니다"),
    (r"ask for what the call's rule allows", "공고의 규칙이 허용하는 만큼 신청하십시오"),
)
