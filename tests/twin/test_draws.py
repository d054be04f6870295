"""Draws are integers that depend on nothing but (seed, stream, entity, n), and their laws are the ones named."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.twin.draws import (
    SCALE,
    Stream,
    below,
    between,
    bits,
    choice,
    exponential,
    failures,
    lognormal,
    normal,
    poisson_times,
    scaled_power,
    shares,
)

N = 200_000
KS_999 = 1.95  # Kolmogorov-Smirnov: sqrt(n) D stays below it with probability 0.999

GOLDEN_BITS = [12553968518976489697, 17139416743514150892]
GOLDEN_SUMS = [17682502622, 1040196481]
GOLDEN_LOGNORMAL = 7647658
GOLDEN_CHOICE = 673
GOLDEN_TIMES = 484410177
GOLDEN_FAILURES = (53, 66881557, 7599, 67527422)


def draw(seed: int = 11, stream: int = Stream.DETAIL, n: int = N) -> np.ndarray:
    return bits(seed, stream, np.arange(n))


def ks(values: np.ndarray, cdf: np.ndarray) -> float:
    """sqrt(n) times the greatest distance of the sample from its law; `cdf` belongs to the sorted values."""
    n = len(values)
    return float(max(np.abs(cdf - np.arange(n) / n).max(), np.abs(cdf - np.arange(1, n + 1) / n).max()) * math.sqrt(n))


def test_the_same_seed_gives_the_same_integers_for_ever() -> None:
    sample = draw(1, Stream.SIZE, 1000)
    assert [int(x) for x in sample[:2]] == GOLDEN_BITS
    assert [int(f(sample).sum()) for f in (exponential, normal)] == GOLDEN_SUMS
    assert int(lognormal(sample, 1800, 1_600_000, 604_800).sum()) == GOLDEN_LOGNORMAL
    assert int(choice(sample, [3, 2, 1]).sum()) == GOLDEN_CHOICE
    assert int(poisson_times(sample, 1_000_000).sum()) == GOLDEN_TIMES
    found = failures(5, 300, 86_400 * 30, 6_500_000, 1_800, 21_600)
    assert (len(found.at), int(found.at.sum()), int(found.node.sum()), int(found.up_at.sum())) == GOLDEN_FAILURES


@given(st.integers(0, 2**62), st.sampled_from(Stream), st.integers(0, 10**9), st.integers(0, 10**6))
def test_a_draw_does_not_depend_on_what_is_drawn_with_it(seed: int, stream: Stream, entity: int, n: int) -> None:
    alone = bits(seed, stream, entity, n)
    among = bits(seed, stream, np.array([entity + 5, entity, 3]), np.array([n, n, n + 1]))
    assert alone.shape == (1,)
    assert alone[0] == among[1]


def test_streams_seeds_entities_and_counts_do_not_repeat_each_other() -> None:
    grids = [bits(seed, stream, np.arange(50)[:, None], np.arange(50)[None, :]).ravel() for seed in range(4) for stream in (1, 2, 3, 20)]
    everything = np.concatenate(grids)
    assert len(np.unique(everything)) == len(everything)


def test_every_bit_is_even() -> None:
    sample = draw()
    for bit in range(64):
        ones = int(((sample >> np.uint64(bit)) & np.uint64(1)).sum())
        assert abs(ones - N / 2) < 4 * math.sqrt(N) / 2, bit


@pytest.mark.parametrize("lag", [1, 2, 7, 64])
def test_neighbours_are_not_correlated(lag: int) -> None:
    u = (draw() >> np.uint64(11)).astype(np.float64) / 2**53 - 0.5
    assert abs(float((u[:-lag] * u[lag:]).mean()) * 12) < 4 / math.sqrt(N)


def test_exponential_law() -> None:
    values = np.sort(exponential(draw())) / 2**SCALE
    assert ks(values, 1 - np.exp(-values)) < KS_999
    assert values.mean() == pytest.approx(1, abs=4 / math.sqrt(N))
    assert values.var() == pytest.approx(1, abs=4 * math.sqrt(8 / N))
    assert values.min() >= 0


def test_exponential_at_its_ends() -> None:
    least, most = exponential(np.array([2**64 - 1, 0], np.uint64))
    assert least in (0, 1)
    assert most / 2**SCALE == pytest.approx(53 * math.log(2), rel=1e-6)


def test_normal_law() -> None:
    values = np.sort(normal(draw())) / 2**SCALE
    every = values[::20]
    law = NormalDist()
    cdf = np.array([law.cdf(x) for x in every])
    assert np.abs(cdf - (np.arange(0, N, 20) + 0.5) / N).max() * math.sqrt(N) < KS_999
    assert values.mean() == pytest.approx(0, abs=4 / math.sqrt(N))
    assert values.var() == pytest.approx(1, abs=4 * math.sqrt(2 / N))


def test_normal_quantiles_against_the_standard_library() -> None:
    for k in range(1, 40):
        for part in (0, 1 << 48, 3 << 47, (1 << 52) - 1):
            tail = ((1 << 52) + part) >> (k - 1)  # p = tail / 2^54
            z = normal(np.array([tail << 10, (tail << 10) | 1 << 63], np.uint64)) / 2**SCALE
            assert z[0] == pytest.approx(-NormalDist().inv_cdf(tail / 2**54), abs=4e-5)
            assert z[1] == -z[0]


def test_lognormal_law() -> None:
    sigma, median = 1.6, 180_000
    values = np.sort(np.log(lognormal(draw(), median, 1_600_000) / median) / sigma)[::20]
    cdf = np.array([NormalDist().cdf(x) for x in values])
    assert np.abs(cdf - (np.arange(0, N, 20) + 0.5) / N).max() * math.sqrt(N) < KS_999


def test_lognormal_keeps_its_ceiling_and_takes_a_median_per_draw() -> None:
    values = lognormal(draw(n=4000), np.where(np.arange(4000) % 2 == 0, 10, 10_000), 500_000, 20_000)
    assert values.max() == 20_000
    assert np.median(values[::2]) == pytest.approx(10, abs=1)
    assert np.median(values[1::2]) == pytest.approx(10_000, rel=0.05)


@pytest.mark.parametrize("exponent", [-40.0, -1.5, -0.001, 0.0, 0.25, 1.0, 7.77, 29.9])
def test_power_of_two(exponent: float) -> None:
    wide = np.array([12_345_678])
    exact = 12_345_678 * 2.0**exponent
    assert scaled_power(wide, np.array([round(exponent * 2**32)]), 2**60)[0] == pytest.approx(exact, rel=1e-6, abs=1)


@pytest.mark.parametrize("weights", [[1], [5, 0, 5], [350, 100, 100, 200], list(range(1, 400)), [10**8, 1, 10**8]])
def test_choice_has_the_given_shares(weights: list[int]) -> None:
    counts = np.bincount(choice(draw(), weights), minlength=len(weights))
    expected = np.array(weights) / sum(weights) * N
    assert counts.sum() == N
    assert (np.abs(counts - expected) <= 5 * np.sqrt(expected) + 1).all()
    assert (counts[np.array(weights) == 0] == 0).all()


def test_even_integers_cover_their_range() -> None:
    sample = between(draw(), 3, 9)
    assert (np.unique(sample) == np.arange(3, 10)).all()
    assert below(np.array([2**64 - 1], np.uint64), 2**31)[0] == 2**31 - 1


@given(st.lists(st.integers(0, 10**30), min_size=1, max_size=30).filter(any), st.integers(1, 2**40))
def test_shares_add_up(weights: list[int], total: int) -> None:
    split = shares(weights, total)
    assert int(split.sum()) == total
    assert all(abs(int(s) * sum(weights) - w * total) < sum(weights) for s, w in zip(split, weights, strict=True))


def test_poisson_times_are_a_poisson_process() -> None:
    span = N * 100
    times = poisson_times(draw(), span)
    assert (np.diff(times) >= 0).all()
    assert times[0] >= 0
    assert span * 0.999 < times[-1] < span
    gaps = np.sort(np.diff(times)) / 100
    assert gaps.var() == pytest.approx(1, abs=0.03)
    counts = np.histogram(times, 2000, (0, span))[0]
    assert counts.var() / counts.mean() == pytest.approx(1, abs=0.15)


@given(st.integers(0, 50), st.integers(1, 10**11))
def test_poisson_times_of_any_number_and_span(count: int, span: int) -> None:
    times = poisson_times(bits(3, Stream.ARRIVAL, np.arange(count)), span)
    assert len(times) == count
    assert ((times >= 0) & (times < span)).all()


def test_failures_have_their_rate_and_repairs() -> None:
    nodes, days = 5_000, 60
    found = failures(9, nodes, days * 86_400, 6_500_000, 1_800, 21_600)
    expected = 6.5 * nodes * days / 1000
    assert abs(len(found.at) - expected) < 4 * math.sqrt(expected)
    assert (np.diff(found.at) >= 0).all()
    repair = found.up_at - found.at
    assert (repair.min() >= 1_800, repair.max() <= 21_600) == (True, True)
    assert repair.mean() == pytest.approx(11_700, rel=0.05)
    for node in np.unique(found.node)[:200]:
        own = found.node == node
        assert (found.at[own][1:] > found.up_at[own][:-1]).all(), "a node fails again only when it is up"


def test_a_node_fails_alike_in_any_fleet() -> None:
    large = failures(9, 1_000, 86_400 * 90, 6_500_000, 60, 3_600)
    part = failures(9, 400, 86_400 * 90, 6_500_000, 60, 3_600, first_node=300)
    own = (large.node >= 300) & (large.node < 700)
    assert (large.at[own] == part.at).all()
    assert (large.node[own] == part.node).all()
    assert (large.up_at[own] == part.up_at).all()


@pytest.mark.parametrize(("nodes", "rate"), [(0, 6_500_000), (10, 0)])
def test_no_failures(nodes: int, rate: int) -> None:
    assert len(failures(1, nodes, 10**9, rate, 1, 2).at) == 0
