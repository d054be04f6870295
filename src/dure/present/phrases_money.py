"""What a plan is priced by: key → (English, Korean); and the Korean of figures that no plan can be priced by."""

from __future__ import annotations

MONEY: dict[str, tuple[str, str]] = {
    "plan_cost.hours_in_service": (
        "Nobody asks for work here: in the years of service ({years}) an accelerator-hour costs {hour}; "
        "a used one {used}, a reference accelerator-hour of work {work}.",
        "이 계획에는 수요가 없습니다. 가동하는 해({years})에 가속기시간 하나는 {hour}, 사용한 가속기시간은 {used}, "
        "일한 기준 가속기시간은 {work}.",
    ),
    "plan_cost.units_in_service": (
        "Hours of the years of service ({years}), with the cost of those years: nobody asks for work.",
        "시간은 가동하는 해({years})의 것이며 그 해의 비용으로 나눕니다. 수요가 없습니다.",
    ),
}

MONEY_ERRORS: tuple[tuple[str, str], ...] = (
    (r"a PUE of (\S+)", r"PUE가 \1입니다"),
    (
        r"no hall draws more than (\d+) W for each watt of its machines: 120 % is written 1\.2",
        r"장비 1W에 \1W 넘게 쓰는 전산실은 없습니다. 120%는 1.2로 쓰십시오",
    ),
    (r"a machine that draws nothing", "소비전력이 0W인 장비입니다"),
    (
        r"write what one accelerator draws at work with its share, such as 1\.4kW",
        "일할 때 가속기 하나가 쓰는 전력을 서버 몫까지 넣어 1.4kW처럼 쓰십시오",
    ),
    (r"nothing is ordered in (\d+), so its limit limits nothing", r"\1년에는 주문이 없으므로 공급 한도가 쓰이지 않습니다"),
    (r"(\S+) that stand until (\S+) are gone before the plan begins", r"\2까지 있는 \1{은} 계획이 시작되기 전에 없어집니다"),
    (r"leave the entry out, or write the day on which they leave", "이 항목을 빼거나 철거하는 날을 쓰십시오"),
    (r"write storage_tb at the machine", "그 장비에 storage_tb를 쓰십시오"),
)
