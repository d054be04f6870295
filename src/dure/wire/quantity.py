"""What a person writes for an amount, read exactly: text to integers and back, without a float on the way.

Every reader takes text or a whole number and returns an integer of the unit in its name, or raises QuantityError,
which names what would have been accepted. A number may group its digits (`1,459` or `1_459`) and carry an exponent
(`1.46e12`). A unit is never guessed: `300` is no duration and `24` no memory. A float, which only a caller in
Python can pass, counts as the shortest text that reads back as the same float.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import NamedTuple

from dure.model.units import DAY_S, HOUR_S, MICRO, MINUTE_S, WEEK_S

LARGEST = 10**18
"""No amount in this programme is larger; it keeps every integer inside 64 bits."""

LONGEST_TEXT = 64
LONGEST_S = 100 * 365 * DAY_S
CALENDAR_YEARS = range(1970, 2200)

DURATION_FORMS = "90s, 30m, 2h30m, 7d or 2w"
INSTANT_FORMS = "2026-01-01, 2026-01-01T09:00 (UTC) or 2026-01-01T09:00+09:00"
OFFSET_FORMS = "a time from the start like 5d or 36h, or a date like 2026-01-06"
WON_FORMS = "1_460_000_000_000, 1.46e12, 1.46조, 5000억 or 1,459 bn won"
MEMORY_FORMS = "24GB or 1.5TB"
MEMORY_RANGE_FORMS = "24GB, 24GB.., ..80GB or 24GB..80GB"
SHARE_FORMS = "30% or 0.3"
RATIO_FORMS = "0.95 or 95%"
NUMBER_FORMS = "6.5 or 1.3"
COUNT_FORMS = "12, 30000, 30,000 or 30_000"
POWER_FORMS = "700W, 10.2kW or 40MW"
LINK_FORMS = "10Gbps, 800Mbps or 1.2Tbps"
PRICE_FORMS = "1.46조, 5000억, 40,000 USD or 5%"
LIFE_FORMS = "5y, 18mo or 2y6mo"
LEAD_FORMS = "6mo, 18mo or 1y6mo"

_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+(?:_[0-9]+)*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?"
_WHOLE = re.compile(_NUMBER)
_LEADING_ZERO = re.compile(r"[+-]?0[0-9_,]")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?")

_TIME_SCALES = {"w": WEEK_S, "d": DAY_S, "h": HOUR_S, "m": MINUTE_S, "s": 1}
_MEMORY_SCALES = {"GB": 1, "TB": 1_000}
_POWER_SCALES = {"W": 1, "kW": 1_000, "MW": MICRO, "GW": 1_000 * MICRO}
_LINK_SCALES = {"Mbps": MICRO, "Gbps": 1_000 * MICRO, "Tbps": MICRO * MICRO}
_LIFE_SCALES = {"y": 12, "mo": 1}
_FOREIGN = re.compile(rf"({_NUMBER})\s*([A-Z]{{3}})")
_WON_SCALES = {
    "조": 10**12,
    "억": 10**8,
    "만": 10**4,
    "trillion": 10**12,
    "billion": 10**9,
    "million": 10**6,
    "tn": 10**12,
    "bn": 10**9,
    "mn": 10**6,
    "": 1,
}


class QuantityError(ValueError):
    """What is wrong with an amount, and the forms that would have been right."""

    def __init__(self, what: str, remedy: str, key: str = "") -> None:
        self.what = what
        self.remedy = remedy
        self.key = key
        """Of the part that was read, the key that is wrong; empty = the part itself."""
        super().__init__(f"{what}; {remedy}")


class Money(NamedTuple):
    """Millionths of one unit of a currency; of a share where the currency is empty."""

    micro: int
    currency: str


def duration_s(value: object) -> int:
    """Seconds of `90s`, `2h30m`, `30d`: largest unit first, each once; a bare 0 is the only amount without a unit."""
    return _seconds(value, "a duration", DURATION_FORMS)


def offset_s(value: object, start_s: int | None) -> int:
    """Seconds from the start of the programme: a duration with an optional sign, or a date where *start_s* is known."""
    text = _text(value, "a time", OFFSET_FORMS)
    if _INSTANT.fullmatch(text):
        if start_s is None:
            raise QuantityError(f"{text} is a date, but no start is known here", "write the time from the start, like 5d")
        return instant_s(text) - start_s
    sign = -1 if text.startswith("-") else 1
    return sign * _seconds(text[1:] if text[:1] in ("-", "+") else text, "a time", OFFSET_FORMS)


def instant_s(value: object) -> int:
    """Unix seconds (UTC) of an ISO date or time; a date is its midnight, a time without an offset is UTC."""
    text = _text(value, "a date", INSTANT_FORMS)
    if not _INSTANT.fullmatch(text):
        raise _refused(value, "a date", INSTANT_FORMS)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise QuantityError(f"{text} is not in the calendar", f"write {INSTANT_FORMS}") from None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    seconds = (aware - _EPOCH) // timedelta(seconds=1)
    if moment.year not in CALENDAR_YEARS or seconds < 0:
        raise QuantityError(f"{text} is outside {CALENDAR_YEARS[0]} to {CALENDAR_YEARS[-1]}", f"write {INSTANT_FORMS}")
    return seconds


def won(value: object) -> int:
    """Whole won, not negative: digits, an exponent, or 조, 억, 만, tn, bn, mn; `won`, `원`, `KRW` and `₩` may stand beside it."""
    text = _text(value, "an amount of won", WON_FORMS).removeprefix("₩").strip()
    for name in ("won", "원", "KRW"):
        text = text.removesuffix(name).rstrip()
    if re.match(r"[-−]\s*\d", text):
        raise QuantityError(f"{value} is negative", f"an amount of won is not: write {WON_FORMS}")
    return _integer(_sum_of_terms(text, _WON_SCALES, value, "an amount of won", WON_FORMS), value, "one won", WON_FORMS)


def memory_gb(value: object) -> int:
    """Whole gigabytes (10^9 bytes, as accelerators are sold) of `24GB` or `1.5TB`."""
    text = _text(value, "an amount of memory", MEMORY_FORMS)
    amount = _sum_of_terms(text, _MEMORY_SCALES, value, "an amount of memory", MEMORY_FORMS)
    return _integer(amount, value, "one GB", MEMORY_FORMS)


def memory_range_gb(value: object) -> tuple[int, int | None]:
    """Least and greatest gigabytes of `24GB..80GB`; an open end is None (or 0 below), a single amount is both ends."""
    text = _text(value, "a range of memory", MEMORY_RANGE_FORMS)
    low, dots, high = (part.strip() for part in text.partition(".."))
    if not low and not high:
        raise _refused(value, "a range of memory", MEMORY_RANGE_FORMS)
    least = memory_gb(low) if low else 0
    greatest = (memory_gb(high) if high else None) if dots else least
    if greatest is not None and greatest < least:
        raise QuantityError(f"{text} ends below its beginning", f"write {MEMORY_RANGE_FORMS}")
    return least, greatest


def power_w(value: object) -> int:
    """Whole watts of `700W`, `10.2kW`, `40MW`."""
    text = _text(value, "a power", POWER_FORMS)
    return _integer(_sum_of_terms(text, _POWER_SCALES, value, "a power", POWER_FORMS), value, "one watt", POWER_FORMS)


def link_bytes_per_s(value: object) -> int:
    """Whole bytes a second of a link of `10Gbps`: bits a second, as links are sold."""
    text = _text(value, "the speed of a link", LINK_FORMS)
    bits = _integer(_sum_of_terms(text, _LINK_SCALES, value, "the speed of a link", LINK_FORMS), value, "one bit a second", LINK_FORMS)
    if bits < 8:
        raise QuantityError(f"{value} is no speed of a link", f"write {LINK_FORMS}")
    return bits // 8


def share_ppm(value: object) -> int:
    """Parts per million of a part of a whole: `30%` or `0.3`, between 0 and 1."""
    ppm = _ppm(value, "a share", SHARE_FORMS)
    if ppm > MICRO:
        text = _text(value, "a share", SHARE_FORMS)
        remedy = f"write {SHARE_FORMS}" if text.endswith("%") else f"did you mean {text}%? Write {SHARE_FORMS}"
        raise QuantityError(f"{text} is more than the whole", remedy)
    return ppm


def ratio_ppm(value: object) -> int:
    """Parts per million of a factor that may exceed 1: `0.95`, `95%`, `1.30`."""
    return _ppm(value, "a ratio", RATIO_FORMS)


def number_micro(value: object) -> int:
    """Millionths of a plain number that is not negative, such as 6.5 failures per 1,000 node-days."""
    text = _text(value, "a number", NUMBER_FORMS)
    return _integer(_number(text, value, "a number", NUMBER_FORMS) * MICRO, value, "a millionth", NUMBER_FORMS)


def count(value: object) -> int:
    """A whole number, not negative."""
    text = _text(value, "a whole number", COUNT_FORMS)
    return _integer(_number(text, value, "a whole number", COUNT_FORMS), value, "1", COUNT_FORMS)


def price(value: object) -> Money:
    """An amount in won, in another currency by its three letters, or a share: `1.46조`, `40,000 USD`, `5%`."""
    if isinstance(value, Money):
        return value
    text = _text(value, "a price", PRICE_FORMS)
    if text.startswith("-"):
        raise QuantityError(f"{text} is negative", f"a price is not: write {PRICE_FORMS}")
    if text.endswith("%"):
        return Money(_ppm(text, "a price", PRICE_FORMS), "")
    foreign = _FOREIGN.fullmatch(text)
    if foreign is None or foreign[2] == "KRW":
        return Money(won(text) * MICRO, "KRW")
    return Money(_integer(_number(foreign[1], value, "a price", PRICE_FORMS) * MICRO, value, "a millionth", PRICE_FORMS), foreign[2])


def life_months(value: object) -> int:
    """Whole months of `5y`, `18mo`, `2y6mo`."""
    text = _text(value, "a lifetime", LIFE_FORMS)
    if _WHOLE.fullmatch(text):
        raise QuantityError(f"{text} has no unit", f"did you mean {text}y? Write {LIFE_FORMS}")
    return _months(text, value, "a lifetime", LIFE_FORMS)


def lead_months(value: object) -> int:
    """Whole months from an order to service: `6mo`, `1y6mo`; a bare number is asked about in months."""
    text = _text(value, "a lead time", LEAD_FORMS)
    if _WHOLE.fullmatch(text):
        raise QuantityError(f"{text} has no unit", f"did you mean {text}mo? Write {LEAD_FORMS}")
    return _months(text, value, "a lead time", LEAD_FORMS)


def price_text(money: Money) -> str:
    """What `price` reads as the same money."""
    if money.currency == "KRW":
        return str(money.micro // MICRO)
    return f"{micro_text(money.micro)} {money.currency}" if money.currency else f"{micro_text(money.micro * 100)}%"


def life_text(months: int) -> str:
    """What `life_months` reads as the same months."""
    years, rest = divmod(months, _LIFE_SCALES["y"])
    return (f"{years}y" if years else "") + (f"{rest}mo" if rest or not years else "")


def duration_text(seconds: int) -> str:
    """The shortest text that `offset_s` reads as the same seconds: `2h30m`, `-5d`, `0s`."""
    rest, text = abs(seconds), ""
    for unit, scale in ((unit, scale) for unit, scale in _TIME_SCALES.items() if unit != "w"):
        amount, rest = divmod(rest, scale)
        text += f"{amount}{unit}" if amount else ""
    return ("-" if seconds < 0 else "") + (text or "0s")


def instant_text(seconds: int) -> str:
    """The ISO time, in UTC, that `instant_s` reads as the same second."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def memory_text(gigabytes: int) -> str:
    """What `memory_gb` reads as the same gigabytes."""
    return f"{gigabytes}GB"


def memory_range_text(least_gb: int, most_gb: int | None) -> str:
    """What `memory_range_gb` reads as the same range: `80GB`, `24GB..80GB`, `80GB..`, `..48GB`."""
    if most_gb == least_gb:
        return memory_text(least_gb)
    low = memory_text(least_gb) if least_gb or most_gb is None else ""
    return f"{low}..{'' if most_gb is None else memory_text(most_gb)}"


def link_text(bytes_per_s: int) -> str:
    """What `link_bytes_per_s` reads as the same speed."""
    millionths = f"{bytes_per_s * 8 % MICRO:06d}".rstrip("0")
    return f"{bytes_per_s * 8 // MICRO}{'.' + millionths if millionths else ''}Mbps"


def power_text(watts: int) -> str:
    """What `power_w` reads as the same watts."""
    return f"{watts}W"


def micro_text(millionths: int) -> str:
    """The decimal that `number_micro` and `ratio_ppm` read as the same millionths: `0.95`, `6.5`, `2`."""
    whole, rest = divmod(millionths, MICRO)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".")


def _text(value: object, noun: str, forms: str) -> str:
    if isinstance(value, str):
        text = value.strip()
    elif isinstance(value, int) and not isinstance(value, bool):
        text = str(value) if abs(value) <= LARGEST else "9" * (LONGEST_TEXT + 1)
    elif isinstance(value, float) and math.isfinite(value):
        text = repr(value)
    else:
        raise _refused(value, noun, forms)
    if len(text) > LONGEST_TEXT:
        raise QuantityError(f"{text[:12]}… is too long for {noun}", f"write {forms}")
    return text


def _seconds(value: object, noun: str, forms: str) -> int:
    text = _text(value, noun, forms)
    if text == "0":
        return 0
    if _WHOLE.fullmatch(text):
        raise QuantityError(f"{text} has no unit", f"did you mean {text}s? Write {forms}")
    seconds = _integer(_sum_of_terms(text, _TIME_SCALES, value, noun, forms), value, "one second", forms)
    if seconds > LONGEST_S:
        raise QuantityError(f"{value} is longer than a hundred years", f"write {forms}")
    return seconds


def _sum_of_terms(text: str, scales: Mapping[str, int], value: object, noun: str, forms: str) -> Fraction:
    """`1조 4600억` or `2h30m`: terms of number and unit, each unit smaller than the one before."""
    units = "|".join(sorted(map(re.escape, scales), key=len, reverse=True))
    term = re.compile(rf"\s*({_NUMBER})\s*({units})")
    amount, place, last = Fraction(0), 0, 0
    while place < len(text):
        match = term.match(text, place)
        if not match or (last and scales[match[2]] >= last):
            raise _refused(value, noun, forms)
        last = scales[match[2]]
        amount += _number(match[1], value, noun, forms) * last
        place = match.end()
    if not place:
        raise _refused(value, noun, forms)
    return amount


def _months(text: str, value: object, noun: str, forms: str) -> int:
    """`6m` is what people write for six months; elsewhere it is minutes, so it is asked about and never guessed."""
    if text.endswith("m") and _WHOLE.fullmatch(text[:-1]):
        raise QuantityError(f"{text} is not {noun}", f"did you mean {text}o? Write {forms}")
    return _integer(_sum_of_terms(text, _LIFE_SCALES, value, noun, forms), value, "one month", forms)


def _number(text: str, value: object, noun: str, forms: str) -> Fraction:
    if _LEADING_ZERO.match(text):
        raise QuantityError(f"{text} begins with a 0", f"write {text.lstrip('+-0_,') or '0'}")
    if text.startswith("-") and _WHOLE.fullmatch(text[1:]):
        raise QuantityError(f"{text} is negative", f"{noun} is not: write {forms}")
    if not _WHOLE.fullmatch(text):
        raise _refused(value, noun, forms)
    return Fraction(text.replace(",", "").replace("_", ""))


def _ppm(value: object, noun: str, forms: str) -> int:
    text = _text(value, noun, forms)
    scale = MICRO // 100 if text.endswith("%") else MICRO
    amount = _number(text.removesuffix("%").rstrip(), value, noun, forms) * scale
    return _integer(amount, value, "one part per million", forms)


def _integer(amount: Fraction, value: object, least: str, forms: str) -> int:
    if amount.denominator != 1:
        raise QuantityError(f"{value} is finer than {least}", f"write {forms}")
    if amount > LARGEST:
        raise QuantityError(f"{value} is too large", "nothing in a scenario exceeds 10^18")
    return amount.numerator


def _refused(value: object, noun: str, forms: str) -> QuantityError:
    shown = "nothing" if value is None else "true" if value is True else "false" if value is False else str(value)[:40]
    return QuantityError(f"{shown or 'an empty text'} is not {noun}", f"write {forms}")
