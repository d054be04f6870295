"""Phrases of `dure plan award --stress`: what a trick does under the rules, and what would close it."""

from __future__ import annotations

STRESS: dict[str, tuple[str, str]] = {
    "award.stress.name.underbid": ("underbid and drop out", "저가 제안 뒤 포기"),
    "award.stress.name.hold_up": ("all-or-nothing hold-up", "전량 아니면 포기"),
    "award.stress.name.split": ("one bidder under two names", "두 이름으로 나눠 제안"),
    "award.stress.name.collude": ("all raise their prices together", "모두 함께 값을 올림"),
    "award.stress.name.overpromise": ("promise the best of everything", "모든 약속을 최고로 적음"),
    "award.stress.name.straw": ("a straw bid that moves the points", "점수를 움직이는 들러리 제안"),
    "award.stress.name.late": ("late dates", "늦은 시작일"),
    "award.stress.name.own_use": ("own-use inflation", "자체 활용분 부풀리기"),
    "award.stress.underbid": (
        "{bid} bids {by} less, which nobody asks about, wins and drops out when those whom it pushed out have gone: "
        "{lost} public accelerators fewer than if it had never bid.",
        "{bid:이} 소명 대상이 되지 않을 만큼({by}) 싸게 제안해 선정된 뒤, 밀려난 제안자가 떠나고 나서 포기합니다. "
        "처음부터 없었을 때보다 정부 활용분이 {lost}개 적습니다.",
    ),
    "award.stress.underbid_mend": (
        "Ask for a bond, keep the runners-up bound until the agreement is signed, and question low prices closer to the median.",
        "입찰보증을 받고, 협약을 맺을 때까지 차순위자를 묶어 두며, 저가 소명 기준을 중앙값에 더 가깝게 잡으십시오.",
    ),
    "award.stress.hold_up": (
        "{bid} offers all or nothing, asks {by} more and is taken: {gained} more to it, {lost} public accelerators fewer.",
        "{bid:이} 전량 아니면 포기를 내걸고 {by} 비싸게 제안해도 선정됩니다. {gained} 더 받고, 정부 활용분은 {lost}개 줄어듭니다.",
    ),
    "award.stress.hold_up_mend": (
        "Cap what one operator may win, ask for divisible bids, or set an estimate above which nothing is paid.",
        "사업자당 상한을 두고, 나눌 수 있는 제안을 요구하거나, 넘을 수 없는 예정가격을 정하십시오.",
    ),
    "award.stress.split": (
        "{bid} bids its machines under two names, half each, and wins {gained} accelerators more than the cap lets one.",
        "{bid:이} 장비를 절반씩 두 이름으로 제안해, 한 곳의 상한보다 {gained}개를 더 얻습니다.",
    ),
    "award.stress.split_mend": ("Let caps count affiliated firms as one.", "상한을 계열사 단위로 세십시오."),
    "award.stress.collude": (
        "All bidders raise their prices by {by} together and the very same is bought: {gained} more is paid.",
        "모든 제안자가 함께 {by} 올려도 똑같이 선정되어 {gained} 더 치릅니다.",
    ),
    "award.stress.collude_mend": (
        "Do not publish the whole budget, set an estimate for each accelerator, and compare prices with other markets.",
        "예산을 다 공개하지 말고, 개당 예정가격을 정하고, 다른 시장의 가격과 비교하십시오.",
    ),
    "award.stress.overpromise": (
        "{bid} writes the best date, PUE, availability, support and cluster that earn anything and wins {gained} more; {lost} public "
        "accelerators then hang on promises that nobody has measured yet.",
        "{bid:이} 점수나 자격이 걸린 시작일·PUE·가용률·지원·클러스터를 모두 최고로 적으면 {gained}개를 더 얻습니다. "
        "정부 활용분 {lost}개가 아직 아무도 재지 않은 약속에 달립니다.",
    ),
    "award.stress.overpromise_mend": (
        "Inspect the site before the award, write every promise into the agreement, and agree on a deduction for each that is missed.",
        "선정 전에 현장을 확인하고, 모든 약속을 협약에 적고, 어길 때마다 감액을 약정하십시오.",
    ),
    "award.stress.straw": (
        "{bid} lets a friend bid {by} below it and withdraw: the points of others fall more, {bid} wins {gained} more, "
        "the public {lost} fewer.",
        "{bid:이} {by} 싼 들러리를 세웠다가 물러나게 하면 다른 제안의 점수가 더 떨어집니다. {gained}개를 더 얻고, "
        "정부 활용분은 {lost}개 줄어듭니다.",
    ),
    "award.stress.straw_mend": (
        "Score prices against a fixed scale (`linear`) instead of the lowest bid, or score again when a bid is withdrawn.",
        "최저가 비율 대신 고정된 눈금(`linear`)으로 가격을 채점하거나, 제안이 철회되면 다시 채점하십시오.",
    ),
    "award.stress.late": (
        "{bid} promises a date {gained} days later, and wins the same.",
        "{bid:이} 시작일을 {gained}일 늦춰 제안해도 똑같이 선정됩니다.",
    ),
    "award.stress.late_mend": (
        "Give points for the date, set an earlier last date, and agree on a deduction for every day.",
        "시작일에 배점을 주고, 마감일을 앞당기고, 하루마다 감액을 약정하십시오.",
    ),
    "award.stress.own_use": (
        "{bid} keeps {gained} more accelerators for itself and still sells as many; the public loses {lost}.",
        "{bid:이} 자체 활용분을 {gained}개 늘려도 그대로 팔립니다. 정부 활용분 {lost}개를 잃습니다.",
    ),
    "award.stress.own_use_mend": ("Set a least public share, or weigh it more.", "정부 활용 비율의 하한을 정하거나 배점을 높이십시오."),
}
