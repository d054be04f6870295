"""A served programme that is killed: `dure serve` as processes, people who go on asking, and what two witnesses say afterwards."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from dure.adapters.store.engine import connect
from dure.adapters.store.replay import compared
from dure.adapters.store.sql import read_rows
from dure.bootstrap.serve import BUILT_IN, Served, sites
from dure.bootstrap.witness import Witnessed, witnessed
from tests.stores import kill_postgres, postgres_again

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_S = 400
ANSWER_S = 20
JOB = 'printf "%s %s\\n" "$DURE_KEY" "$DURE_JOB" >> {began}; sleep {sleep}; echo over'


@dataclass
class Rounds:
    """How often what was killed, and what came of it."""

    rounds: int = 0
    killed: Counter[str] = field(default_factory=Counter)
    accepted: int = 0
    sent_again: int = 0
    """Requests that were not answered, or with an error, and were sent again under their key."""
    running: int = 0
    """Programs that were running at a kill, over all kills."""


class Killable:
    """`dure serve` in a folder; `postgres`: address of the server, with {} for the database, of a store there."""

    def __init__(self, folder: Path, store: str = "", postgres: str = "") -> None:
        self.folder, self.store, self.postgres = folder, store, postgres
        paths = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("DURE_")}
        self.env |= {"XDG_CONFIG_HOME": str(folder / "config"), "DURE_LANG": "en", "PYTHONPATH": paths, "NO_COLOR": "1"}
        self.began = folder / "began"
        self.found = Rounds()
        self.accepted: dict[str, str] = {}
        """Key → id of every job that was answered with 2xx."""
        self.url, self.port = "", 0
        self.serve()
        self.token = (folder / "dure-data" / "admin.token").read_text(encoding="utf-8").strip()
        self.until(self.dure("login", self.url, "--token-file", "dure-data/admin.token"))
        self.until(self.dure("projects", "apply", "killed", "--title", "Killed", "--credits", "5000"))

    def serve(self) -> None:
        """Start it, at once, on the port that it had before."""
        command = [sys.executable, "-m", "dure", "serve", "--port", str(self.port), "--json"]
        env = self.env | ({"DURE_STORE": self.store} if self.store else {})
        with (self.folder / "serve.log").open("ab") as log:
            self.web = subprocess.Popen(command, cwd=self.folder, env=env, stdout=subprocess.PIPE, stderr=log, text=True)
        assert self.web.stdout is not None
        text = ""
        while not text.rstrip().endswith("}"):
            line = self.web.stdout.readline()
            assert line, (self.folder / "serve.log").read_text(encoding="utf-8")
            text += line
        self.url = json.loads(text)["url"]
        self.port = int(self.url.rpartition(":")[2])

    def dure(self, *words: str) -> Callable[[], bool]:
        def asked() -> bool:
            command = [sys.executable, "-m", "dure", *words]
            done = subprocess.run(command, cwd=self.folder, env=self.env, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
            self.said = done.stdout + done.stderr
            return done.returncode == 0

        return asked

    def until(self, condition: Callable[[], bool]) -> None:
        given_up = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < given_up, (self.folder / "serve.log").read_text(encoding="utf-8")[-4_000:]
            time.sleep(0.2)

    def ask(self, method: str, path: str, body: object = None, key: str = "") -> tuple[int, dict[str, object]]:
        """(status, answer); status 0: nobody answered."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", "Idempotency-Key": key}
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/api/v1{path}", content, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:
                return int(answer.status), json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, {}
        except (OSError, ValueError):
            return 0, {}

    # -- people and death ----------------------------------------------------------------------------------------------------------

    def people(self, number: int, draw: Random, over: threading.Event) -> None:
        """Submit one job after another, each under a key that is sent until it is answered."""
        count = 0
        while not over.is_set():
            key = f"round-{number}-{count}"
            run = JOB.format(began=self.began, sleep=draw.choice(("0.1", "0.5", "1.5")))
            body = {"spec": {"name": key, "project": "killed", "time": "10m", "run": run}}
            status, answer = self.ask("POST", "/jobs", body, key)
            while not 200 <= status < 300:
                assert status in (0, 429) or status >= 500, f"{status} for a request that is sound"
                self.found.sent_again += 1
                time.sleep(0.2)
                status, answer = self.ask("POST", "/jobs", body, key)
            self.accepted[key] = str(answer["id"])
            count += 1
            over.wait(draw.random() * 0.4)

    def brokers(self) -> list[int]:
        """Processes of this web's brokers."""
        listed = Path(f"/proc/{self.web.pid}/task").glob("*/children")
        try:
            return [int(child) for path in listed for child in path.read_text(encoding="ascii").split()]
        except OSError:
            return []

    def kill(self, what: str) -> None:
        self.found.killed[what] += 1
        self.found.running += sum(1 for _ in (self.folder / "dure-data" / "sites").glob("*/open/*/start.json"))
        if what == "broker":
            for pid in self.brokers():
                os.kill(pid, signal.SIGKILL)
        elif what == "web":
            self.web.kill()
            self.web.wait()
            assert self.web.stdout is not None
            self.web.stdout.close()
            self.serve()
        else:
            kill_postgres(self.postgres)
            postgres_again(self.postgres)

    def round(self, seed: int, kills: int = 2) -> None:
        """People ask, something dies, something else dies; then everything that was accepted comes to its end, and is looked at."""
        draw, over = Random(seed), threading.Event()
        asks = threading.Thread(target=self.people, args=(seed, Random(seed + 1_000_000), over))
        asks.start()
        try:
            for _ in range(kills):
                time.sleep(0.5 + 3 * draw.random())
                self.kill(draw.choice(("broker", "web", *(("postgres",) if self.postgres else ()))))
            time.sleep(draw.random())
        finally:
            over.set()
            asks.join()
        self.until(self.all_over)
        self.check()
        self.found.rounds += 1
        self.found.accepted = len(self.accepted)

    def all_over(self) -> bool:
        for state in ("NEW", "QUEUED", "ACTIVE"):
            status, answer = self.ask("GET", f"/jobs?state={state}&limit=1")
            if status != 200 or answer["jobs"]:
                return False
        return True

    # -- what is true then ---------------------------------------------------------------------------------------------------------

    def check(self) -> None:
        """Raises AssertionError with what was lost, run twice or charged twice."""
        states = {}
        for key, id in self.accepted.items():
            status, answer = self.ask("GET", f"/jobs/{id}")
            assert status == 200, f"{id} was accepted and is not there ({status})"
            assert answer["name"] == key
            states[id] = answer["state"]
        assert set(states.values()) <= {"COMPLETED"}, f"not completed: {[id for id in states if states[id] != 'COMPLETED']}"
        assert len(set(self.accepted.values())) == len(self.accepted), "two keys are one job"
        begun = [line.split() for line in self.began.read_text(encoding="ascii").splitlines()]
        assert len({key for key, _ in begun}) == len(begun), "a key ran twice"
        assert sorted(Counter(job for _, job in begun).values()) == [1] * len(self.accepted), "a job ran twice, or nobody asked for it"
        witness = self.witnesses()
        assert witness.kept, witness
        assert witness.jobs == len(self.accepted)

    def witnesses(self) -> Witnessed:
        """The log beside what the sites saw; and the rows beside the log."""
        served = Served(BUILT_IN, self.folder / "dure-data", self.store)
        engine = connect(served.address)
        try:
            found = compared(engine)
            assert not found.differ, found.differ
            with engine.connect() as connection:
                rows = read_rows(connection)
        finally:
            engine.dispose()
        used = {name: site.usage(0, 1 << 40) for name, site in sites(served).items()}
        return witnessed(rows, (), used, int(time.time()))

    def close(self) -> None:
        self.web.send_signal(signal.SIGTERM)
        self.web.wait(60)
        assert self.web.stdout is not None
        self.web.stdout.close()
