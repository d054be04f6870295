"""Phrases of `dure catalog fleets`: key → (English, Korean)."""

from __future__ import annotations

FLEETS: dict[str, tuple[str, str]] = {
    "command.catalog.fleets": (
        "list published fleets in accelerators and in reference capacity, with sources",
        "공표된 가속기 보유·계획을 수량과 기준 용량으로, 출처와 함께 보여 줍니다",
    ),
    "fleets.title": ("{n} published {n:fleet|fleets}", "공표된 가속기 보유·계획 {n}건"),
    "fleets.no_such": ('no fleet "{name}" in the catalogue', '목록에 없는 보유·계획입니다: "{name}"'),
    "fleets.name": ("fleet", "보유·계획"),
    "fleets.accelerators": ("accelerators", "가속기"),
    "fleets.models": ("of which", "구성"),
    "fleets.capacity": ("reference\ncapacity", "기준\n용량"),
    "fleets.per_thousand": ("a 1,000\npeople", "연구자\n천 명당"),
    "fleets.capacity_per_thousand": ("capacity\na 1,000", "천 명당\n용량"),
    "fleets.state": ("state", "상태"),
    "fleets.as_of": ("as of", "기준일"),
    "fleets.source": ("source", "출처"),
    "fleets.researchers": ("researchers", "연구자"),
    "fleets.standing": ("standing", "보유"),
    "fleets.ordered": ("ordered", "발주"),
    "fleets.awarded": ("awarded", "선정"),
    "fleets.announced": ("announced", "발표"),
    "fleets.planned": ("planned", "계획"),
    "fleets.unpublished": ("model not published or listed", "기종 미공표·미수록"),
    "fleets.note_weight": (
        "Reference capacity: accelerators times the billing weight in force on {day} (H100 SXM = 1). Where a model is not known, "
        "neither is the capacity. Fleets overlap (parts of a goal, clusters of a firm) and are not added up.",
        "기준 용량: 가속기 수에 {day} 현재 환산 가중치를 곱한 값(H100 SXM = 1). 기종을 모르면 용량도 미상입니다. "
        "목표의 일부이거나 한 회사의 클러스터인 것도 있어 서로 겹치며, 더하지 않습니다.",
    ),
    "fleets.note_speed": (
        "Reference capacity: accelerators times the speed of class {workload} (H100 SXM = 1). Where a model or its speed is not known, "
        "neither is the capacity. Fleets overlap and are not added up.",
        "기준 용량: 가속기 수에 {workload} 종류의 상대 성능을 곱한 값(H100 SXM = 1). 기종이나 성능을 모르면 용량도 미상입니다. "
        "서로 겹치므로 더하지 않습니다.",
    ),
    "fleets.note_researchers": ("Researchers: {of}: {n} [{mark}].", "연구자: {of} {n}명 [{mark}]."),
}

FLEETS_HELP_KO: dict[str, str] = {
    "fleet to show with each part and its source; none lists all": "부분마다 출처와 함께 볼 보유·계획. 없으면 모두",
    "capacity by the speed of this workload class instead of the billing weight": "환산 가중치 대신 이 작업 종류의 상대 성능으로 따진 용량",
}
