from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dure.wire import quantity as q
from dure.wire.quantity import QuantityError

READERS: tuple[Callable[[object], object], ...] = (
    q.duration_s,
    q.instant_s,
    q.won,
    q.memory_gb,
    q.memory_range_gb,
    q.power_w,
    q.share_ppm,
    q.ratio_ppm,
    q.number_micro,
    q.count,
    lambda value: q.offset_s(value, 1_767_225_600),
)
START_S = 1_767_225_600  # 2026-01-01T00:00:00Z


@pytest.mark.parametrize(
    ("read", "text", "expected"),
    [
        (q.duration_s, "2h30m", 9_000),
        (q.duration_s, "30d", 2_592_000),
        (q.duration_s, "90s", 90),
        (q.duration_s, "1.5h", 5_400),
        (q.duration_s, "1w 2d", 777_600),
        (q.duration_s, 0, 0),
        (q.won, "1.46조", 1_460_000_000_000),
        (q.won, "1조 4600억 원", 1_460_000_000_000),
        (q.won, "5000억", 500_000_000_000),
        (q.won, "1.46e12", 1_460_000_000_000),
        (q.won, "1_460_000_000_000", 1_460_000_000_000),
        (q.won, "1.459 tn won", 1_459_000_000_000),
        (q.won, "1,459 bn won", 1_459_000_000_000),
        (q.won, "₩4,110", 4_110),
        (q.won, 4110, 4_110),
        (q.memory_gb, "24GB", 24),
        (q.memory_gb, "1.5 TB", 1_500),
        (q.memory_range_gb, "80GB..", (80, None)),
        (q.memory_range_gb, "24GB..80GB", (24, 80)),
        (q.memory_range_gb, "..80GB", (0, 80)),
        (q.memory_range_gb, "24GB", (24, 24)),
        (q.power_w, "10.2kW", 10_200),
        (q.power_w, "40MW", 40_000_000),
        (q.power_w, "700W", 700),
        (q.share_ppm, "30%", 300_000),
        (q.share_ppm, "0.3", 300_000),
        (q.share_ppm, 0.3, 300_000),
        (q.share_ppm, 1, 1_000_000),
        (q.share_ppm, "43.6387%", 436_387),
        (q.ratio_ppm, "110%", 1_100_000),
        (q.ratio_ppm, "0.95", 950_000),
        (q.number_micro, "6.5", 6_500_000),
        (q.count, "30,000", 30_000),
        (q.count, "30_000", 30_000),
        (q.count, "1e4", 10_000),
        (q.instant_s, "2026-01-01", START_S),
        (q.instant_s, "2026-01-01T09:00+09:00", START_S),
        (q.instant_s, "2026-01-01 00:00:30Z", START_S + 30),
    ],
)
def test_accepted_forms(read: Callable[[object], object], text: object, expected: object) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("read", "text", "what", "remedy"),
    [
        (q.duration_s, 90, "90 has no unit", "did you mean 90s?"),
        (q.duration_s, "30m2h", "30m2h is not a duration", "2h30m"),
        (q.duration_s, "12:30", "12:30 is not a duration", "2h30m"),
        (q.duration_s, "24GB", "24GB is not a duration", "2h30m"),
        (q.duration_s, "2M", "2M is not a duration", "30m"),
        (q.duration_s, "0.5s", "finer than one second", "90s"),
        (q.duration_s, "-5d", "-5d is not a duration", "90s"),
        (q.duration_s, "101y", "101y is not a duration", "90s"),
        (q.duration_s, "40000d", "longer than a hundred years", "90s"),
        (q.duration_s, None, "nothing is not a duration", "90s"),
        (q.duration_s, True, "true is not a duration", "90s"),
        (q.duration_s, [], "[] is not a duration", "90s"),
        (q.duration_s, "", "an empty text is not a duration", "90s"),
        (q.won, "1.5", "finer than one won", "1.46조"),
        (q.won, "1억 1조", "is not an amount of won", "5000억"),
        (q.won, "-3", "-3 is negative", "5000억"),
        (q.won, "5000 usd", "is not an amount of won", "won"),
        (q.won, "2e18", "is too large", "10^18"),
        (q.won, "1e99", "is too large", "10^18"),
        (q.memory_gb, 24, "24 is not an amount of memory", "24GB"),
        (q.memory_gb, "24GiB", "24GiB is not an amount of memory", "24GB"),
        (q.memory_range_gb, "80GB..24GB", "ends below its beginning", "24GB..80GB"),
        (q.memory_range_gb, "..", ".. is not a range of memory", "24GB.."),
        (q.share_ppm, 30, "30 is more than the whole", "did you mean 30%?"),
        (q.share_ppm, "130%", "130% is more than the whole", "30%"),
        (q.share_ppm, "0.00000001", "finer than one part per million", "30%"),
        (q.ratio_ppm, "-1", "-1 is negative", "0.95"),
        (q.ratio_ppm, float("nan"), "nan is not a ratio", "0.95"),
        (q.count, "1.5", "finer than 1", "12"),
        (q.count, "010", "010 begins with a 0", "write 10"),
        (q.count, "3,00", "3,00 is not a whole number", "30,000"),
        (q.count, 10**30, "too long", "12"),
        (q.power_w, 5, "5 is not a power", "10.2kW"),
        (q.instant_s, "2026-02-30", "is not in the calendar", "2026-01-01"),
        (q.instant_s, "20260101", "20260101 is not a date", "2026-01-01"),
        (q.instant_s, "1066-10-14", "is outside 1970 to 2199", "2026-01-01"),
    ],
)
def test_refused_forms_name_what_is_accepted(read: Callable[[object], object], text: object, what: str, remedy: str) -> None:
    with pytest.raises(QuantityError) as raised:
        read(text)
    assert what in raised.value.what
    assert remedy in raised.value.remedy


def test_a_date_is_an_offset_where_the_start_is_known() -> None:
    assert q.offset_s("2026-01-06", START_S) == q.offset_s("5d", START_S) == 5 * 86_400
    assert q.offset_s("-36h", None) == -129_600
    with pytest.raises(QuantityError, match="no start is known"):
        q.offset_s("2026-01-06", None)


@given(st.integers(-q.LONGEST_S, q.LONGEST_S))
def test_durations_round_trip(seconds: int) -> None:
    assert q.offset_s(q.duration_text(seconds), None) == seconds
    if seconds >= 0:
        assert q.duration_s(q.duration_text(seconds)) == seconds


@given(st.integers(0, 7_000_000_000))
def test_instants_round_trip(seconds: int) -> None:
    assert q.instant_s(q.instant_text(seconds)) == seconds


@given(st.integers(0, q.LARGEST))
def test_millionths_round_trip(millionths: int) -> None:
    assert q.number_micro(q.micro_text(millionths)) == q.ratio_ppm(q.micro_text(millionths)) == millionths


@given(st.integers(0, q.LARGEST))
def test_memory_and_power_round_trip(amount: int) -> None:
    assert q.memory_gb(q.memory_text(amount)) == q.power_w(q.power_text(amount)) == amount


@given(st.integers(0, 9_999), st.integers(0, 9_999), st.integers(0, 9_999))
def test_korean_won_is_the_sum_of_its_terms(tera: int, hundred_mega: int, myriad: int) -> None:
    assert q.won(f"{tera}조 {hundred_mega}억 {myriad}만원") == tera * 10**12 + hundred_mega * 10**8 + myriad * 10**4


@given(st.integers(0, 10**5), st.integers(0, 9))
def test_no_digit_is_lost(whole: int, tenth: int) -> None:
    """A float would have to round 0.1; these readers hold every decimal exactly."""
    assert q.won(f"{whole}.{tenth}조") == Fraction(whole * 10 + tenth, 10) * 10**12
    assert q.ratio_ppm(f"{whole}.{tenth}") == (whole * 10 + tenth) * 100_000


def read_or_refusal(read: Callable[[object], object], value: object) -> object:
    try:
        return read(value)
    except QuantityError as error:
        return error


@given(st.one_of(st.text(max_size=80), st.integers(), st.floats(), st.none(), st.booleans(), st.lists(st.integers())))
@example("1e9")
@example("٣d")
@example("1__0")
@example("²d")
@example("9999-12-31T23:59-23:59")
def test_any_input_is_read_or_refused_and_never_fails_otherwise(value: object) -> None:
    for read in READERS:
        found = read_or_refusal(read, value)
        if isinstance(found, QuantityError):
            assert found.what
            assert found.remedy
        else:
            amounts = found if isinstance(found, tuple) else (found,)
            assert all(amount is None or (type(amount) is int and abs(amount) <= q.LARGEST) for amount in amounts)
