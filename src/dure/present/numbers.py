"""Numbers, money, time and dates as people read them, in Korean and in English. Pure text; missing is said, never shown as 0."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum


class Lang(StrEnum):
    EN = "en"
    KO = "ko"


UNKNOWN = {Lang.EN: "unknown", Lang.KO: "미상"}

_SCALES = {
    Lang.EN: ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "k")),
    Lang.KO: ((10**12, "조"), (10**8, "억"), (10**4, "만")),
}


def language(*tags: str | None) -> Lang:
    """The first tag that names a language decides (`ko`, `ko_KR.UTF-8`, `en-GB`); none that is known is English."""
    for tag in tags:
        if not tag:
            continue
        return Lang.KO if tag.lower().startswith("ko") else Lang.EN
    return Lang.EN


def count(value: int | float | None, lang: Lang) -> str:
    """`612,345`; fractions are rounded half to even."""
    return UNKNOWN[lang] if value is None else f"{round(value):,}"


def compact(value: int | float | None, lang: Lang) -> str:
    """Three significant figures with the scale word of the language: `1.23M`, `123만`."""
    if value is None:
        return UNKNOWN[lang]
    sign, rest = ("-" if value < 0 else ""), abs(value)
    for index, (scale, word) in enumerate(_SCALES[lang]):
        text = _three(rest / scale)
        if rest >= scale or (rest >= scale * 0.9995 and index + 1 < len(_SCALES[lang])):
            return f"{sign}{text}{word}"
    return f"{sign}{_three(rest)}" if isinstance(value, float) and rest < 100 else f"{sign}{round(rest):,}"


def _three(value: float) -> str:
    """Three significant figures above 1, thousands separated, no trailing zeros after the point."""
    if value >= 99.95:
        return f"{round(value):,}"
    text = f"{value:.1f}" if value >= 9.995 else f"{value:.2f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def won(value: int | None, lang: Lang) -> str:
    """`₩1.46T`, `₩1.46조`: for reading. The exact integer stands in the tables (`won_exact`)."""
    if value is None:
        return UNKNOWN[lang]
    text = compact(value, lang)
    return f"-₩{text[1:]}" if text.startswith("-") else f"₩{text}"


def won_exact(value: int | None, lang: Lang) -> str:
    if value is None:
        return UNKNOWN[lang]
    return f"₩{value:,}" if value >= 0 else f"-₩{-value:,}"


def percent(share: float | None, lang: Lang, digits: int = 1) -> str:
    """`78.4 %` / `78.4%` of a share where 1.0 is everything. A share that is not 0 never reads as 0, nor one below 1 as 100."""
    if share is None:
        return UNKNOWN[lang]
    unit = "%" if lang is Lang.KO else " %"
    value, least = share * 100, 10**-digits
    if 0 < value < least / 2:
        return f"< {least:.{digits}f}{unit}"
    if 100 - least / 2 <= value < 100:
        return f"> {100 - least:.{digits}f}{unit}"
    return f"{value:.{digits}f}{unit}"


_UNITS = {
    Lang.EN: (" d", " h", " min", " s"),
    Lang.KO: ("일", "시간", "분", "초"),
}

_STEPS = ((86400 * 14, 86400), (86400, 3600), (7200, 60), (0, 1))
"""From this length on, rounded to this: nobody reads seconds behind days."""


def duration(seconds: int | float | None, lang: Lang) -> str:
    """The two largest units that say something: `2 h 30 min`, `3 d 4 h`, `45 s`; `2시간 30분`."""
    if seconds is None:
        return UNKNOWN[lang]
    sign, whole = ("-" if seconds < 0 else ""), abs(round(seconds))
    if 0 < abs(seconds) < 1:
        return f"< 1{_UNITS[lang][3]}"
    step = next(step for least, step in _STEPS if whole >= least)
    whole = (whole + step // 2) // step * step
    parts = [whole // 86400, whole % 86400 // 3600, whole % 3600 // 60, whole % 60]
    named = [(part, unit) for part, unit in zip(parts, _UNITS[lang], strict=True) if part]
    first = next((i for i, part in enumerate(parts) if part), 3)
    text = " ".join(f"{part}{unit}" for part, unit in named if part and _UNITS[lang].index(unit) <= first + 1)
    return sign + (text or f"0{_UNITS[lang][3]}")


def size(amount: int | None, lang: Lang) -> str:
    """Bytes as disks are sold, three figures: `1.23 GB`."""
    if amount is None:
        return UNKNOWN[lang]
    unit = next(
        ((name, scale) for name, scale in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3)) if amount >= scale), ("B", 1)
    )
    return f"{amount / unit[1]:.3g} {unit[0]}" if unit[1] > 1 and amount < 999 * unit[1] else f"{amount // unit[1]:,} {unit[0]}"


def accelerator_hours(device_s: int | None, lang: Lang) -> str:
    """Device-seconds as accelerator-hours, three figures: `1.23M` / `123만` (the unit word stands beside it)."""
    return compact(None if device_s is None else device_s / 3600, lang)


def date(moment: datetime, lang: Lang) -> str:
    """`30 Jan 2026` / `2026년 1월 30일` (UTC)."""
    if lang is Lang.KO:
        return f"{moment.year}년 {moment.month}월 {moment.day}일"
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def date_time(moment: datetime, lang: Lang) -> str:
    return f"{date(moment, lang)} {moment:%H:%M}"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def moment_of(start: str, seconds: int = 0) -> datetime:
    """The UTC moment `seconds` after an ISO date or time (`2026-01-01`, `2026-01-01T00:00:00Z`)."""
    parsed = datetime.fromisoformat(start)
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC) + timedelta(seconds=seconds)
