"""The container file is built as an operator would, on a base that Debian's own packages make, and a job runs inside it."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ("buildah", "debootstrap")
SERVED = "http://127.0.0.1:8270"
PIP = ("/etc/ssl/certs", "/etc/xdg/pip", "/etc/pip.conf", "/opt/pypi", "/opt/wheels")
"""Where this machine may say how packages are found: read by the build as they are, and in no layer of the image."""
INSIDE = f"""
set -e
export HOME=/tmp
dure serve --data /var/lib/dure > /tmp/serve.log 2>&1 &
server=$!
trap 'kill $server; wait $server || true' EXIT
for n in $(seq 240); do dure login {SERVED} --token-file /var/lib/dure/admin.token > /dev/null 2>&1 && break; sleep 1; done
dure projects apply demo --title "A try" --credits 10
printf 'name: hello\\nproject: demo\\naccelerators: 1\\ntime: 1m\\nrun: echo hello from uid $(id -u)\\n' > /tmp/hello.yaml
dure submit /tmp/hello.yaml
for n in $(seq 300); do dure ps --json | grep -q COMPLETED && break; sleep 1; done
dure logs $(dure ps --json | grep -o '"id": *"j[0-9]*"' | head -1 | grep -o 'j[0-9]*')
"""

pytestmark = pytest.mark.soak


def run(*command: str, patience_s: int = 900) -> str:
    environment = {**os.environ, "STORAGE_DRIVER": "vfs", "BUILDAH_ISOLATION": "chroot"}
    found = subprocess.run(command, capture_output=True, text=True, timeout=patience_s, env=environment, check=False)
    assert found.returncode == 0, f"{command}: {found.stdout[-2_000:]}{found.stderr[-2_000:]}"
    return found.stdout.strip()


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Debian with Python and nothing else; its mirror is debootstrap's own."""
    if missing := [tool for tool in TOOLS if shutil.which(tool) is None]:
        pytest.skip(f"needs {' and '.join(missing)}")
    root = tmp_path_factory.mktemp("base")
    run("debootstrap", "--variant=minbase", "--include=python3,python3-venv,ca-certificates", "bookworm", str(root))
    (root / "usr/bin/python").symlink_to("python3")
    container = run("buildah", "from", "scratch")
    run("cp", "-a", f"{root}/.", run("buildah", "mount", container))
    name = f"localhost/dure-base-{os.getpid()}"
    run("buildah", "commit", "-q", "--rm", container, name)
    shutil.rmtree(root)
    yield name
    run("buildah", "rmi", "-f", name)


def test_a_job_runs_in_the_container(base: str) -> None:
    mounts = [text for place in PIP if Path(place).exists() for text in ("--volume", f"{place}:{place}:ro")]
    image = f"localhost/dure-{os.getpid()}"
    run("buildah", "bud", "-q", "-f", str(ROOT / "deploy/Containerfile"), "--build-arg", f"BASE={base}", *mounts, "-t", image, str(ROOT))
    container = run("buildah", "from", image)
    try:
        began = time.monotonic()
        said = run("buildah", "run", "--user", "8270", container, "--", "sh", "-c", INSIDE)
        assert "hello from uid 8270" in said, (said, time.monotonic() - began)
    finally:
        run("buildah", "rm", container)
        run("buildah", "rmi", "-f", image)
