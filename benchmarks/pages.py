"""The pages of a service at the size of the issue, asked of the real application: CPU of the process that answers, the client's included.

python -m benchmarks.pages [FOLDER]      FOLDER keeps the store of `benchmarks.big_store` for another time
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path

import httpx2

from benchmarks.big_store import made
from dure.adapters.store.engine import connect
from dure.adapters.store.registry import known
from dure.adapters.store.snapshots import NAME, ground_of, save
from dure.bootstrap.front import Front
from dure.bootstrap.serve import Served, driver_of
from dure.ledger.months import month_at, month_name
from dure.web.app import create_app

ASKED = (
    ("public page", "/"),
    ("public page, Korean", "/?lang=ko"),
    ("both rates", "/api/v1/rates"),
    ("audit page", "/audit"),
    ("ps: 100 newest jobs", "/api/v1/jobs?limit=100"),
    ("ps of those that wait, with why", "/api/v1/jobs?limit=100&state=QUEUED&why=true"),
    ("ps of a project, with why", "/api/v1/jobs?limit=100&project=project-1&state=QUEUED&why=true"),
    ("ps of a project, all states", "/api/v1/jobs?limit=100&project=project-1"),
    ("why of one job", "/api/v1/jobs/{last}/why"),
    ("usage of all projects", "/api/v1/usage?by=project"),
    ("usage of a month by site", "/api/v1/usage?by=site&month={month}"),
    ("a page of 1,000 runs and their worth", "/api/v1/usage/runs?limit=1000"),
    ("a settlement", "/api/v1/settlements/{month}?operator=north-works"),
    ("readyz", "/readyz"),
    ("metrics", "/metrics"),
)
TIMES = 15


def snapshot(served: Served) -> None:
    """What a broker leaves every five minutes."""
    if not (served.data / NAME).exists():
        driver = driver_of(served)
        spec = served.grounds().spec(known(connect(served.address)))
        save(served.data, ground_of(spec, driver.epoch), driver.broker.saved())


async def ask(front: Front, token: str, only: str) -> None:
    transport = httpx2.ASGITransport(create_app(front.services))
    headers = {"authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(transport=transport, base_url="http://bench", headers=headers) as client:
        last = (await client.get("/api/v1/jobs?limit=1")).json()["jobs"][0]["id"]
        month = month_name(month_at(int(time.time())))
        for name, path in ASKED:
            if only not in name:
                continue
            spent = []
            for _ in range(TIMES):
                began = time.process_time()
                reply = await client.get(path.format(last=last, month=month))
                spent.append(time.process_time() - began)
                assert reply.status_code == 200, (path, reply.status_code, reply.text[:400])
                await asyncio.sleep(0.21)  # longer than a State that was read is told again
            spent.sort()
            print(f"{name:<36} median {spent[TIMES // 2] * 1e3:6.1f} ms, most {spent[-1] * 1e3:6.1f} ms, {len(reply.content):,} bytes")


def bench(kept: Path, only: str = "") -> None:
    served = made(kept)
    snapshot(served)
    began = time.process_time()
    front = Front(served)
    while front.services.live.ready() == "follower":
        time.sleep(0.05)
    print(f"web: from nothing to the State {time.process_time() - began:.2f} s CPU")
    asyncio.run(ask(front, (served.data / "admin.token").read_text().strip(), only))
    front.close()


def main(arguments: list[str]) -> None:
    if arguments:
        bench(Path(arguments[0]), *arguments[1:])
        return
    with tempfile.TemporaryDirectory() as name:
        bench(Path(name))


if __name__ == "__main__":
    main(sys.argv[1:])
