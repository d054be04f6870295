from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.present import numbers
from dure.present.numbers import Lang

EN, KO = Lang.EN, Lang.KO


@pytest.mark.parametrize(
    ("value", "english", "korean"),
    [
        (0, "₩0", "₩0"),
        (9_999, "₩10k", "₩9,999"),
        (12_345, "₩12.3k", "₩1.23만"),
        (99_999_999, "₩100M", "₩1억"),
        (22_800_000_000, "₩22.8B", "₩228억"),
        (1_459_000_000_000, "₩1.46T", "₩1.46조"),
        (-5_000_000_000, "-₩5B", "-₩50억"),
        (None, "unknown", "미상"),
    ],
)
def test_won(value: int | None, english: str, korean: str) -> None:
    assert (numbers.won(value, EN), numbers.won(value, KO)) == (english, korean)


def test_exact_won_keeps_every_digit() -> None:
    assert numbers.won_exact(1_459_000_000_001, EN) == "₩1,459,000,000,001"
    assert numbers.won_exact(-1, KO) == "-₩1"
    assert numbers.won_exact(None, KO) == "미상"


@pytest.mark.parametrize(
    ("seconds", "english", "korean"),
    [
        (0, "0 s", "0초"),
        (0.3, "< 1 s", "< 1초"),
        (61, "1 min 1 s", "1분 1초"),
        (9_000, "2 h 30 min", "2시간 30분"),
        (86_399, "1 d", "1일"),
        (90_000, "1 d 1 h", "1일 1시간"),
        (86_400 * 20 + 9_000, "20 d", "20일"),
        (None, "unknown", "미상"),
    ],
)
def test_duration(seconds: float | None, english: str, korean: str) -> None:
    assert (numbers.duration(seconds, EN), numbers.duration(seconds, KO)) == (english, korean)


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0.0%"), (0.0001, "< 0.1%"), (0.0005, "0.1%"), (0.784, "78.4%"), (0.9999, "> 99.9%"), (1, "100.0%"), (None, "미상")],
)
def test_percent_never_rounds_to_nothing_or_all(share: float | None, text: str) -> None:
    assert numbers.percent(share, KO) == text


@given(st.integers(min_value=0, max_value=10**16), st.sampled_from(Lang))
def test_compact_is_within_half_a_percent(value: int, lang: Lang) -> None:
    text = numbers.compact(value, lang)
    scale = next((scale for scale, word in numbers._SCALES[lang] if text.endswith(word)), 1)
    digits = text.rstrip("TBMk조억만").replace(",", "")
    assert abs(float(digits) * scale - value) <= 0.00501 * value


@given(st.integers(min_value=0, max_value=10**9), st.sampled_from(Lang))
def test_duration_is_within_one_in_fourteen(seconds: int, lang: Lang) -> None:
    units = dict(zip((unit.strip() for unit in numbers._UNITS[lang]), (86_400, 3_600, 60, 1), strict=True))
    text = numbers.duration(seconds, lang)
    for unit, size in units.items():
        text = text.replace(unit if lang is KO else f" {unit}", f"*{size}", 1) if unit in text.replace(" ", "") else text
    total = sum(int(part.split("*")[0]) * int(part.split("*")[1]) for part in text.split())
    assert abs(total - seconds) <= max(30, seconds / 28)


def test_dates() -> None:
    assert numbers.date(numbers.moment_of("2026-01-01", 29 * 86_400), EN) == "30 Jan 2026"
    assert numbers.date(numbers.moment_of("2026-01-01T09:00:00+09:00"), KO) == "2026년 1월 1일"
    assert numbers.date_time(numbers.moment_of("2026-01-01T09:30:00+09:00"), EN) == "1 Jan 2026 00:30"
