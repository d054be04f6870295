"""Names that scenarios and catalogues write as ids, as people read them: (English, Korean)."""

from __future__ import annotations

VENDORS: dict[str, tuple[str, str]] = {
    "nvidia": ("NVIDIA", "엔비디아"),
    "amd": ("AMD", "AMD"),
    "intel": ("Intel", "인텔"),
    "furiosaai": ("FuriosaAI", "퓨리오사AI"),
    "rebellions": ("Rebellions", "리벨리온"),
    "google": ("Google", "구글"),
    "aws": ("AWS", "AWS"),
    "huawei": ("Huawei", "화웨이"),
    "graphcore": ("Graphcore", "그래프코어"),
    "domestic": ("domestic", "국산"),
}

REGIONS: dict[str, tuple[str, str]] = {
    "seoul": ("Seoul", "서울"),
    "busan": ("Busan", "부산"),
    "daegu": ("Daegu", "대구"),
    "incheon": ("Incheon", "인천"),
    "gwangju": ("Gwangju", "광주"),
    "daejeon": ("Daejeon", "대전"),
    "ulsan": ("Ulsan", "울산"),
    "sejong": ("Sejong", "세종"),
    "gyeonggi": ("Gyeonggi", "경기"),
    "gangwon": ("Gangwon", "강원"),
    "chungbuk": ("North Chungcheong", "충북"),
    "chungnam": ("South Chungcheong", "충남"),
    "jeonbuk": ("North Jeolla", "전북"),
    "jeonnam": ("South Jeolla", "전남"),
    "gyeongbuk": ("North Gyeongsang", "경북"),
    "gyeongnam": ("South Gyeongsang", "경남"),
    "jeju": ("Jeju", "제주"),
}
