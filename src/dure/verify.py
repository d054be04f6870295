"""The stranger's check: recompute what a bundle claims, with the standard library and own SQL; nothing of the ledger is used here.

    python verify.py BUNDLE                  a folder or .zip that `dure audit export` has written
    python verify.py BUNDLE sample N SEED    the accelerator-hours that `dure audit sample N --seed SEED` draws from it

Ends with 0 where every claim is what the log gives, with 1 where one is not, with 2 where the bundle cannot be read.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sqlite3
import sys
import zipfile
from pathlib import Path

MODES = ("up", "not_delivered", "unfunded", "unpowered", "unobserved", "failed", "maintenance")
FREE = ("dedicated_idle", "held", "fragmented", "too_small", "capped", "incompatible", "no_demand")
LOST = ("rework", "overhead", "job_error")
TOLD = 20  # of what is not as it was, so much is said
# Kinds of rows: 1 NODE, 2 ENDED, 3 STARTED, 8 PLACED, 9 PREEMPTED, 10 RECALLED, 11 REFUSED, 12 LOST,
# 13 IDLE (its causes 8 to 14 are those of FREE)

SQL = """
-- every node with its pool, its milli-devices, and the mode in which the log begins
CREATE TABLE node AS WITH RECURSIVE n(pool, node, last, milli, mode) AS (
  SELECT pool, first_node, first_node + nodes - 1, devices * 1000, away FROM pool
  UNION ALL SELECT pool, node + 1, last, milli, mode FROM n WHERE node < last
) SELECT * FROM n;
CREATE UNIQUE INDEX node_i ON node(node);
-- every attempt: when it held devices, when it ran
CREATE TABLE attempt AS SELECT p.attempt, p.pool, p.placed, p.placed_seq, p.milli,
  (SELECT MIN(e.seq) FROM event e WHERE e.attempt = p.attempt AND e.kind IN (2, 11)) AS end_seq,
  (SELECT MIN(e.seen) FROM event e WHERE e.attempt = p.attempt AND e.kind IN (2, 11)) AS ended,
  (SELECT MIN(e.seen) FROM event e WHERE e.attempt = p.attempt AND e.kind = 3) AS started
  FROM (SELECT attempt, MIN(pool) AS pool, MIN(seen) AS placed, MIN(seq) AS placed_seq, SUM(count) AS milli
        FROM event WHERE kind = 8 GROUP BY attempt) p;
CREATE UNIQUE INDEX attempt_i ON attempt(attempt);
-- what it held of every node: a PLACED row covers a run of nodes, each by the same amount
CREATE TABLE part AS SELECT e.attempt, n.node, MIN(e.count, n.milli) AS milli
  FROM event e JOIN node first ON first.node = e.node
  JOIN node n ON n.node BETWEEN e.node AND e.node + e.count / MIN(e.count, first.milli) - 1
  WHERE e.kind = 8;
-- every word about a node; one that is older than another that was told before it changes nothing
CREATE TABLE word AS SELECT n.node, e.seen, e.seq, e.at, e.cause,
  MAX(e.at) OVER (PARTITION BY n.node ORDER BY e.seq ROWS UNBOUNDED PRECEDING) AS newest
  FROM event e JOIN node n ON n.node BETWEEN e.node AND e.node + e.count - 1 WHERE e.kind = 1;
-- every change of a node: its mode, or how much of it is held
CREATE TABLE change AS
  SELECT node, (SELECT MIN(seen) FROM event) AS seen, -1 AS seq, mode, 0 AS held FROM node
  UNION ALL SELECT node, seen, seq, cause, 0 FROM word WHERE at = newest
  UNION ALL SELECT p.node, a.placed, a.placed_seq, NULL, p.milli FROM part p JOIN attempt a USING (attempt)
  UNION ALL SELECT p.node, a.ended, a.end_seq, NULL, -p.milli FROM part p JOIN attempt a USING (attempt) WHERE a.ended IS NOT NULL;
CREATE INDEX change_i ON change(node, seq);
-- and between two changes: the mode, and what is not held
CREATE TABLE span AS SELECT s.node, n.pool, s.seen, s.next, m.mode, n.milli - s.held AS free FROM (
  SELECT node, seen, seq, SUM(held) OVER w AS held, MAX(CASE WHEN mode IS NOT NULL THEN seq END) OVER w AS mode_seq,
    LEAD(seen) OVER (PARTITION BY node ORDER BY seq) AS next FROM change
  WINDOW w AS (PARTITION BY node ORDER BY seq ROWS UNBOUNDED PRECEDING)
) s JOIN node n USING (node) JOIN change m ON m.node = s.node AND m.seq = s.mode_seq AND m.mode IS NOT NULL;
"""
BUSY = """
-- what was busy by the seconds in which it happened, cut to the period: the line from which accelerator-hours are drawn
SELECT attempt, MAX(began, :since), MIN(ended, :until), milli FROM (SELECT p.attempt, p.milli,
  (SELECT MIN(e.at) FROM event e WHERE e.attempt = p.attempt AND e.kind = 3) AS began,
  COALESCE((SELECT MIN(e.at) FROM event e WHERE e.attempt = p.attempt AND e.kind = 2), :until) AS ended FROM attempt p)
WHERE began IS NOT NULL AND MAX(began, :since) < MIN(ended, :until) ORDER BY attempt
"""
LINES = """
SELECT pool, 'm' || mode, SUM(free * MAX(0, MIN(COALESCE(next, :until), :until) - MAX(seen, :since))) FROM span WHERE mode > 0 GROUP BY 1, 2
UNION ALL SELECT pool, 'free', SUM(free * MAX(0, MIN(COALESCE(next, :until), :until) - MAX(seen, :since)))
  FROM span WHERE mode = 0 GROUP BY 1
UNION ALL SELECT pool, 'dispatch',
  SUM(milli * MAX(0, MIN(COALESCE(started, ended, :until), :until) - MAX(placed, :since))) FROM attempt GROUP BY 1
UNION ALL SELECT pool, 'busy', SUM(milli * MAX(0, MIN(COALESCE(ended, :until), :until) - MAX(started, :since)))
  FROM attempt WHERE started IS NOT NULL AND started <= COALESCE(ended, :until) GROUP BY 1
UNION ALL SELECT pool, CASE cause WHEN 0 THEN 'rework' WHEN 1 THEN 'overhead' ELSE 'job_error' END,
  SUM(count * MAX(0, MIN(seen, :until) - MAX(seen - value, :since))) FROM event WHERE kind = 12 GROUP BY 1, 2
"""
SPLITS = """
-- at the end of every second: logged free devices less those that the nodes give; 0 everywhere, or the split was not true
SELECT pool, seen, gap FROM (SELECT pool, seen, SUM(SUM(d)) OVER (PARTITION BY pool ORDER BY seen) AS gap FROM (
  SELECT pool, seen, -(c - COALESCE(LAG(c) OVER (PARTITION BY node ORDER BY seen, o), 0)) AS d
    FROM (SELECT pool, node, seen, CASE WHEN mode = 0 THEN free ELSE 0 END AS c, rowid AS o FROM span)
  UNION ALL SELECT pool, seen, count - COALESCE(LAG(count) OVER (PARTITION BY pool, cause ORDER BY seq), 0)
    FROM event WHERE kind = 13 AND cause BETWEEN 8 AND 14
) GROUP BY pool, seen) WHERE gap <> 0 ORDER BY seen, pool LIMIT 5
"""


class Bundle:
    """The files of a bundle, each as it was hashed."""

    def __init__(self, place: Path) -> None:
        self._zip = zipfile.ZipFile(place) if place.is_file() else None
        self._place = place
        self.about = json.loads(self.read("bundle.json"))

    def read(self, name: str) -> str:
        return self._zip.read(name).decode() if self._zip else (self._place / name).read_text(encoding="utf-8")

    def rows(self, name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.read(name))))


def load(bundle: Bundle) -> sqlite3.Connection:
    """Events and pools as tables of integers."""
    store = sqlite3.connect(":memory:")
    for table in ("event", "pool"):
        rows = bundle.rows(f"{table}s.csv")
        names = [name for name in (rows[0] if rows else {}) if name != "path"]
        store.execute(f"CREATE TABLE {table} ({', '.join(f'{name} INTEGER' for name in names)})")
        marks = ", ".join("?" * len(names))
        store.executemany(f"INSERT INTO {table} VALUES ({marks})", ([int(row[name]) for name in names] for row in rows))
    store.execute("CREATE INDEX event_i ON event(attempt, kind)")
    store.executescript(SQL)
    return store


def recomputed(store: sqlite3.Connection, since: int, until: int) -> dict[tuple[int, str], int]:
    """Milli-device-seconds by pool and line."""
    found: dict[tuple[int, str], int] = {}
    for pool, line, amount in store.execute(LINES, {"since": since, "until": until}):
        found[pool, MODES[int(line[1:])] if line[0] == "m" and line[1:].isdigit() else line] = amount or 0
    for pool in {pool for pool, _ in found}:  # an end that is told late claims seconds that nobody saw busy: no more is lost than was
        left = found.get((pool, "busy"), 0)
        for line in LOST:
            found[pool, line] = min(found.get((pool, line), 0), left)
            left -= found[pool, line]
    return found


def claimed(bundle: Bundle) -> dict[tuple[int, str], int]:
    """The same lines as the ledger says them: devices that are up and free under one name, busy ones under one."""
    found: dict[tuple[int, str], int] = {}
    for row in bundle.rows("lines.csv"):
        pool, line, amount = int(row["pool"]), row["line"], int(row["milli_device_s"])
        name = "free" if line in FREE else "busy" if line == "productive" else line
        found[pool, name] = found.get((pool, name), 0) + amount
        if line in LOST:
            found[pool, "busy"] = found.get((pool, "busy"), 0) + amount
    return found


def rates(lines: dict[tuple[int, str], int]) -> dict[str, float]:
    """Operating rate and occupancy."""

    def total(*names: str) -> int:
        return sum(amount for (_, line), amount in lines.items() if line in names)

    available = total("free", "dispatch", "busy")
    installed = available + total("unfunded", "unpowered", "unobserved", "failed", "maintenance")
    return {"operating rate": total("busy") / max(1, installed), "occupancy": total("busy") / max(1, available)}


def changed(bundle: Bundle) -> list[str]:
    """What of the log is not as it was exported and sealed: rows by their own marks, ranges by the heads that were handed out."""
    lines, found = bundle.read("events.csv").splitlines()[1:], []
    marks = bundle.read("marks.txt").split()
    for line, mark in zip(lines, marks, strict=False):
        if not hashlib.sha256(line.encode()).hexdigest().startswith(mark):
            found.append(f"row {line.partition(',')[0]} of the log is not the one that was exported")
    if len(lines) != len(marks):
        found.append(f"{len(lines)} rows of the log, {len(marks)} were exported")
    heads = {int(row["last"]): row for row in bundle.rows("seals.csv")}
    whole = head = b""
    for seq, line in enumerate(lines):
        whole, head = (hashlib.sha256(one + line.encode()).digest() for one in (whole, head))
        if seq in heads and head.hex() != heads[seq]["head"]:
            found.append("rows {first} to {last} of the log are not those of seal {number}".format(**heads[seq]))
            head = bytes.fromhex(heads[seq]["head"])
    if whole.hex() != bundle.about["head"]:
        found.append("the log is not the one whose hash the bundle names")
    return found


def misjudged(bundle: Bundle, store: sqlite3.Connection) -> list[str]:
    """Choices that the log does not make, those that are not told of, and rules that are not what their name says."""
    made = {row[0]: row[1:] for row in store.execute("SELECT seq, kind, job, attempt, pool FROM event WHERE kind IN (8, 9, 10)")}
    choices = bundle.rows("choices.csv")
    told = {int(row["seq"]): tuple(int(row[name]) for name in ("kind", "job", "attempt", "pool")) for row in choices}
    found = [f"choice {seq} is not the one of the log" for seq in sorted(made.keys() | told.keys()) if made.get(seq) != told.get(seq)]
    rules = {}
    for one in json.loads(bundle.read("rules.json")):
        rules[one["name"]] = one["since_seq"]
        if hashlib.sha256(json.dumps(one["text"], sort_keys=True, ensure_ascii=False).encode()).hexdigest() != one["hash"]:
            found.append(f"rules {one['name']} are not those of their hash")
    by = {row["seq"]: max((one for one in rules if rules[one] <= int(row["seq"])), key=rules.__getitem__, default="") for row in choices}
    return found + [f"choice {row['seq']} was made by other rules than {row['rules']}" for row in choices if row["rules"] != by[row["seq"]]]


def sample(place: str, count: int, seed: int) -> int:
    """Accelerator-hours, each as likely as any other: draw k is the place SHA-256("SEED:k") mod B on the line of B milli-device-seconds."""
    bundle = Bundle(Path(place))
    line = load(bundle).execute(BUSY, {"since": bundle.about["since"], "until": bundle.about["until"]}).fetchall()
    total = sum((end - begin) * milli for _, begin, end, milli in line)
    for k in range(count if total else 0):
        left = int.from_bytes(hashlib.sha256(f"{seed}:{k}".encode()).digest(), "big") % total
        for attempt, begin, end, milli in line:
            if left < (end - begin) * milli:
                print(f"draw {k}: attempt {attempt}, second {begin + left // milli}, device {left % milli // 1000}")
                break
            left -= (end - begin) * milli
    return 0


def main(place: str) -> int:
    """Say what was recomputed, and what of it is not as claimed."""
    try:
        bundle = Bundle(Path(place))
        store = load(bundle)
        broken, seals = [*changed(bundle), *misjudged(bundle, store)], bundle.rows("seals.csv")
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, sqlite3.Error) as error:
        print(f"{place} cannot be read as a bundle: {error}")
        return 2
    since, until = bundle.about["since"], bundle.about["until"]
    ours, theirs = recomputed(store, since, until), claimed(bundle)
    wrong = [
        (key, ours.get(key, 0), theirs.get(key, 0)) for key in sorted(ours.keys() | theirs.keys()) if ours.get(key, 0) != theirs.get(key, 0)
    ]
    for (pool, line), mine, said in wrong:
        print(f"pool {pool}, {line}: {mine} recomputed, {said} claimed (milli-device-seconds)")
    gaps = store.execute(SPLITS).fetchall()
    for pool, second, gap in gaps:
        print(f"pool {pool}, second {second}: the log splits {gap} milli-devices more than are free")
    for other in broken[:TOLD]:
        print(other)
    print(f"last seal: rows up to {seals[-1]['last']}, head {seals[-1]['head']}" if seals else "no seal: no hour of this log was over")
    for name, rate in rates(ours).items():
        print(f"{name}: {rate:.6%} recomputed, {rates(theirs)[name]:.6%} claimed")
    rows = store.execute("SELECT COUNT(*) FROM event").fetchone()[0]
    print(f"{rows} rows of the log, {len(ours)} lines: {'not as claimed' if wrong or gaps or broken else 'as claimed'}")
    return 1 if wrong or gaps or broken else 0


if __name__ == "__main__":
    if len(sys.argv) == 5 and sys.argv[2] == "sample":
        sys.exit(sample(sys.argv[1], int(sys.argv[3]), int(sys.argv[4])))
    if len(sys.argv) != 2:
        print(__doc__)
        sys.exit(2)
    sys.exit(main(sys.argv[1]))
