"""Is a configuration fit to be served to others: what is wrong with it, where, and what to do. Nothing is changed, nothing is started."""

from __future__ import annotations

import ctypes
import ipaddress
import os
import resource
import shutil
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from dure.adapters.files import load_scenario
from dure.adapters.oidc import settings_of
from dure.adapters.store.current import INBOX
from dure.adapters.store.engine import connect
from dure.adapters.store.migrate import versions_of
from dure.adapters.store.schema import event, head, mark
from dure.bootstrap.serve import Served
from dure.bootstrap.sites import own_account_sites
from dure.model.errors import DureError
from dure.model.units import DAY_S

GIB = 1 << 30
SPACE_LEAST, SPACE_GOOD = GIB, 10 * GIB
BACKUP_S = 26 * 3_600
"""A nightly copy, and two hours."""
TOKEN_S = DAY_S
APART_S = 2
"""Seconds that two clocks may differ."""
FILES_LEAST = 4_096
UNREAD_MOST = 1_000
OTHERS = stat.S_IRWXG | stat.S_IRWXO
NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "glusterfs", "lustre", "ceph"})
UNSYNCHRONISED = 5
"""What adjtimex answers where nobody keeps the clock."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`wrong`: it must not be served like this; else it is worth a thought. Its words stand in `phrases_deploy` under `code`."""

    code: str
    where: str
    wrong: bool = True
    params: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked at: what would be served, where it would listen, the environment of the service, where copies of the store lie."""

    served: Served
    host: str = "127.0.0.1"
    store_argument: str = ""
    environment: Mapping[str, str] | None = None
    backups: Path | None = None

    @property
    def env(self) -> Mapping[str, str]:
        return os.environ if self.environment is None else self.environment


def findings(asked: Asked, now: float) -> list[Finding]:
    """Everything that was found, what is wrong first."""
    looks = (_scenario(asked), _folder(asked.served.data), _token(asked.served.data, now), _address(asked), _login(asked))
    parts: list[Iterable[Finding]] = [*looks, _backups(asked.backups, now), _machine(), _store(asked, now)]
    return sorted((one for part in parts for one in part), key=lambda one: not one.wrong)


def _scenario(asked: Asked) -> Iterator[Finding]:
    try:
        asked.served.grounds()
    except SQLAlchemyError:
        pass  # what is wrong with the store is said of it
    except DureError as error:
        first = getattr(error, "errors", (error,))[0]
        yield Finding("scenario", str(first.where) or str(asked.served.scenario), params={"why": first.what})
        return
    if sites := own_account_sites(load_scenario(asked.served.scenario).scenario):
        yield Finding("own_account", ", ".join(sites))


def _folder(data: Path) -> Iterator[Finding]:
    where = str(data)
    if not data.is_dir():
        yield Finding("data_missing", where)
        return
    if data.stat().st_mode & OTHERS:
        yield Finding("data_open", where, params={"mode": f"{stat.S_IMODE(data.stat().st_mode):04o}"})
    if not os.access(data, os.W_OK | os.X_OK):
        yield Finding("data_readonly", where)
    free = shutil.disk_usage(data).free
    if free < SPACE_GOOD:
        yield Finding("space", where, wrong=free < SPACE_LEAST, params={"free": f"{free / GIB:.1f}"})
    kind = _filesystem(data)
    if kind in NETWORK:
        yield Finding("data_network", where, params={"kind": kind})


def _filesystem(place: Path) -> str:
    """The kind of what it lies on, as the kernel says; empty where it does not."""
    try:
        lines = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    whole, best = str(place.resolve()), ("", "")
    for line in lines:
        _, at, kind, *_ = line.split(" ")
        if (whole == at or whole.startswith(at.rstrip("/") + "/")) and len(at) >= len(best[0]):
            best = (at, kind)
    return best[1]


def _token(data: Path, now: float) -> Iterator[Finding]:
    file = data / "admin.token"
    if not file.exists():
        return
    about = file.stat()
    if about.st_mode & OTHERS:
        yield Finding("token_open", str(file), params={"mode": f"{stat.S_IMODE(about.st_mode):04o}"})
    if now - about.st_mtime > TOKEN_S:
        yield Finding("token_old", str(file), wrong=False, params={"days": int((now - about.st_mtime) // DAY_S)})


def _address(asked: Asked) -> Iterator[Finding]:
    public = asked.env.get("DURE_PUBLIC_URL", "")
    if not _loopback(asked.host):
        yield Finding("https_missing", f"--host {asked.host}")
    if not public:
        yield Finding("url_missing", "DURE_PUBLIC_URL", wrong=False)
    elif not public.startswith("https://"):
        yield Finding("url_clear", "DURE_PUBLIC_URL", params={"url": public})
    try:
        if asked.store_argument and make_url(asked.store_argument).password:
            yield Finding("password_shown", "--store")
    except ArgumentError:
        pass  # what is wrong with it is said where it is opened


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _login(asked: Asked) -> Iterator[Finding]:
    try:
        if settings_of(asked.env) is None:
            yield Finding("login_none", "DURE_OIDC_ISSUER", wrong=False)
    except DureError as error:
        yield Finding("login_wrong", str(error.where) or "DURE_OIDC_ISSUER", params={"why": error.what})
    file = Path(asked.env.get("DURE_OIDC_SECRET_FILE", "") or os.devnull)
    if file.is_file() and file.stat().st_mode & OTHERS:
        yield Finding("secret_open", str(file), params={"mode": f"{stat.S_IMODE(file.stat().st_mode):04o}"})


def _backups(folder: Path | None, now: float) -> Iterator[Finding]:
    if folder is None:
        yield Finding("backups_unknown", "--backups", wrong=False)
        return
    ages = [now - one.stat().st_mtime for one in folder.iterdir() if one.is_file()] if folder.is_dir() else []
    if not ages:
        yield Finding("backups_none", str(folder))
    elif min(ages) > BACKUP_S:
        yield Finding("backups_old", str(folder), params={"hours": int(min(ages) // 3_600)})


def _machine() -> Iterator[Finding]:
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < FILES_LEAST:
        yield Finding("files_few", "LimitNOFILE", wrong=False, params={"files": most})
    if _clock_state() == UNSYNCHRONISED:
        yield Finding("clock_free", "adjtimex", wrong=False)


def _clock_state() -> int | None:
    """What the kernel says of its clock; None where it cannot be asked."""
    try:
        return int(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512)))  # all zero: read only
    except (OSError, AttributeError):
        return None


def _store(asked: Asked, now: float) -> Iterator[Finding]:
    place = "DURE_STORE" if asked.served.store else str(asked.served.data / "store.db")
    if not asked.served.store and not (asked.served.data / "store.db").exists():
        yield Finding("store_new", place, wrong=False)
        return
    try:
        engine = connect(asked.served.address)
        yield from _opened(engine, place, now)
    except SQLAlchemyError as error:
        yield Finding("store_silent", place, params={"why": type(error).__name__})
    except DureError as error:
        yield Finding("store_silent", place, params={"why": error.what})


def _opened(engine: Engine, place: str, now: float) -> Iterator[Finding]:
    here, known = versions_of(engine)
    if here is None:
        yield Finding("store_new", place, wrong=False)
        return
    if here not in known:
        yield Finding("store_newer", place, params={"version": here})
        return
    if here != known[0]:
        yield Finding("store_older", place, wrong=False, params={"version": here, "newest": known[0]})
        return
    if engine.dialect.name == "sqlite":
        yield Finding("store_file", place, wrong=False)
    else:
        yield from _server(engine, place)
    yield from _log(engine, place, now)


def _server(engine: Engine, place: str) -> Iterator[Finding]:
    """PostgreSQL: a commit must be on its disk when it answers, and its clock must be ours."""
    with engine.connect() as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            value = connection.execute(text(f"SHOW {name}")).scalar_one()
            if value == "off":
                yield Finding("commits_lost", place, params={"name": name})
        theirs = float(connection.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one())
    if abs(theirs - time.time()) > APART_S:
        yield Finding("clock_apart", place, params={"seconds": int(abs(theirs - time.time()))})


def _log(engine: Engine, place: str, now: float) -> Iterator[Finding]:
    read = select(func.coalesce(func.max(mark.c.position), 0)).where(mark.c.source == INBOX).scalar_subquery()
    with engine.connect() as connection:
        last = connection.execute(select(event.c.seen).order_by(event.c.seq.desc()).limit(1)).scalar_one_or_none() or 0
        unread: int = connection.execute(select(head.c.inbox - read)).scalar_one()
    if last > now + APART_S:
        yield Finding("clock_back", place, params={"seconds": int(last - now)})
    if unread > UNREAD_MOST:
        yield Finding("unread", place, params={"acts": unread})
