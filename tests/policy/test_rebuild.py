"""`decide` is a function of what the State says: flags, slots, lists and caches only make it fast.

Looking at everything before each decide changes nothing; neither does going on with a State made anew at random instants; and
what the State has derived by then is what the new one derives from nothing.
"""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.policy.entries import look_at_everything
from dure.policy.state import logical
from tests.policy.derived import derived
from tests.policy.wide import wide
from tests.reference import kernel_runner
from tests.reference.case import Case
from tests.reference.generate import make, pairwise
from tests.reference.kernel_runner import Play
from tests.strategies import cases

COVER = pairwise()


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    play = Play(make(Random(0), 2, COVER[0]))
    play.rebuild()
    play.to_the_end()


def look(play: Play) -> None:
    """The next decide looks at everything, but is not asked for before something happens."""
    look_at_everything(play.state)
    play.state.meta["due"] = 0


def anew(play: Play) -> None:
    """Go on with a State made anew, which must say the same and derive the same; but for the split, which the next decide makes."""
    said, found = logical(play.state), derived(play.state)
    play.rebuild()
    assert logical(play.state) == said
    again = derived(play.state)
    for name in ("shapes", "counts", "pools"):
        found.pop(name)
        again.pop(name)
    assert again == found


@given(cases(jobs_max=50))
@settings(max_examples=100)
def test_nothing_that_was_skipped_could_have_started(case: Case) -> None:
    play = Play(case)
    play.by_instants(look)
    assert play.result() == kernel_runner.run(case)


@given(cases(jobs_max=50), st.integers(0, 2**32 - 1), st.sampled_from((0.02, 0.2, 1.0)))
@settings(max_examples=60)
def test_a_state_made_anew_goes_on_alike(case: Case, seed: int, often: float) -> None:
    rng, play = Random(seed), Play(case)
    play.by_instants(lambda now: anew(now) if rng.random() < often else None)
    assert play.result() == kernel_runner.run(case)


@pytest.mark.system
@pytest.mark.parametrize("chosen", COVER, ids=lambda chosen: "-".join(chosen.values()))
def test_wide_floors(chosen: dict[str, str]) -> None:
    case, rng = wide(Random(2), 250, chosen), Random(3)
    play, looked = Play(case), Play(case)
    play.by_instants(lambda now: anew(now) if rng.random() < 0.1 else None)
    looked.by_instants(look)
    assert play.result() == looked.result() == kernel_runner.run(case)


@given(cases(jobs_max=40), st.integers(0, 2**32 - 1))
@settings(max_examples=60)
def test_how_much_is_said_at_a_time_does_not_matter(case: Case, seed: int) -> None:
    """The smallest log and the smallest tables, and stops anywhere: the same rows."""
    rng, small = Random(seed), Play(case, room=3)
    small.log = kernel_runner.smallest_log(small.state)
    while (at := small.next_s()) is not None:
        due = small.rules[0].at_s if small.rules else kernel_runner.END_S
        until = min(due, at + rng.randint(1, 40))
        small.advance(until)
        if until == due and small.obey():
            small.advance(due + 1)
    assert small.result() == kernel_runner.run(case)
