"""docs/QUICKSTART.md for real: `dure serve` as a process, every command of the page in its order, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stores import new_database

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "QUICKSTART.md"
OPERATORS = ROOT / "docs" / "OPERATORS.md"
PASSWORD, CLIENT_SECRET = "word-of-the-database", "word-of-the-provider"
"""Of the database, where there is one, and of the identity provider: nothing may show them."""
PATIENCE_S = 400
"""A first start compiles, beside whatever else runs on the machine."""
JOB = re.compile(r"\bj\d+")


def quoted(page: Path = PAGE) -> list[tuple[str, list[str]]]:
    """(command, lines of its answer) of the page."""
    found: list[tuple[str, list[str]]] = []
    inside = False
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            inside = line.strip() == "```console"
        elif inside and line.startswith("$ "):
            found.append((line[2:], []))
        elif inside and line.strip():
            found[-1][1].append(line.strip())
    return found


def fits(wanted: str, text: str) -> bool:
    """Whether a line of the page stands in an answer; `…` is anything."""
    pattern = r"\s+".join(re.escape(word).replace("…", ".*?") for word in wanted.split())
    return re.search(pattern, " ".join(text.split()) if "\n" not in wanted else text, re.DOTALL) is not None


class Session:
    """A person at a terminal, and the service in another one."""

    def __init__(self, folder: Path, store: str) -> None:
        (folder / "examples").symlink_to(ROOT / "examples")
        paths = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("DURE_")}
        self.env |= {"XDG_CONFIG_HOME": str(folder / "config"), "DURE_LANG": "en", "PYTHONPATH": paths, "NO_COLOR": "1"}
        self.folder, self.secret = folder, ""
        secret = folder / "provider.secret"
        secret.write_text(CLIENT_SECRET)
        secret.chmod(0o600)
        env = (
            self.env
            | ({"DURE_STORE": store} if store else {})
            | {"DURE_OIDC_ISSUER": "https://provider.invalid", "DURE_OIDC_CLIENT": "dure"}
        )
        env |= {"DURE_OIDC_SECRET_FILE": str(secret), "DURE_PUBLIC_URL": "https://dure.invalid"}
        with (folder / "serve.log").open("wb") as log:
            command = [sys.executable, "-m", "dure", "serve", "--port", "0", "--json"]
            self.server = subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=log, text=True)
        assert self.server.stdout is not None
        text = ""
        while not text.rstrip().endswith("}"):
            line = self.server.stdout.readline()
            assert line, (folder / "serve.log").read_text()
            text += line
        self.told = json.loads(text)
        self.url = self.told["url"]

    def run(self, command: str) -> str:
        words = shlex.split(command)[1:]
        if words[0] == "login":
            words.insert(1, self.url)
        done = subprocess.run(
            [sys.executable, "-m", "dure", *words],
            cwd=self.folder,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}\n{(self.folder / 'serve.log').read_text()}"
        return done.stdout

    def close(self) -> str:
        self.server.send_signal(signal.SIGTERM)
        self.server.wait(60)
        assert self.server.stdout is not None
        self.server.stdout.close()
        return (self.folder / "serve.log").read_text()


@pytest.fixture(params=["sqlite", "postgres"])
def session(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Session]:
    store = new_database(request.getfixturevalue("postgres")) if request.param == "postgres" else ""
    store = store.replace("&user=dure", f"&user=dure&password={PASSWORD}")
    one = Session(tmp_path, store)
    yield one
    one.close()


@pytest.mark.system
def test_the_page_is_true(session: Session) -> None:
    assert session.told["token_file"] == "dure-data/admin.token"
    play(session, PAGE)
    _secrets_stay(session)


@pytest.mark.system
@pytest.mark.parametrize("session", ["sqlite"], indirect=True)
def test_the_page_of_operators_is_true(session: Session) -> None:
    play(session, OPERATORS)


def play(session: Session, page: Path) -> None:
    """Every command of a page in its order, and what it says."""
    commands = quoted(page)
    assert commands[0][0] == "dure serve"
    ids: dict[str, str] = {}
    for command, answer in commands[1:]:
        wanted = [JOB.sub(lambda found: ids.get(found[0], found[0]), line) for line in answer]
        text = session.run(JOB.sub(lambda found: ids.get(found[0], found[0]), command))
        if command.startswith("dure submit"):
            ids[JOB.findall(answer[0])[0]] = JOB.findall(text)[0]
            wanted = [JOB.sub(lambda found: ids.get(found[0], found[0]), line) for line in answer]
        if command.startswith(("dure ps", "dure why", "dure usage", "dure nodes list", "dure rules")):  # what the broker is about to do
            given_up = time.monotonic() + PATIENCE_S
            while not all(fits(line, text) for line in wanted) and time.monotonic() < given_up:
                time.sleep(0.5)
                text = session.run(JOB.sub(lambda found: ids.get(found[0], found[0]), command))
        for line in wanted:
            assert fits(line, text), f"{command}\n  says: {line}\n  not in:\n{text}"


def _secrets_stay(session: Session) -> None:
    """No token or password in what the service logs, shows or keeps, in a list of processes, or in a file that others may read."""
    tokens = [(session.folder / name).read_text().strip() for name in ("dure-data/admin.token", "lee.token")]
    tokens += [PASSWORD, CLIENT_SECRET]
    (session.folder / "env.yaml").write_text("name: env\naccelerators: 1\ntime: 10m\nrun: env; echo over\n")
    job = JOB.findall(session.run("dure submit env.yaml"))[0]
    shown = session.run(f"dure logs -f {job}")
    assert f"DURE_JOB={job}" in shown
    for path in ("/", "/audit", "/metrics", "/healthz", "/readyz", "/openapi.json", "/login", "/api/v1/nothing"):
        try:
            with urllib.request.urlopen(f"{session.url}{path}", timeout=60) as page:
                shown += page.read().decode()
        except urllib.error.HTTPError as error:
            shown += error.read().decode()
    kept = [path for path in (session.folder / "dure-data").rglob("*") if path.is_file() and path.name != "admin.token"]
    shown += "".join(path.read_bytes().decode(errors="replace") for path in kept)
    listed = b"".join(_words(path) for path in Path("/proc").glob("[0-9]*/cmdline")).decode(errors="replace")
    log = (session.folder / "serve.log").read_text()
    assert all(token not in text for token in tokens for text in (shown, listed, log))
    for name in ("dure-data/admin.token", "lee.token", "config/dure/credentials"):
        assert (session.folder / name).stat().st_mode & 0o077 == 0, name
    assert (session.folder / "dure-data").stat().st_mode & 0o077 == 0


def _words(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_the_page_quotes_commands() -> None:
    assert len(quoted()) > 12
    assert len(quoted(OPERATORS)) > 6
    assert fits("a … c", "a b\n c")
    assert not fits("a c", "a b c")
