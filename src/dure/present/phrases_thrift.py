"""What is said of a plan's cost at the work that it serves: key → (English, Korean)."""

from __future__ import annotations

THRIFT: dict[str, tuple[str, str]] = {
    "thrift.saved": (
        "It serves no less than the plan that was found first and costs {saved} less over its whole life.",
        "처음 찾은 계획보다 적지 않게 처리하면서 수명 전체에서 {saved} 덜 듭니다.",
    ),
    "thrift.none": (
        "No cheaper plan that serves as much was found.",
        "같은 만큼 처리하면서 더 싼 계획은 찾지 못했습니다.",
    ),
    "thrift.near": (
        "{said} It costs {won}; none that serves as much costs less than {least} ({gap} less).",
        "{said} 이 계획의 비용은 {won}이고, 같은 만큼 처리하는 어떤 계획도 {least}(여기서 {gap} 적은 값)보다 싸지 않습니다.",
    ),
    "thrift.least": (
        "It costs {won}, and none that serves as much costs less.",
        "비용은 {won}이며, 같은 만큼 처리하면서 이보다 싼 계획은 없습니다.",
    ),
    "thrift.least_saved": (
        "{said} None that serves as much costs less than its {won}.",
        "{said} 같은 만큼 처리하면서 이 계획의 {won}보다 싼 것은 없습니다.",
    ),
    "ranges.exchange": ("won for one {of}", "{of} 환율"),
    "ranges.unranged": (
        "Not moved either, for no range is written: {what} ({n}).",
        "범위가 적히지 않아 움직이지 않은 다른 가정 {n}개: {what}.",
    ),
    "buy.unit.percentage point of room": ("percentage point of room", "여유 1%포인트"),
    "diff.asked.life paid for": ("the time for which running {a} is paid", "{a} 운영비를 내는 기간"),
    "buy.value_each": (" The same in each of these periods.", " 기간마다 같은 값입니다."),
    "values.each": (", in any one of them", " (그 가운데 한 해)"),
    "refusal.asked_share": (", with {share} of the work that is asked for", ", 요청된 일의 {share}"),
}
