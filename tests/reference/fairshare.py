"""The fair-share tree of POLICY.md §8 in integers: usage that decays, shares, 2^−x from a table made without floats."""

from __future__ import annotations

from math import isqrt

from tests.reference.admit import children
from tests.reference.case import PPM, Case

ONE = 1 << 30
STEPS = 1024


def _table() -> list[int]:
    """round(2^30 · 2^(−i/1024)), from the 1024th root of 1/2 in 256 bits."""
    bits = 256
    root = 1 << (bits - 1)
    for _ in range(10):
        root = isqrt(root << bits)
    value, table = 1 << bits, []
    for _ in range(STEPS + 1):
        table.append((value + (1 << (bits - 31))) >> (bits - 30))
        value = value * root >> bits
    return table


TABLE = _table()


def pow2(x: int) -> int:
    """2^−x, x and the result in units of 2^−30."""
    whole, i, fraction = x >> 30, (x >> 20) & 1023, x & (2**20 - 1)
    if whole > 30:
        return 0
    return (TABLE[i] - ((TABLE[i] - TABLE[i + 1]) * fraction >> 20)) >> whole


class FairShare:
    """Usage of each account, in weighted device-seconds: `decayed` as of the last tick, `gathered` (ppm) since."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.decayed = [0] * len(case.accounts)
        self.gathered = [0] * len(case.accounts)
        self.factor = pow2(case.policy.period_s * ONE // case.policy.half_life_s)

    def gather(self, project: int, weighted: int, seconds: int) -> None:
        self.gathered[project] += weighted * seconds

    def tick(self) -> list[int]:
        """Decay, take in what was gathered, and return F of every account."""
        for x in range(len(self.decayed)):
            self.decayed[x] = (self.decayed[x] * self.factor >> 30) + self.gathered[x] // PPM
            self.gathered[x] %= PPM
        return factors(self.case, self.decayed)


def factors(case: Case, decayed: list[int]) -> list[int]:
    """F of every account from the decayed usage of the projects."""
    usage = list(decayed)
    for x in reversed(range(1, len(usage))):
        usage[case.accounts[x].parent] += usage[x]
    total = usage[0]
    effective = [PPM if total else 0] * len(usage)
    normal = [PPM] * len(usage)
    for x, account in list(enumerate(case.accounts))[1:]:
        siblings = sum(case.accounts[c].share for c in children(case, account.parent))
        own = usage[x] * PPM // total if total else 0
        more = (effective[account.parent] - own) * account.share // siblings if siblings else 0
        effective[x] = own + more
        normal[x] = max(1, normal[account.parent] * account.share // siblings if siblings else 0)
    return [case.policy.fairshare_weight * pow2(effective[x] * ONE // normal[x]) >> 30 for x in range(len(usage))]
