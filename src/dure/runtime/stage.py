"""What a program needs before it starts: copies of data sets, a Python environment, a container. Then it becomes the program.

    python stage.py FOLDER PROGRAM ARGUMENT…

FOLDER is the attempt's; its `stage.json` says what has to be there. A copy or an environment is made once at a site, under a lock, by
whoever comes first; others wait for it. Copies are read-only, and each is compared with what it was when it was made before a program
gets it: one that somebody changed is made anew, from pieces that are compared with their names. What is said goes to the log of the job.
Standard library only, Python 3.6 or later. Exit code 121: something could not be had, and the program was not started.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List

    Record = Dict[str, Any]

FAILED = 121
SPARE_BYTES = 64 << 20
"""Stays free on the disk of a site, for records and logs."""


class Trouble(Exception):
    """Why the program cannot start; told to its log."""


def say(text: str) -> None:
    sys.stdout.write("dure: " + text + "\n")
    sys.stdout.flush()


@contextlib.contextmanager
def locked(path: str) -> "Iterator[None]":
    there = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(there, fcntl.LOCK_EX)
        yield
    finally:
        os.close(there)


def record(path: str) -> "Record | None":
    try:
        with open(path) as there:
            found = json.load(there)
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def keep(path: str, what: "Record") -> None:
    aside = f"{path}.{os.getpid()}"
    with open(aside, "w") as there:
        json.dump(what, there)
        there.flush()
        os.fsync(there.fileno())
    os.rename(aside, path)


def looks(root: str) -> str:
    """What tells a tree from a changed one: the change time of a file cannot be set back by who writes to it."""
    found = hashlib.sha256()
    for folder, below, names in os.walk(root):
        below.sort()
        for name in [".", *sorted(names)]:
            path = os.path.join(folder, name)
            about = os.lstat(path)
            row = (os.path.relpath(path, root), about.st_mode, about.st_size, about.st_mtime_ns, about.st_ctime_ns, about.st_ino)
            found.update(repr(row).encode("utf-8", "surrogateescape"))
    return found.hexdigest()


def piece(contents: str, name: str) -> bytes:
    try:
        with open(os.path.join(contents, name[:2], name), "rb") as there:
            found = there.read()
    except OSError:
        raise Trouble(f"piece {name[:12]} of the data set is gone") from None
    if hashlib.sha256(found).hexdigest() != name:
        raise Trouble(f"piece {name[:12]} of the data set was changed on the disk")
    return found


def tree(contents: str, manifest: str, root: str) -> None:
    """The files of a set, nobody's to write."""
    folders = {root}
    os.makedirs(root)
    for path, _, pieces in json.loads(piece(contents, manifest).decode())["files"]:
        target = os.path.join(root, path)
        folder = os.path.dirname(target)
        os.makedirs(folder, exist_ok=True)
        while folder != root:
            folders.add(folder)
            folder = os.path.dirname(folder)
        with open(target, "xb") as file:
            file.writelines(piece(contents, name) for name in pieces)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(target, 0o444)
    for folder in folders:
        os.chmod(folder, 0o555)


def copy_of(one: "Record", contents: str, copies: str) -> str:
    """Where the copy of a data set lies; it is made where there is none, or another one than was made."""
    os.makedirs(copies, mode=0o700, exist_ok=True)
    about = os.path.join(copies, one["sha256"] + ".json")
    with locked(os.path.join(copies, one["sha256"] + ".lock")):
        known = record(about)
        if known is not None:
            root = os.path.join(copies, known["folder"])
            if os.path.isdir(root) and looks(root) == known["looks"]:
                os.utime(about)
                return root
            say(f"the copy of {one['named']} was changed; it is made anew")
        if shutil.disk_usage(copies).free < one["size_bytes"] + SPARE_BYTES:
            raise Trouble(f"no space for {one['named']}: it has {one['size_bytes']:,} bytes")
        say(f"copies {one['named']}: {one['size_bytes']:,} bytes")
        folder = f"{one['sha256'][:16]}-{time.time_ns() if hasattr(time, 'time_ns') else int(time.time() * 1e9)}"
        root, began = os.path.join(copies, folder), time.monotonic()
        try:
            tree(contents, one["sha256"], root)
        except BaseException:
            remove(root)
            raise
        took_ms = int(1000 * (time.monotonic() - began))
        made = {"folder": folder, "looks": looks(root), "since": int(time.time()), "took_ms": took_ms, "size_bytes": one["size_bytes"]}
        keep(about, made)
        return root


def remove(root: str) -> None:
    for folder, _, _ in os.walk(root):
        with contextlib.suppress(OSError):
            os.chmod(folder, 0o700)
    shutil.rmtree(root, ignore_errors=True)


def environment_of(wanted: "Record", envs: str) -> str:
    """The folder of an environment that is made from a file of the job, once for each such file."""
    os.makedirs(envs, mode=0o700, exist_ok=True)
    with open(wanted["file"], "rb") as there:
        text = there.read()
    salt = json.dumps([wanted["kind"], sys.version, wanted.get("packages"), wanted.get("tool"), beside(text, wanted)])
    key = hashlib.sha256(salt.encode() + b"\0" + text).hexdigest()[:32]
    root, about = os.path.join(envs, key), os.path.join(envs, key + ".json")
    with locked(os.path.join(envs, key + ".lock")):
        if record(about) is not None and os.path.isdir(root):
            os.utime(about)
            return root
        shutil.rmtree(root, ignore_errors=True)
        name = os.path.basename(wanted["file"])
        say(f"makes the environment of {name}")
        began = time.monotonic()
        for argv in commands(wanted, root):
            code = subprocess.call(argv, stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT, cwd=os.path.dirname(wanted["file"]))
            if code:
                shutil.rmtree(root, ignore_errors=True)
                raise Trouble(f"the environment of {name} could not be made (code {code}); its own words stand above")
        keep(about, {"since": int(time.time()), "took_ms": int(1000 * (time.monotonic() - began)), "file": name})
    return root


def beside(text: bytes, wanted: "Record") -> "List[List[str]]":
    """A file that names other files is not what it says alone: what is packed with the job counts too."""
    if b"/" not in text and b"-r" not in text and b"-c" not in text and b".whl" not in text:
        return []
    found = []
    for folder, below, names in os.walk(wanted["work"]):
        below.sort()
        for name in sorted(names):
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not name.startswith(".dure-"):
                with open(path, "rb") as there:
                    found.append([os.path.relpath(path, wanted["work"]), hashlib.sha256(there.read()).hexdigest()])
    return found


def commands(wanted: "Record", root: str) -> "List[List[str]]":
    if wanted["kind"] == "conda":
        yes = [] if os.path.basename(wanted["tool"]) == "conda" else ["--yes"]
        return [[wanted["tool"], "env", "create", *yes, "--quiet", "--prefix", root, "--file", wanted["file"]]]
    python = os.path.join(root, "bin", "python")
    ask = ["install", "--no-input", "--disable-pip-version-check", "--progress-bar", "off", "--requirement", wanted["file"]]
    if wanted.get("packages"):
        ask += ["--no-index", "--find-links", wanted["packages"]]
    if subprocess.call([sys.executable, "-m", "pip", "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        return [[sys.executable, "-m", "venv", root], [python, "-m", "pip", *ask]]
    make = [sys.executable, "-m", "venv", "--without-pip", root]
    return [make, [sys.executable, "-m", "pip", "--python", python, *ask]]


def contained(wanted: "Record", env: "Dict[str, str]", argv: "List[str]", data: "List[str]") -> "List[str]":
    """The program as its container runtime starts it: its folder, its data and its devices are the same inside."""
    runtime, stack = wanted["tool"], env.get("DURE_STACK", "")
    folders = [wanted["attempt"], wanted["work"]]
    if os.path.basename(runtime) == "podman":
        binds = [part for folder in folders for part in ("--volume", f"{folder}:{folder}")]
        binds += [part for folder in data for part in ("--volume", f"{folder}:{folder}:ro")]
        names = [part for name in sorted(env) if name not in ("PATH", "HOME") for part in ("--env", name)]
        devices = ["--device", "nvidia.com/gpu=all"] if stack == "cuda" else ["--device", "/dev/kfd", "--device", "/dev/dri"]
        devices = devices if stack in ("cuda", "rocm") else []
        open_ = [runtime, "run", "--rm", "--network", "host", "--ipc", "host", "--workdir", wanted["work"]]
        return [*open_, *binds, *devices, *names, wanted["image"], *argv]
    binds = [part for folder in folders for part in ("--bind", folder)]
    binds += [part for folder in data for part in ("--bind", f"{folder}:{folder}:ro")]
    devices = {"cuda": ["--nv"], "rocm": ["--rocm"]}.get(stack, [])
    return [runtime, "exec", *devices, *binds, "--pwd", wanted["work"], "docker://" + wanted["image"], *argv]


def prepared(order: "Record", env: "Dict[str, str]", argv: "List[str]") -> "List[str]":
    """Everything is there when this returns; the command that starts the program."""
    copies = []
    for one in order["data"]:
        env[one["variable"]] = copy_of(one, order["contents"], order["copies"])
        copies.append(env[one["variable"]])
    wanted = order["setup"]
    if wanted["kind"] in ("pip", "conda", "given"):
        root = wanted["folder"] if wanted["kind"] == "given" else environment_of(wanted, order["envs"])
        if not os.path.isdir(os.path.join(root, "bin")):
            raise Trouble(f"the environment that the site names is not there: {root}")
        env["PATH"] = os.path.join(root, "bin") + os.pathsep + env.get("PATH", "")
        env["CONDA_PREFIX" if os.path.isdir(os.path.join(root, "conda-meta")) else "VIRTUAL_ENV"] = root
    return contained(wanted, env, argv, copies) if wanted["kind"] == "image" else argv


def main(folder: str, argv: "List[str]") -> int:
    env = dict(os.environ)
    order = record(os.path.join(folder, "stage.json"))
    try:
        if order is None:
            raise Trouble("the record of what it needs cannot be read")
        argv = prepared(order, env, argv)
    except (Trouble, OSError, ValueError, KeyError) as error:
        say(f"stage-in failed: {error}")
        return FAILED
    if order["limit_s"]:
        env["DURE_ENDS_AT"] = env["SLURM_JOB_END_TIME"] = str(int(time.time()) + order["limit_s"])
    given = {name: value for name, value in env.items() if os.environ.get(name) != value}
    keep(os.path.join(folder, "staged.json"), given)
    with open(os.path.join(folder, "staged"), "a") as there:
        there.write(f"{time.monotonic()}\n")
    sys.stdout.flush()
    try:
        os.execvpe(argv[0], argv, env)
    except OSError as error:
        say(f"cannot run this program: {error}")
    return 127


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
