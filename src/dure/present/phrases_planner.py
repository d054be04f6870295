"""What a planner reads beside the plan: key → (English, Korean); and the Korean of mistakes in planning files."""

from __future__ import annotations

PLANNER: dict[str, tuple[str, str]] = {
    "planner.assumptions": (
        "Assumed: nobody published these (--detail: whole, with who assumes each and why)",
        "가정: 공표된 바 없음(--detail: 줄이지 않고, 누가 왜 그렇게 두었는지와 함께)",
    ),
    "funding.money": ("Won of {site} by month", "{site}의 월별 금액"),
    "funding.column.paid": ("paid", "지급"),
    "planner.head": ("{file} · {title}", "{file} · {title}"),
}

PLANNER_HELP_KO: dict[str, str] = {
    "list assumptions whole, with who assumes each and why": "가정을 줄이지 않고 누가 왜 그렇게 두었는지와 함께 보여 줍니다",
    "growth a year to assume instead of the measured, as a factor: 100% = no growth, 130% = 30 % more; like 100%..150%": (
        "잰 값 대신 가정할 한 해 성장 배율. 100%는 성장 없음, 130%는 30% 증가. 예: 100%..150%"
    ),
}

PLANNER_ERRORS: tuple[tuple[str, str], ...] = (
    (r"(.+) is growth to (.+) times in a year", r"\1: 한 해에 \2배로 는다는 뜻입니다"),
    (r"(.+) is a fall to (.+) of it in a year", r"\1: 한 해에 \2까지 준다는 뜻입니다"),
    (r"did you mean (\S+)\? 100% = no growth", r"혹시 \1입니까? 100%는 성장 없음입니다"),
    (
        r"did you mean (\S+)\? 100% = no growth; a fall is written as a factor, like (\S+)",
        r"혹시 \1입니까? 100%는 성장 없음입니다. 줄어든다면 \2처럼 배율로 쓰십시오",
    ),
    (r"([\d,]+) won lies outside its range, ([\d,]+) won to ([\d,]+) won", r"\1원: 범위(\2원~\3원) 밖입니다"),
    (r"(.+) lies outside its range, (.+) to (.+)", r"\1: 범위(\2~\3) 밖입니다"),
    (r"(.+) and its range, (.+) to (.+), are not of one kind", r"값 \1, 범위 \2~\3: 단위가 서로 다릅니다"),
    (r"write all three alike", "셋을 같은 단위로 쓰십시오"),
    (r"least \((.+)\) is more than most \((.+)\)", r"least(\1)가 most(\2)보다 큽니다"),
    (r"lower least or raise most", "least를 낮추거나 most를 높이십시오"),
    (r"(.+) is after the plan's last year \((.+)\)", r"\1년: 계획의 마지막 해(\2년)보다 뒤입니다"),
    (r"(.+) is before the plan's first year \((.+)\)", r"\1년: 계획의 첫해(\2년)보다 앞입니다"),
    (r"write years of (\d+) to (\d+)", r"\1~\2년을 쓰십시오"),
    (r"a table of applications, not a scenario", "시나리오가 아니라 신청 목록(CSV)입니다"),
    (r"a table of measured use, not a scenario", "시나리오가 아니라 사용량 목록(CSV)입니다"),
    (r"a table, not a scenario", "시나리오가 아니라 표(CSV)입니다"),
    (r"run dure demand project (.+)", r"실행할 명령: dure demand project \1"),
    (r"name a \.yaml file; a trace goes into --trace", ".yaml 파일을 쓰십시오. 작업 기록은 --trace에 씁니다"),
    (
        r"copy it here too, or write its path: `extends: (.+?)`; beside it: (.+)",
        r"그 파일도 여기에 복사하거나 경로를 쓰십시오: `extends: \1`. 같은 폴더: \2",
    ),
    (r"copy it here too, or write its path: `extends: (.+?)`", r"그 파일도 여기에 복사하거나 경로를 쓰십시오: `extends: \1`"),
)
