"""The server as an operator starts and stops it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from consortium.core.alive import alive
from consortium.core.settings import load
from consortium.tables import open_works
from tests.cli.test_cases import run
from tests.conftest import OPERATOR

PATIENCE_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def answer(url: str) -> int:
    """The status of `url`, waiting until somebody answers."""
    for _ in range(PATIENCE_SECONDS * 5):
        try:
            with urllib.request.urlopen(url) as got:  # noqa: S310 (an address of this machine)
                return int(got.status)
        except urllib.error.HTTPError as refused:
            return refused.code
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"nobody answers at {url}")


def kinds_alive(wanted: int) -> list[str]:
    """What kinds of processes are alive, waiting until there are so many."""
    works = open_works(load())
    found: list[str] = []
    for _ in range(PATIENCE_SECONDS * 5):
        with works.reading(OPERATOR) as work:
            found = sorted(beat.kind for beat in alive(work))
        if len(found) == wanted:
            break
        time.sleep(0.2)
    works.engine.dispose()
    return found


def test_it_serves_until_it_is_told_to_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONSORTIUM_HOME", str(tmp_path))
    refused = run("serve")
    assert (refused.returncode, "consortium upgrade" in refused.stderr) == (3, True)
    assert run("upgrade").returncode == 0
    port = free_port()
    command = [sys.executable, "-m", "consortium.cli", "serve", "--all-in-one", "--port", str(port)]
    server = subprocess.Popen(command, env=os.environ, stdout=-1, stderr=-1)  # noqa: S603 (our own)
    try:
        address = f"http://127.0.0.1:{port}"
        assert [answer(address + path) for path in ("/healthz", "/readyz")] == [200, 200]
        assert answer(address + "/metrics") == 200
        assert answer(address + "/api/v1/invoices") == 401
        assert kinds_alive(3) == ["scheduler", "web", "worker"]
        assert run("demo").returncode == 3  # the folder is in use
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=PATIENCE_SECONDS)
    assert kinds_alive(0) == []  # each has said goodbye
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz")
