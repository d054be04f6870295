"""Phrases of `dure plan award --stress`: what a trick does under the rules, and what would close it."""

from __future__ import annotations

STRESS: dict[str, tuple[str, str]] = {
    "award.stress.name.underbid": ("underbid and drop out", "저가 제안 뒤 포기"),
    "award.stress.name.drop_out": ("win and drop out", "선정된 뒤 포기"),
    "award.stress.name.hold_up": ("all-or-nothing hold-up", "전량 아니면 포기"),
    "award.stress.name.split": ("one bidder under two names", "두 이름으로 나눠 제안"),
    "award.stress.name.collude": ("all raise their prices together", "모두 함께 값을 올림"),
    "award.stress.name.overpromise": ("promise the best of everything", "모든 약속을 최고로 적음"),
    "award.stress.name.straw": ("a straw bid that moves the points", "점수를 움직이는 들러리 제안"),
    "award.stress.name.late": ("late dates", "늦은 시작일"),
    "award.stress.name.own_use": ("own-use inflation", "자체 활용분 부풀리기"),
    "award.stress.underbid": (
        "{bid} bids {by} less, which nobody asks about, wins and drops out when those whom it pushed out have gone: "
        "{lost} public accelerators fewer than if it had kept to its price.",
        "{bid:이} 소명 대상이 되지 않을 만큼({by}) 싸게 제안해 선정된 뒤, 밀려난 제안자가 떠나고 나서 포기합니다. "
        "제 가격을 지켰을 때보다 정부 활용분이 {lost}개 적습니다.",
    ),
    "award.stress.drop_out": (
        "{bid} wins at its own price and drops out when those whom it pushed out have gone: {lost} public accelerators fewer than if it "
        "had never bid.",
        "{bid:이} 제 가격에 선정된 뒤, 밀려난 제안자가 떠나고 나서 포기합니다. 처음부터 없었을 때보다 정부 활용분이 {lost}개 적습니다.",
    ),
    "award.stress.hold_up": (
        "{bid} offers all or nothing, asks {by} more and is taken: {gained} more to it, {lost} public accelerators fewer.",
        "{bid:이} 전량 아니면 포기를 내걸고 {by} 비싸게 제안해도 선정됩니다. {gained} 더 받고, 정부 활용분은 {lost}개 줄어듭니다.",
    ),
    "award.stress.split": (
        "{bid} bids its machines under two names, half each, and wins {gained} accelerators more than the cap lets one.",
        "{bid:이} 장비를 절반씩 두 이름으로 제안해, 한 곳의 상한보다 {gained}개를 더 얻습니다.",
    ),
    "award.stress.collude": (
        "All bidders raise their prices by {by} together and the very same is bought: {gained} more is paid.",
        "모든 제안자가 함께 {by} 올려도 똑같이 선정되어 {gained} 더 치릅니다.",
    ),
    "award.stress.overpromise": (
        "{bid} promises the best of what earns anything here ({promises}) and wins {gained} more; {lost} public "
        "accelerators then hang on promises that nobody has measured yet.",
        "{bid:이} 이 공고에서 점수나 자격이 걸린 것({promises})을 모두 최고로 적으면 {gained}개를 더 얻습니다. "
        "정부 활용분 {lost}개가 아직 아무도 재지 않은 약속에 달립니다.",
    ),
    "award.stress.straw": (
        "{bid} lets a friend bid {by} below it and withdraw: the points of others fall more, {bid} wins {gained} more, "
        "the public {lost} fewer.",
        "{bid:이} {by} 싼 들러리를 세웠다가 물러나게 하면 다른 제안의 점수가 더 떨어집니다. {gained}개를 더 얻고, "
        "정부 활용분은 {lost}개 줄어듭니다.",
    ),
    "award.stress.late": (
        "{bid} promises a date {gained} days later, and wins the same.",
        "{bid:이} 시작일을 {gained}일 늦춰 제안해도 똑같이 선정됩니다.",
    ),
    "award.stress.undated": (
        "{bid} names no date and wins all the same: whenever it begins, it breaks no promise.",
        "{bid:은} 시작일을 적지 않고도 선정됩니다. 언제 시작해도 어기는 약속이 없습니다.",
    ),
    "award.stress.own_use": (
        "{bid} keeps {gained} more of the {offered} accelerators it offers for itself and still sells as many; of what is bought the "
        "public loses {lost}.",
        "{bid:이} 제안한 {offered}개에서 자체 활용분을 {gained}개 늘려도 그대로 팔립니다. "
        "선정된 물량에서는 정부 활용분 {lost}개를 잃습니다.",
    ),
    "award.stress.promise.ready": ("the date", "시작일"),
    "award.stress.promise.pue": ("PUE", "PUE"),
    "award.stress.promise.availability": ("availability", "가용률"),
    "award.stress.promise.support": ("support", "지원"),
    "award.stress.promise.cluster": ("the cluster", "클러스터"),
    "award.stress.promise.public_share": ("the public share", "정부 활용 비율"),
    "award.stress.promise.power": ("power", "전력"),
    "award.stress.mends": ("What closes it: {mends}.", "막는 길: {mends}."),
    "award.mend.bond": ("ask for a bond", "입찰보증 받기"),
    "award.mend.runners_up": ("keep the runners-up bound until the agreement is signed", "협약을 맺을 때까지 차순위자를 묶어 두기"),
    "award.mend.question": ("question prices below a share of the median", "중앙값의 일정 비율보다 낮은 가격은 소명 받기"),
    "award.mend.question_more": (
        "question low prices closer to the median than {now} of it",
        "저가 소명 기준을 지금의 중앙값 {now}보다 중앙값에 더 가깝게 잡기",
    ),
    "award.mend.cap": ("cap what one operator may win", "사업자당 상한 두기"),
    "award.mend.cap_more": ("lower the cap on what one operator may win", "사업자당 상한 낮추기"),
    "award.mend.divisible": ("ask for divisible bids", "나눌 수 있는 제안 요구하기"),
    "award.mend.price_most": ("set a highest price", "가격의 상한 정하기"),
    "award.mend.price_most_more": ("lower the highest price", "가격의 상한 낮추기"),
    "award.mend.affiliates": ("let caps count affiliated firms as one", "상한을 계열사 단위로 세기"),
    "award.mend.budget_secret": ("do not publish the whole budget", "예산을 다 공개하지 않기"),
    "award.mend.estimate": ("set an estimate for each accelerator", "개당 예정가격 정하기"),
    "award.mend.markets": ("compare prices with other markets", "다른 시장의 가격과 비교하기"),
    "award.mend.inspect": ("inspect the site before the award", "선정 전에 현장을 확인하기"),
    "award.mend.deduct": (
        "write every promise into the agreement, with a deduction for each that is missed",
        "모든 약속을 협약에 적고, 어길 때마다 감액 약정하기",
    ),
    "award.mend.fixed_scale": (
        "score prices against a fixed scale (`linear`) instead of the lowest bid",
        "최저가 비율 대신 고정된 눈금(`linear`)으로 가격을 채점하기",
    ),
    "award.mend.score_again": ("score again when a bid is withdrawn", "제안이 철회되면 다시 채점하기"),
    "award.mend.date_points": ("give points for the date", "시작일에 배점 주기"),
    "award.mend.date_points_more": ("give the date more points", "시작일의 배점 높이기"),
    "award.mend.date_last": ("set a last date", "마감일 정하기"),
    "award.mend.date_last_more": ("set an earlier last date", "마감일 앞당기기"),
    "award.mend.days": ("agree on a deduction for every day", "하루마다 감액 약정하기"),
    "award.mend.public_least": ("set a least public share", "정부 활용 비율의 하한 정하기"),
    "award.mend.public_least_more": ("raise the least public share", "정부 활용 비율의 하한 높이기"),
    "award.mend.public_points": ("give points for the public share", "정부 활용 비율에 배점 주기"),
    "award.mend.public_points_more": ("give the public share more points", "정부 활용 비율의 배점 높이기"),
}
