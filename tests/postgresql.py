"""A PostgreSQL of the tests' own: made in a folder, started on a socket, stopped with the run."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

INSTALLED = Path("/usr/lib/postgresql")


def binaries() -> Path:
    """The newest installed server's programs; an AssertionError that says what to install."""
    found = sorted(INSTALLED.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    assert found, "PostgreSQL 15 or newer is missing: apt-get install postgresql-15"
    return found[-1].parent


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """A server with its data in `folder`; gives the URL without a database's name."""
    data, programs = folder / "data", binaries()
    folder.chmod(0o711)
    data.mkdir()
    if os.getuid() == 0:  # initdb refuses root
        owner = pwd.getpwnam("postgres")
        os.chown(data, owner.pw_uid, owner.pw_gid)
    trust = ("-A", "trust", "-U", "postgres", "--no-sync", "--no-instructions", "-E", "UTF8")
    _as_owner([programs / "initdb", "-D", data, *trust, "--locale=C.UTF-8"])
    options = f"-c listen_addresses='' -c unix_socket_directories={data} -c fsync=off"
    control = [programs / "pg_ctl", "-D", data, "-w"]
    _as_owner([*control, "-l", data / "log", "-o", options, "start"])
    try:
        yield f"postgresql+psycopg://postgres@/{{name}}?host={data}"
    finally:
        _as_owner([*control, "-m", "immediate", "stop"])
        shutil.rmtree(data, ignore_errors=True)


def _as_owner(command: list[object]) -> None:
    words = [str(word) for word in command]
    if os.getuid() == 0:
        words = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *words]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd="/")  # noqa: S603
    assert done.returncode == 0, done.stdout + done.stderr
