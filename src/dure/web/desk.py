"""Group commit: requests that wait at the same time share one commit of the inbox.

A commit costs a flush of the disk however many acts are in it. One thread takes everything that waits, keeps it, and wakes those who
wait; while it flushes, the next ones gather. An answer is given after its commit, never before. The queue has an end: beyond it the
answer is 429, at once.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

from dure.adapters.store.sql import Accepted, Act, KeyTaken
from dure.web.problems import BUSY, Refused

WAITING_MOST = 5_000
TOGETHER_MOST = 500
GATHER_S, MANY = 0.01, 4
"""Where the last commit held so many, the next one waits so long for more: a commit costs as much as forty acts."""
BACKLOG_EVERY_S = 1.0
"""How often it is asked how far the broker is behind."""


class _Waiting(NamedTuple):
    act: Act
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[Accepted]


class Desk:
    """Keeps acts, many at once. `behind()` says how many accepted acts the broker has not read."""

    def __init__(
        self,
        put: Callable[[Sequence[Act]], list[Accepted]],
        *,
        behind: Callable[[], int] = lambda: 0,
        behind_most: int = 100_000,
        waiting_most: int = WAITING_MOST,
        observe: Callable[[int], None] = lambda _: None,
    ) -> None:
        """`observe` is told how many acts each commit held."""
        self._put, self._behind, self._behind_most, self._waiting_most = put, behind, behind_most, waiting_most
        self._observe = observe
        self._queue: deque[_Waiting] = deque()
        self._more = threading.Condition()
        self._over = False
        self._late = 0
        self._together = 0
        self._asked_at = 0.0
        self._thread = threading.Thread(target=self._work, name="inbox", daemon=True)
        self._thread.start()

    async def put(self, act: Act) -> Accepted:
        """Returns when the act is on the disk. Raises Refused (429) where too many wait, KeyTaken as the inbox does."""
        if self._late > self._behind_most:
            raise Refused(BUSY, retry_after_s=10)
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Accepted] = loop.create_future()
        with self._more:
            if len(self._queue) >= self._waiting_most or self._over:
                raise Refused(BUSY, retry_after_s=1)
            self._queue.append(_Waiting(act, loop, answer))
            self._more.notify()
        return await answer

    @property
    def works(self) -> bool:
        """Whether the thread lives."""
        return self._thread.is_alive()

    def close(self) -> None:
        """What waits is kept first."""
        with self._more:
            self._over = True
            self._more.notify()
        self._thread.join(timeout=30)

    def _work(self) -> None:
        while True:
            with self._more:
                while not self._queue and not self._over:
                    self._more.wait(BACKLOG_EVERY_S)
                    if time.monotonic() - self._asked_at > BACKLOG_EVERY_S:
                        break
                if not self._queue and self._over:
                    return
                if self._together >= MANY and len(self._queue) < TOGETHER_MOST and not self._over:
                    self._more.wait_for(lambda: len(self._queue) >= TOGETHER_MOST or self._over, GATHER_S)
                taken = [self._queue.popleft() for _ in range(min(TOGETHER_MOST, len(self._queue)))]
            if taken:
                self._keep(taken)
                self._observe(len(taken))
            self._together = len(taken)
            self._look()

    def _keep(self, taken: Sequence[_Waiting]) -> None:
        """One commit; where a key is taken, the others are not kept from theirs: the batch is halved until it stands alone."""
        try:
            answers: Sequence[Accepted] = self._put([one.act for one in taken])
        except KeyTaken as error:
            if len(taken) == 1:
                self._tell(taken, error)
                return
            half = len(taken) // 2
            self._keep(taken[:half])
            self._keep(taken[half:])
        except Exception as error:  # noqa: BLE001  whoever waits is told, whatever it was
            self._tell(taken, error)
        else:
            self._tell(taken, answers)

    def _tell(self, taken: Sequence[_Waiting], said: Sequence[Accepted] | Exception) -> None:
        """Wake those who wait, all of one loop at once."""
        by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Accepted], Accepted | Exception]]] = {}
        for index, one in enumerate(taken):
            answer = said if isinstance(said, Exception) else said[index]
            by_loop.setdefault(one.loop, []).append((one.answer, answer))
        for loop, answers in by_loop.items():
            if not loop.is_closed():
                loop.call_soon_threadsafe(_wake, answers)

    def _look(self) -> None:
        now = time.monotonic()
        if now - self._asked_at < BACKLOG_EVERY_S:
            return
        self._asked_at = now
        try:
            self._late = self._behind()
        except Exception:  # noqa: BLE001  a database that does not answer says so when something is to be kept
            self._late = 0


def _wake(answers: Sequence[tuple[asyncio.Future[Accepted], Accepted | Exception]]) -> None:
    for future, answer in answers:
        if future.done():
            continue
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result(answer)
