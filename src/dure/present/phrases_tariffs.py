"""Phrases of `dure catalog tariffs`: key → (English, Korean)."""

from __future__ import annotations

TARIFFS: dict[str, tuple[str, str]] = {
    "command.catalog.tariffs": (
        "list electricity tariffs, or show one: seasons, hours, prices, demand, holidays",
        "전기요금표를 보여 주거나, 하나의 계절·시간대·단가·기본요금·공휴일을 보여 줍니다",
    ),
    "tariffs.title": ("{n} electricity {n:tariff|tariffs} on {day}", "{day} 현재 전기요금 {n}종"),
    "tariffs.tariff": ("tariff", "요금제"),
    "tariffs.name": ("name", "이름"),
    "tariffs.demand": ("demand\nwon/kW", "기본요금\n원/kW"),
    "tariffs.low": ("lowest\nwon/kWh", "최저\n원/kWh"),
    "tariffs.high": ("highest\nwon/kWh", "최고\n원/kWh"),
    "tariffs.mean": ("flat load,\nall in, won/kWh", "일정 부하\n총액 원/kWh"),
    "tariffs.versions": ("versions from", "시행일"),
    "tariffs.prices": ("Prices and hours on {day}", "{day} 현재 단가와 시간대"),
    "tariffs.season": ("season", "계절"),
    "tariffs.months": ("months", "월"),
    "tariffs.band": ("band", "시간대"),
    "tariffs.price": ("won/kWh", "원/kWh"),
    "tariffs.weekday": ("weekday", "평일"),
    "tariffs.saturday": ("Saturday", "토요일"),
    "tariffs.sunday": ("Sunday", "일요일"),
    "tariffs.holiday": ("holiday", "공휴일"),
    "tariffs.section_demand": ("Demand charge", "기본요금"),
    "tariffs.rate": ("rate", "단가"),
    "tariffs.rate_text": ("{won} won for each kW and month", "kW·월마다 {won}원"),
    "tariffs.charged": ("charged on", "적용 전력"),
    "tariffs.charged_text": (
        "the highest demand of the month itself and, in the last {n} {n:month|months}, of months {months}; bands {bands}",
        "당월과 직전 {n}개월 가운데 {months}월의 최대수요전력. 시간대 {bands}",
    ),
    "tariffs.floor": ("at least", "하한"),
    "tariffs.floor_text": ("{share} of contract power", "계약전력의 {share}"),
    "tariffs.metered": ("metered", "계량"),
    "tariffs.metered_text": (
        "highest 15-minute mean; where only hours are known, the mean of the hour stands for it and the charge is a little too low",
        "15분 평균의 최댓값. 시간 값만 알 때는 시간 평균으로 대신하므로 기본요금이 조금 낮게 나옵니다",
    ),
    "tariffs.power_factor": ("power factor", "역률"),
    "tariffs.power_factor_text": (
        "{day_from}:00 to {day_to}:00 lagging {lagging} %, else leading {leading} %: {share} of the demand charge a point, "
        "reduced up to {cap} %",
        "{day_from}시~{day_to}시 지상역률 {lagging}%, 그 밖은 진상역률 {leading}%: 1%당 기본요금의 {share}, 감액은 {cap}%까지",
    ),
    "tariffs.section_more": ("Other lines, discounts, holidays", "그 밖의 요금, 할인, 공휴일"),
    "tariffs.line_energy": ("{won} won/kWh", "kWh당 {won}원"),
    "tariffs.line_charges": ("{share} of the charges", "요금의 {share}"),
    "tariffs.discount": ("discount", "할인"),
    "tariffs.discount_text": (
        "{share} off the energy rate, hours {hours}, {days}, {seasons}, {since} to {until}",
        "전력량요금의 {share} 할인, {hours}시, {days}, {seasons}, {since}부터 {until}까지",
    ),
    "tariffs.open": ("further notice", "별도 공지"),
    "tariffs.holidays": ("holidays", "공휴일"),
    "tariffs.holidays_text": ("known for {first} to {last}; {kinds} ones count", "{first}년부터 {last}년까지 알려짐. 적용: {kinds}"),
    "tariffs.no_holidays": ("none count", "적용 없음"),
    "tariffs.public": ("public", "법정 공휴일"),
    "tariffs.substitute": ("substitute", "대체공휴일"),
    "tariffs.temporary": ("temporary", "임시공휴일"),
    "tariffs.season.summer": ("summer", "여름"),
    "tariffs.season.winter": ("winter", "겨울"),
    "tariffs.season.spring_autumn": ("spring and autumn", "봄·가을"),
    "tariffs.season.all": ("all year", "연중"),
    "tariffs.band.light": ("light", "경부하"),
    "tariffs.band.mid": ("mid", "중간부하"),
    "tariffs.band.peak": ("peak", "최대부하"),
    "tariffs.band.all": ("all", "전체"),
    "tariffs.list_note": (
        "The last column is what a kWh of a load that never changes costs on average of the year, "
        "with demand charge, levies, fund and VAT.",
        "마지막 열은 변하지 않는 부하의 연평균 kWh당 금액으로, 기본요금·부가 요금·기금·부가가치세를 더한 값입니다.",
    ),
}

TARIFFS_HELP_KO: dict[str, str] = {
    "tariff to show; none lists all": "볼 요금제. 없으면 모두",
    "as in force on this date (default: today)": "이 날짜에 시행 중인 것 (기본: 오늘)",
    "with the tariffs that this scenario brings": "이 시나리오가 더하는 요금제와 함께",
}
